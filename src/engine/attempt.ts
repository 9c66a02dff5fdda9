/**
 * One attempt of a step: the call of the user's function, its signal, its limit.
 *
 * JavaScript cannot stop a function. After a time-out or an abort the attempt is over for wf, its signal says so to the function, and whatever
 * comes of it later is reported as late and ignored.
 */
import { fail } from "../model/errors.ts";
import type { Log, StepContext } from "../model/context.ts";
import { describeStep } from "../replay/identity.ts";
import type { StepCall } from "../replay/call.ts";
import type { Owner } from "./owner.ts";

/** How long the next attempt waits for a former one that has been told to stop. */
const GRACE_MS = 5_000;

export interface Attempt {
  readonly number: number;
  readonly startedAt: number;
  /** What the function gave, or why the attempt failed. */
  readonly result: Promise<unknown>;
  abort(reason: Error): void;
  /** Ends the attempt with an error of its own. */
  fail(error: Error): void;
  /** Settles when the function has settled, or after a grace. */
  settledOrGrace(): Promise<void>;
}

export const runAttempt = (options: { carry: Owner; call: StepCall; number: number; timeoutMs: number | null }): Attempt =>
  new RunningAttempt(options);

class RunningAttempt implements Attempt {
  readonly number: number;
  readonly startedAt: number;
  readonly result: Promise<unknown>;
  readonly #carry: Owner;
  readonly #call: StepCall;
  readonly #body: Promise<unknown>;
  #controller: AbortController | undefined;
  #abortReason: Error | undefined;
  #fail: ((error: Error) => void) | undefined;
  #bodySettled = false;
  #endedEarly = false;

  constructor({ carry, call, number, timeoutMs }: { carry: Owner; call: StepCall; number: number; timeoutMs: number | null }) {
    this.#carry = carry;
    this.#call = call;
    this.number = number;
    this.startedAt = carry.clock.now();
    this.#body = this.#run();
    this.result = timeoutMs === null ? this.#withFailure() : this.#withLimit(timeoutMs);
  }

  abort(reason: Error): void {
    this.#abortReason ??= reason;
    this.#controller?.abort(this.#abortReason);
  }

  fail(error: Error): void {
    this.#fail?.(error);
  }

  async settledOrGrace(): Promise<void> {
    if (this.#bodySettled) return;
    const settled = this.#body.then(
      () => undefined,
      () => undefined,
    );
    let cancel: (() => void) | undefined;
    const grace = new Promise<void>((resolve) => {
      cancel = this.#carry.timers.after(GRACE_MS, resolve);
    });
    await Promise.race([settled, grace]);
    cancel?.();
  }

  /** Begins in a later microtask, so that `ctx.step` has returned before its function runs, on the first pass as on any other. */
  async #run(): Promise<unknown> {
    await null;
    try {
      return await this.#carry.runUserCode(() => this.#call.fn(this.#context()));
    } finally {
      this.#bodySettled = true;
      if (this.#endedEarly) this.#carry.warnLate(`${describeStep(this.#call.identity)}, attempt ${this.number}`);
    }
  }

  /** The body's own promise, unless a stray error ends the attempt first. */
  #withFailure(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#fail = (error) => {
        this.#endedEarly = !this.#bodySettled;
        reject(error);
      };
      this.#body.then(resolve, reject);
    });
  }

  #withLimit(timeoutMs: number): Promise<unknown> {
    const limited = this.#withFailure();
    const cancel = this.#carry.timers.after(timeoutMs, () => {
      const error = fail("STEP_TIMEOUT", { step: this.#call.identity.name, afterMs: timeoutMs });
      this.abort(error);
      this.fail(error);
    });
    limited.then(cancel, cancel);
    return limited;
  }

  #signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason);
    return this.#controller.signal;
  }

  /** Signal and key are made on first use: most steps ask for neither. */
  #context(): StepContext {
    const signal = (): AbortSignal => this.#signal();
    const { scope, kind, name, n } = this.#call.identity;
    const executionId = this.#carry.id;
    const log: Log = this.#carry.stepLog(name);
    return {
      attempt: this.number,
      log,
      get signal() {
        return signal();
      },
      get idempotencyKey() {
        return [executionId, ...(scope === "" ? [] : [scope]), kind, name, n].map((part) => encodeURIComponent(part)).join("/");
      },
    };
  }
}
