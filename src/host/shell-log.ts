/**
 * The whole output of an attempt in a file, both streams as they came: `.wf/logs/<execution>/<step>.<attempt>.log`.
 *
 * Readable for its owner only; known secrets are taken out. Written as it comes, so that it can be followed, and is there after a crash. An
 * attempt that begins once more begins its file anew.
 */
import { closeSync, constants, fchmodSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { redactedStream } from "../model/known-secrets.ts";
import type { ShellWatch } from "../model/shell.ts";

/** In the project, with a folder for each execution. */
export const LOG_FOLDER = [".wf", "logs"] as const;
/** A link that somebody has put there is not followed. */
const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;

export class ShellLog {
  /** Relative to the project. */
  readonly file: string;
  readonly #descriptor: number;
  readonly #streams = { stdout: redactedStream(), stderr: redactedStream() };
  /** Nothing is written after it. */
  #error: unknown;

  /** @throws the error of the system */
  constructor(root: string, { executionId, name }: NonNullable<ShellWatch["log"]>) {
    const folder = join(...LOG_FOLDER, executionId);
    this.file = join(folder, name);
    mkdirSync(join(root, folder), { recursive: true, mode: 0o700 });
    this.#descriptor = openSync(join(root, this.file), FLAGS, 0o600);
    fchmodSync(this.#descriptor, 0o600); // one that was there may have another mode
  }

  /** @returns false once it cannot be written any more */
  write(name: "stdout" | "stderr", chunk: Uint8Array): boolean {
    return this.#append(this.#streams[name].push(chunk));
  }

  /** @throws why it could not be written to its end */
  finish(): void {
    this.#append(this.#streams.stdout.end() + this.#streams.stderr.end());
    if (this.#error !== undefined) throw this.#error;
  }

  get hasFailed(): boolean {
    return this.#error !== undefined;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #append(text: string): boolean {
    if (this.#error !== undefined) return false;
    try {
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at);
      return true;
    } catch (error) {
      this.#error = error;
      return false;
    }
  }
}
