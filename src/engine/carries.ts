/** The executions that are in memory now, and how signals of the process reach them. */
import { Carry } from "./carry.ts";
import type { CarrySettings, Left, Runtime } from "./runtime.ts";
import type { CancelRequest, Claimed, Store } from "./store.ts";
import { asError } from "./values.ts";

export class Carries {
  readonly #runtime: Runtime;
  readonly #live = new Map<string, { readonly carry: Carry; readonly left: Promise<Left> }>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  get size(): number {
    return this.#live.size;
  }

  /** Settles when the execution has left this process. */
  run(claimed: Claimed, options: CarrySettings & { readonly signal?: AbortSignal | undefined }): Promise<Left> {
    const { id } = claimed.execution;
    const carry = new Carry(this.#runtime, claimed, options);
    const drain = (): void => carry.drain();
    const left = carry.run().finally(() => {
      this.#live.delete(id);
      options.signal?.removeEventListener("abort", drain);
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
    if (this.#live.size === 0) return;
    for (const [id, request] of await store.cancelRequests(workerId)) this.#live.get(id)?.carry.cancel(request);
    for (const { carry } of this.#live.values()) carry.lookForEvents();
  }

  /** Settles when the cancelled execution has left; `undefined` when it is not here. */
  cancel(id: string, request: CancelRequest): Promise<Left> | undefined {
    const live = this.#live.get(id);
    live?.carry.cancel(request);
    return live?.left;
  }

  eventSent(id: string): void {
    this.#live.get(id)?.carry.lookForEvents();
  }

  failStalled(): void {
    for (const { carry } of this.#live.values()) carry.failIfStalled("the process has nothing left to do");
  }

  /** An error that cannot be traced to an execution: with one in memory it must be its; with several each is told, and none is blamed. */
  stray(error: unknown): void {
    const live = [...this.#live.values()];
    if (live.length === 1) live[0]?.carry.stray(error);
    else
      for (const { carry } of live) carry.warn(`An error was thrown in this process, outside of any execution: ${asError(error).message}`);
  }
}
