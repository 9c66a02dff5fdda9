/** Taking a damaged row of `executions` for what it holds: the one way that overwrites a damaged row, and only when a person says so. */
import type { Queries } from "../query.ts";
import { EXECUTION_COLUMNS, type ExecutionRow, executionChecksum } from "./execution-row.ts";

const FIND = `SELECT ${EXECUTION_COLUMNS} FROM executions WHERE id = $id`;

const ACCEPT = `
  UPDATE executions SET steps = $stepCount, state_version = $version, checksum = $checksum, damaged_at = NULL WHERE id = $id`;

export interface Acceptance {
  readonly stepCount: number;
  readonly version: number;
  /** Throws for a value that cannot be read. */
  readonly check: (text: string) => void;
}

/** Gives its row the checksum of what it holds, and takes the mark away. @returns false when there is no such row */
export function acceptExecution(db: Queries, id: string, { stepCount, version, check }: Acceptance): boolean {
  const row = db.query<ExecutionRow>(FIND).get({ id });
  if (row === undefined) return false;
  check(row.inputText);
  if (row.outputText !== null) check(row.outputText);
  check(row.tagsText);
  db.query(ACCEPT).run({ id, stepCount, version, checksum: executionChecksum({ ...row, stepCount }) });
  return true;
}
