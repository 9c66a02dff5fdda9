/**
 * What ticks and daemons do about retention, after their work: a little at a time, so that nobody waits for it.
 *
 * What callers may rely on:
 *   1. It takes some 200 ms at most, and a tick that finds nothing to do about it asks one question.
 *   2. Of any number of processes one does it, every ten minutes; at once again as long as there is more to remove.
 *   3. Nothing of it fails a tick: what could not be removed now is removed later.
 */
import type { RetentionSettings } from "../../model/settings.ts";
import type { Host } from "../host.ts";
import type { Store } from "../store.ts";
import type { Removable } from "../store/retention.ts";
import { noneOf, removeAll, removeRest, type Removing } from "./removing.ts";

const SERIES_MS = 200;
/** Nothing is over for so long that minutes count. */
const EVERY_MS = 600_000;
/** Without rules nothing is to be removed, but for what a process that died has left; and there may be rules by then. */
const WITHOUT_RULES_MS = 3_600_000;
/** A daemon asks so often whether it is time. */
const LOOK_MS = 30_000;
/** With more to remove: a fifth of the time for it, the rest for others. */
const AGAIN_MS = 1_000;

export interface TidyParts {
  readonly store: Pick<Store, "retention">;
  readonly host: Pick<Host, "clock" | "timers" | "outputFiles">;
  readonly retention: RetentionSettings | undefined;
  readonly closing: AbortSignal;
}

export class Tidier {
  readonly #parts: TidyParts;
  #lookAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;

  constructor(parts: TidyParts) {
    this.#parts = parts;
  }

  /** One series, if it is time. Gives whether there is more to remove, now. Never rejects. */
  async once(): Promise<boolean> {
    try {
      return await tidyIfTime(this.#parts);
    } catch {
      // A lock, a full disk: whatever it is, the executions will tell, and in a while it is tried again.
      return false;
    }
  }

  /** For somebody who comes by often: sets a series off beside their work, if it may be time. */
  look(): void {
    const { clock } = this.#parts.host;
    if (this.#running !== undefined || clock.monotonic() < this.#lookAt) return;
    this.#running = this.once().then((isMore) => {
      this.#lookAt = clock.monotonic() + (isMore ? AGAIN_MS : LOOK_MS);
      this.#running = undefined;
    });
  }

  /** Once nothing of it is under way. */
  async settled(): Promise<void> {
    await this.#running;
  }
}

const tidyIfTime = async ({ store, host, retention, closing }: TidyParts): Promise<boolean> => {
  const { clock, timers, outputFiles } = host;
  const now = clock.now();
  const what = retention === undefined ? undefined : removableOf(retention, now);
  const isOurTurn = await store.retention.takeTurn(now, now + (what === undefined ? WITHOUT_RULES_MS : EVERY_MS));
  if (!isOurTurn) return false;
  const endsAt = clock.monotonic() + SERIES_MS;
  const isOver = (): boolean => closing.aborted || clock.monotonic() >= endsAt;
  const removing: Removing = { store: store.retention, clock, timers, outputFiles, isOver };
  const isAll = what === undefined ? await removeRest(removing, noneOf()) : (await removeAll(removing, what)).isAll;
  if (isAll && what !== undefined) await store.retention.sweepUp(clock.now(), false);
  if (!isAll) await store.retention.setTurn(now);
  return !isAll;
};

/** Undefined where the rules let everything stay. */
const removableOf = ({ completedMs, failedMs, cancelledMs, keep }: RetentionSettings, now: number): Removable | undefined => {
  const before = (ms: number | null): number | null => (ms === null ? null : now - ms);
  const endedBefore = { completed: before(completedMs), failed: before(failedMs), cancelled: before(cancelledMs) };
  return Object.values(endedBefore).every((at) => at === null) ? undefined : { endedBefore, keep };
};
