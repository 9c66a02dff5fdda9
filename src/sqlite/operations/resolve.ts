/**
 * Settling a step by hand.
 *
 *     in doubt, out of attempts, between two attempts,      with a result, as failed, as skipped, or tried again;
 *     running in a dead process, waiting                    then the execution is due
 *     the failed step of a failed execution                 the same, and what came after it as with `retry`
 *     completed, cancelled                                  refused
 *
 * What callers may rely on: a settled step has the next place in the order, so a replay delivers it after all that is recorded, and it is
 * marked as settled by hand.
 */
import type { StoredSettlement } from "../../engine/store/operations.ts";
import { type ExecutionRecord, STEP_FLAGS, type StepRecord } from "../../model/records.ts";
import { isTerminal } from "../../model/status.ts";
import { namesOf } from "../../model/step-reference.ts";
import type { Queries } from "../query.ts";
import { countSteps, saveStep, stepHistory } from "../tables/steps.ts";
import { saveExecution, type StoredExecution } from "../tables/executions.ts";
import { due, released } from "../transition.ts";
import { decided, type Deed, found, over, refused, stepNamed, unownedOrThrow } from "./refuse.ts";
import { reopen, tryAgain } from "./reopen.ts";
import { isSpent } from "./retry.ts";

export interface Settling {
  readonly step: string;
  readonly settlement: StoredSettlement;
}

export function resolve(deed: Deed, id: string, { step: reference, settlement }: Settling): ExecutionRecord {
  const { db } = deed;
  const stored = found(db, id);
  const { record } = stored;
  unownedOrThrow(deed, stored, "resolve");
  if (isTerminal(record.status) && record.status !== "failed") throw over(record, "resolve");
  const steps = stepHistory(db, id, stored.stepCount);
  const isMeant = (step: StepRecord): boolean => isOpen(step) || (record.status === "failed" && isFailed(step));
  const step = stepNamed(record, { steps, reference, isMeant }, (unfit) => cannotBeSettled(record, unfit));
  checkKind(record, step, settlement);
  const next = takenUp(deed, stored, step, steps);
  settle(deed, id, step, settlement);
  decided(deed, id, "resolve", `${namesOf([step], steps)[0] ?? step.name}: ${described(settlement)}`);
  saveExecution(db, { ...next, stepCount: countSteps(db, id) });
  return next.record;
}

/** Due, unless it stands for another reason than this step. Of a failed one what came after the step is open again. */
function takenUp({ db, act }: Deed, stored: StoredExecution, step: StepRecord, steps: readonly StepRecord[]): StoredExecution {
  const { record } = stored;
  if (record.status === "failed") {
    reopen(db, stored, { now: act.at, also: step });
    return found(db, record.id);
  }
  const isHeld = record.status === "paused" && (!isSpent(step) || steps.filter(isSpent).length > 1);
  const panics = record.status === "blocked" ? 0 : record.panics;
  return released(stored, isHeld ? record : { ...record, ...due(act.at), panics }, act.at);
}

function settle({ db, act }: Deed, id: string, step: StepRecord, settlement: StoredSettlement): void {
  if (settlement.how === "retry") return tryOnceMore(db, id, step, act.at);
  const highest = Math.max(0, ...stepHistory(db, id, 0).map(({ order }) => order ?? 0));
  const settled = {
    ...{ ...step, order: highest + 1, finishedAt: act.at, wakeAt: null, outputText: null, errorText: null },
    flags: step.flags | STEP_FLAGS.settled,
  };
  switch (settlement.how) {
    case "result":
      return saveStep(db, id, { ...settled, status: "completed", outputText: settlement.outputText });
    case "failed":
      return saveStep(db, id, { ...settled, status: "failed", errorText: settlement.errorText });
    case "skip":
      // What the code of a wait is given when nothing came.
      return saveStep(db, id, { ...settled, status: "skipped", outputText: step.kind === "event" ? "null" : null });
    default:
      return settlement satisfies never;
  }
}

/** Between two attempts the row has the number of the next already. */
const tryOnceMore = (db: Queries, id: string, step: StepRecord, now: number): void =>
  tryAgain(db, id, step.status === "retrying" ? { ...step, attempt: step.attempt - 1 } : step, now);

const isOpen = (step: StepRecord): boolean => isSpent(step) || ["in-doubt", "retrying", "running", "waiting"].includes(step.status);

const isFailed = ({ status, kind }: StepRecord): boolean => status === "failed" && kind !== "compensation";

const described = (settlement: StoredSettlement): string => (settlement.how === "skip" ? "skipped" : settlement.how);

function cannotBeSettled(record: ExecutionRecord, { name, status }: StepRecord): Error {
  const next =
    status === "sleeping"
      ? `\`wf wake ${record.id}\` ends a sleep.`
      : `\`wf fork ${record.id} --from <step> --set <step>=<json>\` makes another execution with another result.`;
  return refused(record, "resolve", `its step "${name}" is ${status}`, next);
}

/** What a wait for a person or an event gives has a form of its own, which others make. */
function checkKind(record: ExecutionRecord, { kind, name, status }: StepRecord, { how }: StoredSettlement): void {
  const say = (problem: string, next: string): Error => refused(record, "resolve", problem, next);
  if (kind === "approval" && how !== "failed")
    throw say(`"${name}" is an approval`, `\`wf approve ${record.id}\` or \`wf reject ${record.id}\` decides it.`);
  if (kind === "event" && how === "result") throw say(`"${name}" is an event`, `\`wf send ${record.id} ${name} <json>\` sends it.`);
  if (status === "waiting" && how === "retry") throw say(`its step "${name}" waits, and has not failed`, "Settle it, or let it wait.");
}
