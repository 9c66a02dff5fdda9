/**
 * `counts`: how many executions of each workflow there are in each status, kept by triggers.
 *
 * A trigger cannot be forgotten by a statement, and no crash comes between it and what it counts. What is left are a damaged page and a
 * hand that edits: `miscounts` finds them, `recount` mends them, both by looking at every execution. Where one is so damaged that a trigger
 * cannot write to it, all are counted anew at once: they are only shown, and keep no execution from going on.
 */
import { REMOVED } from "../removed.ts";
import type { MiscountView } from "../../model/maintenance.ts";
import type { Queries } from "../query.ts";
import { isConstraint } from "../sqlite-errors.ts";

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
  if (wrong.length > 0) countAnew(db);
  return wrong;
}

function countAnew(db: Queries): void {
  db.query(FORGET).run();
  db.query(COUNT).run();
}

/** A write to `executions`, whose triggers count, within a transaction. */
export function counted<T>(db: Queries, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (!isOfCounts(error)) throw error;
    countAnew(db);
    return write();
  }
}

const isOfCounts = (error: unknown): boolean => isConstraint(error) && /\bcounts\./.test((error as Error).message);
