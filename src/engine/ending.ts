/**
 * What becomes of an execution when a pass of it ends: pure functions from the outcome to the change that is stored.
 */
import { encodeError } from "../model/codec/error.ts";
import { fail } from "../model/errors.ts";
import type { ExecutionRecord, StepIdentity } from "../model/records.ts";
import { panicDelayMs } from "../model/retry.ts";
import type { Reason } from "../model/status.ts";
import { describeStep } from "../replay/identity.ts";
import type { Loose } from "../replay/outcome.ts";
import type { CancelRequest, ExecutionChange } from "./store.ts";
import type { Wait } from "./waits.ts";

const LIVE = { reason: null, reasonDetail: null, wakeAt: null } as const;

export const completed = (outputText: string, now: number): ExecutionChange => ({
  ...LIVE,
  status: "completed",
  outputText,
  finishedAt: now,
});

export const failed = (error: unknown, now: number): ExecutionChange => ({
  ...LIVE,
  status: "failed",
  errorText: encodeError(error),
  finishedAt: now,
});

export const cancelled = (execution: ExecutionRecord, request: CancelRequest, now: number): ExecutionChange => ({
  ...LIVE,
  status: "cancelled",
  errorText: encodeError(fail("CANCELLED", { id: execution.id, reason: request.reason ?? undefined })),
  finishedAt: now,
});

/** Parked in `first`, the wait that decides when it must be taken up again. */
export const parked = (first: Wait, deadlineAt: number | null): ExecutionChange => ({
  status: first.for === "event" ? "waiting" : "sleeping",
  reason: first.for,
  reasonDetail: first.detail,
  wakeAt: earlier(first.wakeAt, deadlineAt),
});

/** Given back before it came to a wait, because its process is about to end. */
export const released = (now: number): ExecutionChange => ({ status: "pending", reason: "queued", reasonDetail: null, wakeAt: now });

/** @param wakeAt when to look again by itself; null waits for a person */
export const blocked = (reason: Reason, detail: string, wakeAt: number | null): ExecutionChange => ({
  status: "blocked",
  reason,
  reasonDetail: detail,
  wakeAt,
});

export const diverged = (comparison: string): ExecutionChange => blocked("diverged", fail("DIVERGED", { comparison }).message, null);

/** A stored result that the codec cannot read. */
export const undecodable = (step: StepIdentity, problem: string): ExecutionChange =>
  blocked("corrupt", fail("CORRUPT", { what: describeStep(step), problem }).message, null);

/** A panic in this process: restarts after a growing delay, until there were too many without a finished step. */
export const panicked = (execution: ExecutionRecord, problem: string, now: number, chance: () => number): ExecutionChange => {
  const panics = execution.panics + 1;
  if (panics > execution.panic.maxRestarts) {
    const detail = fail("CRASH_LOOP", { id: execution.id, panics }).message;
    return { ...blocked("crash-loop", `${detail}. Last: ${problem}`, null), panics };
  }
  const wakeAt = now + panicDelayMs(execution.panic, panics, chance);
  return {
    status: "pending",
    reason: "restart",
    reasonDetail: problem,
    wakeAt: earlier(wakeAt, execution.deadlineAt),
    panics,
    restarts: execution.restarts + 1,
  };
};

const earlier = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.min(a, b));

/** What a person should know of a workflow that has ended with something still in progress. */
export const warnings = ({ unfinished, orphans }: Loose): readonly string[] => {
  if (unfinished.length + orphans.length === 0) return [];
  return [
    ...unfinished
      .filter(({ kind }) => kind === "step")
      .map((step) => `${describeStep(step)} was still running when the workflow ended; its result is not used`),
    ...orphans.map((step) => `${describeStep(step)} is recorded, but the code no longer asks for it`),
  ];
};
