/**
 * The end of an attempt, written by the process that has made it.
 *
 * The row itself is the fence: it names process and attempt, so what was begun in an earlier pass is still recorded, and nothing that
 * somebody else has begun since, or that ended with its execution, is touched.
 */
import type { StepEnd } from "../../engine/store/scripts.ts";
import { fail } from "../../model/fail-late.ts";
import { STEP_FLAGS, type StepRecord, type ProcessIdentity } from "../../model/records.ts";
import { isSameProcess, readRunner, runnerText } from "../../model/scripts/running.ts";
import { isTerminal } from "../../model/status.ts";
import { saveAttempt } from "../tables/attempts.ts";
import { saveExecution, type StoredExecution } from "../tables/executions.ts";
import { findStep, lastPlace, saveStep } from "../tables/steps.ts";
import { soundExecution } from "../transition.ts";
import { blockBegun } from "./call-step.ts";
import { type CallParts, isBegun } from "./passes.ts";

/** @returns the row as it is now; undefined when the attempt was not this process's any more */
export function endStep(parts: CallParts, end: StepEnd): StepRecord | undefined {
  const { db, host } = parts;
  const { executionId } = end;
  const stored = soundExecution(db, executionId);
  if (stored === undefined) throw fail("EXECUTION_NOT_FOUND", { id: executionId });
  const row = ownRow(parts, end);
  if (row === undefined || isTerminal(stored.record.status)) return undefined;
  const next = ended(parts, { ...end, row });
  saveStep(db, executionId, next);
  if (next.status === "completed") progressed(parts, stored);
  if (next.status === "in-doubt" && isBegun(stored) && stored.owner !== null) blockBegun({ db, host }, stored, next);
  return next;
}

/** As it is stored, if this process still makes that attempt. */
function ownRow(
  { db }: CallParts,
  { executionId, row, process }: Pick<StepEnd, "executionId" | "row" | "process">,
): StepRecord | undefined {
  const found = findStep(db, executionId, row);
  const runner = found === undefined ? undefined : readRunner(found.detail);
  const isOurs = runner !== undefined && isSameProcess(runner.process, process);
  return isOurs && found?.status === "running" && found.attempt === row.attempt ? found : undefined;
}

function ended({ db, host }: CallParts, { executionId, row, outcome }: StepEnd): StepRecord {
  const finishedAt = host.now();
  switch (outcome.kind) {
    case "completed": {
      const order = lastPlace(db, executionId) + 1;
      return { ...row, status: "completed", order, outputText: outcome.outputText, finishedAt, detail: null };
    }
    case "interrupted":
      if ((row.flags & STEP_FLAGS.once) !== 0 && !outcome.hasParked) return { ...row, status: "in-doubt" };
      return { ...row, status: "retrying", detail: null };
    case "failed": {
      const { errorText, retryAt } = outcome;
      const { scope, kind, name, n, attempt, startedAt } = row;
      saveAttempt(db, executionId, { scope, kind, name, n, attempt, startedAt, finishedAt, errorText });
      if (retryAt === null) return { ...row, status: "failed", errorText, finishedAt, detail: null };
      return { ...row, status: "retrying", attempt: attempt + 1, errorText, wakeAt: retryAt };
    }
    default:
      return outcome satisfies never;
  }
}

/** The count of panics begins anew with a finished step. */
function progressed({ db }: CallParts, stored: StoredExecution): void {
  if (stored.record.panics > 0) saveExecution(db, { ...stored, record: { ...stored.record, panics: 0 } });
}

/** Nothing happens when the attempt is another's by now. */
export function noteCommand(parts: CallParts, { executionId, row, command }: Noted): void {
  const own = readRunner(row.detail);
  const found = own === undefined ? undefined : ownRow(parts, { executionId, row, process: own.process });
  if (own === undefined || found === undefined) return;
  saveStep(parts.db, executionId, { ...found, detail: runnerText({ ...own, command }) });
}

interface Noted {
  readonly executionId: string;
  readonly row: StepRecord;
  readonly command: ProcessIdentity;
}
