/**
 * Names that a database holds, for completion in a shell: asked between two keys, so each question is a few seeks in an index, whatever the
 * number of executions.
 *
 * Like `fast.ts` this stands nearly alone. It answers nothing where the file is not there, busy, or of another schema: no key of a keyboard
 * makes a file or brings one up to date.
 */
import type { Database } from "bun:sqlite";
import { openFile } from "./open-file.ts";
import { REMOVED } from "./removed.ts";
import { SCHEMA } from "./schema.ts";

export interface NamedExecution {
  readonly id: string;
  readonly workflow: string;
  readonly status: string;
}

export interface NamedStep {
  readonly scope: string;
  readonly kind: string;
  readonly name: string;
  readonly n: number;
  readonly status: string;
}

export interface Names {
  /** The newest first. */
  newest(limit: number): readonly NamedExecution[];
  newestOf(status: string, limit: number): readonly NamedExecution[];
  /** In the order of their ids. */
  from(start: string, end: string, limit: number): readonly NamedExecution[];
  /** The last one before the end of a range. */
  lastOf(start: string, end: string): NamedExecution | undefined;
  workflows(): readonly string[];
  steps(executionId: string): readonly NamedStep[];
  /** What approvals are waited for, the newest first. */
  approvals(limit: number): readonly { readonly executionId: string; readonly name: string }[];
  /** Input of the newest execution of a workflow, as it is stored. */
  lastInput(workflow: string): string | undefined;
  close(): void;
}

const COLUMNS = "id, workflow, iif(damaged_at IS NULL, status, 'blocked') AS status";
const IS_THERE = `removed IS NOT ${REMOVED}`;

const NEWEST = `SELECT ${COLUMNS} FROM executions WHERE ${IS_THERE} ORDER BY created_at DESC, seq DESC LIMIT ?1`;

const NEWEST_OF = `SELECT ${COLUMNS} FROM executions WHERE status = ?1 AND ${IS_THERE} ORDER BY created_at DESC, seq DESC LIMIT ?2`;

const FROM = `SELECT ${COLUMNS} FROM executions WHERE id >= ?1 AND id < ?2 AND ${IS_THERE} ORDER BY id LIMIT ?3`;

const LAST_OF = `SELECT ${COLUMNS} FROM executions WHERE id >= ?1 AND id < ?2 AND ${IS_THERE} ORDER BY id DESC LIMIT 1`;

/** A row for each workflow and status, so few however many executions there are. */
const WORKFLOWS = "SELECT workflow FROM counts WHERE n > 0 GROUP BY workflow ORDER BY workflow LIMIT 1000";

const STEPS = `
  SELECT scope, kind, name, n, status FROM steps WHERE execution_id = ?1
   ORDER BY scope, kind, name, n LIMIT 500`;

const APPROVALS = `
  SELECT execution_id AS executionId, name FROM steps
   WHERE kind = 'approval' AND status = 'waiting' ORDER BY started_at DESC LIMIT ?1`;

const LAST_INPUT = "SELECT input FROM executions WHERE workflow = ?1 ORDER BY created_at DESC LIMIT 1";

/** A person waits: what is locked longer is left out. */
const BUSY_TIMEOUT_MS = 25;

export const openNames = (file: string): Names | undefined => {
  const opening = openFile(file, { create: false, durability: "full", newest: SCHEMA.version, busyTimeoutMs: BUSY_TIMEOUT_MS });
  if ("problem" in opening) return undefined;
  const { database, schemaVersion } = opening.opened;
  if (schemaVersion === SCHEMA.version) return namesOf(database);
  database.close();
  return undefined;
};

const namesOf = (database: Database): Names => {
  database.run("PRAGMA query_only = ON");
  const all = <Row>(sql: string, ...values: readonly (string | number)[]): readonly Row[] => {
    const statement = database.prepare<Row, (string | number)[]>(sql);
    try {
      return statement.all(...values);
    } finally {
      statement.finalize();
    }
  };
  return {
    newest: (limit) => all(NEWEST, limit),
    newestOf: (status, limit) => all(NEWEST_OF, status, limit),
    from: (start, end, limit) => all(FROM, start, end, limit),
    lastOf: (start, end) => all<NamedExecution>(LAST_OF, start, end)[0],
    workflows: () => all<{ readonly workflow: string }>(WORKFLOWS).map(({ workflow }) => workflow),
    steps: (executionId) => all(STEPS, executionId),
    approvals: (limit) => all(APPROVALS, limit),
    lastInput: (workflow) => all<{ readonly input: string }>(LAST_INPUT, workflow)[0]?.input,
    close: () => database.close(),
  };
};

/** For the tests of their plans. */
export const NAME_STATEMENTS = {
  newest: NEWEST,
  newestOf: NEWEST_OF,
  from: FROM,
  lastOf: LAST_OF,
  workflows: WORKFLOWS,
  steps: STEPS,
  approvals: APPROVALS,
  lastInput: LAST_INPUT,
} as const;
