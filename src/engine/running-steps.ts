/**
 * Shows steps that run for a while.
 *
 * The start of a step costs no write. Only one that is still running after 20 ms, so that a person may look at it, gets a row `running`.
 * One timer serves all steps of the process.
 */
import type { Cancel, Clock, Timers } from "./host.ts";

const SHOW_AFTER_MS = 20;

/** A step that can write what is shown of it. */
export interface Shown {
  show(): void;
}

export class RunningSteps {
  readonly #clock: Clock;
  readonly #timers: Timers;
  /** Steps not shown yet and when they began, oldest first. */
  readonly #hidden = new Map<Shown, number>();
  #cancel: Cancel | undefined;

  constructor(clock: Clock, timers: Timers) {
    this.#clock = clock;
    this.#timers = timers;
  }

  add(step: Shown): void {
    this.#hidden.set(step, this.#clock.monotonic());
    this.#cancel ??= this.#timers.after(SHOW_AFTER_MS, () => this.#showOld(), { background: true });
  }

  remove(step: Shown): void {
    this.#hidden.delete(step);
  }

  #showOld(): void {
    this.#cancel = undefined;
    const limit = this.#clock.monotonic() - SHOW_AFTER_MS;
    for (const [step, since] of this.#hidden) {
      if (since > limit) break;
      this.#hidden.delete(step);
      step.show();
    }
    if (this.#hidden.size > 0) this.#cancel = this.#timers.after(SHOW_AFTER_MS, () => this.#showOld(), { background: true });
  }
}
