/**
 * Notices that files which were loaded have been edited since: by path, size and time of change, which costs some microseconds a file.
 *
 * A module that runs cannot be exchanged, so whoever asks gives its work back and lets a new process begin.
 */
import { statSync } from "node:fs";

export class Edits {
  readonly #seen = new Map<string, string>();

  /** Called before the files are loaded: an edit in between then counts as one. */
  remember(files: readonly string[]): void {
    for (const file of files) if (!this.#seen.has(file)) this.#seen.set(file, markOf(file));
  }

  /** All that have been loaded, absolute. */
  files(): readonly string[] {
    return [...this.#seen.keys()];
  }

  hasAny(): boolean {
    for (const [file, mark] of this.#seen) if (markOf(file) !== mark) return true;
    return false;
  }
}

const markOf = (file: string): string => {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
};
