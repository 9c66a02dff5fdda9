/**
 * Waiting for a lock that another process holds, without holding the event loop.
 *
 * SQLite's own waiting is unfair: with eight processes one got 1,069 of 1,076 commits. Tries at random moments, a short time apart, give
 * each about the same.
 */
import { fail } from "../model/errors.ts";
import { isBusy } from "./sqlite-errors.ts";

/** What waiting needs of the machine; a `StoreHost` has it. */
export interface WaitingHost {
  boot(): number;
  chance(): number;
  after(ms: number, fn: () => void): void;
}

/** Uniform: a growing wait would favour whoever came last. */
const MAX_JITTER_MS = 5;

/** A writer that holds the lock so long is stopped or hung; whoever waits for it should be told. */
export const BUSY_LIMIT_MS = 60_000;

export const jitterMs = (host: WaitingHost): number => host.chance() * MAX_JITTER_MS;

export const pause = (host: WaitingHost, ms: number): Promise<void> => new Promise((resolve) => host.after(ms, resolve));

/**
 * Calls `attempt` until it does not fail for a lock.
 *
 * @throws BUSY after a minute, with the last error as its cause
 */
export async function whileBusy<T>(host: WaitingHost, file: string, attempt: () => T): Promise<T> {
  let startedAt: number | undefined;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error)) throw error;
      startedAt ??= host.boot();
      const waitedMs = host.boot() - startedAt;
      if (waitedMs >= BUSY_LIMIT_MS) throw fail("BUSY", { file, waitedMs }, error);
    }
    await pause(host, jitterMs(host));
  }
}
