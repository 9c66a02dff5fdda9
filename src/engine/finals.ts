/** The ends that are not the function's own return: how the execution is stored then, and what running code is told. */
import { decodeStoredError } from "./stored-error.ts";
import { fail } from "../model/errors.ts";
import type { ExecutionRecord } from "../model/records.ts";
import * as ending from "./ending.ts";
import type { CancelRequest, Claimed, ExecutionChange } from "./store.ts";
import { asError } from "./values.ts";

export interface Final {
  readonly change: ExecutionChange;
  readonly reason: Error;
}

export const failed = (thrown: unknown, now: number): Final => ({ change: ending.failed(thrown, now), reason: asError(thrown) });

export const late = ({ workflow, deadlineAt, createdAt }: ExecutionRecord, now: number): Final =>
  failed(fail("DEADLINE_PASSED", { workflow, afterMs: (deadlineAt ?? 0) - createdAt }), now);

export const cancelled = (execution: ExecutionRecord, request: CancelRequest, now: number): Final => ({
  change: ending.cancelled(execution, request, now),
  reason: fail("CANCELLED", { id: execution.id, reason: request.reason ?? undefined }),
});

/** One that was taken up only to end: it is cancelled or late, or was undoing what it had done when it last left its process. */
export const already = ({ execution, cancel }: Claimed, now: number): Final | undefined => {
  if (execution.errorText !== null) return again(execution, execution.errorText);
  if (cancel !== null) return cancelled(execution, cancel, now);
  return execution.deadlineAt !== null && execution.deadlineAt <= now ? late(execution, now) : undefined;
};

/** An error that is stored before the end is what it was about to end with. A child of it may have been cancelled, too. */
const again = ({ id }: ExecutionRecord, errorText: string): Final => {
  const reason = decodeStoredError(errorText);
  const status = reason.message.startsWith(`Execution "${id}" was cancelled`) ? "cancelled" : "failed";
  return { change: { status, reason: null, reasonDetail: null, wakeAt: null, errorText }, reason };
};
