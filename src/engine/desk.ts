/**
 * The engine's side for the running steps, sleeps and events of one execution: where they write, wait and report.
 *
 * It keeps what is under way; whether the execution goes on, parks or ends is decided in `carry.ts`.
 */
import type { Log } from "../model/context.ts";
import type { WorkflowDefinition } from "../model/definition.ts";
import type { ProgressListener } from "../model/progress.ts";
import type { StepIdentity, StepRecord } from "../model/records.ts";
import type { Call } from "../replay/call.ts";
import type { Pass } from "../replay/pass.ts";
import { CarryLog } from "./carry-log.ts";
import { EventRun } from "./event-run.ts";
import type { Chance, Clock, StrayContext, Timers } from "./host.ts";
import type { Ledger } from "./ledger.ts";
import type { Owner, RunningStep, StepFailure, WriteParts } from "./owner.ts";
import type { Runtime } from "./runtime.ts";
import type { Watched } from "./running-steps.ts";
import { runSleep } from "./sleep-run.ts";
import { StepRun } from "./step-run.ts";
import type { PendingEvent, WaitingFor } from "./store.ts";
import { type Wait, Waits } from "./waits.ts";

/** What it tells whoever decides. */
export interface DeskListener {
  /** A completion is on disk. */
  delivered(call: Call, record: StepRecord): void;
  panicked(error: Error): void;
  /** Its code threw outside of every promise that wf awaits. */
  stray(error: unknown): void;
  /** False once its process is stopping. */
  readonly mayStart: boolean;
  /** Work is left for the next pass. */
  refused(call: Call): void;
}

export interface DeskParts {
  readonly id: string;
  readonly runtime: Runtime;
  readonly ledger: Ledger;
  readonly onProgress: ProgressListener | undefined;
  readonly told: DeskListener;
}

export class Desk implements Owner, Watched {
  readonly id: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly chance: Chance;
  readonly maxValueBytes: number;
  readonly waits: Waits;
  readonly #parts: DeskParts;
  readonly #told: DeskListener;
  readonly #log: CarryLog;
  readonly #context: StrayContext;
  readonly #running = new Map<Call, RunningStep>();
  /** It will be asked to show its running steps. */
  #isWatched = false;
  readonly #events = new Map<Call, EventRun>();
  #pass: Pass | undefined;
  #definition: WorkflowDefinition | undefined;
  /** Lookups and completions under way; while there are any the execution does not park. */
  #busy = 0;
  #over = false;

  constructor(parts: DeskParts) {
    const { clock, timers, chance, maxValueBytes } = parts.runtime;
    this.#parts = parts;
    this.#told = parts.told;
    this.id = parts.id;
    this.clock = clock;
    this.timers = timers;
    this.chance = chance;
    this.maxValueBytes = maxValueBytes;
    this.waits = new Waits(clock, timers);
    this.#context = parts.runtime.openStrayContext((error) => parts.told.stray(error));
    this.#log = new CarryLog(parts.id, clock, parts.ledger.outbox, parts.onProgress);
  }

  open(definition: WorkflowDefinition, pass: Pass): void {
    this.#definition = definition;
    this.#pass = pass;
  }

  get isBusy(): boolean {
    return this.#busy > 0;
  }

  get isOver(): boolean {
    return this.#over;
  }

  get definition(): WorkflowDefinition {
    if (this.#definition === undefined) throw new Error("Bug in wflite: a step runs before its workflow is loaded");
    return this.#definition;
  }

  begin(call: Call): void {
    const { asks } = call;
    switch (asks.type) {
      case "step":
        return new StepRun(this, call, asks).begin();
      case "sleep":
        return runSleep(this, call, asks);
      case "event": {
        const event = new EventRun(this, call, asks);
        this.#events.set(call, event);
        return event.look();
      }
      default:
        return asks satisfies never;
    }
  }

  lookForEvents(): void {
    for (const event of this.#events.values()) event.look();
  }

  /** The events it waits for, and how far it has looked. */
  waitingFor(): readonly WaitingFor[] {
    return [...this.#events.values()].map(({ name, seenCursor }) => ({ name, afterCursor: seenCursor }));
  }

  runningSteps(): readonly RunningStep[] {
    return [...this.#running.values()];
  }

  complete(call: Call, build: (order: number) => WriteParts, refused?: () => void): void {
    this.#running.delete(call);
    this.#busy++;
    this.#parts.ledger.complete(call, build, refused && (() => (this.#busy--, refused())));
  }

  /** Of a completion that is on disk. */
  completed(call: Call, record: StepRecord | undefined): void {
    this.#busy--;
    if (this.#events.size > 0) this.#events.delete(call);
    if (record !== undefined && !this.#over) this.#told.delivered(call, record);
  }

  write(parts: WriteParts, done: () => void): void {
    this.#parts.ledger.write(parts, done);
  }

  record(row: StepRecord): void {
    if (!this.#over) this.#parts.ledger.record(row);
  }

  wait(wait: Wait): void {
    if (!this.#over) this.waits.add(wait);
  }

  endWait(key: string): void {
    this.waits.remove(key);
  }

  rest(call: Call, wait: Wait, row: StepRecord): void {
    if (this.#over) return;
    this.#running.delete(call);
    this.#parts.ledger.recorded(call.key, row);
    this.waits.add(wait);
    this.#pass?.rest(call);
  }

  wakeStep(call: Call): boolean {
    if (this.#told.mayStart) {
      this.#pass?.wakeUp(call);
      return true;
    }
    this.#told.refused(call);
    return false;
  }

  enter(): void {
    this.#busy++;
  }

  leave(): void {
    this.#busy--;
    this.#pass?.reconsider();
  }

  pendingEvents(name: string): Promise<readonly PendingEvent[]> {
    return this.#parts.runtime.store.pendingEvents(this.id, name);
  }

  stepStarted(step: RunningStep, attempt: number, startedAt: number): void {
    this.#running.set(step.call, step);
    if (!this.#isWatched) {
      this.#isWatched = true;
      this.#parts.runtime.runningSteps.watch(this);
    }
    this.#parts.onProgress?.({ type: "step-started", executionId: this.id, step: step.call.identity, attempt, at: startedAt });
  }

  showOldSteps(): boolean {
    this.#isWatched = false;
    for (const step of this.#running.values()) if (step.growOld()) this.#isWatched = true;
    return this.#isWatched;
  }

  stepFailed(identity: StepIdentity, failure: StepFailure): void {
    this.#parts.onProgress?.({ type: "step-failed", executionId: this.id, step: identity, ...failure });
  }

  panic(error: Error): void {
    this.#told.panicked(error);
  }

  warn(message: string): void {
    if (!this.#over) return this.#log.warn(message);
    // It has left: nothing can be written under its lease any more. Losing the line loses nothing but the line.
    void this.#parts.runtime.store.addLog(this.id, this.#log.entry("warn", message)).catch(() => {});
  }

  warnLate(what: string): void {
    this.warn(`${what} ended late; what it gave is ignored`);
  }

  stepLog(step: string | null): Log {
    return this.#log.user(step);
  }

  runUserCode<T>(fn: () => T): T {
    return this.#context.run(fn);
  }

  /** The execution has left: nothing settles, starts or writes any more. */
  shut(abortReason: Error | undefined): void {
    this.#over = true;
    this.waits.clear();
    this.#events.clear();
    for (const step of this.#running.values()) step.shut(abortReason);
    this.#running.clear();
  }

  show(row: StepRecord): void {
    if (!this.#over) this.#parts.ledger.show(row);
  }
}
