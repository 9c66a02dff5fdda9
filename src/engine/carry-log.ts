/** The log of one execution: lines of its user, and warnings of wf, on their way to the store and to whoever watches. */
import { decodeValue } from "../model/codec/decode.ts";
import { encodeValue } from "../model/codec/encode.ts";
import type { Log } from "../model/context.ts";
import { redactKnown, redactStored } from "../model/known-secrets.ts";
import type { ProgressListener } from "../model/progress.ts";
import type { LogLevel, LogRecord } from "../model/records.ts";
import type { Clock } from "./host.ts";
import type { Outbox } from "./outbox.ts";

/** A log line is for people; more than this nobody reads, and it would fill the file. */
const MAX_TEXT = 65_536;

export class CarryLog {
  readonly #id: string;
  readonly #clock: Clock;
  readonly #outbox: Outbox;
  readonly #onProgress: ProgressListener | undefined;

  constructor(id: string, clock: Clock, outbox: Outbox, onProgress: ProgressListener | undefined) {
    this.#id = id;
    this.#clock = clock;
    this.#outbox = outbox;
    this.#onProgress = onProgress;
  }

  /** @param step during which it is written; null outside of steps */
  user(step: string | null): Log {
    const at =
      (level: LogLevel) =>
      (message: string, data?: unknown): void =>
        this.#add({ ...this.entry(level, message), source: "user", dataText: data === undefined ? null : dataText(data), step });
    return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  }

  warn(message: string): void {
    this.#add(this.entry("warn", message));
  }

  entry(level: LogLevel, message: string): LogRecord {
    return {
      at: this.#clock.now(),
      level,
      source: "wf",
      // Cut afterwards: a secret that is cut in two is no longer known.
      message: redactKnown(String(message)).slice(0, MAX_TEXT).toWellFormed(),
      dataText: null,
      step: null,
    };
  }

  #add(entry: LogRecord): void {
    this.#outbox.addLog(entry);
    this.#onProgress?.({ type: "log", executionId: this.#id, entry });
  }
}

const dataText = (data: unknown): string => {
  const encoded = encodeValue(data, { maxBytes: MAX_TEXT, secrets: "masked" });
  return encoded.ok ? redactStored(encoded.text, isReadable) : JSON.stringify(`(not kept: ${encoded.path}: ${encoded.problem})`);
};

const isReadable = (text: string): boolean => {
  try {
    decodeValue(text);
    return true;
  } catch {
    return false;
  }
};
