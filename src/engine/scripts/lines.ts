/**
 * What a script prints, as lines: kept with its execution, and shown while it runs.
 *
 * What callers may rely on:
 *   1. Bytes that are no UTF-8 become U+FFFD; a character whose bytes come in two chunks is whole.
 *   2. Of a line that was written over (`\r`, as progress bars do) the last state counts.
 *   3. A line is cut into pieces of 64 KiB characters, so memory is bounded whatever is printed.
 */
const MAX_LINE = 65_536;

export class Lines {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #tell: (line: string) => void;
  #rest = "";

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  add(chunk: Uint8Array | string): void {
    this.#take(typeof chunk === "string" ? chunk : this.#decoder.decode(chunk, { stream: true }));
  }

  /** What has come without a line break at its end. */
  end(): void {
    this.#take(this.#decoder.decode());
    if (this.#rest !== "") this.#say(this.#rest);
    this.#rest = "";
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#say(line);
    while (this.#rest.length > MAX_LINE) {
      this.#say(this.#rest.slice(0, MAX_LINE));
      this.#rest = this.#rest.slice(MAX_LINE);
    }
  }

  #say(line: string): void {
    const text = line.replace(/\r+$/, "");
    this.#tell(text.slice(text.lastIndexOf("\r") + 1).toWellFormed());
  }
}
