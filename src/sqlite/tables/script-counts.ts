/** `script_counts`: how often each name was called in a pass of a script. What was counted in an earlier pass is written over. */
import { checksum } from "../checksum.ts";
import { corrupt } from "../corrupt.ts";
import type { Queries } from "../query.ts";

/** What is counted together. */
export interface Counted {
  readonly scope: string;
  readonly kind: string;
  readonly name: string;
}

interface Row {
  readonly term: number;
  readonly n: number;
  readonly checksum: number;
}

const FIND = `
  SELECT term, n, checksum FROM script_counts
   WHERE execution_id = $executionId AND scope = $scope AND kind = $kind AND name = $name`;

const SAVE = `
  INSERT INTO script_counts (execution_id, scope, kind, name, term, n, checksum)
  VALUES ($executionId, $scope, $kind, $name, $term, $n, $checksum)
  ON CONFLICT (execution_id, scope, kind, name) DO UPDATE SET term = excluded.term, n = excluded.n, checksum = excluded.checksum`;

const FORGET = `DELETE FROM script_counts WHERE execution_id = $executionId AND scope = $scope`;

/** "0" is the character after "/": whatever begins with the path and a "/" lies between the two. */
const FORGET_WITHIN = `
  DELETE FROM script_counts WHERE execution_id = $executionId AND scope > $scope || '/' AND scope < $scope || '0'`;

/** 0 where it was not called in this pass. @throws CORRUPT when the row is damaged */
export function countedSoFar(db: Queries, executionId: string, counted: Counted, term: number): number {
  const { scope, kind, name } = counted;
  const row = db.query<Row>(FIND).get({ executionId, scope, kind, name });
  if (row === undefined) return 0;
  if (row.checksum !== countChecksum(executionId, counted, row))
    throw corrupt(`how often "${name}" of "${executionId}" was called`, "its row does not match its checksum");
  return row.term === term ? row.n : 0;
}

export function saveCount(db: Queries, executionId: string, counted: Counted, count: { readonly term: number; readonly n: number }): void {
  const { scope, kind, name } = counted;
  db.query(SAVE).run({ executionId, scope, kind, name, ...count, checksum: countChecksum(executionId, counted, count) });
}

/** In a scope, and in those within it. */
export function forgetCounts(db: Queries, executionId: string, scope: string): void {
  db.query(FORGET).run({ executionId, scope });
  db.query(FORGET_WITHIN).run({ executionId, scope });
}

const countChecksum = (executionId: string, { scope, kind, name }: Counted, { term, n }: Pick<Row, "term" | "n">): number =>
  checksum([executionId, scope, kind, name, term, n]);

/** For the tests of their plans. */
export const SCRIPT_COUNT_STATEMENTS = { find: FIND, forget: FORGET, forgetWithin: FORGET_WITHIN } as const;
