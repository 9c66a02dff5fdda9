/**
 * Removing executions that are over, in transactions that are short.
 *
 *     few rows     deleted at once; what belongs to it goes along (ON DELETE CASCADE)
 *     many rows    marked as removed ──► its children that are over, marked too ──► its rows, some at a time ──► its own row
 *
 * What callers may rely on:
 *   1. From the mark on nobody meets it any more: it is neither read, nor listed, nor counted, and its id is free.
 *   2. A mark that is left by a process that died is found by an index, and the rest is deleted by whoever removes next.
 *   3. A row that does not match its checksum stays: that it is over may be what is damaged about it.
 */
import { REMOVED } from "./removed.ts";
import type { RemovableRange } from "../engine/store/retention.ts";
import { isTerminal, TERMINAL_STATUSES, type TerminalStatus } from "../model/status.ts";
import type { Queries, SqlValue } from "./query.ts";
import { counted } from "./tables/counts.ts";
import { deleteExecution, findExecution } from "./tables/executions.ts";

/** Says when a transaction has done enough. */
export interface Budget {
  /** Rows it may still delete. */
  rows: number;
  isSpent(): boolean;
}

export interface RemovalParts {
  readonly budget: Budget;
  /** Told of each execution that is gone. */
  gone(status: TerminalStatus): void;
  /** Told of each of which nothing is left. */
  deleted(id: string): void;
}

/** Tables with rows of an execution, by their keys. `WITHOUT ROWID`, the key is the primary one. */
const PARTS: readonly { readonly table: string; readonly key: readonly string[] }[] = [
  { table: "steps", key: ["scope", "kind", "name", "n"] },
  { table: "attempts", key: ["scope", "kind", "name", "n", "attempt"] },
  { table: "events", key: ["seq"] },
  { table: "logs", key: ["cursor"] },
  { table: "panics", key: ["seq"] },
  { table: "marks", key: ["name"] },
  { table: "decisions", key: ["seq"] },
  { table: "requests", key: ["seq"] },
  { table: "script_passes", key: ["term"] },
  { table: "script_counts", key: ["scope", "kind", "name"] },
];

/** Up to this many rows are deleted with their execution, in one statement. */
const FEW = 100;

/** Rows between two looks at the clock: values may be large, and each page of one costs. */
const SLICE = 16;

const someOf = (table: string): string => `(SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE execution_id = $id LIMIT ${FEW + 1}))`;

const WEIGHT = `SELECT ${PARTS.map(({ table }) => someOf(table)).join(" + ")} AS n`;

const ENDED_CHILDREN = `
  SELECT seq, id, status FROM executions
   WHERE parent_id = $id AND detached = 0 AND removed IS NOT ${REMOVED} AND damaged_at IS NULL
     AND (${TERMINAL_STATUSES.map((status) => `status = '${status}'`).join(" OR ")}) AND seq > $after
   ORDER BY seq
   LIMIT ${SLICE}`;

/** What other indexes would find it by goes at once. */
const MARK = `UPDATE executions SET removed = ${REMOVED}, parent_id = NULL, schedule = NULL WHERE id = $id`;

const mark = (db: Queries, id: string): void => void counted(db, () => db.query(MARK).run({ id }));

const MARKED = `SELECT id FROM executions WHERE removed IS ${REMOVED} ORDER BY seq LIMIT $limit`;

const keysSql = ({ table, key }: (typeof PARTS)[number]): string =>
  `SELECT ${key.join(", ")} FROM ${table} WHERE execution_id = $id LIMIT ${SLICE}`;

const deleteSql = ({ table, key }: (typeof PARTS)[number]): string =>
  `DELETE FROM ${table} WHERE execution_id = $id AND ${key.map((column) => `${column} = $${column}`).join(" AND ")}`;

export const removedIds = (db: Queries, limit: number): readonly string[] =>
  db
    .query<{ readonly id: string }>(MARKED)
    .all({ limit })
    .map(({ id }) => id);

/** @returns false when the budget was spent before it had gone whole; it is marked then */
export function removeEnded(
  db: Queries,
  { id, range }: { readonly id: string; readonly range: RemovableRange },
  parts: RemovalParts,
): boolean {
  if (!mayGo(db, id, range)) return true;
  parts.gone(range.status);
  const weight = weightOf(db, id);
  if (weight > FEW || endedChildren(db, id).length > 0) {
    mark(db, id);
    return removeRest(db, id, parts);
  }
  deleteExecution(db, id);
  parts.deleted(id);
  parts.budget.rows -= weight + 1;
  return true;
}

/** Of one that is marked. @returns false when the budget was spent before it had gone whole */
export function removeRest(db: Queries, id: string, { budget, gone, deleted }: RemovalParts): boolean {
  for (let children = endedChildren(db, id); children.length > 0; children = endedChildren(db, id, children.at(-1)?.seq)) {
    if (budget.isSpent()) return false;
    for (const child of children) {
      if (findExecution(db, child.id)?.isDamaged !== false) continue;
      mark(db, child.id);
      gone(child.status);
    }
    budget.rows -= children.length;
  }
  for (const part of PARTS) {
    const keysOf = (): readonly Readonly<Record<string, SqlValue>>[] => db.query<Record<string, SqlValue>>(keysSql(part)).all({ id });
    for (let keys = keysOf(); keys.length > 0; keys = keysOf()) {
      if (budget.isSpent()) return false;
      for (const key of keys) db.query(deleteSql(part)).run({ id, ...key });
      budget.rows -= keys.length;
    }
  }
  deleteExecution(db, id);
  deleted(id);
  budget.rows--;
  return true;
}

/** Looked at in the transaction that removes it: a person may have taken it up again since it was listed. */
function mayGo(db: Queries, id: string, { workflow, status, before }: RemovableRange): boolean {
  const stored = findExecution(db, id);
  if (stored === undefined || stored.isDamaged) return false;
  const { record } = stored;
  if (record.status !== status || record.workflow !== workflow || record.finishedAt === null || record.finishedAt > before.at) return false;
  const parent = record.parentId === null ? undefined : findExecution(db, record.parentId);
  return parent === undefined || (record.isDetached && !parent.isDamaged && isTerminal(parent.record.status));
}

const weightOf = (db: Queries, id: string): number => db.query<{ readonly n: number }>(WEIGHT).get({ id })?.n ?? 0;

interface Child {
  readonly seq: number;
  readonly id: string;
  readonly status: TerminalStatus;
}

const endedChildren = (db: Queries, id: string, after = 0): readonly Child[] => db.query<Child>(ENDED_CHILDREN).all({ id, after });

/** For the tests of their plans. */
export const REMOVAL_STATEMENTS = {
  weight: WEIGHT,
  children: ENDED_CHILDREN,
  removed: MARKED,
  keys: PARTS.map(keysSql),
  deletes: PARTS.map(deleteSql),
} as const;

/** For the test that no table is forgotten. */
export const REMOVED_TABLES = PARTS.map(({ table }) => table);
