/** `schedules`: what workflows want to be started by the clock, how far each has come, and whether somebody has paused it. */
import type { CatchUp, Overlap } from "../../model/schedule/config.ts";
import type { ScheduleRecord } from "../../model/schedule/record.ts";
import type { Queries } from "../query.ts";

interface ScheduleRow extends Omit<ScheduleRecord, "isOwnTimezone"> {
  readonly ownTimezone: number;
}

const COLUMNS = `
  name, workflow, cron, timezone, own_timezone AS ownTimezone, overlap, catch_up AS catchUp, window_ms AS windowMs, jitter_ms AS jitterMs,
  input AS inputText, file, next_at AS nextAt, last_slot_at AS lastSlotAt, skipped, missed,
  paused_at AS pausedAt, paused_by AS pausedBy, paused_reason AS pausedReason, resumed_at AS resumedAt, resumed_by AS resumedBy,
  problem, problem_at AS problemAt, seen_at AS seenAt`;

const LIST = `SELECT ${COLUMNS} FROM schedules ORDER BY name`;

const FIND = `SELECT ${COLUMNS} FROM schedules WHERE name = $name`;

/** A slot more than a day ahead was started by a clock that has been put right since: its schedule would stand still until then. */
const DUE = `
  SELECT ${COLUMNS} FROM schedules
   WHERE paused_at IS NULL AND (next_at <= $now OR last_slot_at > $now + ${86_400_000})
   ORDER BY next_at, name`;

const NEXT = `
  SELECT next_at AS nextAt FROM schedules
   WHERE next_at IS NOT NULL AND paused_at IS NULL AND problem IS NULL
   ORDER BY next_at
   LIMIT 1`;

const SAVE = `
  INSERT OR REPLACE INTO schedules
    (name, workflow, cron, timezone, own_timezone, overlap, catch_up, window_ms, jitter_ms, input, file, next_at, last_slot_at, skipped,
     missed, paused_at, paused_by, paused_reason, resumed_at, resumed_by, problem, problem_at, seen_at)
  VALUES
    ($name, $workflow, $cron, $timezone, $ownTimezone, $overlap, $catchUp, $windowMs, $jitterMs, $inputText, $file, $nextAt, $lastSlotAt,
     $skipped, $missed, $pausedAt, $pausedBy, $pausedReason, $resumedAt, $resumedBy, $problem, $problemAt, $seenAt)`;

/** Compare and set: whoever planned from something else changes nothing. */
const ADVANCE = `
  UPDATE schedules
     SET next_at = $nextAt, last_slot_at = $lastSlotAt, missed = missed + $missed, problem = NULL, problem_at = NULL
   WHERE name = $name AND next_at IS $from AND cron = $cron AND timezone = $timezone AND paused_at IS NULL`;

const SKIP = `UPDATE schedules SET skipped = skipped + $count WHERE name = $name`;

const DELETE = `DELETE FROM schedules WHERE name = $name`;

export const listSchedules = (db: Queries): readonly ScheduleRecord[] => db.query<ScheduleRow>(LIST).all().map(recordOf);

export const findSchedule = (db: Queries, name: string): ScheduleRecord | undefined => {
  const row = db.query<ScheduleRow>(FIND).get({ name });
  return row === undefined ? undefined : recordOf(row);
};

export const dueSchedules = (db: Queries, now: number): readonly ScheduleRecord[] => db.query<ScheduleRow>(DUE).all({ now }).map(recordOf);

/** The next slot of all that nothing keeps from starting. */
export const nextSlotAt = (db: Queries): number | null => db.query<{ nextAt: number }>(NEXT).get()?.nextAt ?? null;

export const saveSchedule = (db: Queries, { isOwnTimezone, ...record }: ScheduleRecord): void =>
  void db.query(SAVE).run({ ...record, ownTimezone: isOwnTimezone ? 1 : 0 });

/** @returns false when it is not as it was planned from */
export const advanceSchedule = (
  db: Queries,
  name: string,
  {
    from,
    ...next
  }: {
    readonly from: Pick<ScheduleRecord, "nextAt" | "cron" | "timezone">;
    readonly nextAt: number | null;
    readonly lastSlotAt: number | null;
    readonly missed: number;
  },
): boolean => db.query(ADVANCE).run({ name, from: from.nextAt, cron: from.cron, timezone: from.timezone, ...next }) > 0;

export const countSkipped = (db: Queries, name: string, count: number): void => void db.query(SKIP).run({ name, count });

export const deleteSchedule = (db: Queries, name: string): void => void db.query(DELETE).run({ name });

const recordOf = ({ ownTimezone, ...row }: ScheduleRow): ScheduleRecord => ({
  ...row,
  overlap: row.overlap as Overlap,
  catchUp: row.catchUp as CatchUp,
  isOwnTimezone: ownTimezone === 1,
});

/** For the tests of their plans. */
export const SCHEDULE_STATEMENTS = { next: NEXT, find: FIND } as const;
