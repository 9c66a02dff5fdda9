/**
 * A call of a step: counted, looked up, and begun if it is to run here.
 *
 *     no row, failed, cut off         begun
 *     finished                        its record
 *     running     its process lives   elsewhere: waited for. In this very pass, under the same name without a key: ambiguous
 *                 it is dead          begun again; one that begins at most once is in doubt
 *     between two attempts            begun when its time has come
 *     in doubt, settled as failed     a person has the word
 */
import type { CalledStep, PassKey, StepAnswer, StepStart } from "../../engine/store/scripts.ts";
import { invariant } from "../../model/invariant.ts";
import { type ProcessIdentity, STEP_FLAGS, type StepIdentity, type StepRecord } from "../../model/records.ts";
import { plainError } from "../../model/scripts/plain-error.ts";
import { isSameProcess, readRunner, runnerText, type StepRunner } from "../../model/scripts/running.ts";
import { saveAttempt } from "../tables/attempts.ts";
import { countSteps, findStep, saveStep } from "../tables/steps.ts";
import { saveExecution, type StoredExecution } from "../tables/executions.ts";
import { countedSoFar, forgetCounts, saveCount } from "../tables/script-counts.ts";
import { released } from "../transition.ts";
import { admit, type CallParts, isBegun } from "./passes.ts";

export function callStep(parts: CallParts, start: StepStart): StepAnswer {
  const { db } = parts;
  const { executionId } = start.pass;
  const admitted = admit(parts, start.pass);
  if (admitted.kind !== "goes-on") return admitted;
  const asked = { ...parts, start, stored: admitted.stored };
  const identity = identityOf(parts, start.pass, start.step);
  const before = isCounted(start.step) && identity.n > 1 ? findStep(db, executionId, { ...identity, n: identity.n - 1 }) : undefined;
  if (before !== undefined && goesOn(asked, before)) return { kind: "ambiguous", row: before };
  count(parts, start.pass, { step: start.step, n: identity.n });
  return answer(asked, identity, findStep(db, executionId, identity));
}

interface Asked extends CallParts {
  readonly start: StepStart;
  readonly stored: StoredExecution;
}

const isCounted = (step: CalledStep): boolean => "isKeyed" in step && !step.isKeyed;

/** Which repeat of its name a call is. */
export function identityOf({ db }: CallParts, { executionId, term }: PassKey, step: CalledStep): StepIdentity {
  const { scope, kind, name } = step;
  if ("n" in step) return { scope, kind, name, n: step.n };
  return { scope, kind, name, n: step.isKeyed ? 1 : countedSoFar(db, executionId, step, term) + 1 };
}

export function count(
  { db }: CallParts,
  { executionId, term }: PassKey,
  { step, n }: { readonly step: CalledStep; readonly n: number },
): void {
  if (isCounted(step)) saveCount(db, executionId, step, { term, n });
}

function answer(asked: Asked, identity: StepIdentity, row: StepRecord | undefined): StepAnswer {
  if (row === undefined) return begin(asked, { identity, attempt: 1, round: 1, left: null });
  switch (row.status) {
    case "completed":
    case "skipped":
      return { kind: "finished", row };
    case "in-doubt":
      return { kind: "in-doubt", row };
    case "failed":
      if (row.order !== null) return { kind: "failed", row };
      return begin(asked, { identity, attempt: row.attempt + 1, round: row.attempt + 1, left: null });
    case "running":
      return ofRunning(asked, row);
    case "retrying":
      return ofResting(asked, row);
    case "cancelled":
    case "sleeping":
    case "waiting":
      return begin(asked, { identity, attempt: row.attempt + 1, round: row.attempt + 1, left: null });
    default:
      return row.status satisfies never;
  }
}

function ofRunning(asked: Asked, row: StepRecord): StepAnswer {
  const runner = readRunner(row.detail);
  if (runner !== undefined && isAlive(asked, runner)) return { kind: "elsewhere", row, process: runner.process };
  if ((row.flags & STEP_FLAGS.once) !== 0) return doubt(asked, row);
  const { db, host, start } = asked;
  const { scope, kind, name, n, attempt, startedAt } = row;
  const errorText = plainError("The process that ran it was killed in the middle of it", "STEP_INTERRUPTED");
  saveAttempt(db, start.pass.executionId, { scope, kind, name, n, attempt, startedAt, finishedAt: host.now(), errorText });
  // It does not count against its attempts: nobody knows how it would have ended.
  return begin(asked, { identity: row, attempt: attempt + 1, round: (runner?.round ?? attempt) + 1, left: runner?.command ?? null });
}

function ofResting(asked: Asked, row: StepRecord): StepAnswer {
  const runner = readRunner(row.detail);
  const isOurs = runner !== undefined && isSameProcess(runner.process, asked.start.process);
  if (runner !== undefined && !isOurs && isAlive(asked, runner)) return { kind: "elsewhere", row, process: runner.process };
  if (row.wakeAt !== null && row.wakeAt > asked.host.now()) return { kind: "resting", row, until: row.wakeAt };
  return begin(asked, { identity: row, attempt: row.attempt, round: runner?.round ?? row.attempt, left: null });
}

function goesOn(asked: Asked, row: StepRecord): boolean {
  const runner = row.status === "running" || row.status === "retrying" ? readRunner(row.detail) : undefined;
  return runner !== undefined && isAlive(asked, runner);
}

/**
 * A process that cannot be looked up lives as long as the pass in which it began: whoever took the execution from its owner since then has
 * found that owner gone.
 */
function isAlive({ host, start }: Asked, { process, term }: StepRunner): boolean {
  const liveness = host.liveness(process);
  return liveness === "alive" || (liveness === "unknown" && term === start.pass.term);
}

interface Beginning {
  readonly identity: StepIdentity;
  readonly attempt: number;
  readonly round: number;
  readonly left: ProcessIdentity | null;
}

function begin({ db, host, start }: Asked, { identity, attempt, round, left }: Beginning): StepAnswer {
  const { scope, kind, name, n } = identity;
  const { process, once, pass } = start;
  const row: StepRecord = {
    ...{ scope, kind, name, n, status: "running", order: null, attempt, outputText: null, errorText: null },
    ...{ startedAt: host.now(), finishedAt: null, wakeAt: null, flags: once ? STEP_FLAGS.once : 0 },
    detail: runnerText({ term: pass.term, round, process, command: null }),
  };
  saveStep(db, pass.executionId, row);
  if (start.within !== undefined) forgetCounts(db, pass.executionId, start.within(row));
  return { kind: "begun", row, left };
}

/** Outside of a workflow file nobody else would block the execution. */
function doubt({ db, host, start, stored }: Asked, row: StepRecord): StepAnswer {
  invariant(row.status === "running", "a step in doubt has begun");
  const { executionId } = start.pass;
  const next: StepRecord = { ...row, status: "in-doubt" };
  saveStep(db, executionId, next);
  if (isBegun(stored)) blockBegun({ db, host }, stored, next);
  return { kind: "in-doubt", row: next };
}

export function blockBegun({ db, host }: CallParts, stored: StoredExecution, step: StepRecord): void {
  const { id } = stored.record;
  const reasonDetail = `step "${step.name}" may have taken effect, or not`;
  const record = { ...stored.record, status: "blocked", reason: "in-doubt", reasonDetail, wakeAt: null } as const;
  saveExecution(db, released({ ...stored, stepCount: countSteps(db, id) }, record, host.now()));
}
