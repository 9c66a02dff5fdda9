/** The executions that are in memory now, and how signals of the process reach them. */
import type { ProgressListener } from "../model/progress.ts";
import { Carry } from "./carry.ts";
import { panicked } from "./ending.ts";
import type { CarrySettings, Left, Runtime } from "./runtime.ts";
import type { CancelRequest, Claimed, Store } from "./store.ts";
import { Suspects } from "./suspects.ts";
import { asError, codeOf } from "./values.ts";

interface Stranded {
  readonly claimed: Claimed;
  readonly error: Error;
  readonly panics: number;
}

export class Carries {
  readonly #runtime: Runtime;
  readonly suspects: Suspects;
  readonly #live = new Map<string, { readonly carry: Carry; readonly left: Promise<Left> }>();
  /** Taken when they were created, and not carried yet. */
  readonly #kept = new Map<string, Claimed>();
  /** Cancellations that this process has asked for, until they have been seen to. */
  readonly #asked = new Map<string, CancelRequest>();
  /** Executions that could not be written any more, although they are still owned: a full disk, say. */
  readonly #stranded = new Map<string, Stranded>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.suspects = new Suspects(runtime.timers);
  }

  get size(): number {
    return this.#live.size;
  }

  keep(claimed: Claimed): void {
    this.#kept.set(claimed.execution.id, claimed);
  }

  /** With what has been asked of it since. */
  takeKept(id: string): Claimed | undefined {
    const kept = this.#kept.get(id);
    if (kept !== undefined) this.#kept.delete(id);
    return kept;
  }

  /** Settles when the execution has left this process. */
  run(claimed: Claimed, options: CarrySettings & { readonly signal?: AbortSignal | undefined }): Promise<Left> {
    const { id, panics } = claimed.execution;
    const cancel = claimed.cancel ?? this.#asked.get(id) ?? null;
    const carry = new Carry(
      this.#runtime,
      { ...claimed, cancel },
      { ...options, onProgress: this.#listener(options.onProgress, panics > 0) },
    );
    this.suspects.watch(id, panics);
    const drain = (): void => carry.drain();
    const left = carry.run().then((how) => {
      // Lost to another process and taken up again here, it may be carried anew already.
      if (this.#live.get(id)?.carry === carry) this.#live.delete(id);
      this.suspects.clear(id);
      options.signal?.removeEventListener("abort", drain);
      if (how.error !== undefined && !how.lost) this.#stranded.set(id, { claimed, error: how.error, panics: how.panics });
      return how;
    });
    this.#live.set(id, { carry, left });
    if (options.signal?.aborted) drain();
    else options.signal?.addEventListener("abort", drain, { once: true });
    return left;
  }

  left(id: string): Promise<Left> | undefined {
    return this.#live.get(id)?.left;
  }

  drain(): Promise<unknown> {
    const live = [...this.#live.values()];
    for (const { carry } of live) carry.drain();
    return Promise.all(live.map(({ left }) => left));
  }

  /** Somebody else has written: look for cancellations and events. */
  async news(store: Store, workerId: string): Promise<void> {
    if (this.#live.size + this.#kept.size === 0) return;
    for (const [id, request] of await store.cancelRequests(workerId)) this.#cancelHere(id, request);
    for (const { carry } of this.#live.values()) carry.lookForEvents();
  }

  /** Cancels what is here, and what is on its way here; `elsewhere` asks the store for the rest. */
  async cancel(id: string, request: CancelRequest, elsewhere: () => Promise<void>): Promise<void> {
    this.#asked.set(id, request);
    try {
      if (!this.#live.has(id)) await elsewhere();
      const live = this.#live.get(id);
      this.#cancelHere(id, request);
      // It may have been about to leave with something else: then nobody owns it now, or whoever does is told.
      if (live !== undefined && (await live.left).final === undefined) await elsewhere();
    } finally {
      this.#asked.delete(id);
    }
  }

  #cancelHere(id: string, cancel: CancelRequest): void {
    const kept = this.#kept.get(id);
    if (kept !== undefined) this.#kept.set(id, { ...kept, cancel });
    this.#live.get(id)?.carry.cancel(cancel);
  }

  /** Gives back the leases of executions that could not be written; called now and then, until the store takes it. */
  async giveBack(store: Store): Promise<void> {
    await Promise.all([...this.#stranded].map(([id, stranded]) => this.#giveBackOne(store, id, stranded)));
  }

  /** With the panic counted, so that a disk that stays full does not run the same step for ever. */
  #giveBackOne(store: Store, id: string, { claimed: { lease, execution }, error, panics }: Stranded): Promise<void> {
    const { clock, chance } = this.#runtime;
    const [at, cause] = [clock.now(), `its state could not be written: ${error.message}`];
    const change = panicked({ ...execution, panics }, cause, at, chance);
    return new Promise((resolve) =>
      store.submit({ lease, change, panic: { at, cause }, release: true }, (refusal) => {
        if (refusal === undefined || codeOf(refusal) === "LEASE_LOST") this.#stranded.delete(id);
        resolve();
      }),
    );
  }

  /** Watchers must not be able to harm what they watch. A finished step takes the suspicion from its execution. */
  #listener(given: ProgressListener | undefined, isSuspect: boolean): ProgressListener | undefined {
    if (given === undefined && !isSuspect) return undefined; // then nothing is made to be told
    let listener = given;
    return (progress) => {
      if (progress.type === "step-completed") this.suspects.clear(progress.executionId);
      try {
        listener?.(progress);
      } catch {
        listener = undefined; // `CarryOptions` says so
      }
    };
  }

  eventSent(id: string): void {
    this.#live.get(id)?.carry.lookForEvents();
  }

  failStalled(): void {
    for (const { carry } of this.#live.values()) carry.failIfStalled("the process has nothing left to do");
  }

  /** An error that cannot be traced to an execution: with one in memory it must be its; with several each is told, and none is blamed. */
  stray(error: unknown): boolean {
    const live = [...this.#live.values()];
    if (live.length === 0) return false;
    if (live.length === 1) live[0]?.carry.stray(error);
    else
      for (const { carry } of live) carry.warn(`An error was thrown in this process, outside of any execution: ${asError(error).message}`);
    return true;
  }
}
