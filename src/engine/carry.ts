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
import type { StepRecord } from "../model/records.ts";
import type { Call } from "../replay/call.ts";
import type { PassEnd } from "../replay/outcome.ts";
import type { Pass } from "../replay/pass.ts";
import { childCare } from "./child-care.ts";
import { Departure } from "./departure.ts";
import { Desk } from "./desk.ts";
import type { DeskListener } from "./desk-parts.ts";
import * as ending from "./ending.ts";
import { type LoadedPass, loadPass } from "./load.ts";
import { type LastWrite, Ledger, type LedgerListener } from "./ledger.ts";
import { failureOf } from "./failure.ts";
import { Finale } from "./finale.ts";
import * as finals from "./finals.ts";
import type { Final } from "./finals.ts";
import type { WriterEnd } from "./writer.ts";
import { type CarrySettings, keepsMs, type Left } from "./carry-settings.ts";
import type { Runtime } from "./runtime.ts";
import type { CancelRequest, Claimed, ExecutionChange } from "./store.ts";
import { asError } from "./values.ts";
import { Stall } from "./stall.ts";
import { Verdict } from "./verdict.ts";
import { isStop, type Wait } from "./waits.ts";
import type { ScriptRun } from "./scripts/run.ts";
import { codeChange } from "./sources/code-change.ts";
import { type CarrySink, passOf, sinkOf } from "./walk.ts";

export class Carry implements CarrySink, LedgerListener, DeskListener {
  readonly id: string;
  readonly #runtime: Runtime;
  readonly #claimed: Claimed;
  readonly #settings: CarrySettings;
  readonly #ledger: Ledger;
  readonly #desk: Desk;
  readonly #departure: Departure;
  #pass: Pass | undefined;
  /** Instead of a pass, where the workflow is a script. */
  #script: ScriptRun | undefined;
  #stopping: "no" | "draining" | "refused work" = "no";
  readonly #stall: Stall;
  readonly #finale: Finale;
  readonly #verdict: Verdict;

  constructor(runtime: Runtime, claimed: Claimed, settings: CarrySettings) {
    this.id = claimed.execution.id;
    [this.#runtime, this.#claimed, this.#settings] = [runtime, claimed, settings];
    this.#ledger = new Ledger(runtime, claimed, this);
    const [{ execution }, { onProgress }] = [claimed, settings];
    const children = childCare(runtime.children, execution, settings);
    this.#desk = new Desk({ execution, children, runtime, ledger: this.#ledger, onProgress, told: this });
    const parts = { runtime, ledger: this.#ledger, desk: this.#desk, pass: () => this.#pass };
    this.#departure = new Departure({ ...parts, claimed, settings, script: () => this.#script });
    const [isOver, mayGoOn] = [() => this.#departure.isOver, () => this.#stopping === "no"];
    const leave = ({ change, reason }: Final): void => this.#leave({ ...change, finishedAt: this.#now() }, reason);
    this.#finale = new Finale({ ...parts, isOver, mayGoOn, leave, release: () => this.#release() });
    this.#stall = new Stall(runtime, claimed.execution.workflow, (error) => this.#finale.end(finals.failed(error, this.#now())));
    this.#verdict = new Verdict({
      ...{ runtime, desk: this.#desk, finale: this.#finale, isHeard: () => this.#departure.isHeard },
      leave: (change, reason, more) => this.#leave(change, reason, more),
      panicked: (error) => this.panicked(error),
    });
  }

  run(): Promise<Left> {
    const left = this.#departure.left();
    this.#begin().catch((error: unknown) => this.panicked(asError(error)));
    return left;
  }

  cancel(request: CancelRequest): void {
    this.#finale.end(finals.cancelled(this.#claimed.execution, request, this.#now()));
  }

  /** Lets running steps finish for a while, starts nothing new, then leaves. */
  drain(): void {
    const graceMs = this.#settings.drainGraceMs ?? this.#runtime.drainGraceMs;
    this.#departure.hurryAfter(graceMs);
    if (this.#departure.isOver) return;
    this.#departure.own(this.#runtime.timers.after(graceMs, () => this.#release()));
    this.pause();
  }

  /** The same without a limit on what runs. That it was asked for is on disk, and makes a parked one of it that only a person takes up. */
  pause(): void {
    if (this.#departure.isOver || this.#stopping !== "no") return;
    this.#stopping = "draining";
    // Not at once: a completion may be on its way to the code, whose next wish decides how it leaves.
    if (this.#finale.isUndoing) this.rested();
    else if (this.#script !== undefined) this.#script.stopPass();
    else if (this.#pass === undefined) this.#release();
    else this.#pass.reconsider();
  }

  /** Ends one of its waits before its time. @param which as `identityText` says it; null is the first that has a time */
  async wake(which: string | null): Promise<void> {
    if (this.#script !== undefined) await this.#script.wake(which);
    else if (this.#stopping === "no") this.#desk.waits.wakeEarly(which);
  }

  lookForEvents = (): void => (this.#script === undefined ? this.#desk.lookForEvents() : this.#script.look());

  lookForChildren = (id?: string): void => this.#desk.lookForChildren(id);

  isChildOf = (id: string): boolean => this.#claimed.execution.parentId === id && !this.#claimed.execution.isDetached;

  /** An error thrown by its code outside of every promise that wf awaits. */
  stray(thrown: unknown): void {
    if (this.#script !== undefined) return this.warn(`An error was thrown in the process that carries it: ${asError(thrown).message}`);
    const error = fail("STRAY_ERROR", { problem: asError(thrown).message }, thrown);
    const steps = this.#desk.runningSteps();
    if (steps.length === 0) this.#finale.end(finals.failed(error, this.#now()));
    else for (const step of steps) step.failStray(error);
  }

  warn = (message: string): void => this.#desk.warn(message);

  /** The event loop has nothing left to do. */
  failIfStalled = (after: string): void => this.#stall.fail(after);

  async #begin(): Promise<void> {
    const { execution, pass } = this.#claimed;
    const final = finals.already(this.#claimed, this.#now());
    if (final !== undefined) {
      // Its waits end with it, so they must be known; and what it has done.
      this.#ledger.load((await this.#runtime.store.history(this.id))?.steps ?? []);
      if (!this.#finale.decide(final)) return;
    }
    const loading = await loadPass(this.#runtime, this.#claimed);
    if (this.#departure.isOver) return;
    if ("blocked" in loading) return this.#leave(loading.blocked, undefined);
    const { steps } = loading.loaded;
    const isScript = loading.loaded.workflow.definition.script !== undefined;
    if (final === undefined) {
      const { deadlineAt } = execution;
      const late = (): void => this.#finale.end(finals.late(execution, this.#now()));
      if (deadlineAt !== null) this.#departure.own(this.#runtime.timers.at(deadlineAt, late));
      this.#ledger.load(isScript ? [] : steps); // a script's steps are written by processes of their own
      if (!this.#finale.loaded()) return;
    }
    this.#ledger.changeFirst(codeChange(execution, loading.loaded.workflow.sourceHash, steps.length > 0));
    this.#settings.onProgress?.({ type: "pass-started", executionId: this.id, workflow: execution.workflow, recorded: steps.length });
    if (isScript) await this.#runScript(loading.loaded);
    else this.#walk(loading.loaded, pass);
  }

  async #runScript(loaded: LoadedPass): Promise<void> {
    const module = await import("./scripts/run.ts");
    if (this.#departure.isOver) return;
    const [runtime, claimed, settings, desk] = [this.#runtime, this.#claimed, this.#settings, this.#desk];
    this.#script = new module.ScriptRun({ runtime, claimed, settings, desk, leave: (...last) => this.#leave(...last) });
    this.#script.begin(loaded);
  }

  #walk(loaded: LoadedPass, attempt: number): void {
    const [runtime, desk, { execution }] = [this.#runtime, this.#desk, this.#claimed];
    this.#pass = passOf(loaded, { runtime, desk, execution, attempt, signal: this.#departure.signal, sink: sinkOf(this, desk) });
    desk.open(loaded.workflow.definition, this.#pass);
    this.#pass.start();
  }

  call(call: Call): void {
    this.#stall.end();
    // The code has been repeated only to learn how it undoes what it has done.
    if (this.#finale.isDecided) return this.#finale.undo();
    if (call.asks.type === "step" && this.#stopping !== "no") this.refused(call);
    else this.#desk.begin(call);
  }

  idle(): void {
    if (this.#departure.isOver || this.#desk.isBusy) return;
    if (this.#finale.isDecided) return this.#finale.undo();
    if (this.#stopping !== "no") return this.#release();
    const { waits, hasChildrenHere } = this.#desk;
    const first = waits.first();
    if (first !== undefined) this.#holdOrPark(waits.stop() ?? first, hasChildrenHere);
  }

  /** A compensation waits for its next attempt, or for a person. */
  rested(): void {
    if (!this.#finale.isUndoing || this.#departure.isOver || this.#desk.isBusy) return;
    this.#finale.settled();
    const first = this.#desk.waits.stop() ?? this.#desk.waits.first();
    if (first === undefined || this.#desk.runningSteps().length > 0) return;
    if (this.#stopping !== "no") this.#park(first);
    else this.#holdOrPark(first, false);
  }

  #holdOrPark(first: Wait, hasChildrenHere: boolean): void {
    const [{ onProgress }, holdMs] = [this.#settings, keepsMs(this.#claimed.execution, this.#settings)];
    const isShort = holdMs === Number.POSITIVE_INFINITY || (first.wakeAt !== null && first.wakeAt - this.#now() <= holdMs);
    if (isStop(first) || !(isShort || hasChildrenHere)) return this.#park(first);
    onProgress?.({ type: "holding", executionId: this.id, step: first.identity, until: first.wakeAt });
  }

  stalled(): void {
    if (this.#desk.isBusy) return;
    if (this.#finale.isDecided) return this.#finale.undo();
    if (this.#stopping !== "no") return this.#release();
    this.#stall.begin();
  }

  ended(end: PassEnd): void {
    if (this.#departure.isOver) return;
    const now = this.#now();
    switch (end.type) {
      case "diverged":
        return this.#leave(ending.diverged(this.id, end), undefined);
      case "undecodable":
        return this.#leave(ending.undecodable(end.step, end.error, now), undefined);
      case "returned":
      case "threw":
      case "startsOver":
        if (this.#finale.isDecided) return this.#finale.undo();
        return this.#verdict.on(end);
      default:
        return end satisfies never;
    }
  }

  panicked(error: Error): void {
    const execution = { ...this.#claimed.execution, panics: this.#ledger.panics };
    const failure = failureOf(error, execution, { now: this.#now(), chance: this.#runtime.chance });
    if (failure.panic !== undefined) this.#desk.warn(`System failure: ${error.message}`);
    this.#leave(failure.change, failure.reason, failure.panic === undefined ? {} : { panic: failure.panic });
  }

  #now(): number {
    return this.#runtime.clock.now();
  }

  completed(call: Call, record: StepRecord | undefined): void {
    this.#desk.completed(call, record);
  }

  mayStart(call: Call): boolean {
    return this.#stopping === "no" && (!this.#finale.isUndoing || call.identity.kind === "compensation");
  }

  delivered(call: Call, record: StepRecord): void {
    if (this.#departure.isOver || this.#pass === undefined) return;
    const { onProgress } = this.#settings;
    if (onProgress !== undefined && record.status === "completed") {
      const durationMs = (record.finishedAt ?? record.startedAt) - record.startedAt;
      onProgress({ type: "step-completed", executionId: this.id, step: record, durationMs });
    }
    if (this.#finale.isUndoing) {
      this.#finale.settled(call);
      if (this.#stopping !== "no" && this.#desk.runningSteps().length === 0) this.#release();
    } else if (this.#stopping === "no") this.#pass.complete(call, record);
    else this.refused(call);
  }

  /** Leaves work undone that the next pass will do. */
  refused(call: Call): void {
    this.#stopping = "refused work";
    this.#pass?.rest(call);
  }

  #park(first: Wait): void {
    const deadlineAt = this.#finale.isDecided ? null : this.#claimed.execution.deadlineAt;
    this.#leave(ending.parked(first, deadlineAt), undefined, this.#desk.waitingFor());
  }

  #release(): void {
    if (this.#script !== undefined) return this.#script.release();
    const { waits, isBusy } = this.#desk;
    const isResting = this.#pass?.isExecuting !== true && !isBusy;
    const first = this.#stopping === "draining" && isResting ? (waits.stop() ?? waits.first()) : undefined;
    if (first !== undefined) return this.#park(first);
    this.#leave(ending.released(this.#now()), fail("CANCELLED", { id: this.id, reason: "its process is stopping" }));
  }

  #leave(change: ExecutionChange, abortReason: Error | undefined, more: Partial<LastWrite> = {}): void {
    this.#stall.end();
    this.#departure.finish(change, abortReason, this.#finale.isDecided ? { ...more, isUndoing: true } : more);
  }

  delayed(error: Error, retryInMs: number): void {
    this.#settings.onProgress?.({ type: "not-stored", executionId: this.id, error, retryInMs });
  }

  abandoned(end: WriterEnd): void {
    this.#stall.end();
    this.#departure.abandon(end);
  }
}
