/** The children that end with their parent. */
import { REMOVED } from "../removed.ts";
import type { Queries } from "../query.ts";

const CHILDREN = `
  SELECT id FROM executions
   WHERE parent_id = $id AND parent_id IS NOT NULL AND detached = 0 AND removed IS NOT ${REMOVED}
   ORDER BY seq`;

export const childIds = (db: Queries, id: string): readonly string[] =>
  db
    .query<{ readonly id: string }>(CHILDREN)
    .all({ id })
    .map((row) => row.id);

/** For the tests of their plans. */
export const CHILD_STATEMENTS = { children: CHILDREN } as const;
