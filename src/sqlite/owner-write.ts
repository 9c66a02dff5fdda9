/**
 * An owner's write: its steps, attempts, logs and the change of its execution, under its lease.
 *
 * What callers may rely on:
 *   1. Nothing is written unless the lease is held.
 *   2. Ending an execution lets go of it, told or not.
 *   3. An execution is never parked over something that has come meanwhile: a cancellation, or an event it waits for, leaves it due.
 *   4. Written once more, after an error whose outcome was unknown, it changes nothing.
 */
import type { CancelRequest, ChildStart, Creation, Lease, OwnerWrite } from "../engine/store.ts";
import { fail, invariant } from "../model/errors.ts";
import type { ExecutionRecord } from "../model/records.ts";
import { type ExecutionStatus, isTerminal } from "../model/status.ts";
import { type CancelHost, requestCancel } from "./cancel.ts";
import { createExecution } from "./create.ts";
import { afterEnd, endLeftBehind } from "./ended.ts";
import type { Fences } from "./fences.ts";
import { honourRequests } from "./operations/requests.ts";
import type { Queries } from "./query.ts";
import { deleteAttempts, saveAttempt } from "./tables/attempts.ts";
import { consumeEvent, hasNewerEvent, leaveTaken, releaseEvents } from "./tables/events.ts";
import { findExecution, findLease, saveExecution, saveNewGeneration, type StoredExecution } from "./tables/executions.ts";
import { addLog } from "./tables/logs.ts";
import { deleteMarks, saveMark } from "./tables/marks.ts";
import { addPanic } from "./tables/panics.ts";
import { countSteps, deleteAllSteps, isStepStored, saveStep } from "./tables/steps.ts";
import { tiesOf } from "./tables/ties.ts";
import { findWorker } from "./tables/workers.ts";
import { claimedOf } from "./take.ts";
import { due, normalised, released, soundExecution } from "./transition.ts";

export interface OwnerWriteParts {
  readonly db: Queries;
  readonly host: CancelHost;
}

/** The clock is asked only for what needs it: most writes are one step. */
export function applyOwnerWrite(parts: OwnerWriteParts, write: OwnerWrite, fences: Fences): void {
  const { db, host } = parts;
  const { executionId } = write.lease;
  fences.assertHeld(db, write.lease);
  if (write.consume !== undefined) consume(db, executionId, write.consume, host.now());
  if (write.giveBack !== undefined) releaseEvents(db, executionId, write.giveBack);
  if (write.steps !== undefined) for (const step of write.steps) saveStep(db, executionId, step);
  if (write.attempts !== undefined) for (const attempt of write.attempts) saveAttempt(db, executionId, attempt);
  if (write.logs !== undefined) for (const entry of write.logs) addLog(db, executionId, entry);
  if (write.panic !== undefined) addPanic(db, executionId, write.panic);
  if (write.marks !== undefined) for (const mark of write.marks) saveMark(db, executionId, mark);
  if (write.children !== undefined) for (const child of write.children) startChild(parts, write.lease, child, fences);
  if (write.change !== undefined || write.release === true) changeExecution(parts, write, fences);
}

function startChild(
  { db, host }: OwnerWriteParts,
  lease: Lease,
  { execution, claim, tell, limits: given }: ChildStart,
  fences: Fences,
): void {
  const owner = claim ? findWorker(db, lease.workerId) : undefined;
  const limits = given ?? null;
  const creation = createExecution(db, execution, owner === undefined ? { limits } : { limits, claimFor: owner }, { host, fences });
  tell(owner === undefined || creation.created ? creation : (madeBefore(db, lease, execution) ?? creation));
}

/** The write is made once more, and the child is this owner's since the first time. */
function madeBefore(db: Queries, { executionId, workerId }: Lease, { id, createdAt }: ExecutionRecord): Creation | undefined {
  const stored = findExecution(db, id);
  if (stored === undefined || stored.isDamaged || stored.owner !== workerId || stored.pass !== 1) return undefined;
  const isSame = stored.record.parentId === executionId && stored.record.createdAt === createdAt;
  return isSame ? { created: true, claimed: claimedOf(stored) } : undefined;
}

/** Whether the file holds it, after a COMMIT that nobody can know the outcome of. `undefined` for what leaves no certain trace. */
export function isOwnerWriteStored(db: Queries, { lease, steps = [], change, release, startOver }: OwnerWrite): boolean | undefined {
  if (steps.length > 0 && startOver === undefined) return steps.every((step) => isStepStored(db, lease.executionId, step));
  if (release !== true && (change?.status === undefined || !isTerminal(change.status))) return undefined;
  const current = findLease(db, lease.executionId);
  return current?.owner !== lease.workerId || current.term !== lease.term;
}

function changeExecution(parts: OwnerWriteParts, write: OwnerWrite, fences: Fences): void {
  const { db, host } = parts;
  const { executionId } = write.lease;
  const now = host.now();
  const found = fences.storedOf(executionId) ?? soundExecution(db, executionId);
  invariant(found !== undefined, "an execution whose lease is held is gone");
  const record = normalised({ ...found.record, ...write.change });
  if (write.release !== true && !isTerminal(record.status)) {
    const held = { ...found, record, stepCount: countSteps(db, executionId) };
    saveExecution(db, held);
    return fences.remember(write.lease, held);
  }
  const ties = tiesOf(db, executionId);
  const stored = { ...found, record, stepCount: ties.stepCount };
  fences.forget(executionId);
  const cancel = (id: string, request: CancelRequest): void => void requestCancel(db, { id, request }, host);
  if (write.startOver !== undefined) {
    if (ties.hasChildren && endLeftBehind(db, executionId, { now, host, cancel })) fences.forgetAll();
    return startOver(db, stored, { ...write.startOver, now });
  }
  const isUnwanted = stored.cancel !== null && write.isUndoing !== true;
  const isOvertaken = !isTerminal(record.status) && (isUnwanted || (!isForPerson(record) && hasNews(db, write)));
  const wanted = isOvertaken ? { ...record, ...due(now) } : record;
  const left = ties.hasRequests ? honourRequests(db, wanted, now) : wanted;
  const next = released(stored, isOvertaken && isUnwanted ? { ...left, ...due(now) } : left, now);
  saveExecution(db, next);
  if (afterEnd(db, next, { now, host, cancel, by: write.lease.workerId }, ties)) fences.forgetAll();
}

/** What comes for one that is paused or blocked is kept until a person lets it go on. */
const isForPerson = ({ status }: ExecutionRecord): boolean => status === "paused" || status === "blocked";

const hasNews = (db: Queries, { lease, waitingFor = [], waitingForChildren = [] }: OwnerWrite): boolean =>
  waitingFor.some((wait) => hasNewerEvent(db, lease.executionId, wait)) ||
  waitingForChildren.some((id) => isOver(findExecution(db, id)?.record.status));

/** One that is gone will not end any more either: its parent has to see that. */
const isOver = (status: ExecutionStatus | undefined): boolean => status === undefined || isTerminal(status);

/** The same execution with an empty history. Events that nobody has taken, and its log, stay. */
function startOver(db: Queries, stored: StoredExecution, { inputText, now }: { readonly inputText: string; readonly now: number }): void {
  const { id } = stored.record;
  deleteAllSteps(db, id);
  deleteAttempts(db, id);
  deleteMarks(db, id);
  leaveTaken(db, id);
  const record = { ...stored.record, ...due(now), inputText, generation: stored.record.generation + 1, startSource: null };
  saveNewGeneration(db, { ...released(stored, honourRequests(db, record, now), now), pass: 0, stepCount: 0 });
}

function consume(db: Queries, executionId: string, { eventId, by }: NonNullable<OwnerWrite["consume"]>, now: number): void {
  if (!consumeEvent(db, executionId, { id: eventId, by, now })) throw fail("EVENT_TAKEN", { eventId, executionId });
}
