/**
 * The engine's side for the running steps, sleeps and events of one execution: where they write, wait and report.
 *
 * It keeps what is under way; whether the execution goes on, parks or ends is decided in `carry.ts`.
 */
import type { Log } from "../model/context.ts";
import type { WorkflowDefinition } from "../model/definition.ts";
import type { EventKind, LogRecord, StepIdentity, StepRecord } from "../model/records.ts";
import type { Call } from "../replay/call.ts";
import { isLoose } from "../replay/completion.ts";
import type { Pass } from "../replay/pass.ts";
import { describeStep } from "../replay/identity.ts";
import { CarryLog } from "./carry-log.ts";
import { ChildRun } from "./child-run.ts";
import type { ChildCare } from "./children.ts";
import type { DeskListener, DeskParts } from "./desk-parts.ts";
import { EventRun, giveBack } from "./event-run.ts";
import type { Chance, Clock, StrayContext, Timers } from "./host.ts";
import type { LastWrite } from "./ledger.ts";
import { type CompletionListener, NOBODY, type Owner, type RunningStep, type StepFailure, type WriteParts } from "./owner.ts";
import type { Runtime } from "./runtime.ts";
import type { Watched } from "./running-steps.ts";
import { runSleep } from "./sleep-run.ts";
import { StepRun } from "./step-run.ts";
import type { PendingEvent } from "./store.ts";
import { type Wait, Waits } from "./waits.ts";

export class Desk implements Owner, Watched {
  readonly id: string;
  readonly generation: number;
  readonly children: ChildCare;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly chance: Chance;
  readonly maxValueBytes: number;
  readonly cipher: Runtime["cipher"];
  readonly onProgress: DeskParts["onProgress"];
  readonly waits: Waits;
  readonly #parts: DeskParts;
  readonly #told: DeskListener;
  readonly #log: CarryLog;
  readonly #context: StrayContext;
  readonly #running = new Map<Call, RunningStep>();
  /** It will be asked to show its running steps. */
  #isWatched = false;
  readonly #events = new Map<Call, EventRun>();
  readonly #children = new Map<Call, ChildRun>();
  #pass: Pass | undefined;
  #definition: WorkflowDefinition | undefined;
  /** Lookups and completions under way; while there are any the execution does not park. */
  #busy = 0;
  #over = false;
  /** What its code has begun may end; nothing of it begins any more. */
  #hasNewBarred = false;

  constructor(parts: DeskParts) {
    const { clock, timers, chance, maxValueBytes, cipher } = parts.runtime;
    this.#parts = parts;
    this.#told = parts.told;
    [this.id, this.generation, this.onProgress] = [parts.execution.id, parts.execution.generation, parts.onProgress];
    this.children = parts.children;
    this.clock = clock;
    this.timers = timers;
    this.chance = chance;
    this.maxValueBytes = maxValueBytes;
    this.cipher = cipher;
    this.waits = new Waits(clock, timers);
    this.#context = parts.runtime.openStrayContext((error) => parts.told.stray(error));
    this.#log = new CarryLog(this.id, clock, parts.ledger.outbox, parts.onProgress);
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
    const { asks, recorded } = call;
    if (recorded !== undefined && isLoose(recorded)) return this.complete(call, (order) => ({ steps: [{ ...recorded, order }] }));
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
      case "child": {
        const child = new ChildRun(this, call, asks);
        this.#children.set(call, child);
        return child.begin();
      }
      default:
        return asks satisfies never;
    }
  }

  lookForEvents(from?: "the first"): void {
    for (const event of this.#events.values()) event.look(from);
  }

  /** @param id of the one that has ended; undefined when any may have */
  lookForChildren(id: string | undefined): void {
    for (const child of this.#children.values()) if (id === undefined || child.awaited === id) child.look();
  }

  /** A child that it waits for moves in this process. */
  get hasChildrenHere(): boolean {
    return this.#children.size > 0 && [...this.#children.values()].some((child) => child.isHere);
  }

  /** What must not have come unseen while it parks. */
  waitingFor(): Pick<LastWrite, "waitingFor" | "waitingForChildren"> {
    return {
      waitingFor: [...this.#events.values()].map((event) => event.waitingFor),
      waitingForChildren: [...this.#children.values()].flatMap(({ awaited }) => awaited ?? []),
    };
  }

  /** A wait has lost a race: it ends nothing and holds up nothing any more. */
  drop(call: Call, completion?: StepRecord): void {
    if (completion !== undefined) return giveBack(this, completion, () => this.lookForEvents("the first"));
    this.#events.get(call)?.drop();
    this.#events.delete(call);
    this.#children.get(call)?.drop();
    this.#children.delete(call);
    this.waits.remove(call.key);
    const row = this.#parts.ledger.openRow(call.key);
    if (row !== undefined) this.record({ ...row, status: "cancelled", finishedAt: this.clock.now(), wakeAt: null });
  }

  mark(name: string, value: boolean): void {
    if (!this.#over) this.#parts.ledger.outbox.addMark({ name, value });
  }

  runningSteps(): readonly RunningStep[] {
    return [...this.#running.values()];
  }

  complete(call: Call, build: (order: number) => WriteParts, told: CompletionListener = NOBODY): void {
    this.#running.delete(call);
    this.#busy++;
    const refused = told.refused && ((error: Error): void => (this.#busy--, told.refused?.(error)));
    this.#parts.ledger.complete(call, build, refused === undefined ? told : { ...told, refused });
  }

  /** Of a completion that is on disk. */
  completed(call: Call, record: StepRecord | undefined): void {
    this.#busy--;
    if (this.#events.size > 0) this.#events.delete(call);
    if (this.#children.size > 0) this.#children.delete(call);
    if (record !== undefined && !this.#over) this.#told.delivered(call, record);
  }

  write(parts: WriteParts, done: () => void, refused?: (error: Error) => void): void {
    this.#parts.ledger.write(parts, done, refused);
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
    if (this.mayBegin(call)) this.waits.add(wait);
    this.#pass?.rest(call);
    this.#told.rested();
  }

  mayBegin({ identity }: Call): boolean {
    return !this.#over && (!this.#hasNewBarred || identity.kind === "compensation");
  }

  barNew(): void {
    this.#hasNewBarred = true;
  }

  wakeStep(call: Call): boolean {
    if (this.#told.mayStart(call)) {
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

  pendingEvents(name: string, kind: EventKind): Promise<readonly PendingEvent[]> {
    return this.#parts.runtime.store.pendingEvents(this.id, name, kind);
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

  /** A call of a pass that is over. */
  late(step: StepIdentity): void {
    this.warn(`${describeStep(step)} was asked for after the execution had left; it does nothing. Await everything inside steps`);
  }

  warnLate(what: string): void {
    this.warn(`${what} ended late; what it gave is ignored`);
  }

  stepLog(step: string | null): Log {
    return this.#log.user(step);
  }

  keepPrint(entry: LogRecord): void {
    this.#parts.ledger.outbox.addLater(entry);
  }

  runUserCode<T>(fn: () => T): T {
    return this.#context.run(fn);
  }

  /** Nothing of the code counts any more, but what is begun from now on does: what was done is undone. */
  stopCode(reason: Error): readonly RunningStep[] {
    this.waits.clear();
    this.#events.clear();
    this.#children.clear();
    const running = [...this.#running.values()];
    for (const step of running) step.shut(reason);
    return running;
  }

  /** The execution has left: nothing settles, starts or writes any more. Gives what processes of it are being ended. */
  shut(abortReason: Error | undefined): readonly Promise<void>[] {
    this.#over = true;
    this.waits.clear();
    this.#events.clear();
    this.#children.clear();
    const ending = [...this.#running.values()].flatMap((step) => step.shut(abortReason) ?? []);
    this.#running.clear();
    return ending;
  }

  show(row: StepRecord): void {
    if (!this.#over) this.#parts.ledger.show(row);
  }
}
