/**
 * The standard output of an attempt that may not be the last: held back until that is known, so that `$(wf step --retry …)` never has the
 * output of two attempts in it.
 *
 * What is more than can be held goes out as it comes, and so does all that follows.
 */
const MOST_BYTES = 16 * 1_048_576;

export class HeldOutput {
  readonly #write: (chunk: Uint8Array) => void;
  #held: Uint8Array[] | undefined;
  #bytes = 0;

  /** @param holds false: nothing is held back */
  constructor(holds: boolean, write: (chunk: Uint8Array) => void) {
    this.#write = write;
    this.#held = holds ? [] : undefined;
  }

  add(chunk: Uint8Array): void {
    if (this.#held === undefined) return this.#write(chunk);
    // A copy: who gave the chunk may use its memory again.
    this.#held.push(chunk.slice());
    this.#bytes += chunk.length;
    if (this.#bytes > MOST_BYTES) this.release();
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const chunk of held) this.#write(chunk);
  }

  drop(): void {
    if (this.#held !== undefined) this.#held = [];
  }
}
