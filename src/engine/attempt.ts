/**
 * One attempt of a step: the call of the user's function, its signal, its limit.
 *
 * JavaScript cannot stop a function. After a time-out or an abort the attempt is over for wf, its signal says so to the function, and
 * whatever comes of it later is reported as late and ignored.
 */
import { fail } from "../model/errors.ts";
import type { Log, StepContext } from "../model/context.ts";
import { describeStep } from "../replay/identity.ts";
import type { StepCall } from "../replay/call.ts";
import type { Cancel } from "./host.ts";
import { runInsideStep } from "./inside-step.ts";
import type { Owner } from "./owner.ts";

/** How long the next attempt waits for a former one that has been told to stop. */
const GRACE_MS = 5_000;

export interface Attempt {
  readonly number: number;
  readonly startedAt: number;
  /** What the function gave, or why the attempt failed. */
  readonly result: Promise<unknown>;
  /** Its execution has left this process: timers end, the signal is aborted if there is a reason to. */
  shut(reason: Error | undefined): void;
  /** Ends the attempt with an error of its own. */
  fail(error: Error): void;
  /** Settles when the function has settled, or after a grace. */
  settledOrGrace(): Promise<void>;
}

export interface AttemptOptions {
  readonly carry: Owner;
  readonly call: StepCall;
  readonly number: number;
  readonly timeoutMs: number | null;
  /** The caller is the workflow's own code: its context, to which stray errors are traced, need not be entered again. */
  readonly isInContext: boolean;
}

export const runAttempt = (options: AttemptOptions): Attempt => new RunningAttempt(options);

class RunningAttempt implements Attempt {
  readonly number: number;
  readonly startedAt: number;
  readonly result: Promise<unknown>;
  readonly #carry: Owner;
  readonly #call: StepCall;
  readonly #isInContext: boolean;
  #controller: AbortController | undefined;
  #abortReason: Error | undefined;
  #resolve: (value: unknown) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  /** The limit of the attempt, or the grace after it. */
  #cancelTimer: Cancel | undefined;
  #bodySettled = false;
  /** Called when the function has settled after the attempt was over. */
  #whenSettled: (() => void) | undefined;
  #endedEarly = false;

  constructor({ carry, call, number, timeoutMs, isInContext }: AttemptOptions) {
    this.#isInContext = isInContext;
    this.#carry = carry;
    this.#call = call;
    this.number = number;
    this.startedAt = carry.clock.now();
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Later, so that `ctx.step` has returned before its function runs, on the first pass as on any other.
    queueMicrotask(() => this.#run());
    if (timeoutMs !== null) this.#limit(timeoutMs);
  }

  shut(reason: Error | undefined): void {
    this.#endTimers();
    if (reason !== undefined) this.#abort(reason);
  }

  fail(error: Error): void {
    this.#endTimers();
    this.#endedEarly = !this.#bodySettled;
    this.#reject(error);
  }

  async settledOrGrace(): Promise<void> {
    if (this.#bodySettled) return;
    await new Promise<void>((resolve) => {
      this.#cancelTimer = this.#carry.timers.after(GRACE_MS, resolve);
      this.#whenSettled = () => {
        this.#endTimers();
        resolve();
      };
    });
  }

  #run(): void {
    let given: unknown;
    try {
      given = this.#isInContext ? this.#invoke() : this.#carry.runUserCode(() => this.#invoke());
    } catch (error) {
      return this.#settled(this.#reject, error);
    }
    if (!isThenable(given)) return this.#settled(this.#resolve, given);
    Promise.resolve(given).then(
      (value) => this.#settled(this.#resolve, value),
      (error: unknown) => this.#settled(this.#reject, error),
    );
  }

  #invoke(): unknown {
    return runInsideStep(this.#carry, () => this.#call.fn(this.#context()));
  }

  #settled(settle: (outcome: unknown) => void, outcome: unknown): void {
    this.#bodySettled = true;
    if (!this.#endedEarly) this.#endTimers();
    settle(outcome);
    this.#whenSettled?.();
    if (this.#endedEarly) this.#carry.warnLate(`${describeStep(this.#call.identity)}, attempt ${this.number}`);
  }

  #limit(timeoutMs: number): void {
    this.#cancelTimer = this.#carry.timers.after(timeoutMs, () => {
      this.#cancelTimer = undefined;
      const error = fail("STEP_TIMEOUT", { step: this.#call.identity.name, afterMs: timeoutMs });
      this.#abort(error);
      this.fail(error);
    });
  }

  #endTimers(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #abort(reason: Error): void {
    this.#abortReason ??= reason;
    this.#controller?.abort(this.#abortReason);
  }

  #signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason);
    return this.#controller.signal;
  }

  #context(): StepContext {
    return new AttemptContext(this.number, { call: this.#call, carry: this.#carry, signal: () => this.#signal() });
  }
}

/** Signal, key and log are made on first use: most steps ask for none of them. */
class AttemptContext implements StepContext {
  readonly attempt: number;
  readonly #parts: { readonly call: StepCall; readonly carry: Owner; readonly signal: () => AbortSignal };

  constructor(attempt: number, parts: { readonly call: StepCall; readonly carry: Owner; readonly signal: () => AbortSignal }) {
    this.attempt = attempt;
    this.#parts = parts;
  }

  get signal(): AbortSignal {
    return this.#parts.signal();
  }

  get idempotencyKey(): string {
    const { scope, kind, name, n } = this.#parts.call.identity;
    return [this.#parts.carry.id, ...(scope === "" ? [] : [scope]), kind, name, n].map((part) => encodeURIComponent(part)).join("/");
  }

  get log(): Log {
    return this.#parts.carry.stepLog(this.#parts.call.identity.name);
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
