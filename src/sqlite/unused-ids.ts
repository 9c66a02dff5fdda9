/** Which ids no execution has: neither one that is damaged, nor one that is being removed. */
import type { Queries } from "./query.ts";

const USED = `SELECT id FROM executions WHERE id IN (SELECT value FROM json_each($ids))`;

/** Looks at all ids, so it is for machines that need it. Those of executions are ASCII, as `lower` knows it. */
const USED_IGNORING_CASE = `SELECT lower(id) AS id FROM executions WHERE lower(id) IN (SELECT lower(value) FROM json_each($ids))`;

export const unusedIds = (db: Queries, ids: readonly string[], ignoringCase: boolean): readonly string[] => {
  const sql = ignoringCase ? USED_IGNORING_CASE : USED;
  const rows = db.query<{ readonly id: string }>(sql).all({ ids: JSON.stringify(ids) });
  const used = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !used.has(ignoringCase ? id.toLowerCase() : id));
};

/** For the test of its plan. */
export const UNUSED_STATEMENTS = { used: USED } as const;
