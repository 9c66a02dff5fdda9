/**
 * `lanes`: the limits of those who share one, and which lanes have a place and somebody who waits for it.
 *
 * Who owns and who waits is read from `executions`. What callers may rely on:
 *   1. Nobody reads through those that wait: the first of a lane, the lanes and the places taken are found by seeks, each in an index that
 *      holds nothing else.
 *   2. A lane that nobody has given a limit has room for one: its row may have been lost, and one at a time breaks no limit.
 */
import type { Queries } from "../query.ts";
import { named } from "./due.ts";

const LIMIT_RUNNING = `
  INSERT INTO lanes (key, max_running) VALUES ($key, $limit)
  ON CONFLICT (key) DO UPDATE SET max_running = excluded.max_running WHERE max_running IS NOT excluded.max_running`;

const LIMIT_STARTS = `
  INSERT INTO lanes (key, max_starts, period_ms) VALUES ($key, $limit, $periodMs)
  ON CONFLICT (key) DO UPDATE SET max_starts = excluded.max_starts, period_ms = excluded.period_ms
   WHERE max_starts IS NOT excluded.max_starts OR period_ms IS NOT excluded.period_ms`;

const MAX_RUNNING = `SELECT max_running AS n FROM lanes WHERE key = $key`;

const RATE = `SELECT max_starts AS "limit", period_ms AS periodMs FROM lanes WHERE key = $key AND max_starts IS NOT NULL`;

const IS_WAITING = `lane IS NOT NULL AND reason = 'concurrency' AND reason_detail IS NULL AND damaged_at IS NULL`;

const OWNS = `lane IS NOT NULL AND lease_owner IS NOT NULL`;

const RUNNING = `SELECT count(*) AS n FROM executions WHERE lane = $key AND ${OWNS}`;

const RUNNING_IDS = `SELECT id FROM executions WHERE lane = $key AND ${OWNS} ORDER BY id LIMIT $limit`;

const LANE_OF = `SELECT lane FROM executions WHERE id = $id`;

const IS_RUNNING = `SELECT 1 FROM executions WHERE id = $id AND lane = $key AND ${OWNS}`;

/** In the order in which they are let in. */
const WAITING = `
  SELECT id, priority, created_at AS at, panics FROM executions
   WHERE lane = $key AND ${IS_WAITING}
   ORDER BY priority DESC, created_at, seq
   LIMIT $limit`;

/** Of those that come before one: at most `limit`. The same instant counts as before for one that has no row yet. */
const AHEAD_BY_PRIORITY = `
  SELECT count(*) AS n FROM (SELECT 1 FROM executions WHERE lane = $key AND priority > $priority AND ${IS_WAITING} LIMIT $limit)`;

const AHEAD_BY_AGE = `
  SELECT count(*) AS n FROM (
    SELECT 1 FROM executions
     WHERE lane = $key AND priority = $priority AND (created_at, seq) < ($createdAt, $seq) AND ${IS_WAITING} LIMIT $limit)`;

const SEQ = `SELECT seq FROM executions WHERE id = $id`;

/** Longest there first. */
const OPEN = `SELECT key FROM lanes WHERE turn IS NOT NULL ORDER BY turn LIMIT $limit`;

const CLOSE = `UPDATE lanes SET turn = NULL WHERE key = $key AND turn IS NOT NULL`;

const OPEN_ONE = `
  INSERT INTO lanes (key, turn) VALUES ($key, (SELECT coalesce(max(turn), 0) + 1 FROM lanes WHERE turn IS NOT NULL))
  ON CONFLICT (key) DO UPDATE SET turn = excluded.turn WHERE turn IS NULL`;

/** Lanes where somebody waits although a place is free, and that are not open: from one waiting lane to the next by a seek. */
export const SHUT_BY_MISTAKE = `
  WITH RECURSIVE waiting (lane) AS (
    SELECT min(lane) FROM executions WHERE ${IS_WAITING}
    UNION ALL
    SELECT (SELECT min(lane) FROM executions WHERE lane > waiting.lane AND ${IS_WAITING}) FROM waiting WHERE waiting.lane IS NOT NULL
    LIMIT 1000)
  SELECT lane AS key FROM waiting
   WHERE lane IS NOT NULL
     AND (SELECT count(*) FROM executions WHERE lane = waiting.lane AND ${OWNS})
       < coalesce((SELECT max_running FROM lanes WHERE key = waiting.lane), 1)
     AND NOT EXISTS (SELECT 1 FROM lanes WHERE key = waiting.lane AND turn IS NOT NULL)`;

const OLDEST_UNFINISHED = `
  SELECT id FROM executions
   WHERE lane = $key AND lane IS NOT NULL AND damaged_at IS NULL
     AND NOT (status = 'completed' OR status = 'failed' OR status = 'cancelled')
   ORDER BY created_at, seq
   LIMIT $limit`;

/** All but the newest so many. */
const OLDER_UNFINISHED = `
  SELECT id FROM executions
   WHERE lane = $key AND lane IS NOT NULL AND damaged_at IS NULL
     AND NOT (status = 'completed' OR status = 'failed' OR status = 'cancelled')
   ORDER BY created_at DESC, seq DESC
   LIMIT 1000 OFFSET $newest`;

type IdRow = { readonly id: string };
type Count = { readonly n: number };

export interface Waiting {
  readonly id: string;
  readonly priority: number;
  /** When it was created. */
  readonly at: number;
  readonly panics: number;
}

const countOf = (db: Queries, sql: string, parameters: Readonly<Record<string, string | number>>): number =>
  db.query<Count>(sql).get(parameters)?.n ?? 0;

export const limitRunning = (db: Queries, key: string, limit: number): boolean => db.query(LIMIT_RUNNING).run({ key, limit }) > 0;

export const limitStarts = (db: Queries, key: string, limit: number, periodMs: number): void =>
  void db.query(LIMIT_STARTS).run({ key, limit, periodMs });

export const rateOf = (db: Queries, key: string): { readonly limit: number; readonly periodMs: number } | undefined =>
  db.query<{ readonly limit: number; readonly periodMs: number }>(RATE).get({ key });

export const maxRunning = (db: Queries, key: string): number => db.query<{ readonly n: number | null }>(MAX_RUNNING).get({ key })?.n ?? 1;

export const countRunning = (db: Queries, key: string): number => countOf(db, RUNNING, { key });

/** As its row has it, damaged or not. */
export const laneOf = (db: Queries, id: string): string | null => {
  const lane = db.query<{ readonly lane: unknown }>(LANE_OF).get({ id })?.lane;
  return typeof lane === "string" ? lane : null;
};

export const isRunningIn = (db: Queries, key: string, id: string): boolean => db.query(IS_RUNNING).get({ key, id }) !== undefined;

export const runningIds = (db: Queries, key: string, limit: number): readonly string[] =>
  db
    .query<IdRow>(RUNNING_IDS)
    .all({ key, limit })
    .map(({ id }) => id);

export const waitingIn = (db: Queries, key: string, limit: number): readonly Waiting[] =>
  db.query<Waiting>(WAITING).all({ key, limit }).map(named);

/** How many wait that come before it, itself left out; at most `limit` of each kind are counted. */
export const countAhead = (
  db: Queries,
  {
    key,
    id,
    priority,
    createdAt,
    limit,
  }: { readonly [name in "key" | "id"]: string } & { readonly [name in "priority" | "createdAt" | "limit"]: number },
): number => {
  const seq = db.query<{ readonly seq: number }>(SEQ).get({ id })?.seq ?? Number.MAX_SAFE_INTEGER;
  return countOf(db, AHEAD_BY_PRIORITY, { key, priority, limit }) + countOf(db, AHEAD_BY_AGE, { key, priority, createdAt, seq, limit });
};

export const openLanes = (db: Queries, limit: number): readonly string[] =>
  db
    .query<{ readonly key: string }>(OPEN)
    .all({ limit })
    .map(({ key }) => key);

export const closeLane = (db: Queries, key: string): void => void db.query(CLOSE).run({ key });

export const openLane = (db: Queries, key: string): void => void db.query(OPEN_ONE).run({ key });

export const lanesShutByMistake = (db: Queries): readonly string[] =>
  db
    .query<{ readonly key: string }>(SHUT_BY_MISTAKE)
    .all()
    .map(({ key }) => key);

export const oldestUnfinished = (db: Queries, key: string, limit: number): readonly string[] =>
  db
    .query<IdRow>(OLDEST_UNFINISHED)
    .all({ key, limit })
    .map(({ id }) => id);

export const olderUnfinished = (db: Queries, key: string, newest: number): readonly string[] =>
  db
    .query<IdRow>(OLDER_UNFINISHED)
    .all({ key, newest })
    .map(({ id }) => id);

/** For the tests of their plans. */
export const LANE_STATEMENTS = {
  running: RUNNING,
  runningIds: RUNNING_IDS,
  waiting: WAITING,
  aheadByPriority: AHEAD_BY_PRIORITY,
  aheadByAge: AHEAD_BY_AGE,
  open: OPEN,
  shutByMistake: SHUT_BY_MISTAKE,
  oldestUnfinished: OLDEST_UNFINISHED,
  olderUnfinished: OLDER_UNFINISHED,
} as const;
