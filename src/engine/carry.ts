/**
 * Carries one execution in this process, from the claim until it ends, parks, or is lost to another owner.
 *
 *     load ─► pass ─► calls ─► steps, sleeps, events ─► writes under the lease ─► completions ─► pass …
 *       │                                                                              │
 *       └─ blocked (no definition, damaged)           returned · threw · diverged · idle · cancelled · deadline · panic · drained
 *
 * What callers may rely on:
 *   1. `run()` settles exactly once, after the last write is on disk; it never rejects.
 *   2. After it has settled nothing of this execution is written, whatever user code still does.
 *   3. A finished step's result reaches user code only after its record is on disk.
 */
import { fail } from "../model/errors.ts";
import type { StepIdentity, StepRecord } from "../model/records.ts";
import { isTerminal } from "../model/status.ts";
import type { Call } from "../replay/call.ts";
import { describeStep } from "../replay/identity.ts";
import type { Loose, PassEnd } from "../replay/outcome.ts";
import type { Pass, PassSink } from "../replay/pass.ts";
import { Desk, type DeskListener } from "./desk.ts";
import * as ending from "./ending.ts";
import type { Cancel } from "./host.ts";
import { type LoadedPass, loadPass } from "./load.ts";
import { type LastWrite, Ledger, type LedgerListener } from "./ledger.ts";
import { leftBehind, leftWith } from "./left.ts";
import type { WriterEnd } from "./writer.ts";
import { checkOutput } from "./output.ts";
import type { CarrySettings, Left, Runtime } from "./runtime.ts";
import type { CancelRequest, Claimed, ExecutionChange } from "./store.ts";
import { asError, codeOf } from "./values.ts";
import type { Wait } from "./waits.ts";
import { passOf } from "./walk.ts";

export class Carry implements PassSink, LedgerListener, DeskListener {
  readonly id: string;
  readonly #runtime: Runtime;
  readonly #claimed: Claimed;
  readonly #settings: CarrySettings;
  readonly #ledger: Ledger;
  readonly #desk: Desk;
  #loaded: LoadedPass | undefined;
  #pass: Pass | undefined;
  #controller: AbortController | undefined;
  #over = false;
  #stopping: "no" | "draining" | "refused work" = "no";
  #stalled: Cancel | undefined;
  #hurry: Cancel | undefined;
  readonly #ownTimers: Cancel[] = [];
  #resolve: (left: Left) => void = () => {};

  constructor(runtime: Runtime, claimed: Claimed, settings: CarrySettings) {
    this.id = claimed.execution.id;
    this.#runtime = runtime;
    this.#claimed = claimed;
    this.#settings = settings;
    this.#ledger = new Ledger(runtime, claimed, this);
    this.#desk = new Desk({ id: this.id, runtime, ledger: this.#ledger, onProgress: settings.onProgress, told: this });
  }

  run(): Promise<Left> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#begin().catch((error: unknown) => this.panicked(asError(error)));
    });
  }

  cancel(request: CancelRequest): void {
    const reason = fail("CANCELLED", { id: this.id, reason: request.reason ?? undefined });
    this.#finish(ending.cancelled(this.#claimed.execution, request, this.#now()), reason);
  }

  /** Lets running steps finish for a while, starts nothing new, then leaves. */
  drain(): void {
    const graceMs = this.#settings.drainGraceMs ?? this.#runtime.drainGraceMs;
    // Also when it is over already, and only its last write waits for a disk that is full.
    this.#hurry ??= this.#runtime.timers.after(graceMs, () => this.#ledger.hurry(), { background: true });
    if (this.#over || this.#stopping !== "no") return;
    this.#stopping = "draining";
    this.#ownTimers.push(this.#runtime.timers.after(graceMs, () => this.#release()));
    // Not at once: a completion may be on its way to the code, whose next wish decides how it leaves.
    if (this.#pass === undefined) this.#release();
    else this.#pass.reconsider();
  }

  lookForEvents = (): void => this.#desk.lookForEvents();

  /** An error thrown by its code outside of every promise that wf awaits. */
  stray(thrown: unknown): void {
    const error = fail("STRAY_ERROR", { problem: asError(thrown).message }, thrown);
    const steps = this.#desk.runningSteps();
    if (steps.length === 0) this.#finish(ending.failed(error, this.#now()), error);
    else for (const step of steps) step.failStray(error);
  }

  warn = (message: string): void => this.#desk.warn(message);

  /** The event loop has nothing left to do. */
  failIfStalled(after: string): void {
    if (this.#stalled === undefined || this.#over) return;
    const error = fail("WAITS_ON_NOTHING", { workflow: this.#claimed.execution.workflow, after });
    this.#finish(ending.failed(error, this.#now()), error);
  }

  async #begin(): Promise<void> {
    const { execution, cancel, pass } = this.#claimed;
    const isLate = execution.deadlineAt !== null && execution.deadlineAt <= this.#now();
    if (cancel !== null || isLate) {
      // Its waits end with it, so they must be known.
      this.#ledger.load((await this.#runtime.store.history(this.id).catch(() => undefined))?.steps ?? []);
      return cancel !== null ? this.cancel(cancel) : this.#deadline();
    }
    const loading = await loadPass(this.#runtime, this.#claimed);
    if (this.#over) return;
    if ("blocked" in loading) return this.#finish(loading.blocked, undefined);
    if (execution.deadlineAt !== null) this.#ownTimers.push(this.#runtime.timers.at(execution.deadlineAt, () => this.#deadline()));
    this.#loaded = loading.loaded;
    const { steps } = loading.loaded;
    this.#ledger.load(steps);
    this.#settings.onProgress?.({ type: "pass-started", executionId: this.id, workflow: execution.workflow, recorded: steps.length });
    this.#walk(loading.loaded, pass);
  }

  #walk(loaded: LoadedPass, attempt: number): void {
    const [runtime, desk] = [this.#runtime, this.#desk];
    this.#pass = passOf(loaded, { runtime, desk, execution: this.#claimed.execution, attempt, signal: this.#signal, sink: this });
    desk.open(loaded.workflow.definition, this.#pass);
    this.#pass.start();
  }

  call(call: Call): void {
    this.#stalled?.();
    this.#stalled = undefined;
    if (call.asks.type === "step" && this.#stopping !== "no") this.refused(call);
    else this.#desk.begin(call);
  }

  idle(): void {
    if (this.#over || this.#desk.isBusy) return;
    if (this.#stopping !== "no") return this.#release();
    const first = this.#desk.waits.first();
    if (first === undefined) return;
    const { holdMs, onProgress } = this.#settings;
    const mayHold = holdMs === Number.POSITIVE_INFINITY || (first.wakeAt !== null && first.wakeAt - this.#now() <= holdMs);
    if (mayHold) onProgress?.({ type: "holding", executionId: this.id, step: first.identity, until: first.wakeAt });
    else this.#park(first);
  }

  stalled(): void {
    if (this.#desk.isBusy) return;
    if (this.#stopping !== "no") return this.#release();
    const { stallMs } = this.#runtime;
    this.#stalled ??= this.#runtime.timers.after(stallMs, () => this.failIfStalled(`for ${Math.round(stallMs / 1000)} s`), {
      background: true,
    });
  }

  ended(end: PassEnd): void {
    if (this.#over) return;
    const now = this.#now();
    switch (end.type) {
      case "returned":
        this.#returned(end.value, end).catch((error: unknown) => this.#finish(ending.failed(error, this.#now()), undefined));
        return;
      case "threw":
        this.#warnOf(end);
        return this.#finish(ending.failed(end.error, now), asError(end.error));
      case "diverged":
        return this.#finish(ending.diverged(end.comparison), undefined);
      case "undecodable":
        return this.#finish(ending.undecodable(end.step, asError(end.error).message), undefined);
      default:
        return end satisfies never;
    }
  }

  late(step: StepIdentity): void {
    this.#desk.warn(`${describeStep(step)} was asked for after the execution had left; it does nothing. Await everything inside steps`);
  }

  panicked(error: Error): void {
    // No restart mends a row that is damaged.
    if (codeOf(error) === "CORRUPT") return this.#finish(ending.blocked("corrupt", error.message, null), error);
    const execution = { ...this.#claimed.execution, panics: this.#ledger.panics };
    this.#desk.warn(`System failure: ${error.message}`);
    const now = this.#now();
    const change = ending.panicked(execution, error.message, now, this.#runtime.chance);
    this.#finish(change, fail("PANIC", { problem: error.message, code: "PANIC" }, error), { panic: { at: now, cause: error.message } });
  }

  #now(): number {
    return this.#runtime.clock.now();
  }

  completed(call: Call, record: StepRecord | undefined): void {
    this.#desk.completed(call, record);
  }

  get mayStart(): boolean {
    return this.#stopping === "no";
  }

  delivered(call: Call, record: StepRecord): void {
    if (this.#over || this.#pass === undefined) return;
    const { onProgress } = this.#settings;
    if (onProgress !== undefined && record.status === "completed") {
      const durationMs = (record.finishedAt ?? record.startedAt) - record.startedAt;
      onProgress({ type: "step-completed", executionId: this.id, step: record, durationMs });
    }
    if (this.#stopping === "no") this.#pass.complete(call, record);
    else this.refused(call);
  }

  /** Something is running, being written or looked up. */
  #isBusy(): boolean {
    return this.#pass?.isExecuting === true || this.#desk.isBusy;
  }

  /** Leaves work undone that the next pass will do. */
  refused(call: Call): void {
    this.#stopping = "refused work";
    this.#pass?.rest(call);
  }

  async #returned(value: unknown, loose: Loose): Promise<void> {
    const outputText = await checkOutput(this.#desk.definition, value, this.#runtime.maxValueBytes);
    this.#warnOf(loose);
    // An error is made only where there is somebody to tell: its stack costs more than the rest of a small workflow's end.
    const isHeard = this.#desk.runningSteps().length > 0 || this.#controller !== undefined;
    const reason = isHeard ? fail("CANCELLED", { id: this.id, reason: "the workflow has returned" }) : undefined;
    this.#finish(ending.completed(outputText, this.#now()), reason);
  }

  #warnOf(loose: Loose): void {
    for (const warning of ending.warnings(loose)) this.#desk.warn(warning);
  }

  #deadline(): void {
    const { execution } = this.#claimed;
    const error = fail("DEADLINE_PASSED", { workflow: execution.workflow, afterMs: (execution.deadlineAt ?? 0) - execution.createdAt });
    this.#finish(ending.failed(error, this.#now()), error);
  }

  #park(first: Wait): void {
    this.#finish(ending.parked(first, this.#claimed.execution.deadlineAt), undefined, { waitingFor: this.#desk.waitingFor() });
  }

  #release(): void {
    const first = this.#stopping === "draining" && !this.#isBusy() ? this.#desk.waits.first() : undefined;
    if (first === undefined)
      this.#finish(ending.released(this.#now()), fail("CANCELLED", { id: this.id, reason: "its process is stopping" }));
    else this.#park(first);
  }

  #finish(change: ExecutionChange, abortReason: Error | undefined, more: Pick<LastWrite, "waitingFor" | "panic"> = {}): void {
    if (this.#over) return;
    const isEnd = change.status !== undefined && isTerminal(change.status);
    const running = this.#desk.runningSteps().map((step) => step.runningRow());
    this.#tearDown(abortReason);
    const sourceHash = this.#loaded?.workflow.sourceHash;
    const last = (): LastWrite => ({
      change: sourceHash === undefined ? change : { ...change, sourceHash },
      steps: isEnd ? this.#ledger.cancelledRows(running, this.#now()) : [],
      ...more,
    });
    this.#ledger.close(last, () => this.#left(change));
  }

  #left(change: ExecutionChange): void {
    const left = leftWith(this.#claimed.execution, change);
    this.#hurry?.();
    this.#settings.onProgress?.({ type: "left", executionId: this.id, status: left.status, reason: left.reason, wakeAt: left.wakeAt });
    this.#resolve(left);
  }

  delayed(error: Error, retryInMs: number): void {
    this.#settings.onProgress?.({ type: "not-stored", executionId: this.id, error, retryInMs });
  }

  abandoned(end: WriterEnd): void {
    this.#tearDown(end.error);
    this.#hurry?.();
    this.#resolve(leftBehind({ ...this.#claimed.execution, panics: this.#ledger.panics }, end));
  }

  #tearDown(abortReason: Error | undefined): void {
    this.#over = true;
    this.#pass?.park();
    this.#desk.shut(abortReason);
    for (const cancel of this.#ownTimers.splice(0)) cancel();
    this.#stalled?.();
    this.#controller?.abort(abortReason ?? fail("CANCELLED", { id: this.id, reason: "the execution has left this process" }));
  }

  readonly #signal = (): AbortSignal => (this.#controller ??= new AbortController()).signal;
}
