/**
 * `ctx`: what a workflow function may call. Every call is durable unless it says otherwise.
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
}

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

export interface WaitForEventOptions<Payload> {
  /** After this the wait gives `null`. Default: no limit. */
  readonly timeout?: Duration;
  /** Events whose payload does not fit are left alone and reported in the log. */
  readonly schema?: Schema<unknown, Payload>;
  /** Takes only events for which this is true. Must depend on the payload alone. */
  readonly match?: (payload: Payload) => boolean;
}

export interface WorkflowEvent<Payload = unknown> {
  readonly id: string;
  readonly name: string;
  readonly payload: Payload;
  readonly sentAt: Date;
}

/** Kept with the execution; a message is written once, however often the code is replayed. */
export type Log = { readonly [Level in LogLevel]: (message: string, data?: unknown) => void };

export interface WorkflowContext {
  readonly executionId: string;
  readonly workflow: string;
  readonly version: number;
  /**
   * Which pass this is, from 1: a start, and one more for every time it was taken up again. Differs between passes; do not branch on it.
   */
  readonly attempt: number;
  /** Aborted when the execution is cancelled, passes its deadline, or leaves this process. */
  readonly signal: AbortSignal;
  readonly tags: Readonly<Record<string, string>>;
  readonly log: Log;

  /**
   * Runs `fn` once and records its result; later passes return the record without running it.
   *
   * What is returned is the stored value decoded again, so the first pass and a replay can never differ. A crash in the middle of `fn` runs
   * it again, with the same `idempotencyKey`.
   *
   * @throws what `fn` threw last, when all attempts have failed
   * @throws ValidationError when the name is not valid or the result cannot be stored
   */
  step<T>(name: string, fn: (step: StepContext) => T | Promise<T>, options?: StepOptions<T>): Promise<T>;

  /** Waits for a persisted deadline. Its identity is the name, never the duration. */
  sleep(duration: Duration): Promise<void>;
  sleep(name: string, duration: Duration): Promise<void>;

  /** Waits until an instant. One in the past ends at once. */
  sleepUntil(name: string, at: Date | number): Promise<void>;

  /** The oldest event of that name that nobody has taken yet, also one sent before the call; `null` after `timeout`. */
  waitForEvent<Payload = unknown>(name: string, options?: WaitForEventOptions<Payload>): Promise<WorkflowEvent<Payload> | null>;

  /** Runs `fn` with a context of its own: names inside do not meet those outside. */
  scope<T>(name: string, fn: (ctx: WorkflowContext) => T | Promise<T>): Promise<T>;

  /** Milliseconds since the epoch, the same on every pass: the time of the last completion this pass has seen (Temporal's rule). */
  now(): number;
  /** From 0 up to 1, the same on every pass. Seeded by the execution; not for secrets. */
  random(): number;
  /** A version 4 UUID, the same on every pass. Not for secrets. */
  uuid(): string;
}
