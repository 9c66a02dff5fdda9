/**
 * An owner's write: its steps, attempts, logs and the change of its execution, under its lease.
 *
 * What callers may rely on:
 *   1. Nothing is written unless the lease is held.
 *   2. Ending an execution lets go of it, told or not.
 *   3. An execution is never parked over something that has come meanwhile: a cancellation, or an event it waits for, leaves it due.
 *   4. Written once more, after an error whose outcome was unknown, it changes nothing.
 */
import type { OwnerWrite } from "../engine/store.ts";
import { fail, invariant } from "../model/errors.ts";
import { isTerminal } from "../model/status.ts";
import type { Fences } from "./fences.ts";
import type { Queries } from "./query.ts";
import { saveAttempt } from "./tables/attempts.ts";
import { consumeEvent, hasNewerEvent } from "./tables/events.ts";
import { findLease, saveExecution } from "./tables/executions.ts";
import { addLog } from "./tables/logs.ts";
import { addPanic } from "./tables/panics.ts";
import { countSteps, isStepStored, saveStep } from "./tables/steps.ts";
import { due, normalised, released, soundExecution } from "./transition.ts";

export interface OwnerWriteParts {
  readonly db: Queries;
  readonly host: { now(): number };
}

/** The clock is asked only for what needs it: most writes are one step. */
export function applyOwnerWrite({ db, host }: OwnerWriteParts, write: OwnerWrite, fences: Fences): void {
  const { executionId } = write.lease;
  fences.assertHeld(db, write.lease);
  if (write.consume !== undefined) consume(db, executionId, write.consume, host.now());
  if (write.steps !== undefined) for (const step of write.steps) saveStep(db, executionId, step);
  if (write.attempts !== undefined) for (const attempt of write.attempts) saveAttempt(db, executionId, attempt);
  if (write.logs !== undefined) for (const entry of write.logs) addLog(db, executionId, entry);
  if (write.panic !== undefined) addPanic(db, executionId, write.panic);
  if (write.change !== undefined || write.release === true) changeExecution(db, write, { fences, now: host.now() });
}

/** Whether the file holds it, after a COMMIT that nobody can know the outcome of. `undefined` for what leaves no certain trace. */
export function isOwnerWriteStored(db: Queries, { lease, steps = [], change, release }: OwnerWrite): boolean | undefined {
  if (steps.length > 0) return steps.every((step) => isStepStored(db, lease.executionId, step));
  if (release !== true && (change?.status === undefined || !isTerminal(change.status))) return undefined;
  const current = findLease(db, lease.executionId);
  return current?.owner !== lease.workerId || current.term !== lease.term;
}

function changeExecution(db: Queries, write: OwnerWrite, { fences, now }: { readonly fences: Fences; readonly now: number }): void {
  const { executionId } = write.lease;
  const found = fences.storedOf(executionId) ?? soundExecution(db, executionId);
  invariant(found !== undefined, "an execution whose lease is held is gone");
  const record = normalised({ ...found.record, ...write.change });
  const stored = { ...found, record, stepCount: countSteps(db, executionId) };
  if (write.release !== true && !isTerminal(record.status)) {
    saveExecution(db, stored);
    return fences.remember(write.lease, stored);
  }
  const isOvertaken = !isTerminal(record.status) && (stored.cancel !== null || hasNews(db, write));
  saveExecution(db, released(stored, isOvertaken ? { ...record, ...due(now) } : record, now));
  fences.forget(executionId);
}

const hasNews = (db: Queries, { lease, waitingFor = [] }: OwnerWrite): boolean =>
  waitingFor.some((wait) => hasNewerEvent(db, lease.executionId, wait));

function consume(db: Queries, executionId: string, { eventId, by }: NonNullable<OwnerWrite["consume"]>, now: number): void {
  if (!consumeEvent(db, executionId, { id: eventId, by, now })) throw fail("EVENT_TAKEN", { eventId, executionId });
}
