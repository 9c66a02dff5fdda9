/**
 * The lines of a script, or of a command of a step, on their way to the log of its execution and to whoever watches.
 *
 * A pass (or an attempt of the step) keeps 10,000 lines or 1 MiB of text; one line at its end says how many more there were. They are shown
 * all the same. Known secrets are taken out first, also those of several lines, and those that come in two chunks.
 */
import { redactedStream } from "../../model/known-secrets.ts";
import type { ProgressListener } from "../../model/progress.ts";
import type { LogRecord } from "../../model/records.ts";
import type { OutputName } from "../../model/scripts/machine.ts";
import type { Clock } from "../host.ts";
import { Lines } from "./lines.ts";

const MAX_LINES = 10_000;
const MAX_CHARACTERS = 1_048_576;

export interface PrintsParts {
  readonly executionId: string;
  /** Whose command it is; null for the script itself. */
  readonly step: string | null;
  readonly clock: Pick<Clock, "now">;
  readonly keep: (entry: LogRecord) => void;
  readonly onProgress: ProgressListener | undefined;
}

export class Prints {
  readonly #parts: PrintsParts;
  readonly #streams: Readonly<Record<OutputName, Stream>>;
  #lines = 0;
  #characters = 0;
  #dropped = 0;

  constructor(parts: PrintsParts) {
    this.#parts = parts;
    const open = (name: OutputName): Stream => new Stream((text) => this.#print(name, text));
    this.#streams = { stdout: open("stdout"), stderr: open("stderr") };
  }

  add(name: OutputName, chunk: Uint8Array): void {
    this.#streams[name].add(chunk);
  }

  end(): void {
    this.#streams.stdout.end();
    this.#streams.stderr.end();
    if (this.#dropped === 0) return;
    const lines = this.#dropped === 1 ? "line was" : "lines were";
    const who = this.#parts.step === null ? "a pass" : "a step";
    this.#keep("warn", `${this.#dropped} more ${lines} not kept: ${who} keeps 1 MiB of text or 10000 lines`);
    this.#dropped = 0;
  }

  #print(stream: OutputName, line: string): void {
    const { executionId, onProgress, step } = this.#parts;
    onProgress?.({ type: "printed", executionId, stream, line, step });
    if (this.#lines >= MAX_LINES || this.#characters >= MAX_CHARACTERS) return void this.#dropped++;
    this.#lines++;
    this.#characters += line.length;
    // What scripts write to standard error is mostly how far they are.
    this.#keep("info", line);
  }

  #keep(level: LogRecord["level"], message: string): void {
    this.#parts.keep({ at: this.#parts.clock.now(), level, source: "user", message, dataText: null, step: this.#parts.step });
  }
}

class Stream {
  readonly #redacted = redactedStream();
  readonly #lines: Lines;

  constructor(tell: (line: string) => void) {
    this.#lines = new Lines(tell);
  }

  add(chunk: Uint8Array): void {
    this.#lines.add(this.#redacted.push(chunk));
  }

  end(): void {
    this.#lines.add(this.#redacted.end());
    this.#lines.end();
  }
}
