/**
 * Removing what may go, one short transaction after the other.
 *
 *     ranges ─► page (read) ─► transaction ─► pause ─► transaction ─► page ─► … ─► what is left of the last
 *
 * In the pauses others get the lock: whoever waits for it asks every few milliseconds.
 */
import type { TerminalStatus } from "../../model/status.ts";
import type { Clock, OutputFiles, Timers } from "../host.ts";
import { removeOutputs } from "./outputs.ts";
import type { EndedAt, Removable, RemovableRange, Removal, RetentionStore } from "../store/retention.ts";

/** Executions a look; one transaction may take them all, or only a part. */
const PAGE = 500;

/** Long enough for a process that waits to get the lock: it asks at most 5 ms later. */
const LEAST_PAUSE_MS = 6;
/** As long as the last transaction took: a disk that is busy gets as much time for others. */
const MOST_PAUSE_MS = 100;

/** Before everything that has ended, also where a clock was wrong. */
const FIRST: EndedAt = { at: Number.MIN_SAFE_INTEGER, seq: 0 };

export type Tally = Record<TerminalStatus, number>;

export const noneOf = (): Tally => ({ completed: 0, failed: 0, cancelled: 0 });

export interface Removing {
  readonly store: RetentionStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly outputFiles?: OutputFiles | undefined;
  /** Asked between two transactions. */
  isOver(): boolean;
}

export interface Removed {
  readonly gone: Tally;
  /** False when it was over before all was gone. */
  readonly isAll: boolean;
}

export const removeAll = async (removing: Removing, what: Removable): Promise<Removed> => {
  const gone = noneOf();
  for await (const { range, ids } of pagesOf(removing.store, what)) {
    for (let left = ids; left.length > 0;) {
      if (removing.isOver()) return { gone, isAll: false };
      const removal = await removeSome(removing, range, left);
      add(gone, removal.gone);
      left = left.slice(removal.handled);
    }
  }
  return { gone, isAll: await removeRest(removing, gone) };
};

/** What is marked and not yet deleted whole: the children of the last, or what a process that died has left. */
export const removeRest = async (removing: Removing, gone: Tally): Promise<boolean> => {
  for (;;) {
    if (removing.isOver()) return false;
    const removal = await removeSome(removing, undefined, []);
    add(gone, removal.gone);
    if (!removal.isUnfinished) return true;
  }
};

/** What `removeAll` would remove. */
export const tallyAll = async (removing: Removing, what: Removable): Promise<Removed> => {
  const gone = noneOf();
  for await (const { ids } of pagesOf(removing.store, what)) {
    if (removing.isOver()) return { gone, isAll: false };
    add(gone, await removing.store.tally(ids));
  }
  return { gone, isAll: true };
};

async function* pagesOf(store: RetentionStore, what: Removable): AsyncGenerator<{ range: RemovableRange; ids: readonly string[] }> {
  for (const range of await store.ranges(what)) {
    for (let after: EndedAt | undefined = FIRST; after !== undefined;) {
      const page = await store.page(range, after, PAGE);
      if (page.ids.length > 0) yield { range, ids: page.ids };
      after = page.next;
    }
  }
}

/** One transaction, the files of what is gone with it, and a pause after it, unless it has found nothing and so held nobody up. */
const removeSome = async (
  { store, clock, timers, outputFiles }: Removing,
  range: RemovableRange | undefined,
  ids: readonly string[],
): Promise<Removal> => {
  const startedAt = clock.monotonic();
  const removal = await store.remove(range, ids);
  const pauseMs = Math.min(MOST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, clock.monotonic() - startedAt));
  await removeOutputs(store, outputFiles, removal.deleted);
  const isPaused = removal.isUnfinished || Object.values(removal.gone).some((count) => count > 0);
  if (isPaused) await new Promise<void>((resolve) => void timers.after(pauseMs, resolve));
  return removal;
};

const add = (sum: Tally, more: Readonly<Tally>): void => {
  for (const status of Object.keys(sum) as TerminalStatus[]) sum[status] += more[status];
};
