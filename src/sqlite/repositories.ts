/**
 * Workflows, executions and steps as they are stored, for programs that look after a database themselves.
 *
 * What callers may rely on:
 *   1. Nothing is thrown: every outcome is a `Result`. An error of the machine keeps its own as `cause`.
 *   2. What is written stays within what the engine relies on: an execution that is not over is not deleted, and the steps of one that
 *      somebody owns are not touched.
 */
import type { ListFilter } from "../model/client.ts";
import { fail, WfliteError } from "../model/errors.ts";
import type { ExecutionRecord, StepIdentity, StepRecord, WorkflowRecord } from "../model/records.ts";
import { err, ok, type Result } from "../model/result.ts";
import { isTerminal } from "../model/status.ts";
import type { DatabaseConnection } from "./connection.ts";
import { listExecutions } from "./list.ts";
import { deleteExecution, insertExecution, saveExecution, unowned } from "./tables/executions.ts";
import { countSteps, findStep, saveStep, stepHistory } from "./tables/steps.ts";
import { findWorker } from "./tables/workers.ts";
import { deleteWorkflow, findWorkflow, listWorkflows, saveWorkflow } from "./tables/workflows.ts";
import { soundExecution } from "./transition.ts";
import { explained } from "./unusable.ts";

/** Newest first; the default of every list. */
const LIST_LIMIT = 20;

export class WorkflowRepository {
  readonly #db: DatabaseConnection;

  constructor(db: DatabaseConnection) {
    this.#db = db;
  }

  find(name: string): Promise<Result<WorkflowRecord | undefined, WfliteError>> {
    return settled(
      this.#db,
      this.#db.read(() => findWorkflow(this.#db, name)),
    );
  }

  list(): Promise<Result<readonly WorkflowRecord[], WfliteError>> {
    return settled(
      this.#db,
      this.#db.read(() => listWorkflows(this.#db)),
    );
  }

  save(workflow: WorkflowRecord): Promise<Result<void, WfliteError>> {
    return settled(
      this.#db,
      this.#db.transaction(() => saveWorkflow(this.#db, workflow)),
    );
  }

  /** @returns whether there was one */
  delete(name: string): Promise<Result<boolean, WfliteError>> {
    return settled(
      this.#db,
      this.#db.transaction(() => deleteWorkflow(this.#db, name)),
    );
  }
}

export class ExecutionRepository {
  readonly #db: DatabaseConnection;

  constructor(db: DatabaseConnection) {
    this.#db = db;
  }

  /** Fails with CORRUPT when its row is damaged. */
  find(id: string): Promise<Result<ExecutionRecord | undefined, WfliteError>> {
    return settled(
      this.#db,
      this.#db.read(() => soundExecution(this.#db, id)?.record),
    );
  }

  list(filter: ListFilter = {}): Promise<Result<readonly ExecutionRecord[], WfliteError>> {
    return settled(
      this.#db,
      this.#db.read(() => listExecutions(this.#db, { ...filter, limit: filter.limit ?? LIST_LIMIT })),
    );
  }

  /** Fails with ID_TAKEN when there is one of that id. */
  insert(record: ExecutionRecord): Promise<Result<void, WfliteError>> {
    return settled(
      this.#db,
      this.#db.transaction(() => {
        if (!insertExecution(this.#db, unowned(record))) throw fail("ID_TAKEN", { id: record.id });
      }),
    );
  }

  /** With its steps, events and logs. Fails with USAGE while it is not over. @returns whether there was one */
  delete(id: string): Promise<Result<boolean, WfliteError>> {
    return settled(
      this.#db,
      this.#db.transaction(() => {
        const stored = soundExecution(this.#db, id);
        const status = stored?.record.status;
        if (status !== undefined && !isTerminal(status)) {
          throw fail("USAGE", { problem: `Cannot delete execution "${id}": it is ${status}`, next: `Cancel it first: wf cancel ${id}` });
        }
        return deleteExecution(this.#db, id);
      }),
    );
  }
}

export class StepRepository {
  readonly #db: DatabaseConnection;

  constructor(db: DatabaseConnection) {
    this.#db = db;
  }

  /** Fails with CORRUPT when its row is damaged. */
  find(executionId: string, step: StepIdentity): Promise<Result<StepRecord | undefined, WfliteError>> {
    return settled(
      this.#db,
      this.#db.read(() => findStep(this.#db, executionId, step)),
    );
  }

  /** Completions in their order, then those still open. */
  list(executionId: string): Promise<Result<readonly StepRecord[], WfliteError>> {
    return settled(
      this.#db,
      this.#db.read(() => stepHistory(this.#db, executionId, soundExecution(this.#db, executionId)?.stepCount ?? 0)),
    );
  }

  /** Fails with EXECUTION_NOT_FOUND, or with EXECUTION_OWNED while a process is moving the execution. */
  save(executionId: string, step: StepRecord): Promise<Result<void, WfliteError>> {
    return settled(
      this.#db,
      this.#db.transaction(() => {
        const stored = soundExecution(this.#db, executionId);
        if (stored === undefined) throw fail("EXECUTION_NOT_FOUND", { id: executionId });
        const owner = stored.owner === null ? undefined : findWorker(this.#db, stored.owner);
        if (owner !== undefined)
          throw fail("EXECUTION_OWNED", { id: executionId, action: "change a step of", pid: owner.pid, host: owner.host });
        saveStep(this.#db, executionId, step);
        saveExecution(this.#db, { ...stored, stepCount: countSteps(this.#db, executionId) });
      }),
    );
  }
}

async function settled<T>(db: DatabaseConnection, outcome: Promise<T>): Promise<Result<T, WfliteError>> {
  try {
    return ok(await outcome);
  } catch (thrown) {
    const error = explained(thrown, db.path);
    return err(error instanceof WfliteError ? error : unstorable(error));
  }
}

/** The machine and the file are not at fault, so what was to be stored is. */
const unstorable = (error: unknown): WfliteError => {
  const problem = error instanceof Error ? error.message : String(error);
  return fail("USAGE", { problem: `This cannot be stored: ${problem}`, next: "See the cause; nothing was changed." }, error);
};
