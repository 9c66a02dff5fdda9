/**
 * One step from its first attempt to its record.
 *
 *     begin ──► attempt ──ok──► record completed ──► the pass goes on
 *                 ▲  └─error──► attempts left? ──no──► record failed ──► the error is thrown into user code
 *                 │                  │ yes
 *                 └──── wake ◄── record retrying (a durable wait: held in memory while short, parked while long)
 *
 *     once:      the start of an attempt is on disk before its function runs; a start that is recorded and has no end is a doubt
 *     on exhaustion "pause": recorded as failed without a place in the order, and the execution pauses; resumed, it has attempts again
 */
import { isKeyProblem } from "../model/cipher.ts";
import { encodeError } from "../model/codec/error.ts";
import { fail } from "../model/errors.ts";
import { parseDuration } from "../model/duration.ts";
import { isPanicError } from "../model/panic.ts";
import { learn } from "../model/known-secrets.ts";
import type { AttemptRecord, StepRecord } from "../model/records.ts";
import { type RetryPolicy, retryDelayMs } from "../model/retry.ts";
import { describeIssues } from "../model/schema.ts";
import type { Call, StepRequest } from "../replay/call.ts";
import { describeStep } from "../replay/identity.ts";
import { Attempt, type AttemptOwner } from "./attempt.ts";
import { Doubt } from "./doubt.ts";
import type { Owner, RunningStep } from "./owner.ts";
import { lastAttempt, settingsOf } from "./step-settings.ts";
import { attemptRow, flagsOf, isOnce, stepRow } from "./step-rows.ts";
import { decodeStoredError } from "./stored-error.ts";
import { asError, encodeOrFail, isPermanent, isRetryAfter, isUnstorable, keyProblem } from "./values.ts";
import type { Stop } from "./waits.ts";

export class StepRun implements RunningStep, AttemptOwner {
  readonly call: Call;
  readonly asks: StepRequest;
  readonly carry: Owner;
  timeoutMs: number | null = null;
  #policy: RetryPolicy;
  #current: Attempt | undefined;

  constructor(carry: Owner, call: Call, asks: StepRequest) {
    this.carry = carry;
    this.call = call;
    this.asks = asks;
    this.#policy = carry.definition.retry;
  }

  /** Goes on from what is recorded: the attempt after the last one, not before its time. */
  begin(): void {
    const settingsError = this.#readSettings();
    const recorded = this.call.recorded;
    const keyless = keyProblem(this.carry, this.asks.options.sensitive);
    if (keyless !== undefined) return this.carry.panic(keyless);
    if (settingsError !== undefined) this.#fail(1, this.carry.clock.now(), settingsError);
    else if (recorded === undefined) this.#start(1, this.call.isInline);
    else if (recorded.status === "retrying") this.#rest(recorded);
    else if (recorded.status === "failed") this.#start(recorded.attempt + 1, false);
    else if (isOnce(recorded)) this.#doubt(recorded);
    else this.#start(recorded.attempt, false);
  }

  shut(reason: Error | undefined): Promise<void> | undefined {
    return this.#current?.shut(reason);
  }

  /** An error that was thrown outside of the step's promise, but by its code. */
  failStray(error: Error): void {
    this.#current?.fail(error);
  }

  /** What a store shows while it runs. */
  runningRow(): StepRecord | undefined {
    return this.#current === undefined ? undefined : this.#rowOf(this.#current);
  }

  growOld(): boolean {
    const current = this.#current;
    if (current === undefined || current.age === "shown") return false;
    if (current.age === "old") this.carry.show(this.#rowOf(current));
    current.age = current.age === "young" ? "old" : "shown";
    return current.age === "old";
  }

  #readSettings(): Error | undefined {
    try {
      const { policy, timeoutMs } = settingsOf(this.call.identity.name, this.asks.options, this.#policy);
      this.#policy = policy;
      this.timeoutMs = timeoutMs;
      return undefined;
    } catch (error) {
      return asError(error);
    }
  }

  #start(number: number, isInContext: boolean): void {
    if (this.asks.options.once !== true) return this.#run(number, isInContext);
    const row = this.#row({ status: "running", attempt: number, startedAt: this.carry.clock.now() });
    this.carry.record(row);
    this.carry.write({}, () => {
      if (this.carry.mayBegin(this.call)) this.#run(number, false);
    });
  }

  #run(number: number, isInContext: boolean): void {
    const attempt = new Attempt(this, number, isInContext);
    this.#current = attempt;
    this.carry.stepStarted(this, number, attempt.startedAt);
  }

  #doubt(recorded: StepRecord): void {
    new Doubt(this.carry, this.call, this.asks, {
      timeoutMs: this.timeoutMs,
      happened: (attempt, result) => {
        this.#current = attempt;
        this.gave(attempt, result);
      },
      notHappened: () => this.#start(recorded.attempt + 1, false),
      unknown: (why) => this.#stop("in-doubt", { ...recorded, status: "in-doubt" }, `step "${this.call.identity.name}": ${why}`),
    }).ask(recorded);
  }

  /** Until a person says how it goes on. */
  #stop(stop: Stop, row: StepRecord, detail: string, attempts: readonly AttemptRecord[] = []): void {
    const { key, identity } = this.call;
    this.carry.write({ steps: [row], attempts }, () =>
      this.carry.rest(this.call, { key, identity, for: stop, wakeAt: null, detail, wake: () => {} }, row),
    );
  }

  /** The function of its attempt has given a value. */
  gave(attempt: Attempt, value: unknown): void {
    if (this.#over(attempt)) return;
    const { output, sensitive } = this.asks.options;
    if (sensitive === true) learn(value); // before a schema repeats what it refuses
    if (output !== undefined) return this.#orPanic(this.#check(output, attempt, value));
    let outputText: string;
    try {
      outputText = this.#encode(value);
    } catch (error) {
      return this.threw(attempt, error);
    }
    this.#complete(attempt, outputText);
  }

  /** Its attempt has failed, by its function or otherwise. */
  threw(attempt: Attempt, error: unknown): void {
    if (!this.#over(attempt)) this.#orPanic(this.#failed(attempt, error));
  }

  #orPanic(done: Promise<void>): void {
    done.catch((error: unknown) => this.carry.panic(asError(error)));
  }

  #over(attempt: Attempt): boolean {
    return this.carry.isOver || this.#current !== attempt;
  }

  #encode(value: unknown): string {
    return encodeOrFail(() => `The result of step "${this.call.identity.name}"`, value, this.carry, this.asks.options.sensitive);
  }

  async #check(schema: NonNullable<StepRequest["options"]["output"]>, attempt: Attempt, value: unknown): Promise<void> {
    let outputText: string;
    try {
      const checked = await schema["~standard"].validate(value);
      if (checked.issues !== undefined) {
        throw fail("OUTPUT_INVALID", { what: `step "${this.call.identity.name}"`, problem: describeIssues(checked.issues) });
      }
      outputText = this.#encode(checked.value);
    } catch (error) {
      if (!this.#over(attempt)) await this.#failed(attempt, error);
      return;
    }
    if (!this.#over(attempt)) this.#complete(attempt, outputText);
  }

  #complete(attempt: Attempt, outputText: string): void {
    const now = this.carry.clock.now();
    const { scope, kind, name, n } = this.call.identity;
    const { number, startedAt } = attempt;
    const flags = flagsOf(this.asks.options);
    this.#current = undefined;
    this.carry.complete(this.call, (order) => ({
      steps: [
        // Spelled out: this is made once a step, and spreading objects costs a microsecond.
        {
          scope,
          kind,
          name,
          n,
          status: "completed",
          order,
          attempt: number,
          outputText,
          errorText: null,
          startedAt,
          finishedAt: now,
          wakeAt: null,
          flags,
          detail: null,
        },
      ],
    }));
  }

  async #failed(attempt: Attempt, thrown: unknown): Promise<void> {
    if (isKeyProblem(thrown) || (isPanicError(thrown) && !isPermanent(thrown))) return this.carry.panic(asError(thrown));
    const isHopeless = isPermanent(thrown) || isUnstorable(thrown);
    // A compensation that fails for good leaves half of the work undone: a person has to know.
    if (isHopeless && this.asks.kind !== "compensation") return this.#fail(attempt.number, attempt.startedAt, thrown);
    // Counted on after a pause or a retry by hand: each gives as many attempts as the first round had.
    if (isHopeless || attempt.number % this.#policy.attempts === 0) return this.#exhausted(attempt, thrown);
    const now = this.carry.clock.now();
    const wakeAt = now + this.#delayMs(attempt.number, thrown);
    const errorText = encodeError(thrown);
    const row = this.#row({
      status: "retrying",
      attempt: attempt.number + 1,
      startedAt: attempt.startedAt,
      errorText,
      wakeAt,
    });
    this.carry.stepFailed(this.call.identity, {
      attempt: attempt.number,
      attempts: lastAttempt(this.#policy, attempt.number),
      error: decodeStoredError(errorText),
      retryAt: wakeAt,
    });
    await attempt.settledOrGrace(); // two attempts of one step never overlap, unless the first ignores its signal
    if (this.#over(attempt)) return;
    this.#current = undefined;
    this.carry.write(
      {
        steps: [row],
        attempts: [attemptRow(this.call.identity, { attempt: attempt.number, startedAt: attempt.startedAt, finishedAt: now, errorText })],
      },
      () => this.#rest(row),
    );
  }

  #delayMs(failedAttempt: number, thrown: unknown): number {
    if (isRetryAfter(thrown)) {
      const parsed = parseDuration(thrown.delay);
      if (parsed.ok) return parsed.ms;
    }
    return retryDelayMs(this.#policy, failedAttempt, this.carry.chance);
  }

  #rest(row: StepRecord): void {
    const { key, identity } = this.call;
    this.carry.rest(
      this.call,
      {
        key,
        identity,
        for: "retry",
        wakeAt: row.wakeAt,
        detail: `step "${identity.name}", attempt ${row.attempt} of ${lastAttempt(this.#policy, row.attempt)}`,
        wake: () => {
          if (this.carry.wakeStep(this.call)) this.#start(row.attempt, false);
        },
      },
      row,
    );
  }

  #exhausted({ number, startedAt }: Attempt, thrown: unknown): void {
    if (this.asks.options.onExhausted !== "pause") return this.#fail(number, startedAt, thrown);
    const [now, errorText] = [this.carry.clock.now(), encodeError(thrown)];
    const error = decodeStoredError(errorText);
    this.#current = undefined;
    this.carry.stepFailed(this.call.identity, { attempt: number, attempts: lastAttempt(this.#policy, number), error, retryAt: null });
    const row = this.#row({ status: "failed", attempt: number, startedAt, finishedAt: now, errorText });
    const tries = number === 1 ? "1 attempt" : `${number} attempts`;
    const detail = `${describeStep(this.call.identity)} failed after ${tries}: ${error.message}`;
    this.#stop("paused", row, detail, [attemptRow(this.call.identity, { attempt: number, startedAt, finishedAt: now, errorText })]);
  }

  #fail(attempt: number, startedAt: number, thrown: unknown): void {
    const now = this.carry.clock.now();
    const { identity } = this.call;
    this.#current = undefined;
    // What people are shown is what is stored: a thrown value can be anything, its stored form is safe to look at.
    const errorText = encodeError(thrown);
    const attempts = lastAttempt(this.#policy, attempt);
    this.carry.stepFailed(identity, { attempt, attempts, error: decodeStoredError(errorText), retryAt: null });
    this.carry.complete(this.call, (order) => ({
      steps: [this.#row({ status: "failed", attempt, startedAt, finishedAt: now, errorText, order })],
      attempts: [attemptRow(identity, { attempt, startedAt, finishedAt: now, errorText })],
    }));
  }

  #rowOf({ number, startedAt }: Attempt): StepRecord {
    return this.#row({ status: "running", attempt: number, startedAt });
  }

  #row(facts: Pick<StepRecord, "status" | "attempt" | "startedAt"> & Partial<StepRecord>): StepRecord {
    return stepRow(this.call.identity, { flags: flagsOf(this.asks.options), ...facts });
  }
}
