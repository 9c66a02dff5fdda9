/**
 * The record of one execution as its owner keeps it: the order of completions, the rows in progress, what still has to be written.
 *
 * What callers may rely on:
 *   1. A completion gets its place in the order when it is written, so the order on disk is the order in which user code sees completions.
 *   2. Rows and log lines nobody waits for ride along with the next write; `close` takes the rest with it.
 *   3. After `close` nothing more is written.
 */
import type { PanicRecord, StepRecord } from "../model/records.ts";
import type { Call } from "../replay/call.ts";
import { keyOf } from "../replay/identity.ts";
import { Outbox, type Riders } from "./outbox.ts";
import type { WriteParts } from "./owner.ts";
import type { Runtime } from "./runtime.ts";
import type { Claimed, ExecutionChange, WaitingFor } from "./store.ts";
import { Writer, type WriterEnd } from "./writer.ts";

export interface LastWrite {
  readonly change: ExecutionChange;
  readonly steps: readonly StepRecord[];
  readonly waitingFor?: readonly WaitingFor[];
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

export class Ledger {
  readonly outbox: Outbox;
  readonly #writer: Writer;
  readonly #told: LedgerListener;
  /** Open rows on disk or on their way: deadlines, retries. */
  readonly #openRows = new Map<string, StepRecord>();
  #nextOrder = 1;
  /** Panics since a step last completed; the next completion sets the stored count back. */
  #panics: number;

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
    this.outbox = new Outbox(turn, () => this.write({}, () => {}));
  }

  get panics(): number {
    return this.#panics;
  }

  /** What earlier passes have recorded. */
  load(steps: readonly StepRecord[]): void {
    for (const step of steps) {
      if (step.order === null) this.#openRows.set(keyOf(step), step);
      else this.#nextOrder = Math.max(this.#nextOrder, step.order + 1);
    }
  }

  /** Then tells `completed`, or `refused` if it alone was refused. */
  complete(call: Call, build: (order: number) => WriteParts, refused?: () => void): void {
    const riders = this.outbox.isEmpty ? undefined : this.outbox.take();
    const open = this.#openRows.size === 0 ? undefined : this.#takeOpen(call.key);
    let record: StepRecord | undefined;
    this.#writer.write({
      build: () => {
        const parts = build(this.#nextOrder++);
        record = parts.steps?.[0];
        const all = riders === undefined ? parts : this.#withRiders(parts, riders);
        return this.#panics > 0 ? { ...all, change: { ...parts.change, panics: 0 } } : all;
      },
      done: () => {
        this.#panics = 0;
        this.#told.completed(call, record);
      },
      refused:
        refused &&
        (() => {
          if (open !== undefined) this.#openRows.set(call.key, open);
          if (riders !== undefined) this.outbox.giveBack(riders);
          refused();
        }),
    });
  }

  #takeOpen(key: string): StepRecord | undefined {
    const open = this.#openRows.get(key);
    this.#openRows.delete(key);
    return open;
  }

  write(parts: WriteParts, done: () => void): void {
    const riders = this.outbox.isEmpty ? undefined : this.outbox.take();
    this.#writer.write({ build: () => (riders === undefined ? { ...parts } : this.#withRiders(parts, riders)), done });
  }

  /**
   * Riders first, so that nothing overwrites what the write itself says of a step; and only those that are still true: a write that had to
   * be tried again may be late for rows that have completed meanwhile.
   */
  #withRiders(parts: WriteParts, riders: Riders): WriteParts {
    const open = riders.steps.filter((row) => this.#openRows.get(keyOf(row)) === row);
    return { ...parts, steps: [...open, ...(parts.steps ?? [])], logs: [...riders.logs, ...(parts.logs ?? [])] };
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
    this.#writer.writeOnce({ steps: [row] });
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
    return [...rows.values()].map((row) => ({ ...row, status: "cancelled", finishedAt: now, wakeAt: null }));
  }
}
