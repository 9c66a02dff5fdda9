/**
 * One short text for all workflow files as they are now, by path, size and time of change: some microseconds a file, where loading them
 * takes milliseconds each.
 *
 * A tick asks it every minute of the year, so this file stands nearly alone. It looks at more than `discovery.ts` would find (helpers,
 * tests, what links lead to), which costs a needless look at most.
 */
import { readdirSync, realpathSync, statSync } from "node:fs";

/** As many as are ever discovered, and their folders; and no circle of links is followed further. */
const MAX_ENTRIES = 50_000;
const MAX_DEPTH = 20;

/** @param imports further files that count, relative to the root: those that were loaded, and the configuration */
export const filesMark = (root: string, imports: readonly string[]): string =>
  `${hash(realpathSync(root))} ${hash(listing(root, imports).join("\n"))}`;

/**
 * Whether the schedules in the files have to be read again. Whose files they are is not asked: other files give another listing.
 *
 * @param noted what `writeNote` gave when they were last read
 */
export const haveFilesChanged = (root: string, noted: string | undefined, now: number): boolean => {
  if (noted === undefined) return statSync(`${root}/workflows`, { throwIfNoEntry: false }) !== undefined;
  const [first = "", ...imports] = noted.split("\n");
  const [, files, retryAt] = first.split(" ");
  return files !== hash(listing(root, imports).join("\n")) || now >= Number(retryAt ?? Number.POSITIVE_INFINITY);
};

const listing = (root: string, imports: readonly string[]): string[] => {
  const lines: string[] = [];
  walk(`${root}/workflows`, "workflows", lines);
  for (const file of imports) lines.push(`${file}\0${markOf(lookAt(`${root}/${file}`))}`);
  return lines;
};

const walk = (folder: string, name: string, lines: string[], depth = 0): void => {
  for (const entry of entriesOf(folder)) {
    if (lines.length >= MAX_ENTRIES) return;
    if (entry.startsWith(".") || entry === "node_modules") continue;
    const path = `${folder}/${entry}`;
    const stats = lookAt(path);
    if (stats?.isDirectory() !== true) lines.push(`${name}/${entry}\0${markOf(stats)}`);
    else if (depth < MAX_DEPTH) walk(path, `${name}/${entry}`, lines, depth + 1);
  }
};

const entriesOf = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    return [String((error as { code?: unknown }).code)];
  }
};

type Stats = ReturnType<typeof statSync>;

/** What cannot be looked at counts as gone: loading it will say why. */
const lookAt = (path: string): Stats | undefined => {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
};

/** Whether it may be executed makes a script a workflow, and is no change of the file. */
const markOf = (stats: Stats | undefined): string =>
  stats === undefined ? "" : `${stats.ino} ${stats.size} ${stats.mtimeMs}${(Number(stats.mode) & 0o111) === 0 ? "" : " x"}`;

const hash = (text: string): string => Bun.hash(text).toString(36);
