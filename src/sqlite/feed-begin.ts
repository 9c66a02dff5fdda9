/**
 * The beginning of the stream: when somebody first asks for it.
 *
 *     nobody listens ──► what the tables still tell of the newest executions, and the triggers ──► they write
 *                        └────────────────────────── one transaction ──────────────────────────┘
 *
 * What callers may rely on:
 *   1. Whatever is committed after it is in the stream, and nothing of what it tells itself is there twice.
 *   2. What happened before is told in the order of its times, and as far as it is still known: states in between are not.
 *   3. When it had been ended, a row of type `gap` says that something is missing there.
 */
import { A_TRIGGER, DROP_TRIGGERS, MAKE_TRIGGERS } from "./feed-triggers.ts";
import type { Queries } from "./query.ts";
import { REMOVED } from "./removed.ts";

/** A tenth of a second of writing, once in the life of a file. */
const EXECUTIONS = 1_000;
const STEPS = 50_000;
const REST = 10_000;

const IS_LISTENING = `SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND name = '${A_TRIGGER}'`;

const HAS_ROWS = `SELECT 1 FROM feed LIMIT 1`;

const GAP = `INSERT INTO feed (at, type) VALUES ($now, 'gap')`;

/** No values: those of a thousand executions may be larger than the memory. */
const RECENT = `
  SELECT id, workflow, status, reason, wake_at, created_at, started_at, finished_at FROM (
    SELECT *, sum(steps) OVER (ORDER BY created_at DESC, seq DESC) AS stepsSoFar FROM (
      SELECT seq, id, workflow, status, reason, wake_at, created_at, started_at, finished_at, steps FROM executions
       WHERE removed IS NOT ${REMOVED} AND damaged_at IS NULL
       ORDER BY created_at DESC, seq DESC
       LIMIT ${EXECUTIONS}))
   WHERE stepsSoFar <= ${STEPS}`;

const LAST_MOVED = `coalesce(
  finished_at,
  (SELECT max(max(coalesce(s.finished_at, 0), s.started_at)) FROM steps AS s WHERE s.execution_id = id),
  started_at, created_at)`;

const newest = (table: string, columns: string): string => {
  const [key = ""] = columns.split(",");
  return `(SELECT execution_id, ${columns} FROM ${table} ORDER BY ${key} DESC LIMIT ${REST})`;
};

const EVENTS = newest("events", "seq, kind, name, sent_at, consumed_at");

/** `rank` is the order within one millisecond. */
const TELL = `
  WITH recent AS MATERIALIZED (${RECENT}),
  told (at, rank, place, type, execution_id, status, reason, wake_at, scope, kind, name, n, attempt, ref) AS (
    SELECT created_at, 0, 0, 'execution', id, 'created', NULL, NULL, NULL, NULL, workflow, NULL, NULL, NULL FROM recent
    UNION ALL
    SELECT ${LAST_MOVED}, 3, 0, 'execution', id, status, reason, wake_at, NULL, NULL, workflow, NULL, NULL, NULL FROM recent
    UNION ALL
    SELECT coalesce(s.finished_at, s.started_at), 2, coalesce(s.ord, 9e15), 'step', s.execution_id, s.status, NULL, s.wake_at,
           s.scope, s.kind, s.name, s.n, s.attempt, NULL
      FROM recent JOIN steps AS s ON s.execution_id = recent.id
    UNION ALL
    SELECT * FROM (
      SELECT a.finished_at, 2, 0, 'attempt', a.execution_id, 'failed', NULL, NULL, a.scope, a.kind, a.name, a.n, a.attempt, NULL
        FROM recent JOIN attempts AS a ON a.execution_id = recent.id LIMIT ${REST})
    UNION ALL
    SELECT e.sent_at, 1, 0, 'event', e.execution_id, 'sent', NULL, NULL, NULL, e.kind, e.name, NULL, NULL, e.seq
      FROM ${EVENTS} AS e WHERE e.execution_id IN (SELECT id FROM recent)
    UNION ALL
    SELECT e.consumed_at, 2, 0, 'event', e.execution_id, 'taken', NULL, NULL, NULL, e.kind, e.name, NULL, NULL, e.seq
      FROM ${EVENTS} AS e WHERE e.consumed_at IS NOT NULL AND e.execution_id IN (SELECT id FROM recent)
    UNION ALL
    SELECT l.at, 1, l.cursor, 'log', l.execution_id, l.level, NULL, NULL, NULL, NULL, NULL, NULL, NULL, l.cursor
      FROM ${newest("logs", "cursor, at, level")} AS l WHERE l.execution_id IN (SELECT id FROM recent)
    UNION ALL
    SELECT p.at, 1, 0, 'panic', p.execution_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, p.seq
      FROM ${newest("panics", "seq, at")} AS p WHERE p.execution_id IN (SELECT id FROM recent)
    UNION ALL
    SELECT d.at, 1, 0, 'decision', d.execution_id, d.action, NULL, NULL, NULL, NULL, NULL, NULL, NULL, d.seq
      FROM ${newest("decisions", "seq, at, action")} AS d WHERE d.execution_id IN (SELECT id FROM recent))
  INSERT INTO feed (at, type, execution_id, status, reason, wake_at, scope, kind, name, n, attempt, ref)
  SELECT at, type, execution_id, status, reason, wake_at, scope, kind, name, n, attempt, ref FROM told
   ORDER BY at, rank, place, execution_id`;

export const isListening = (db: Queries): boolean => db.query(IS_LISTENING).get() !== undefined;

/** Inside a write transaction. */
export function listen(db: Queries, now: number): void {
  if (isListening(db)) return;
  if (db.query(HAS_ROWS).get() === undefined) db.query(TELL).run();
  else db.query(GAP).run({ now });
  for (const sql of MAKE_TRIGGERS) db.query(sql).run();
}

/** Inside a write transaction. */
export function endListening(db: Queries): void {
  for (const sql of DROP_TRIGGERS) db.query(sql).run();
}
