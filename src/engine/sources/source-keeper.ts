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
  readonly #saving = new Map<string, Promise<void>>();
  #isReleased = false;
  readonly #originals = new Map<string, Promise<LoadedWorkflow | undefined>>();

  constructor(store: Store, host: Host) {
    this.#store = store;
    this.#host = host;
  }

  /** It is there: somebody has looked. */
  know(hash: string): void {
    this.#known.add(hash);
  }

  async keep(workflow: LoadedWorkflow): Promise<void> {
    const { file, sourceHash: hash } = workflow;
    if (file === "" || this.#known.has(hash)) return;
    const saving = this.#saving.get(hash) ?? this.#save(workflow);
    this.#saving.set(hash, saving);
    await saving;
    this.#saving.delete(hash);
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

  /** An execution runs on the present code again: what was written for it may be needed no more. */
  release(): void {
    this.#isReleased = true;
  }

  /** In the end: takes from this machine what no execution needs any more, where this process may have been the last to need it. */
  async clear(): Promise<void> {
    const { kept } = this.#host.files;
    if ((this.#isReleased || this.#originals.size > 0) && kept.hasLeftovers()) kept.clear(await this.#store.sources.pinned());
  }

  async #save(workflow: LoadedWorkflow): Promise<void> {
    const { sourceHash: hash } = workflow;
    try {
      const files = this.#host.files.kept.pack(workflow);
      // Without: edited since it was loaded, or too large. There is nothing to be kept, then.
      if (files !== undefined) await this.#store.sources.save({ hash, savedAt: this.#host.clock.now(), files });
      this.#known.add(hash);
    } catch {
      // Whatever it is, the writes of the pass will tell.
    }
  }

  async #load(name: string, hash: string): Promise<LoadedWorkflow | undefined> {
    const source = await this.#store.sources.find(hash);
    return source && this.#host.files.kept.load(name, hash, source.files);
  }
}
