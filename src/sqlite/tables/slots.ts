/** The executions of a schedule, seen from the schedule: by their slots, and those that are not over. */
import { BEHIND } from "../../model/schedule/record.ts";
import type { Queries } from "../query.ts";

/** As the index over them has it. */
const OPEN = `NOT (status = 'completed' OR status = 'failed' OR status = 'cancelled')`;

const IS_BEHIND = `(status = 'pending' AND reason = 'concurrency' AND reason_detail = '${BEHIND}' AND wake_at IS NULL)`;

const OF_SLOT = `SELECT id FROM executions WHERE schedule = $schedule AND scheduled_for = $slot`;

const UNFINISHED = `
  SELECT id FROM executions
   WHERE schedule = $schedule AND schedule IS NOT NULL AND ${OPEN}
   ORDER BY scheduled_for, seq`;

const IS_BUSY = `
  SELECT 1 FROM executions
   WHERE schedule = $schedule AND schedule IS NOT NULL AND ${OPEN} AND NOT ${IS_BEHIND}
   LIMIT 1`;

const NEXT_BEHIND = `
  SELECT id FROM executions
   WHERE schedule = $schedule AND schedule IS NOT NULL AND ${OPEN} AND ${IS_BEHIND} AND damaged_at IS NULL
   ORDER BY scheduled_for, seq
   LIMIT 1`;

const WITH_BEHIND = `
  SELECT DISTINCT schedule FROM executions
   WHERE schedule IS NOT NULL AND ${OPEN} AND ${IS_BEHIND} AND damaged_at IS NULL`;

const COUNTS = `
  SELECT schedule, count(*) AS count FROM executions
   WHERE schedule IS NOT NULL AND ${OPEN}
   GROUP BY schedule`;

type IdRow = { readonly id: string };

export const executionOfSlot = (db: Queries, schedule: string, slot: number): string | undefined =>
  db.query<IdRow>(OF_SLOT).get({ schedule, slot })?.id;

/** The earliest slot first; those that a person started have none and come before. */
export const unfinishedOf = (db: Queries, schedule: string): readonly string[] =>
  db
    .query<IdRow>(UNFINISHED)
    .all({ schedule })
    .map(({ id }) => id);

/** Whether one of them is not over, and does not itself wait behind another. */
export const isBusy = (db: Queries, schedule: string): boolean => db.query(IS_BUSY).get({ schedule }) !== undefined;

export const nextBehind = (db: Queries, schedule: string): string | undefined => db.query<IdRow>(NEXT_BEHIND).get({ schedule })?.id;

export const schedulesWithBehind = (db: Queries): readonly string[] =>
  db
    .query<{ readonly schedule: string }>(WITH_BEHIND)
    .all()
    .map(({ schedule }) => schedule);

export const unfinishedCounts = (db: Queries): ReadonlyMap<string, number> =>
  new Map(
    db
      .query<{ readonly schedule: string; readonly count: number }>(COUNTS)
      .all()
      .map(({ schedule, count }) => [schedule, count]),
  );

/** For the tests of their plans. */
export const SLOT_STATEMENTS = { ofSlot: OF_SLOT, unfinished: UNFINISHED, isBusy: IS_BUSY, nextBehind: NEXT_BEHIND } as const;
