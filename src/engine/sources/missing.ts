/**
 * Executions that are blocked since their workflow was missing or broken: taken up again once the files have changed.
 *
 * What callers may rely on:
 *   1. Where none is blocked so, one question is asked of the store, and no file is looked at.
 *   2. Each state of the files has them tried once, that in which they were blocked included; nothing of it counts as an attempt or a
 *      panic.
 *   3. Nothing of it fails a sweep: they are tried again in any case, later.
 */
import type { Host } from "../host.ts";
import type { Store } from "../store.ts";

/** A daemon looks so often. */
const LOOK_MS = 1_000;

export class MissingRetry {
  readonly #store: Pick<Store, "sources">;
  readonly #host: Pick<Host, "clock" | "files">;
  #lookAt = Number.NEGATIVE_INFINITY;

  constructor(store: Pick<Store, "sources">, host: Pick<Host, "clock" | "files">) {
    this.#store = store;
    this.#host = host;
  }

  /** Before a sweep: what it makes due is due in it. */
  async once(): Promise<void> {
    const { clock, files } = this.#host;
    try {
      if (await this.#store.sources.hasMissing(clock.now())) await this.#store.sources.retryMissing(files.mark([]), clock.now());
    } catch {
      // A lock, a full disk, a folder that cannot be read.
    }
  }

  /** Tries once more, under a state of the files that is then known to have been tried. */
  async again<T extends object>(look: () => Promise<T | { readonly missing: string }>): Promise<T | { readonly missing: string }> {
    const files = this.#host.files.mark([]);
    const found = await look();
    if ("missing" in found) await this.#store.sources.noteMissing(files).catch(() => {});
    return found;
  }

  /** For somebody who comes by often. */
  async look(): Promise<void> {
    const now = this.#host.clock.monotonic();
    if (now < this.#lookAt) return;
    this.#lookAt = now + LOOK_MS;
    await this.once();
  }
}
