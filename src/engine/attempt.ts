/**
 * One attempt of a step: the call of the user's function, its signal, its limit.
 *
 * JavaScript cannot stop a function. After a time-out or an abort the attempt is over for wf, its signal says so to the function, and
 * whatever comes of it later is reported as late and ignored.
 */
import { fail } from "../model/errors.ts";
import type { Log, StepContext } from "../model/context.ts";
import { describeStep } from "../replay/identity.ts";
import type { Call, StepRequest } from "../replay/call.ts";
import type { Cancel } from "./host.ts";
import { idempotencyKeyOf } from "./idempotency-key.ts";
import { runInsideStep } from "./inside-step.ts";
import { endPrints } from "./step-console.ts";
import type { Owner } from "./owner.ts";

/** How long the next attempt waits for a former one that has been told to stop. */
const GRACE_MS = 5_000;
/** The same for processes: they have 5 s to end by themselves, then they are killed, and that takes a moment. */
const PROCESS_GRACE_MS = 10_000;

/** The step it is an attempt of. */
export interface AttemptOwner {
  readonly carry: Owner;
  readonly call: Call;
  readonly asks: StepRequest;
  /** Limit of one attempt; null is none. */
  readonly timeoutMs: number | null;
  /** One of the two is called, once. */
  gave(attempt: Attempt, value: unknown): void;
  threw(attempt: Attempt, error: unknown): void;
}

export class Attempt {
  readonly number: number;
  readonly startedAt: number;
  /** How far it has come to be shown to people. */
  age: "young" | "old" | "shown" = "young";
  readonly #step: AttemptOwner;
  #controller: AbortController | undefined;
  #abortReason: Error | undefined;
  /** The limit of the attempt, or the grace after it. */
  #cancelTimer: Cancel | undefined;
  /** Its function has returned, or what it returned has settled. */
  #bodySettled = false;
  /** Called when the function has settled: whoever waits for that, after the attempt was over or has been shut. */
  readonly #whenSettled: (() => void)[] = [];
  /** It was over before its function had settled. */
  #endedEarly = false;

  /**
   * @param isInContext the caller is the workflow's own code: its context, to which stray errors are traced, need not be entered again
   */
  constructor(step: AttemptOwner, number: number, isInContext: boolean) {
    this.#step = step;
    this.number = number;
    this.startedAt = step.carry.clock.now();
    // Later, so that `ctx.step` has returned before its function runs, on the first pass as on any other.
    queueMicrotask(() => this.#run(isInContext));
    if (step.timeoutMs !== null) this.#limit(step.timeoutMs);
  }

  /**
   * Its execution has left this process: timers end, the signal is aborted if there is a reason to.
   *
   * @returns when its processes have ended, if it has any
   */
  shut(reason: Error | undefined): Promise<void> | undefined {
    endPrints(this.#step);
    this.#endTimers();
    if (reason !== undefined) this.#abort(reason);
    return reason !== undefined && this.#hasProcesses && !this.#bodySettled ? this.settledOrGrace() : undefined;
  }

  /** Ends the attempt with an error of its own. */
  fail(error: Error): void {
    if (this.#bodySettled || this.#endedEarly) return;
    this.#endTimers();
    this.#endedEarly = true;
    if (!this.#hasProcesses) return this.#step.threw(this, error);
    // Nothing goes on beside processes that are still being ended: neither another attempt nor the workflow.
    this.#abort(error);
    void this.settledOrGrace().then(() => this.#step.threw(this, error));
  }

  /** Settles when the function has settled, or after a grace. */
  async settledOrGrace(): Promise<void> {
    if (this.#bodySettled) return;
    await new Promise<void>((resolve) => {
      this.#cancelTimer = this.#step.carry.timers.after(this.#hasProcesses ? PROCESS_GRACE_MS : GRACE_MS, resolve);
      this.#whenSettled.push(() => {
        this.#endTimers();
        resolve();
      });
    });
  }

  #run(isInContext: boolean): void {
    let given: unknown;
    try {
      given = isInContext ? this.#invoke() : this.#step.carry.runUserCode(() => this.#invoke());
    } catch (error) {
      return this.#threw(error);
    }
    if (!isThenable(given)) return this.#gave(given);
    Promise.resolve(given).then(
      (value) => this.#gave(value),
      (error: unknown) => this.#threw(error),
    );
  }

  #invoke(): unknown {
    const { asks } = this.#step;
    return runInsideStep(this.#step, () => asks.fn(new AttemptContext(this, this.#step)));
  }

  #gave(value: unknown): void {
    if (this.#isInTime()) this.#step.gave(this, value);
  }

  #threw(error: unknown): void {
    if (this.#isInTime()) this.#step.threw(this, error);
  }

  #isInTime(): boolean {
    this.#bodySettled = true;
    endPrints(this.#step);
    for (const tell of this.#whenSettled) tell();
    if (!this.#endedEarly) {
      this.#endTimers();
      return true;
    }
    // That processes end a while after they were told to is no surprise.
    if (!this.#hasProcesses) this.#step.carry.warnLate(`${describeStep(this.#step.call.identity)}, attempt ${this.number}`);
    return false;
  }

  #limit(timeoutMs: number): void {
    this.#cancelTimer = this.#step.carry.timers.after(timeoutMs, () => {
      this.#cancelTimer = undefined;
      const error = fail("STEP_TIMEOUT", { step: this.#step.call.identity.name, afterMs: timeoutMs });
      this.#abort(error);
      this.fail(error);
    });
  }

  get #hasProcesses(): boolean {
    return this.#step.asks.kind === "shell";
  }

  #endTimers(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #abort(reason: Error): void {
    this.#abortReason ??= reason;
    this.#controller?.abort(this.#abortReason);
  }

  signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason);
    return this.#controller.signal;
  }
}

/** Signal, key and log are made on first use: most steps ask for none of them. */
export class AttemptContext implements StepContext {
  readonly attempt: number;
  readonly #attempt: Attempt;
  readonly #step: AttemptOwner;

  constructor(attempt: Attempt, step: AttemptOwner) {
    this.attempt = attempt.number;
    this.#attempt = attempt;
    this.#step = step;
  }

  get signal(): AbortSignal {
    return this.#attempt.signal();
  }

  get idempotencyKey(): string {
    return idempotencyKeyOf(this.#step.carry, this.#step.call.identity);
  }

  get log(): Log {
    return this.#step.carry.stepLog(this.#step.call.identity.name);
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
