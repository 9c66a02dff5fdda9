/**
 * Requests that an owner has not answered, honoured by whatever lets go of its execution: its last write, or the recovery of a dead one.
 *
 *     pause     paused instead of parked or due; what is blocked stays so, since that holds it as well
 *     wake      the wait ends now, as the next pass will find
 *
 * None outlives the end of the execution, so none can reach into a later life of it.
 */
import type { ExecutionRecord, StepRecord } from "../../model/records.ts";
import { isTerminal } from "../../model/status.ts";
import { identityText } from "../../model/step-reference.ts";
import type { Queries } from "../query.ts";
import { dropRequests, requestsOf } from "../tables/requests.ts";
import { openSteps, saveStep } from "../tables/steps.ts";
import { due } from "../transition.ts";

/** @returns the state it is left in */
export function honourRequests(db: Queries, record: ExecutionRecord, now: number): ExecutionRecord {
  const requests = requestsOf(db, record.id);
  if (requests.length === 0) return record;
  dropRequests(db, record.id);
  if (isTerminal(record.status)) return record;
  let next = record;
  for (const { action, detail } of requests) {
    if (action === "wake" && endWait(db, record.id, detail, now) && !isHeld(record)) next = { ...next, ...due(now) };
  }
  const pause = requests.findLast(({ action }) => action === "pause");
  return pause === undefined || record.status === "blocked" ? next : { ...next, ...paused(pause.detail) };
}

/** By something else than its waits: a person, or the delay after a crash. */
const isHeld = ({ status, reason }: ExecutionRecord): boolean => status === "blocked" || status === "paused" || reason === "restart";

export const paused = (detail: string | null): Pick<ExecutionRecord, "status" | "reason" | "reasonDetail" | "wakeAt"> => ({
  ...{ status: "paused", reason: "paused", reasonDetail: detail, wakeAt: null },
});

/** @param which its identity as text; null is the sleep or retry that would end first @returns whether there was one */
export function endWait(db: Queries, id: string, which: string | null, now: number): boolean {
  const open = openSteps(db, id);
  const step = which === null ? firstTimed(open) : open.find((one) => identityText(one) === which && one.status !== "running");
  if (step === undefined) return false;
  saveStep(db, id, { ...step, wakeAt: now });
  return true;
}

/** The sleep, or the wait before another attempt, that ends first. */
export const firstTimed = (steps: readonly StepRecord[]): StepRecord | undefined =>
  steps
    .filter(({ status, wakeAt }) => (status === "sleeping" || status === "retrying") && wakeAt !== null)
    .toSorted((a, b) => (a.wakeAt ?? 0) - (b.wakeAt ?? 0))[0];
