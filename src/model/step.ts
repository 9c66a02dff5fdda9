/**
 * A step, as the one who writes it sees it: what its function is given, and what may be said of its attempts.
 */
import type { Duration, RetryConfig } from "./config.ts";
import type { LogLevel } from "./records.ts";
import type { Schema } from "./schema.ts";

export interface StepOptions<Output = unknown> {
  /** Overrides the workflow's `retry`, field by field. */
  readonly retry?: RetryConfig;
  /** Limit of one attempt. Its `signal` is aborted then, and the attempt fails with a `TimeoutError`. Default: none. */
  readonly timeout?: Duration;
  /** Validates and types what is stored. */
  readonly output?: Schema<unknown, Output>;
  /** Identifies the step instead of its place among calls of the same name; for calls in loops over changing data. */
  readonly key?: string | number;
  /**
   * Begun at most once: its start is on disk before its function runs. After a crash in the middle nobody knows whether it has happened:
   * `verify` is asked, else the execution is blocked, reason in-doubt, until `wf resolve`. `retry` has one attempt then, unless the step
   * itself says otherwise. Default false.
   */
  readonly once?: boolean;
  /** Asked after a crash in the middle of a `once` step: has it happened? `undefined`: it cannot be told. */
  readonly verify?: (step: StepContext) => VerifyAnswer<Output> | Promise<VerifyAnswer<Output>>;
  /**
   * Undoes the step when its execution fails, passes its deadline or is cancelled later: after those of the steps that completed after it.
   * It is a durable step of its own, with the workflow's `retry`; when its attempts are used up the execution is paused.
   */
  readonly compensate?: (result: Output, step: StepContext) => unknown;
  /** When all attempts have failed: throw the error into the workflow, or pause the execution until a person resumes it. Default `fail`. */
  readonly onExhausted?: "fail" | "pause";
  /** Its result is stored encrypted, and shown to nobody. Default false. */
  readonly sensitive?: boolean;
}

export type VerifyAnswer<Output> = { readonly done: true; readonly result: Output } | { readonly done: false } | undefined;

/** Of a step with an `output` schema: what its function and `verify` give is anything, what comes out is what the schema makes of it. */
export type CheckedStepOptions<Output> = Omit<StepOptions<Output>, "output" | "verify"> & {
  readonly output: Schema<unknown, Output>;
  readonly verify?: (step: StepContext) => VerifyAnswer<unknown> | Promise<VerifyAnswer<unknown>>;
};

/** What the function of a step is given. */
export interface StepContext {
  /** Aborted at the step's timeout, when the execution is cancelled, and when its process loses the execution. */
  readonly signal: AbortSignal;
  /** From 1. */
  readonly attempt: number;
  /** The same for every attempt of this step of this execution, also after a crash: hand it to outside systems. */
  readonly idempotencyKey: string;
  readonly log: Log;
}

/** Kept with the execution; a message is written once, however often the code is replayed. */
export type Log = { readonly [Level in LogLevel]: (message: string, data?: unknown) => void };
