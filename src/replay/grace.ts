/**
 * A short time for code that seems to have changed: code that awaits something outside of a step is slow, not changed.
 *
 * One thing is waited for at a time; waiting for another one begins anew.
 */
export class Grace {
  readonly #after: (ms: number, fn: () => void) => () => void;
  readonly #ms: number;
  #cancel: (() => void) | undefined;
  #for: unknown;

  constructor(after: (ms: number, fn: () => void) => () => void, ms: number) {
    this.#after = after;
    this.#ms = ms;
  }

  /** Calls `over` if nobody has ended it by then. */
  begin(what: unknown, over: () => void): void {
    if (this.#for === what && this.#cancel !== undefined) return;
    this.end();
    this.#for = what;
    this.#cancel = this.#after(this.#ms, () => {
      this.#cancel = undefined;
      over();
    });
  }

  end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#for = undefined;
  }
}
