/**
 * `counts`: how many executions of each workflow there are in each status, kept by triggers.
 *
 * A trigger cannot be forgotten by a statement, and no crash comes between it and what it counts. What is left are a damaged page and a
 * hand that edits: `miscounts` finds them, `recount` mends them, both by looking at every execution.
 */
import { REMOVED } from "../removed.ts";
import type { MiscountView } from "../../model/maintenance.ts";
import type { Queries } from "../query.ts";

const TRUTH = `SELECT workflow, status, count(*) AS n FROM executions WHERE removed IS NOT ${REMOVED} GROUP BY workflow, status`;

const MISCOUNTS = `
  SELECT workflow, status, coalesce(counts.n, 0) AS kept, coalesce(truth.n, 0) AS found
    FROM counts FULL OUTER JOIN (${TRUTH}) AS truth USING (workflow, status)
   WHERE coalesce(counts.n, 0) <> coalesce(truth.n, 0)
   ORDER BY workflow, status
   LIMIT 100`;

const FORGET = `DELETE FROM counts`;

const COUNT = `INSERT INTO counts (workflow, status, n) ${TRUTH}`;

export const miscounts = (db: Queries): readonly MiscountView[] => db.query<MiscountView>(MISCOUNTS).all();

/** @returns what was wrong */
export function recount(db: Queries): readonly MiscountView[] {
  const wrong = miscounts(db);
  if (wrong.length === 0) return wrong;
  db.query(FORGET).run();
  db.query(COUNT).run();
  return wrong;
}
