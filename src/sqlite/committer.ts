/**
 * Group commit: the writes of one turn of the event loop, one transaction.
 *
 * A durable COMMIT costs one fsync whatever it carries, so all writes of a store go through one queue:
 *
 *     add ─┐
 *     add ─┼─► queue ──(next turn)──► BEGIN · write · write · COMMIT ──► settle, in the order of adding
 *     add ─┘     ▲                                              │
 *                └── another process has the lock: soon again ──┴── unknown outcome: read back what is there
 *
 * What callers may rely on:
 *   1. A write is settled after COMMIT has returned, never before, and exactly once.
 *   2. Writes reach the disk in the order in which they were added, and are settled in it.
 *   3. A write that fails by its own fault is refused alone; its neighbours are committed.
 *   4. When the system fails (disk full, I/O error) the whole batch is refused with the system's error, and none of it is on disk.
 *   5. When nobody can know whether a COMMIT has happened, what is in the file decides.
 *   6. What `settle` adds goes into the next transaction.
 */
import { fail } from "../model/errors.ts";
import { type Batch, commitBatch, isBatchStored, type Outcome, type Outcomes, refused, type Transactions, type Write } from "./batch.ts";
import { Fences } from "./fences.ts";
import { BUSY_LIMIT_MS, jitterMs, type WaitingHost } from "./retry-busy.ts";

export interface CommitterHost extends WaitingHost {
  turn(fn: () => void): void;
}

/** Bounds how long the loop and the lock are held: some 10 ms of steps. */
const BATCH_MAX = 2_000;

export class Committer {
  readonly #db: Transactions;
  readonly #host: CommitterHost;
  readonly #fences = new Fences();
  readonly #queue: Write<unknown>[] = [];
  readonly #onEmpty: (() => void)[] = [];
  /** From the planning of a transaction to its end. */
  #isBusy = false;
  #isClosed = false;
  #lockedSinceMs: number | undefined;

  constructor(db: Transactions, host: CommitterHost) {
    this.#db = db;
    this.#host = host;
  }

  add<T>(write: Write<T>): void {
    if (this.#isClosed) return this.#host.turn(() => write.settle(refused(fail("CLOSED", { what: this.#db.path }))));
    this.#queue.push(write as Write<unknown>);
    this.#plan();
  }

  run<T>(run: (fences: Fences) => T, isStored?: (value: T) => boolean | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: Outcome<T>): void => (outcome.ok ? resolve(outcome.value) : reject(outcome.error));
      this.add(isStored === undefined ? { run, settle } : { run, isStored, settle });
    });
  }

  /** Takes nothing more; done when everything taken is settled. */
  close(): Promise<void> {
    this.#isClosed = true;
    return new Promise((resolve) => {
      if (this.#queue.length === 0) resolve();
      else this.#onEmpty.push(resolve);
    });
  }

  #plan(): void {
    if (this.#isBusy || this.#queue.length === 0) return;
    this.#isBusy = true;
    const pauseMs = this.#db.pauseMs();
    if (pauseMs > 0) this.#host.after(pauseMs, () => this.#flush());
    else this.#host.turn(() => this.#flush());
  }

  #flush(): void {
    const batch = this.#queue.slice(0, BATCH_MAX);
    const committed = commitBatch(this.#db, this.#fences, batch);
    switch (committed.state) {
      case "over":
        return this.#end(batch, committed.outcomes);
      case "locked":
        return this.#again(() => this.#flush());
      case "uncertain":
        return this.#readBack(batch, committed);
      default:
        return committed satisfies never;
    }
  }

  #readBack(batch: Batch, { outcomes, cause }: { readonly outcomes: Outcomes; readonly cause: Error }): void {
    let isStored: boolean | undefined;
    try {
      isStored = isBatchStored(this.#db, batch, outcomes);
    } catch {
      // The file cannot be read any more; the error that began it says more.
      isStored = false;
    }
    if (isStored === undefined) return this.#again(() => this.#readBack(batch, { outcomes, cause }));
    this.#end(batch, isStored ? outcomes : outcomes.map((outcome) => (outcome.ok ? refused(cause) : outcome)));
  }

  #again(fn: () => void): void {
    this.#lockedSinceMs ??= this.#host.boot();
    const waitedMs = this.#host.boot() - this.#lockedSinceMs;
    if (waitedMs < BUSY_LIMIT_MS) return this.#host.after(jitterMs(this.#host), fn);
    const error = fail("BUSY", { file: this.#db.path, waitedMs });
    this.#end(
      [...this.#queue],
      this.#queue.map(() => refused(error)),
    );
  }

  #end(batch: Batch, outcomes: Outcomes): void {
    this.#lockedSinceMs = undefined;
    this.#queue.splice(0, batch.length);
    this.#isBusy = false;
    batch.forEach((write, at) => this.#settle(write, outcomes[at]));
    this.#plan();
    if (this.#queue.length === 0) for (const resolve of this.#onEmpty.splice(0)) resolve();
  }

  #settle(write: Write<unknown>, outcome: Outcome<unknown> | undefined): void {
    try {
      write.settle(outcome ?? refused(new Error("Bug in wflite: a write has no outcome")));
    } catch (error) {
      // Thrown where nobody catches it, so that it is seen, and the neighbours are settled.
      this.#host.turn(() => {
        throw error;
      });
    }
  }
}
