/**
 * Cancelling.
 *
 *     over                      stays as it is
 *     a live process owns it    marked; its owner sees the mark and cancels it
 *     nobody alive owns it      cancelled now, its open steps with it; or due, where something has to be undone first
 */
import type { CancelRequest } from "../engine/store.ts";
import { fail } from "../model/errors.ts";
import type { ExecutionRecord } from "../model/records.ts";
import { isTerminal } from "../model/status.ts";
import { TO_BE_UNDONE } from "../model/to-be-undone.ts";
import { afterEnd } from "./ended.ts";
import { liveOwner } from "./live-owner.ts";
import type { OwnershipHost } from "./ownership.ts";
import type { Queries } from "./query.ts";
import { saveExecution, type StoredExecution } from "./tables/executions.ts";
import { dropRequests } from "./tables/requests.ts";
import { hasCompensations, openSteps, saveStep } from "./tables/steps.ts";
import { due, released, soundExecution } from "./transition.ts";

/** Handed in: the codec is the largest part of a start, and few starts cancel anything. */
export interface CancelHost extends OwnershipHost {
  encodeError(error: unknown): string;
}

/** @returns the state after; `undefined` when there is no such execution */
export function requestCancel(
  db: Queries,
  { id, request }: { readonly id: string; readonly request: CancelRequest },
  host: CancelHost,
): ExecutionRecord | undefined {
  const stored = soundExecution(db, id);
  if (stored === undefined || isTerminal(stored.record.status)) return stored?.record;
  if (liveOwner(db, stored.owner, host) === undefined) return cancelNow(db, stored, request, host);
  // The first request stands: its reason is what the workflow is told.
  if (stored.cancel === null) saveExecution(db, { ...stored, cancel: request });
  host.tellOwners?.();
  return stored.record;
}

export function cancelNow(db: Queries, stored: StoredExecution, { at, reason }: CancelRequest, host: CancelHost): ExecutionRecord {
  const { id } = stored.record;
  if (hasCompensations(db, id)) return toBeUndone(db, stored, { at, reason });
  for (const step of openSteps(db, id)) saveStep(db, id, { ...step, status: "cancelled", finishedAt: at });
  dropRequests(db, id);
  const error = fail("CANCELLED", { id, reason: reason ?? undefined });
  const next = released(stored, { ...stored.record, status: "cancelled", errorText: host.encodeError(error), finishedAt: at }, at);
  saveExecution(db, { ...next, cancel: { at, reason } });
  afterEnd(db, next, { now: at, host, cancel: (child, request) => void requestCancel(db, { id: child, request }, host) });
  return next.record;
}

/** Only its own code can undo what it has done: whoever takes it up next does that, and then cancels it. */
function toBeUndone(db: Queries, stored: StoredExecution, request: CancelRequest): ExecutionRecord {
  const next = released(stored, { ...stored.record, ...due(request.at), reasonDetail: TO_BE_UNDONE }, request.at);
  saveExecution(db, { ...next, cancel: stored.cancel ?? request });
  return next.record;
}
