/** A function that has not returned and waits on nothing that is known: no step, sleep or event can end its wait. */
import { fail } from "../model/errors.ts";
import type { Cancel } from "./host.ts";
import type { Runtime } from "./runtime.ts";

export class Stall {
  readonly #runtime: Runtime;
  readonly #workflow: string;
  readonly #failed: (error: Error) => void;
  #cancel: Cancel | undefined;

  constructor(runtime: Runtime, workflow: string, failed: (error: Error) => void) {
    this.#runtime = runtime;
    this.#workflow = workflow;
    this.#failed = failed;
  }

  /** For a while it may be waiting for something of its own: other work keeps the process alive. */
  begin(): void {
    const { stallMs, timers } = this.#runtime;
    this.#cancel ??= timers.after(stallMs, () => this.fail(`for ${Math.round(stallMs / 1000)} s`), { background: true });
  }

  end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Only while it is stalled. @param after for how long, or for what sign */
  fail(after: string): void {
    if (this.#cancel === undefined) return;
    this.end();
    this.#failed(fail("WAITS_ON_NOTHING", { workflow: this.#workflow, after }));
  }
}
