/**
 * `feed`: the stream of all that happens.
 *
 *     writer A   BEGIN IMMEDIATE ── 41 · 42 ── COMMIT
 *     writer B                                        BEGIN IMMEDIATE ── 43 ── COMMIT
 *     reader             ≤ 40                ≤ 42                               ≤ 43
 *
 * Numbers are taken under the write lock, which one connection has at a time and keeps to its commit. So what a reader sees is all there is
 * up to the greatest number it sees, and nothing smaller ever comes after it.
 *
 * They are taken while somebody listens: see `feed-triggers.ts`.
 *
 * A row says what happened and to whom; what was said is looked up in the tables of those that said it, and is null once they are removed.
 */
import type { StoredHappening, StoredHappenings } from "../engine/store/looking.ts";
import type { Queries } from "./query.ts";
import { REMOVED } from "./removed.ts";

/** Each look-up is by the key of its table. */
const PAGE = `
  SELECT f.cursor, f.at, f.type, f.execution_id AS executionId, f.status, f.reason, f.wake_at AS wakeAt,
         f.scope, f.kind, f.name, f.n, f.attempt, e.workflow,
         CASE f.type
           WHEN 'execution' THEN iif(f.status = 'failed' AND e.status = 'failed', e.error, NULL)
           WHEN 'step' THEN iif(f.status = 'failed', (
             SELECT s.error FROM steps AS s
              WHERE s.execution_id = f.execution_id AND s.scope = f.scope AND s.kind = f.kind AND s.name = f.name AND s.n = f.n
                AND s.status = 'failed' AND s.attempt = f.attempt), NULL)
           WHEN 'attempt' THEN (
             SELECT a.error FROM attempts AS a
              WHERE a.execution_id = f.execution_id AND a.scope = f.scope AND a.kind = f.kind AND a.name = f.name AND a.n = f.n
                AND a.attempt = f.attempt)
         END AS errorText,
         iif(f.type = 'event', (SELECT v.id FROM events AS v WHERE v.seq = f.ref), NULL) AS eventId,
         l.source AS logSource, l.message AS logMessage, l.data AS logDataText, l.step AS logStep,
         d.by AS decidedBy, d.detail AS decisionDetail, d.reason AS decisionReason,
         p.cause AS panicCause
    FROM feed AS f
    LEFT JOIN executions AS e ON e.id = f.execution_id AND e.removed IS NOT ${REMOVED}
    LEFT JOIN logs AS l ON f.type = 'log' AND l.cursor = f.ref
    LEFT JOIN decisions AS d ON f.type = 'decision' AND d.seq = f.ref AND d.execution_id = f.execution_id
    LEFT JOIN panics AS p ON f.type = 'panic' AND p.seq = f.ref AND p.execution_id = f.execution_id
   WHERE f.cursor > $after
   ORDER BY f.cursor
   LIMIT $limit`;

const OLDEST = `SELECT cursor FROM feed ORDER BY cursor LIMIT 1`;

const NEWEST = `SELECT cursor FROM feed ORDER BY cursor DESC LIMIT 1`;

/** All of it is read: times are not in order, where a clock was set back. */
const FIRST_SINCE = `SELECT min(cursor) AS cursor FROM feed WHERE at >= $since`;

type Cursor = { readonly cursor: number };

export const happeningsAfter = (db: Queries, after: number, limit: number): StoredHappenings => ({
  rows: db.query<StoredHappening>(PAGE).all({ after, limit }),
  oldest: db.query<Cursor>(OLDEST).get()?.cursor ?? 0,
  newest: newestCursor(db),
});

export const newestCursor = (db: Queries): number => db.query<Cursor>(NEWEST).get()?.cursor ?? 0;

/** The last one before all that was written at or after an instant. */
export const cursorBefore = (db: Queries, since: number): number => {
  const first = db.query<{ readonly cursor: number | null }>(FIRST_SINCE).get({ since })?.cursor ?? null;
  return first === null ? newestCursor(db) : first - 1;
};

/** For the tests of their plans. */
export const FEED_STATEMENTS = { page: PAGE, oldest: OLDEST, newest: NEWEST } as const;
