/**
 * What becomes of an execution when a pass of it ends: pure functions from the outcome to the change that is stored.
 */
import { isKeyProblem } from "../model/cipher.ts";
import { encodeError } from "../model/codec/error.ts";
import { fail } from "../model/errors.ts";
import { redactKnown } from "../model/known-secrets.ts";
import type { ExecutionRecord, StepIdentity } from "../model/records.ts";
import { panicDelayMs } from "../model/retry.ts";
import type { ExecutionStatus, Reason } from "../model/status.ts";
import { describeStep } from "../replay/identity.ts";
import type { Loose, PassEnd } from "../replay/outcome.ts";
import type { CancelRequest, ExecutionChange } from "./store.ts";
import { asError, codeOf } from "./values.ts";
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
  status: STATUS_OF[first.for],
  reason: first.for,
  reasonDetail: redactKnown(first.detail),
  wakeAt: earlier(first.wakeAt, deadlineAt),
});

const STATUS_OF = {
  sleep: "sleeping",
  retry: "sleeping",
  event: "waiting",
  child: "waiting",
  paused: "paused",
  "in-doubt": "blocked",
} as const satisfies Record<Wait["for"], ExecutionStatus>;

/** Given back before it came to a wait, because its process is about to end. */
export const released = (now: number): ExecutionChange => ({ status: "pending", reason: "queued", reasonDetail: null, wakeAt: now });

/** @param wakeAt when to look again by itself; null waits for a person */
export const blocked = (reason: Reason, detail: string, wakeAt: number | null): ExecutionChange => ({
  status: "blocked",
  reason,
  reasonDetail: redactKnown(detail),
  wakeAt,
});

/** A key is looked for again after this long; `wf resume` looks at once. */
const KEY_RETRY_MS = 60_000;

/**
 * What it needs to go on is not here, as when its file is missing; the reason is the same, and so is what brings it back: time, or a
 * person. A key that is there and cannot be used is for a person alone: the step whose result could not be encrypted would run again and
 * again.
 */
export const withoutKey = (error: Error, now: number): ExecutionChange =>
  blocked("definition-missing", error.message, codeOf(error) === "KEY_MISSING" ? now + KEY_RETRY_MS : null);

/** The comparison has several lines, and so has the detail. */
export const diverged = (id: string, { comparison, isBeforeAnythingNew }: Extract<PassEnd, { type: "diverged" }>): ExecutionChange =>
  blocked("diverged", fail("DIVERGED", { id, comparison, isBeforeAnythingNew }).message, null);

/** A stored result that the codec cannot read. */
export const undecodable = (step: StepIdentity, error: unknown, now: number): ExecutionChange =>
  isKeyProblem(error)
    ? withoutKey(asError(error), now)
    : blocked("corrupt", fail("CORRUPT", { what: describeStep(step), problem: asError(error).message }).message, null);

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
    reasonDetail: redactKnown(problem),
    wakeAt: earlier(wakeAt, execution.deadlineAt),
    panics,
    restarts: execution.restarts + 1,
  };
};

const earlier = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.min(a, b));

/** What a person should know of a workflow that has ended with something still in progress. */
export const warnings = ({ type, unfinished, orphans }: Loose & { readonly type: PassEnd["type"] }): readonly string[] => {
  if (unfinished.length + orphans.length === 0) return [];
  // After an error its children are cancelled as a matter of course.
  const leftBehind = type === "returned" ? unfinished.filter(({ kind }) => kind === "child") : [];
  return [
    ...leftBehind.map((step) => `${describeStep(step)} was still waited for when the workflow ended; it is not begun, or cancelled`),
    ...unfinished
      .filter(({ kind }) => kind === "step" || kind === "shell")
      .map((step) => `${describeStep(step)} was still running when the workflow ended; its result is not used`),
    ...orphans.map((step) => `${describeStep(step)} is recorded, but the code no longer asks for it`),
  ];
};
