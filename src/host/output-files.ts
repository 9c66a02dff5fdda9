/**
 * Files with the whole output of commands, taken away with the executions that they belong to.
 *
 *     .wf/logs/<execution>/ ──rename──► .wf/logs/.gone-<uuid>/ ──► deleted
 *
 * What callers may rely on:
 *   1. Nothing outside of `.wf/logs` is touched: a link in the place of one of these folders is left as it is, and so is what has no id for
 *      a name. Links in them are deleted and not followed.
 *   2. What is set aside is out of the way at once, however large it is: a new execution of that id begins a folder of its own.
 *   3. What a process that died has set aside is deleted by the next that deletes anything.
 */
import { lstatSync, type Stats, realpathSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { OutputFiles } from "../engine/host.ts";
import { checkExecutionId } from "../model/id.ts";
import { LOG_FOLDER } from "./shell-log.ts";

/** No id begins with a dot. */
const ASIDE = ".gone-";

/** @param root of the project, without links */
export class ProjectOutputFiles implements OutputFiles {
  readonly #root: string;
  readonly #folder: string;
  #aside: string[] = [];
  #hasLooked = false;

  constructor(root: string) {
    this.#root = root;
    this.#folder = join(root, ...LOG_FOLDER);
  }

  having(ids: readonly string[]): readonly string[] {
    return this.#isOurs() ? ids.filter((id) => checkExecutionId(id) === undefined && folderAt(join(this.#folder, id)) !== undefined) : [];
  }

  ignoresCase(id: string): boolean {
    const swapped = id.replace(/[a-z]/gi, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));
    const [one, other] = [folderAt(join(this.#folder, id)), folderAt(join(this.#folder, swapped))];
    return swapped !== id && one !== undefined && one.ino === other?.ino;
  }

  setAside(ids: readonly string[]): void {
    for (const id of this.having(ids)) {
      const aside = join(this.#folder, `${ASIDE}${crypto.randomUUID()}`);
      try {
        renameSync(join(this.#folder, id), aside);
        this.#aside.push(aside);
      } catch {
        // Another process has taken it, or it may not be moved: then it stays.
      }
    }
  }

  async clear(): Promise<void> {
    const { rm } = await import("node:fs/promises");
    const found = this.#hasLooked ? [] : await this.#leftAside();
    this.#hasLooked = true;
    const all = new Set([...this.#aside, ...found]);
    this.#aside = [];
    // What cannot be deleted now is found by the next process.
    for (const path of all) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }

  async #leftAside(): Promise<readonly string[]> {
    if (!this.#isOurs()) return [];
    const { readdir } = await import("node:fs/promises");
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => name.startsWith(ASIDE)).map((name) => join(this.#folder, name));
  }

  /** It is there, and no part of the way to it is a link. */
  #isOurs(): boolean {
    try {
      return folderAt(this.#folder) !== undefined && realpathSync(this.#folder) === join(realpathSync(this.#root), ...LOG_FOLDER);
    } catch {
      return false;
    }
  }
}

const folderAt = (path: string): Stats | undefined => {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found?.isDirectory() === true ? found : undefined;
  } catch {
    return undefined;
  }
};
