/**
 * `serve`: deadlines, new executions and those of dead processes, as they come, until told to stop, or until the code of workflows has been
 * edited.
 *
 *     start the slots that have come
 *     claim what is due ─► carry ─┐
 *        ▲                        │ a slot is free · another process has written · the next deadline · 1 s has passed
 *        └────────────────────────┘
 */
import type { TickOptions } from "../model/client.ts";
import type { Tidier } from "./retention/tidy.ts";
import { isPanicError } from "../model/panic.ts";
import type { Carries } from "./carries.ts";
import type { Clock, Timers } from "./host.ts";
import type { SlotStarter } from "./families.ts";
import type { MissingRetry } from "./sources/missing.ts";
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
/** How often it looks for workflow files that came, went or changed, which costs some microseconds a file. */
const REFRESH_MS = 2_000;

interface Parts {
  readonly store: Store;
  readonly worker: Worker;
  readonly carries: Carries;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly tidier: Tidier;
  readonly missing: MissingRetry;
  readonly closing: AbortSignal;
  readonly slots: SlotStarter;
  /** The code of workflows has been edited: this process would run what is no longer there. */
  readonly isOutdated: () => boolean;
}

export const serve = async (parts: Parts, options: TickOptions & { readonly signal: AbortSignal }): Promise<void> => {
  const bell = new Bell(parts);
  const ring = (): void => bell.ring();
  const unlisten = parts.carries.suspects.onRoom(ring);
  options.signal.addEventListener("abort", ring, { once: true });
  try {
    await serveUntilTold(parts, options, bell);
  } finally {
    unlisten();
    options.signal.removeEventListener("abort", ring);
  }
};

const serveUntilTold = async (parts: Parts, options: TickOptions & { readonly signal: AbortSignal }, bell: Bell): Promise<void> => {
  const { store, carries, clock } = parts;
  const concurrency = options.concurrency ?? DEFAULT_CONCURRENCY;
  const carry = { holdMs: options.holdMs ?? 0, drainGraceMs: options.drainGraceMs, onProgress: options.onProgress };
  let tickedAt = Number.NEGATIVE_INFINITY;
  while (!options.signal.aborted && !parts.closing.aborted && !parts.isOutdated()) {
    if (clock.monotonic() - tickedAt >= RECORD_TICK_MS) {
      tickedAt = clock.monotonic();
      // Shown to people only; what the disk has to say, the claims will hear.
      store.recordTick(clock.now()).catch(() => {});
    }
    void carries.giveBack(store);
    await passing(parts.slots.start({ refreshMs: REFRESH_MS }), undefined);
    await parts.missing.look();
    const lookedAt = clock.now();
    const limit = concurrency - carries.size;
    const claimed = limit > 0 ? await passing(claim(parts, limit), []) : [];
    for (const one of claimed) void carries.run(one, carry).then(() => bell.ring());
    if (claimed.length > 0 && claimed.length === limit) continue;
    parts.tidier.look();
    // What was due at the look and was not claimed cannot be claimed now; without a free slot there is nothing to wait for but one.
    const nextWakeAt = limit > 0 ? await store.nextWakeAt().catch(() => null) : null;
    await bell.wait(nextWakeAt !== null && nextWakeAt > lookedAt ? nextWakeAt : null);
  }
  await Promise.all([carries.drain(), parts.tidier.settled()]);
};

const claim = async ({ store, worker, carries, clock }: Parts, limit: number): Promise<readonly Claimed[]> => {
  await worker.register();
  return (await store.claimDue({ worker: worker.record, now: clock.now(), limit, suspects: carries.suspects.hasRoom })).claimed;
};

/** A lock or a full disk passes; a file that is gone or damaged does not. */
const passing = async <T>(looking: Promise<T>, instead: T): Promise<T> => {
  try {
    return await looking;
  } catch (error) {
    if (codeOf(error) === "BUSY" || isPanicError(error)) return instead;
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
    const wakeAt = nextWakeAt ?? Number.POSITIVE_INFINITY;
    // By the monotonic clock: a wall clock that is put back must not make it sleep for hours.
    const lookAt = clock.monotonic() + LOOK_AGAIN_MS;
    const leftMs = (): number => Math.min(wakeAt - clock.now(), lookAt - clock.monotonic());
    while (!this.#rung && !this.#hasNews() && leftMs() > 0) {
      await new Promise<void>((resolve) => {
        const cancel = timers.after(Math.max(1, Math.min(NEWS_MS, leftMs())), resolve);
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
