/** The executions that are in memory now, and how signals of the process reach them. */
import type { ProgressListener } from "../model/progress.ts";
import { Carry } from "./carry.ts";
import { panicked } from "./ending.ts";
import type { CarrySettings, Left } from "./carry-settings.ts";
import type { Runtime } from "./runtime.ts";
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
  /** Kept ones that are to be paused. */
  readonly #toPause = new Set<string>();
  /** Executions that could not be written any more, although they are still owned: a full disk, say. */
  readonly #stranded = new Map<string, Stranded>();

  readonly #whenLeft: () => Promise<void>;

  /** How many are waiting for all to leave. */
  #draining = 0;

  /** @param whenLeft called after each execution that has left */
  constructor(runtime: Runtime, whenLeft: () => Promise<void> = () => Promise.resolve()) {
    this.#runtime = runtime;
    this.#whenLeft = whenLeft;
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
  run(claimed: Claimed, options: CarrySettings): Promise<Left> {
    const { id, panics } = claimed.execution;
    const cancel = claimed.cancel ?? this.#asked.get(id) ?? null;
    const carry = new Carry(
      this.#runtime,
      { ...claimed, cancel },
      { ...options, onProgress: this.#listener(options.onProgress, panics > 0) },
    );
    this.suspects.watch(id, panics);
    const drain = (): void => carry.drain();
    const left = carry.run().then(async (how) => {
      // Lost to another process and taken up again here, it may be carried anew already.
      if (this.#live.get(id)?.carry === carry) this.#live.delete(id);
      this.suspects.clear(id);
      options.signal?.removeEventListener("abort", drain);
      if (how.error !== undefined && !how.lost) this.#stranded.set(id, { claimed, error: how.error, panics: how.panics });
      await this.#tellFamily(how);
      return how;
    });
    this.#live.set(id, { carry, left });
    if (this.#toPause.delete(id)) carry.pause();
    if (options.signal?.aborted || this.#draining > 0) drain();
    else options.signal?.addEventListener("abort", drain, { once: true });
    return left;
  }

  /** Its parent may go on. Its children end with it, if it did not end well; the store has marked them, and their own code is told here. */
  async #tellFamily({ id, status, final }: Left): Promise<void> {
    await this.#whenLeft().catch(() => {});
    // Also one that is not its parent may wait for it.
    for (const { carry } of this.#live.values()) carry.lookForChildren(id);
    if (final === undefined || status === "completed") return;
    const request = {
      at: this.#runtime.clock.now(),
      reason: `its parent "${id}" has ${status === "cancelled" ? "been cancelled" : status}`,
    };
    for (const [childId, { carry }] of this.#live) if (carry.isChildOf(id)) this.#cancelHere(childId, request);
  }

  left(id: string): Promise<Left> | undefined {
    return this.#live.get(id)?.left;
  }

  /** Also what begins meanwhile: a child that its parent had just made, say. */
  async drain(): Promise<void> {
    this.#draining++;
    try {
      for (const { carry } of this.#live.values()) carry.drain();
      while (this.#live.size > 0) await Promise.all([...this.#live.values()].map(({ left }) => left));
    } finally {
      this.#draining--;
    }
  }

  /** Somebody else has written: look for cancellations and events. */
  async news(store: Store, workerId: string): Promise<void> {
    if (this.#live.size + this.#kept.size === 0) return;
    for (const [id, request] of await store.cancelRequests(workerId)) this.#cancelHere(id, request);
    for (const { carry } of this.#live.values()) {
      carry.lookForEvents();
      carry.lookForChildren();
    }
    await this.#answer(store, workerId);
  }

  /** A pause stays until the execution has left, which is what answers it. One that is not carried yet leaves as soon as it is. */
  async #answer(store: Store, workerId: string): Promise<void> {
    const requests = await store.operations.requests(workerId);
    const wakes: { readonly request: (typeof requests)[number]; readonly done: Promise<void> }[] = [];
    for (const request of requests) {
      const { executionId, action, detail } = request;
      const carry = this.#live.get(executionId)?.carry;
      if (action === "wake") {
        if (carry !== undefined) wakes.push({ request, done: carry.wake(detail) });
      } else if (carry === undefined) this.#toPause.add(executionId);
      else carry.pause();
    }
    // What ends a wait is on its way to the disk before this is. Where it could not be written, the request stays for the next look.
    const ends = await Promise.allSettled(wakes.map(({ done }) => done));
    const woken = wakes.flatMap(({ request }, at) => (ends[at]?.status === "fulfilled" ? [request] : []));
    if (woken.length > 0) await store.operations.answered(woken);
  }

  /** Cancels what is here, and what is on its way here; `elsewhere` asks the store, and so all others. */
  async cancel(id: string, request: CancelRequest, elsewhere: () => Promise<void>): Promise<void> {
    this.#asked.set(id, request);
    try {
      // Also of one that is here: that it was asked for is written down.
      await elsewhere();
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
