/**
 * What is kept of a stream that may be longer than anybody wants to store: its head and its tail, in bounded memory.
 *
 *     ┌──── head: first half ────┬─ … n bytes left out … ─┬──── tail: last half ────┐
 *
 * The tail is a ring that is written over. Text is cut between characters, never inside one.
 */

/** Of each stream, unless a step says otherwise: as much as a pipe holds, and more than a person reads. */
export const KEPT_BYTES = 65_536;

export class KeptOutput {
  /** All that came. */
  bytes = 0;
  readonly #headBytes: number;
  readonly #tailBytes: number;
  #head: Uint8Array[] = [];
  #headUsed = 0;
  /** Made with the first byte that the head does not take. */
  #ring: Uint8Array | undefined;
  #at = 0;

  /** @param limitBytes of head and tail together, at least 2 */
  constructor(limitBytes: number = KEPT_BYTES) {
    this.#headBytes = Math.ceil(limitBytes / 2);
    this.#tailBytes = limitBytes - this.#headBytes;
  }

  /** How much of the middle is gone. */
  get leftOut(): number {
    return Math.max(0, this.bytes - this.#headBytes - this.#tailBytes);
  }

  add(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    const forHead = Math.min(chunk.length, this.#headBytes - this.#headUsed);
    if (forHead > 0) {
      // A copy: who gave the chunk may use its memory again.
      this.#head.push(chunk.slice(0, forHead));
      this.#headUsed += forHead;
    }
    if (forHead < chunk.length) this.#addToTail(chunk.subarray(forHead));
  }

  /** The whole, or head and tail, without saying so between them. */
  keptBytes(): Uint8Array {
    return joined([...this.#head, ...this.#tail()]);
  }

  /** As UTF-8; what is none becomes U+FFFD. Where something was left out, a line of its own says how much. */
  text(): string {
    if (this.leftOut === 0) return decode(this.keptBytes());
    const head = withoutCutEnd(joined(this.#head));
    const tail = withoutCutStart(joined(this.#tail()));
    const missing = this.bytes - head.length - tail.length;
    const start = decode(head);
    return `${start}${start === "" || start.endsWith("\n") ? "" : "\n"}[… ${missing} bytes left out …]\n${decode(tail)}`;
  }

  #addToTail(chunk: Uint8Array): void {
    const size = this.#tailBytes;
    this.#ring ??= new Uint8Array(size);
    const last = chunk.subarray(Math.max(0, chunk.length - size));
    // What comes before the last `size` bytes would only be written over, but it moves the place where they begin.
    this.#at = (this.#at + chunk.length - last.length) % size;
    const untilEnd = last.subarray(0, size - this.#at);
    this.#ring.set(untilEnd, this.#at);
    this.#ring.set(last.subarray(untilEnd.length), 0);
    this.#at = (this.#at + last.length) % size;
  }

  #tail(): readonly Uint8Array[] {
    if (this.#ring === undefined) return [];
    if (this.bytes - this.#headUsed < this.#tailBytes) return [this.#ring.subarray(0, this.#at)];
    return [this.#ring.subarray(this.#at), this.#ring.subarray(0, this.#at)];
  }
}

const decode = (bytes: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Without the character at the start whose first byte is gone. */
const withoutCutStart = (bytes: Uint8Array): Uint8Array => {
  let from = 0;
  while (from < 3 && isContinuation(bytes[from])) from++;
  return bytes.subarray(from);
};

/** Without the character at the end that is not whole. */
const withoutCutEnd = (bytes: Uint8Array): Uint8Array => {
  let first = bytes.length - 1;
  while (first > bytes.length - 4 && isContinuation(bytes[first])) first--;
  const lead = bytes[first] ?? 0;
  const needs = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return first + needs > bytes.length ? bytes.subarray(0, first) : bytes;
};
