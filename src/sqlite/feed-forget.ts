/**
 * What the stream tells of executions that are gone, taken out of it: their ids, and the names of their steps and events.
 *
 * The newest row stays as a gap, since from it the next number is made. Whoever has not read the others misses what nobody shall know.
 */
import type { Queries } from "./query.ts";
import { REMOVED } from "./removed.ts";

const IS_GONE = `execution_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM executions AS e WHERE e.id = feed.execution_id AND e.removed IS NOT ${REMOVED})`;

const BLANK = `
  UPDATE feed
     SET type = 'gap', execution_id = NULL, status = NULL, reason = NULL, wake_at = NULL, scope = NULL, kind = NULL, name = NULL, n = NULL,
         attempt = NULL, ref = NULL
   WHERE cursor = (SELECT max(cursor) FROM feed) AND ${IS_GONE}`;

const FORGET = `DELETE FROM feed WHERE ${IS_GONE}`;

/** Inside a write transaction. */
export function forgetGone(db: Queries): void {
  db.query(BLANK).run();
  db.query(FORGET).run();
}
