/**
 * Executions whose last pass ended with a panic and that have not finished a step since: one of them may be what kills the process.
 *
 * They are let in one at a time, so that the guilty one is alone among them when it strikes again, and its neighbours, which have only died
 * with it, are not blocked for a crash loop that is not theirs. A place is free again when the suspect finishes a step, leaves, or has
 * lived for a while: the longer, the more often it has died.
 */
import type { Cancel, Timers } from "./host.ts";

/** After one panic; four times as long after each further one. Most crashes come within seconds of the start. */
const FIRST_WATCH_MS = 5_000;
const LONGEST_WATCH_MS = 10 * 60_000;

export class Suspects {
  readonly #timers: Timers;
  readonly #watched = new Map<string, Cancel>();
  readonly #listeners = new Set<() => void>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  get hasRoom(): boolean {
    return this.#watched.size === 0;
  }

  watch(id: string, panics: number): void {
    if (panics === 0) return;
    const watchMs = Math.min(LONGEST_WATCH_MS, FIRST_WATCH_MS * 4 ** (panics - 1));
    this.#watched.set(
      id,
      this.#timers.after(watchMs, () => this.clear(id), { background: true }),
    );
  }

  clear(id: string): void {
    const cancel = this.#watched.get(id);
    if (cancel === undefined) return;
    cancel();
    this.#watched.delete(id);
    for (const listener of this.#listeners) listener();
  }

  /** Calls whenever there is room again. */
  onRoom(listener: () => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
