/**
 * Keeps the sources of workflows, and finds them again.
 *
 * What callers may rely on:
 *   1. A source is on disk, or known to be, before the first pass on it begins. Each is written once; what this process knows of costs
 *      nothing more.
 *   2. A source that cannot be kept now keeps nobody from working: the next pass tries again.
 *   3. Code that was kept is loaded once in a process, under its hash.
 */
import { asError, codeOf } from "../values.ts";
import type { Host, LoadedWorkflow } from "../host.ts";
import type { Store } from "../store.ts";

export class SourceKeeper {
  readonly #store: Store;
  readonly #host: Host;
  readonly #known = new Set<string>();
  readonly #originals = new Map<string, Promise<LoadedWorkflow | undefined>>();

  constructor(store: Store, host: Host) {
    this.#store = store;
    this.#host = host;
  }

  isKnown(hash: string): boolean {
    return this.#known.has(hash);
  }

  /** It is there: somebody has looked. */
  know(hash: string): void {
    this.#known.add(hash);
  }

  async keep(workflow: LoadedWorkflow): Promise<void> {
    const { file, sourceHash: hash } = workflow;
    if (file === "" || this.#known.has(hash)) return;
    this.#known.add(hash);
    const files = this.#host.files.kept.pack(workflow);
    // Edited since it was loaded, or too large: there is nothing to be kept.
    if (files === undefined) return;
    try {
      await this.#store.sources.save({ hash, savedAt: this.#host.clock.now(), files });
    } catch {
      this.#known.delete(hash);
    }
  }

  /** @param hash of the source to run on; null when it is not known */
  async original(name: string, hash: string | null): Promise<LoadedWorkflow | { readonly missing: string }> {
    if (hash === null) return { missing: "The code that it began with is not known" };
    const key = `${hash}/${name}`;
    try {
      const loading = this.#originals.get(key) ?? this.#load(name, hash);
      this.#originals.set(key, loading);
      return (await loading) ?? { missing: `The code that it began with (${hash}) is not kept any more` };
    } catch (error) {
      this.#originals.delete(key);
      if (codeOf(error) === "SOURCE_UNUSABLE") return { missing: asError(error).message };
      throw error;
    }
  }

  /** Takes from this machine what no execution needs any more. */
  async clear(): Promise<void> {
    const { kept } = this.#host.files;
    if (this.#originals.size > 0 && kept.hasLeftovers()) kept.clear(await this.#store.sources.pinned());
  }

  async #load(name: string, hash: string): Promise<LoadedWorkflow | undefined> {
    const source = await this.#store.sources.find(hash);
    return source && this.#host.files.kept.load(name, hash, source.files);
  }
}
