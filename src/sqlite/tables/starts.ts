/**
 * `starts`: what counts against a rate limit. A start is planned when its execution is created, and begins with the first claim of it.
 *
 * The order of a lane is that of the wished times; those of one wish come in the order of their creation.
 */
import type { Queries } from "../query.ts";

export interface Start {
  readonly seq: number;
  readonly lane: string;
  readonly wantedAt: number;
}

const PLAN = `INSERT INTO starts (lane, wanted_at, at, execution_id, begun) VALUES ($lane, $wantedAt, $at, $id, $begun)`;

const AHEAD = `SELECT seq, lane, wanted_at AS wantedAt FROM starts WHERE execution_id = $id AND begun = 0`;

const BEGIN = `UPDATE starts SET begun = 1, at = $at WHERE seq = $seq`;

const PUT_OFF = `UPDATE starts SET at = $at WHERE seq = $seq`;

/** The one that comes `limit` places earlier in the order. */
const BEFORE = `
  SELECT at FROM starts
   WHERE lane = $lane AND (wanted_at, seq) < ($wantedAt, $seq)
   ORDER BY wanted_at DESC, seq DESC
   LIMIT 1 OFFSET $skip`;

/** The latest, passing over `skip` of them. */
const BEGUN = `
  SELECT at FROM starts
   WHERE lane = $lane AND begun = 1 AND at > $after AND at < $before
   ORDER BY at DESC
   LIMIT 1 OFFSET $skip`;

const FORGET_OLD = `DELETE FROM starts WHERE lane = $lane AND begun = 1 AND at <= $before`;

const FORGET_PLAN = `DELETE FROM starts WHERE execution_id = $id AND begun = 0`;

export const planStart = (
  db: Queries,
  start: { readonly lane: string; readonly wantedAt: number; readonly at: number; readonly id: string; readonly hasBegun: boolean },
): void => {
  const { hasBegun, ...row } = start;
  db.query(PLAN).run({ ...row, begun: hasBegun ? 1 : 0 });
};

/** Undefined for one that no rate limit concerns, or whose start is past. */
export const plannedStart = (db: Queries, id: string): Start | undefined => db.query<Start>(AHEAD).get({ id });

export const beginStart = (db: Queries, seq: number, at: number): void => void db.query(BEGIN).run({ seq, at });

export const putOffStart = (db: Queries, seq: number, at: number): void => void db.query(PUT_OFF).run({ seq, at });

export const startBefore = (db: Queries, { lane, wantedAt, seq }: Start, places: number): number | undefined =>
  db.query<{ readonly at: number }>(BEFORE).get({ lane, wantedAt, seq, skip: places - 1 })?.at;

/** Of those that began between two instants, both left out: the `nth` latest. */
export const nthBegun = (
  db: Queries,
  { lane, after, before, nth }: { readonly lane: string; readonly after: number; readonly before: number; readonly nth: number },
): number | undefined => db.query<{ readonly at: number }>(BEGUN).get({ lane, after, before, skip: nth - 1 })?.at;

export const forgetOldStarts = (db: Queries, lane: string, before: number): void => void db.query(FORGET_OLD).run({ lane, before });

/** Of one that will never begin. */
export const forgetPlan = (db: Queries, id: string): void => void db.query(FORGET_PLAN).run({ id });

/** For the tests of their plans. */
export const START_STATEMENTS = { ahead: AHEAD, before: BEFORE, begun: BEGUN, forgetOld: FORGET_OLD, forgetPlan: FORGET_PLAN } as const;
