/**
 * Shows steps that run for a while.
 *
 * The start of a step costs no write. Only one that is still running after 20 ms, so that a person may look at it, gets a row `running`.
 * One timer serves all executions of the process: each time it rings, every execution shows those of its steps that were running already
 * when it rang before. So a step that ends soon is never looked at, and nothing is measured.
 */
import type { Cancel, Timers } from "./host.ts";

const SHOW_AFTER_MS = 20;

/** An execution whose steps may be running. */
export interface Watched {
  /** Shows the steps it was asked about before. Gives whether there are steps to show the next time. */
  showOldSteps(): boolean;
}

export class RunningSteps {
  readonly #timers: Timers;
  #watched = new Set<Watched>();
  #cancel: Cancel | undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Until it says that it has nothing more to show. */
  watch(execution: Watched): void {
    this.#watched.add(execution);
    this.#cancel ??= this.#timers.after(SHOW_AFTER_MS, this.#ring, { background: true });
  }

  readonly #ring = (): void => {
    this.#cancel = undefined;
    const asked = this.#watched;
    this.#watched = new Set();
    for (const execution of asked) if (execution.showOldSteps()) this.watch(execution);
  };
}
