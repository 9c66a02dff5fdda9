/** What a path is and whose it is. A symbolic link has two owners, its own and its target's: either could put something else there. */
import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";

export interface Inspected {
  readonly kind: "file" | "folder";
  readonly owners: readonly number[];
  readonly realPath: string;
}

/** Undefined when there is nothing, or nothing that can be reached. */
export type Inspect = (path: string) => Inspected | undefined;

export const inspectFile: Inspect = (path) => {
  const link = quietly(() => lstatSync(path));
  const target = link?.isSymbolicLink() === true ? quietly(() => statSync(path)) : link;
  const realPath = quietly(() => realpathSync(path));
  if (link === undefined || target === undefined || realPath === undefined) return undefined;
  return { kind: kindOf(target), owners: [...new Set([link.uid, target.uid])], realPath };
};

/** Null on Windows, which has no such ids. */
export const userId = (): number | null => process.geteuid?.() ?? null;

const kindOf = (stats: Stats): "file" | "folder" => (stats.isDirectory() ? "folder" : "file");

const quietly = <T>(look: () => T): T | undefined => {
  try {
    return look();
  } catch {
    return undefined;
  }
};
