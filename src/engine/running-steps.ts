/**
 * Shows steps that run for a while.
 *
 * The start of a step costs no write. Only one that is still running after 20 ms, so that a person may look at it, gets a row `running`. One
 * timer serves all steps of the process.
 */
import type { Cancel, Clock, Timers } from "./host.ts";

const SHOW_AFTER_MS = 20;

export class RunningSteps {
  readonly #clock: Clock;
  readonly #timers: Timers;
  /** Steps not shown yet, oldest first. */
  readonly #hidden = new Map<object, { readonly since: number; readonly show: () => void }>();
  #cancel: Cancel | undefined;

  constructor(clock: Clock, timers: Timers) {
    this.#clock = clock;
    this.#timers = timers;
  }

  add(step: object, show: () => void): void {
    this.#hidden.set(step, { since: this.#clock.monotonic(), show });
    this.#cancel ??= this.#timers.after(SHOW_AFTER_MS, () => this.#showOld(), { background: true });
  }

  remove(step: object): void {
    this.#hidden.delete(step);
  }

  #showOld(): void {
    this.#cancel = undefined;
    const limit = this.#clock.monotonic() - SHOW_AFTER_MS;
    for (const [step, { since, show }] of this.#hidden) {
      if (since > limit) break;
      this.#hidden.delete(step);
      show();
    }
    if (this.#hidden.size > 0) this.#cancel = this.#timers.after(SHOW_AFTER_MS, () => this.#showOld(), { background: true });
  }
}
