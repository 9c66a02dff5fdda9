/**
 * Cancelling.
 *
 *     over                      stays as it is
 *     a live process owns it    marked; its owner sees the mark and cancels it
 *     nobody alive owns it      cancelled now, its open steps with it
 */
import type { CancelRequest } from "../engine/store.ts";
import { fail } from "../model/errors.ts";
import type { ExecutionRecord } from "../model/records.ts";
import { isTerminal } from "../model/status.ts";
import { liveOwner } from "./live-owner.ts";
import type { OwnershipHost } from "./ownership.ts";
import type { Queries } from "./query.ts";
import { saveExecution, type StoredExecution } from "./tables/executions.ts";
import { openSteps, saveStep } from "./tables/steps.ts";
import { released, soundExecution } from "./transition.ts";

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
  return stored.record;
}

export function cancelNow(
  db: Queries,
  stored: StoredExecution,
  { at, reason }: CancelRequest,
  { encodeError }: Pick<CancelHost, "encodeError">,
): ExecutionRecord {
  const { id } = stored.record;
  for (const step of openSteps(db, id)) saveStep(db, id, { ...step, status: "cancelled", finishedAt: at, wakeAt: null });
  const error = fail("CANCELLED", { id, reason: reason ?? undefined });
  const next = released(stored, { ...stored.record, status: "cancelled", errorText: encodeError(error), finishedAt: at }, at);
  saveExecution(db, { ...next, cancel: { at, reason } });
  return next.record;
}
