/**
 * The pen of an owner: every write goes out under its lease.
 *
 * A write that fails because of the system (disk full, I/O error, lock) is kept and tried again with growing delays; what it carries, a
 * finished step's result above all, is never computed again for that. After the last try, or when the lease is lost, the owner is told once
 * and writes nothing more.
 */
import { isPanicError } from "../model/panic.ts";
import type { Timers } from "./host.ts";
import type { Lease, OwnerWrite, Store } from "./store.ts";
import { codeOf } from "./values.ts";

/** Waits between tries; their sum is how long a full disk may stay full before the execution is left to a later restart. */
const RETRY_DELAYS_MS = [100, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;

export interface WriterEnd {
  readonly lost: boolean;
  readonly error: Error;
}

type Build = () => Omit<OwnerWrite, "lease">;

interface Job {
  readonly build: Build;
  readonly done: () => void;
  readonly refused: ((error: Error) => void) | undefined;
  readonly tries: number;
}

export class Writer {
  readonly #store: Store;
  readonly #timers: Timers;
  readonly #lease: Lease;
  readonly #onEnd: (end: WriterEnd) => void;
  readonly #onQuiet: (() => void)[] = [];
  #outstanding = 0;
  #ended = false;

  constructor(parts: { store: Store; timers: Timers; lease: Lease; onEnd: (end: WriterEnd) => void }) {
    this.#store = parts.store;
    this.#timers = parts.timers;
    this.#lease = parts.lease;
    this.#onEnd = parts.onEnd;
  }

  /**
   * `build` is called anew for every try, so that a completion which had to wait gets its place in the order when it really is written.
   * `done` is called once it is on disk; `refused` when it alone was refused. Neither is called once the owner has been told the end.
   */
  write(build: Build, done: () => void, refused?: (error: Error) => void): void {
    this.#outstanding++;
    this.#submit({ build, done, refused, tries: 0 });
  }

  /** Calls back once nothing is under way any more; at once, if nothing is. */
  whenQuiet(fn: () => void): void {
    if (this.#outstanding === 0) fn();
    else this.#onQuiet.push(fn);
  }

  /** For what is only shown to people: not tried again. */
  writeOnce(write: Omit<OwnerWrite, "lease">): void {
    if (!this.#ended) this.#store.submit({ ...write, lease: this.#lease }, () => {});
  }

  /** From now on nothing is written and nobody is told. */
  stop(): void {
    this.#ended = true;
  }

  #submit(job: Job): void {
    if (this.#ended) return;
    this.#store.submit(Object.assign(job.build(), { lease: this.#lease }), (error) => {
      if (this.#ended) return;
      if (error === undefined) return this.#settled(job.done);
      if (codeOf(error) === "LEASE_LOST") return this.#end({ lost: true, error });
      const delayMs = RETRY_DELAYS_MS[job.tries];
      if (isTemporary(error) && delayMs !== undefined) {
        this.#timers.after(delayMs, () => this.#submit({ ...job, tries: job.tries + 1 }));
      } else if (job.refused !== undefined && !isTemporary(error)) this.#settled(() => job.refused?.(error));
      else this.#end({ lost: false, error });
    });
  }

  #settled(tell: () => void): void {
    this.#outstanding--;
    tell();
    if (this.#outstanding === 0) for (const fn of this.#onQuiet.splice(0)) fn();
  }

  #end(end: WriterEnd): void {
    this.#ended = true;
    this.#onEnd(end);
  }
}

const isTemporary = (error: Error): boolean => isPanicError(error) || codeOf(error) === "BUSY";
