/**
 * Notices changes of the workflow files: by looking, since watching misses what editors and network file systems do.
 *
 * A fingerprint is made of the path, size and time of change of each file under `workflows/`, and of the configuration. A change counts
 * once two looks in a row see the same: while an editor or a checkout is still writing, nothing is restarted.
 */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { CONFIG_FILES } from "../model/configuration.ts";

/** Installed packages and hidden folders do not hold workflows. */
const PASSED_OVER = /^(?:\.|node_modules$)/;
/** Beyond it changes go unnoticed rather than every second being spent on looking. */
const MAX_FILES = 10_000;

export const fingerprintFiles = async (root: string): Promise<string> => {
  const lines: string[] = await Promise.all(CONFIG_FILES.map((name) => fingerprintFile(join(root, name))));
  const folders = [join(root, "workflows")];
  for (let folder = folders.pop(); folder !== undefined && lines.length < MAX_FILES; folder = folders.pop()) {
    for (const entry of await entriesOf(folder)) {
      if (PASSED_OVER.test(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else lines.push(await fingerprintFile(path));
    }
  }
  return Bun.hash(lines.sort().join("\n")).toString(16);
};

/** Gives true once for each change, when it has come to rest. */
export const changeDetector = (first: string): ((fingerprint: string) => boolean) => {
  let served = first;
  let last = first;
  return (fingerprint) => {
    const isAtRest = fingerprint === last;
    last = fingerprint;
    if (!isAtRest || fingerprint === served) return false;
    served = fingerprint;
    return true;
  };
};

async function entriesOf(folder: string): Promise<readonly { readonly name: string; isDirectory(): boolean }[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return []; // gone, or not ours to read: then there is nothing in it to serve
  }
}

async function fingerprintFile(path: string): Promise<string> {
  try {
    const { size, mtimeMs, mode } = await stat(path);
    return `${path}\0${size}\0${mtimeMs}\0${mode}`;
  } catch {
    return `${path}\0`;
  }
}
