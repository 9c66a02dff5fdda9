/**
 * The pen of an owner: every write goes out under its lease.
 *
 * A write that fails because of the system (disk full, I/O error, lock) is kept and tried again with growing delays; what it carries, a
 * finished step's result above all, is never computed again for that. After the last try, or when the lease is lost, the owner is told once
 * and writes nothing more.
 */
import { isPanicError } from "../model/panic.ts";
import type { Cancel, Timers } from "./host.ts";
import type { WriteParts } from "./owner.ts";
import type { Lease, OwnerWrite, Store } from "./store.ts";
import { codeOf } from "./values.ts";

/** Waits between tries; their sum is how long a full disk may stay full before the execution is left to a later restart. */
const RETRY_DELAYS_MS = [100, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;

export interface WriterEnd {
  readonly lost: boolean;
  readonly error: Error;
}

/** What is to be written, and who is to be told. */
export interface Job {
  /** Called anew for every try, so that a completion which had to wait gets its place in the order when it really is written. */
  build(): WriteParts;
  /** It is on disk. */
  done(): void;
  /** It alone was refused; without this a refusal ends the owner. */
  readonly refused?: ((error: Error) => void) | undefined;
}

export interface WriterParts {
  readonly store: Store;
  readonly timers: Timers;
  readonly lease: Lease;
  readonly onEnd: (end: WriterEnd) => void;
  /** A write has failed for the system, and is tried again in so many ms. */
  readonly onDelay: (error: Error, retryInMs: number) => void;
}

export class Writer {
  readonly #store: Store;
  readonly #timers: Timers;
  readonly #lease: Lease;
  readonly #onEnd: WriterParts["onEnd"];
  readonly #onDelay: WriterParts["onDelay"];
  readonly #onQuiet: (() => void)[] = [];
  /** Tries again at once what waits for its next try. */
  readonly #waiting = new Map<() => void, Cancel>();
  #isHurried = false;
  #outstanding = 0;
  #ended = false;

  constructor(parts: WriterParts) {
    this.#store = parts.store;
    this.#timers = parts.timers;
    this.#lease = parts.lease;
    this.#onEnd = parts.onEnd;
    this.#onDelay = parts.onDelay;
  }

  /** Neither `done` nor `refused` of a job is called once the owner has been told the end. */
  write(job: Job): void {
    this.#outstanding++;
    this.#submit(job, 0);
  }

  /** Calls back once nothing is under way any more; at once, if nothing is. */
  whenQuiet(fn: () => void): void {
    if (this.#outstanding === 0) fn();
    else this.#onQuiet.push(fn);
  }

  /** For what is only shown to people: not tried again. */
  writeOnce(write: WriteParts): void {
    if (!this.#ended) this.#store.submit({ ...write, lease: this.#lease }, () => {});
  }

  /** There is no time left to wait for the system: what fails now has failed. */
  hurry(): void {
    this.#isHurried = true;
    for (const retry of [...this.#waiting.keys()]) retry();
  }

  /** From now on nothing is written and nobody is told. */
  stop(): void {
    this.#ended = true;
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  #submit(job: Job, tries: number): void {
    if (this.#ended) return;
    const write = job.build() as { lease?: Lease };
    write.lease = this.#lease;
    this.#store.submit(write as OwnerWrite, (error) => {
      if (this.#ended) return;
      if (error === undefined) this.#done(job);
      else this.#failed(job, tries, error);
    });
  }

  #done(job: Job): void {
    this.#outstanding--;
    job.done();
    this.#tellQuiet();
  }

  #failed(job: Job, tries: number, error: Error): void {
    if (codeOf(error) === "LEASE_LOST") return this.#end({ lost: true, error });
    const delayMs = RETRY_DELAYS_MS[tries];
    if (isTemporary(error) && delayMs !== undefined && !this.#isHurried) {
      this.#onDelay(error, delayMs);
      this.#again(() => this.#submit(job, tries + 1), delayMs);
    } else if (job.refused !== undefined && !isTemporary(error)) {
      this.#outstanding--;
      job.refused(error);
      this.#tellQuiet();
    } else this.#end({ lost: false, error });
  }

  #again(submit: () => void, delayMs: number): void {
    const retry = (): void => {
      this.#waiting.get(retry)?.();
      this.#waiting.delete(retry);
      submit();
    };
    this.#waiting.set(retry, this.#timers.after(delayMs, retry));
  }

  #tellQuiet(): void {
    if (this.#outstanding === 0 && this.#onQuiet.length > 0) for (const fn of this.#onQuiet.splice(0)) fn();
  }

  #end(end: WriterEnd): void {
    this.stop();
    this.#onEnd(end);
  }
}

const isTemporary = (error: Error): boolean => isPanicError(error) || codeOf(error) === "BUSY";
