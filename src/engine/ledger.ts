/**
 * The record of one execution as its owner keeps it: the order of completions, the rows in progress, what still has to be written.
 *
 * What callers may rely on:
 *   1. A completion gets its place in the order when it is written, so the order on disk is the order in which user code sees completions.
 *   2. Rows and log lines nobody waits for ride along with the next write; `close` takes the rest with it.
 *   3. After `close` nothing more is written.
 */
import { type PanicRecord, STEP_FLAGS, type StepRecord } from "../model/records.ts";
import type { Call } from "../replay/call.ts";
import { isLoose } from "../replay/completion.ts";
import { keyOf } from "../replay/identity.ts";
import { Outbox, type Riders } from "./outbox.ts";
import type { CompletionListener, WriteParts } from "./owner.ts";
import type { Runtime } from "./runtime.ts";
import type { Claimed, ExecutionChange, WaitingFor } from "./store.ts";
import { Writer, type WriterEnd } from "./writer.ts";

export interface LastWrite {
  readonly change: ExecutionChange;
  readonly steps: readonly StepRecord[];
  readonly waitingFor?: readonly WaitingFor[];
  readonly waitingForChildren?: readonly string[];
  readonly startOver?: { readonly inputText: string };
  readonly isUndoing?: boolean;
  readonly panic?: PanicRecord;
}

export interface LedgerListener {
  /** A completion is on disk. */
  completed(call: Call, record: StepRecord | undefined): void;
  /** Something cannot be written now, and is tried again. */
  delayed(error: Error, retryInMs: number): void;
  /** Nothing can be written any more. */
  abandoned(end: WriterEnd): void;
}

/** How long a line that a step has printed waits for another write to ride along with. */
const PRINTS_MS = 250;

export class Ledger {
  readonly outbox: Outbox;
  readonly #writer: Writer;
  readonly #told: LedgerListener;
  /** Open rows on disk or on their way: deadlines, retries. */
  readonly #openRows = new Map<string, StepRecord>();
  /** What is completed and has to be undone if the execution fails, in the order of completion. */
  readonly #undoable: StepRecord[] = [];
  /** Ends of steps that could be undone, on their way to the disk. */
  readonly #coming = new Set<Call>();
  /** Keys of steps that have been undone. */
  readonly #undone = new Set<string>();
  #nextOrder = 1;
  #isLoaded = false;
  /** Panics since a step last completed; the next completion sets the stored count back. */
  #panics: number;
  /** What goes out with whatever is written next, until that is on disk. */
  #unwritten: ExecutionChange | undefined;

  constructor({ store, timers, turn }: Runtime, { lease, execution }: Claimed, told: LedgerListener) {
    this.#writer = new Writer({
      store,
      timers,
      lease,
      onEnd: (end) => told.abandoned(end),
      onDelay: (error, ms) => told.delayed(error, ms),
    });
    this.#told = told;
    this.#panics = execution.panics;
    this.outbox = new Outbox(
      turn,
      () => this.write({}, () => {}),
      (fn) => void timers.after(PRINTS_MS, fn, { background: true }),
    );
  }

  get panics(): number {
    return this.#panics;
  }

  /** What earlier passes have recorded is known. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** What earlier passes have recorded. */
  load(steps: readonly StepRecord[]): void {
    this.#isLoaded = true;
    for (const step of steps) {
      if (step.order === null) {
        if (!isLoose(step)) this.#openRows.set(keyOf(step), step);
      } else {
        this.#nextOrder = Math.max(this.#nextOrder, step.order + 1);
        this.#remember(step);
      }
    }
  }

  /** A recorded row in progress. */
  openRow(key: string): StepRecord | undefined {
    return this.#openRows.get(key);
  }

  /** What is left to undo is not all known yet: it becomes so when a completion is on disk. */
  get mayHaveMoreToUndo(): boolean {
    return this.#coming.size > 0;
  }

  /** What is left to undo, the last completion first. */
  toUndo(): readonly StepRecord[] {
    return this.#undoable.filter((step) => !this.#undone.has(compensationKey(step))).reverse();
  }

  /** Nothing can undo it. */
  leaveUndone(step: StepRecord): void {
    this.#undone.add(compensationKey(step));
  }

  #remember(step: StepRecord): void {
    if (step.kind === "compensation") this.#undone.add(keyOf(step));
    else if (step.status === "completed" && (step.flags & STEP_FLAGS.compensates) !== 0) this.#undoable.push(step);
  }

  /** A change of the execution that is on disk before anything else of this pass is. */
  changeFirst(change: ExecutionChange | undefined): void {
    this.#unwritten = change;
  }

  /** Then tells `completed`, or `refused` if it alone was refused. */
  complete(call: Call, build: (order: number) => WriteParts, { stored, refused }: CompletionListener): void {
    const riders = this.outbox.isEmpty ? undefined : this.outbox.take();
    const open = this.#openRows.size === 0 ? undefined : this.#takeOpen(call.key);
    if (isUndoable(call)) this.#coming.add(call);
    let record: StepRecord | undefined;
    this.#writer.write({
      build: () => {
        const parts = build(this.#nextOrder++);
        record = parts.steps?.[0];
        const all = this.#withUnwritten(riders === undefined ? parts : this.#withRiders(parts, riders));
        return this.#panics > 0 ? { ...all, change: { ...all.change, panics: 0 } } : all;
      },
      done: () => {
        this.#panics = 0;
        this.#unwritten = undefined;
        if (riders !== undefined) this.outbox.stored(riders);
        if (this.#coming.size > 0) this.#coming.delete(call);
        if (record !== undefined && (record.flags !== 0 || record.kind === "compensation")) this.#remember(record);
        stored?.();
        this.#told.completed(call, record);
      },
      refused:
        refused &&
        ((error) => {
          if (open !== undefined) this.#openRows.set(call.key, open);
          if (riders !== undefined) this.outbox.giveBack(riders);
          refused(error);
        }),
    });
  }

  #withUnwritten(parts: WriteParts): WriteParts {
    return this.#unwritten === undefined ? parts : { ...parts, change: { ...this.#unwritten, ...parts.change } };
  }

  #takeOpen(key: string): StepRecord | undefined {
    const open = this.#openRows.get(key);
    this.#openRows.delete(key);
    return open;
  }

  write(parts: WriteParts, done: () => void, refused?: (error: Error) => void): void {
    const riders = this.outbox.isEmpty ? undefined : this.outbox.take();
    this.#writer.write({
      build: () => this.#withUnwritten(riders === undefined ? { ...parts } : this.#withRiders(parts, riders)),
      done: () => {
        this.#unwritten = undefined;
        if (riders !== undefined) this.outbox.stored(riders);
        done();
      },
      refused:
        refused &&
        ((error) => {
          if (riders !== undefined) this.outbox.giveBack(riders);
          refused(error);
        }),
    });
  }

  /**
   * Riders first, so that nothing overwrites what the write itself says of a step; and only those that are still true: a write that had to
   * be tried again may be late for rows that have completed meanwhile.
   */
  #withRiders(parts: WriteParts, riders: Riders): WriteParts {
    const open = riders.steps.filter((row) => this.#openRows.get(keyOf(row)) === row);
    const [steps, logs] = [
      [...open, ...(parts.steps ?? [])],
      [...riders.logs, ...(parts.logs ?? [])],
    ];
    return riders.marks.length === 0 ? { ...parts, steps, logs } : { ...parts, steps, logs, marks: riders.marks };
  }

  /** Keeps an open row with the next write. */
  record(row: StepRecord): void {
    this.#openRows.set(keyOf(row), row);
    this.outbox.addStep(row);
  }

  /** An open row that has its own write. */
  recorded(key: string, row: StepRecord): void {
    this.#openRows.set(key, row);
  }

  /** What is only shown to people, and may be lost. */
  show(row: StepRecord): void {
    this.#writer.writeOnce(this.#withUnwritten({ steps: [row] }));
  }

  /**
   * The last write: everything of it, and the lease back, in one transaction. It waits for completions that are under way, so that no
   * finished step is left behind to run again.
   */
  close(build: () => LastWrite, done: () => void): void {
    this.#writer.whenQuiet(() =>
      this.write({ ...build(), release: true }, () => {
        this.#writer.stop();
        done();
      }),
    );
  }

  /** Its process has no time left: what cannot be written now is left to the next owner. */
  hurry(): void {
    this.#writer.hurry();
  }

  /** Whatever is in progress, ended with its execution. */
  cancelledRows(running: readonly (StepRecord | undefined)[], now: number): readonly StepRecord[] {
    const rows = new Map(this.#openRows);
    for (const row of running) if (row !== undefined) rows.set(keyOf(row), row);
    const isOpen = ({ status }: StepRecord): boolean => status !== "cancelled" && status !== "in-doubt";
    return [...rows.values()].filter(isOpen).map((row) => ({ ...row, status: "cancelled", finishedAt: now }));
  }
}

/** Once it has completed, the end of its execution has to undo it. */
export const isUndoable = ({ asks }: Call): boolean => asks.type === "step" && asks.options.compensate !== undefined;

const compensationKey = (step: StepRecord): string => keyOf({ ...step, kind: "compensation" });
