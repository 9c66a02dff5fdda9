/**
 * `ctx`: what a workflow function may call. Every call is durable unless it says otherwise.
 */
import type { Duration } from "./config.ts";
import type { Schema } from "./schema.ts";
import type { ShellCall } from "./shell.ts";
import type { InputArguments, Startable } from "./startable.ts";
import type { CheckedStepOptions, Log, StepContext, StepOptions } from "./step.ts";
import type { TransactionCall } from "./transaction.ts";

export type { CheckedStepOptions, Log, StepContext, StepOptions, VerifyAnswer } from "./step.ts";

export interface ChildOptions {
  /** Default: the workflow's name. */
  readonly name?: string;
  /** Default: made from the parent's id and the place of the call, so that a replay means the same child. */
  readonly id?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Start this much later. */
  readonly delay?: Duration;
  /** A whole number from -100 to 100. Default: what its workflow says, else 0. */
  readonly priority?: number;
  /** It goes on whatever becomes of its parent. Default false: it is cancelled when its parent is cancelled or fails. */
  readonly detached?: boolean;
}

export interface StartedChild {
  readonly id: string;
}

export interface ApproveOptions {
  /** After this it counts as not approved. Default: no limit. */
  readonly timeout?: Duration;
  /** Shown to whoever decides. */
  readonly message?: string;
}

export interface Approval {
  readonly approved: boolean;
  readonly note: string | null;
  /** Who has decided; null when nobody has in time. */
  readonly by: string | null;
  readonly timedOut: boolean;
}

export interface MapOptions<Item> {
  /** How many items are worked on at the same time. Default: all. */
  readonly concurrency?: number;
  /** What identifies an item. Default: its index. Two items may not have the same. */
  readonly key?: (item: Item, index: number) => string | number;
}

/** A promise that was begun before, or a function that begins its work when the race starts. */
export type Racer = PromiseLike<unknown> | ((ctx: WorkflowContext) => unknown);
type RacerValue<R> = R extends (...args: never) => infer Value ? Awaited<Value> : Awaited<R>;

/** Who settled first, and with what. */
export type RaceResult<Racers extends Readonly<Record<string, Racer>>> = {
  [Name in keyof Racers & string]: { readonly winner: Name; readonly value: RacerValue<Racers[Name]> };
}[keyof Racers & string];

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
  /** The slot of its schedule, as it was planned; null for one that no schedule has started. */
  readonly scheduledFor: Date | null;
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
  step<Output>(name: string, fn: (step: StepContext) => unknown, options: CheckedStepOptions<Output>): Promise<Output>;
  step<T>(name: string, fn: (step: StepContext) => T | Promise<T>, options?: StepOptions<T>): Promise<T>;

  /** Waits for a persisted deadline. Its identity is the name, never the duration. */
  sleep(duration: Duration): Promise<void>;
  sleep(name: string, duration: Duration): Promise<void>;

  /** Waits until an instant. One in the past ends at once. */
  sleepUntil(name: string, at: Date | number): Promise<void>;

  /** The oldest event of that name that nobody has taken yet, also one sent before the call; `null` after `timeout`. */
  waitForEvent<Payload = unknown>(name: string, options?: WaitForEventOptions<Payload>): Promise<WorkflowEvent<Payload> | null>;

  /** A person decides, with `wf approve` or `wf reject`. A decision that was made before the call counts. */
  approve(name: string, options?: ApproveOptions): Promise<Approval>;

  /**
   * Starts a child execution and waits for its output. The child and the record of this call are stored together.
   *
   * @throws the child's error when it failed, CancelledError when it was cancelled, ValidationError for an input it does not take
   */
  run(workflow: string, input?: unknown, options?: ChildOptions): Promise<unknown>;
  run<Input, Output>(workflow: Startable<Input, Output>, ...rest: InputArguments<Input, ChildOptions>): Promise<Output>;

  /** Only starts a child execution. @throws ValidationError for an input that it does not take */
  start(workflow: string, input?: unknown, options?: ChildOptions): Promise<StartedChild>;
  start<Input>(workflow: Startable<Input>, ...rest: InputArguments<Input, ChildOptions>): Promise<StartedChild>;

  /** Writes to a database of your own and records the step in one commit: exactly once, also across crashes. */
  readonly transaction: TransactionCall;

  /** Runs a command as a step: a child process whose arguments are values, and never text of a script. */
  readonly sh: ShellCall;

  /**
   * Runs `fn` for every item, each in a scope of its own, and gives the results in the order of the items. The items must be the same on
   * every pass: let a step give them. After the first error no further item begins.
   */
  map<Item, T>(
    name: string,
    items: readonly Item[],
    fn: (item: Item, ctx: WorkflowContext, index: number) => T | Promise<T>,
    options?: MapOptions<Item>,
  ): Promise<T[]>;

  /** Runs `fn` with a context of its own: names inside do not meet those outside. */
  scope<T>(name: string, fn: (ctx: WorkflowContext) => T | Promise<T>): Promise<T>;

  /**
   * The first to settle, the same on every pass. What the others wait for (sleeps, events, approvals, children) is let go of: it keeps the
   * execution from nothing any more. Steps of theirs that run, run to their end. Of functions, all that they go on to do is let go of, too.
   *
   * @throws the error of the first to settle, if that is what it came to
   */
  race<const Racers extends Readonly<Record<string, Racer>>>(racers: Racers): Promise<RaceResult<Racers>>;

  /**
   * True for executions that reach this point for the first time on code that has it; false, for good, for those that went past it before.
   */
  patched(id: string): boolean;

  /** Ends this history and starts over with an empty one, under the same id and with another input. Nothing after it runs. */
  continueAsNew(input: unknown): Promise<never>;

  /** Milliseconds since the epoch, the same on every pass: the time of the last completion this pass has seen (Temporal's rule). */
  now(): number;
  /** From 0 up to 1, the same on every pass. Seeded by the execution; not for secrets. */
  random(): number;
  /** A version 4 UUID, the same on every pass. Not for secrets. */
  uuid(): string;
}
