/**
 * Chance that is the same on every pass: a generator seeded by the execution.
 *
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand), seeded through FNV-1a. It is fast and well spread; it is not for secrets.
 */
export class SeededChance {
  /** Undefined once it is used up; most workflows never ask. */
  #seed: string | undefined;
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** From 0 up to 1, with 32 bits. */
  random(): number {
    return this.#next() / 0x1_0000_0000;
  }

  /** RFC 9562, version 4. */
  uuid(): string {
    const hex = [this.#next(), this.#next(), this.#next(), this.#next()].map((word) => word.toString(16).padStart(8, "0")).join("");
    const variant = ((Number.parseInt(hex[16] ?? "0", 16) & 0x3) | 0x8).toString(16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }

  #next(): number {
    if (this.#seed !== undefined) this.#sow(this.#seed);
    const sum = (this.#a + this.#b + this.#counter) >>> 0;
    this.#counter = (this.#counter + 1) >>> 0;
    this.#a = (this.#b ^ (this.#b >>> 9)) >>> 0;
    this.#b = (this.#c + (this.#c << 3)) >>> 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) >>> 0;
    return sum;
  }

  #sow(seed: string): void {
    this.#seed = undefined;
    this.#a = fnv1a(seed, 0x811c9dc5);
    this.#b = fnv1a(seed, 0x9e3779b9);
    this.#c = fnv1a(seed, 0x85ebca6b);
    for (let round = 0; round < 12; round++) this.#next(); // the first rounds still show the seed
  }
}

const fnv1a = (text: string, offset: number): number => {
  let hash = offset;
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
};
