/**
 * `serve`: deadlines, new executions and those of dead processes, as they come, until told to stop.
 *
 *     claim what is due ─► carry ─┐
 *        ▲                        │ a slot is free · another process has written · the next deadline · 1 s has passed
 *        └────────────────────────┘
 */
import type { TickOptions } from "../model/client.ts";
import { isPanicError } from "../model/panic.ts";
import type { Carries } from "./carries.ts";
import type { Clock, Timers } from "./host.ts";
import type { Claimed, Store } from "./store.ts";
import { codeOf } from "./values.ts";
import type { Worker } from "./worker.ts";

const DEFAULT_CONCURRENCY = 1_000;
/** A dead owner on this machine is noticed within this time, which leaves half of the promised 2 s for the taking over. */
const LOOK_AGAIN_MS = 1_000;
/** How soon the commit of another process is noticed; one pragma a look. */
const NEWS_MS = 50;
/** `wf status` says "no ticker for …" by this mark; a write a minute is nothing. */
const RECORD_TICK_MS = 60_000;

interface Parts {
  readonly store: Store;
  readonly worker: Worker;
  readonly carries: Carries;
  readonly clock: Clock;
  readonly timers: Timers;
}

export const serve = async (parts: Parts, options: TickOptions & { readonly signal: AbortSignal }): Promise<void> => {
  const { store, worker, carries, clock } = parts;
  const concurrency = options.concurrency ?? DEFAULT_CONCURRENCY;
  const carry = { holdMs: options.holdMs ?? 0, drainGraceMs: options.drainGraceMs, onProgress: options.onProgress };
  const bell = new Bell(parts);
  let tickedAt = Number.NEGATIVE_INFINITY;
  options.signal.addEventListener("abort", () => bell.ring(), { once: true });
  await worker.register();
  while (!options.signal.aborted) {
    if (clock.now() - tickedAt >= RECORD_TICK_MS || clock.now() < tickedAt) {
      tickedAt = clock.now();
      await store.recordTick(tickedAt);
    }
    const limit = concurrency - carries.size;
    const claimed = limit > 0 ? await claim(parts, limit) : [];
    for (const one of claimed) void carries.run(one, carry).then(() => bell.ring());
    if (claimed.length < Math.max(1, limit)) await bell.wait(await store.nextWakeAt().catch(() => null));
  }
  await carries.drain();
};

/** A lock or a full disk passes; a file that is gone or damaged does not. */
const claim = async ({ store, worker, clock }: Parts, limit: number): Promise<readonly Claimed[]> => {
  try {
    return (await store.claimDue({ worker: worker.record, now: clock.now(), limit })).claimed;
  } catch (error) {
    if (codeOf(error) === "BUSY" || isPanicError(error)) return [];
    throw error;
  }
};

/** Sleeps until there may be something to do. */
class Bell {
  readonly #parts: Parts;
  #rung = false;
  #wake: (() => void) | undefined;
  #seenVersion: number;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#seenVersion = parts.store.dataVersion();
  }

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  async wait(nextWakeAt: number | null): Promise<void> {
    const { clock, timers } = this.#parts;
    const now = clock.now();
    // Something that is due but could not be claimed must not turn the loop into a busy one.
    const until = Math.min(Math.max(nextWakeAt ?? Number.POSITIVE_INFINITY, now + 5), now + LOOK_AGAIN_MS);
    while (!this.#rung && !this.#hasNews() && clock.now() < until) {
      await new Promise<void>((resolve) => {
        const cancel = timers.after(Math.max(1, Math.min(NEWS_MS, until - clock.now())), resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
      this.#wake = undefined;
    }
    this.#rung = false;
  }

  #hasNews(): boolean {
    const version = this.#parts.store.dataVersion();
    const changed = version !== this.#seenVersion;
    this.#seenVersion = version;
    return changed;
  }
}
