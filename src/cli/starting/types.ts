/**
 * Declarations for editors and `tsc`, in `.wf/types` of a project: nothing has to be installed there.
 *
 *     .wf/types/wflite    the public names, made from the sources (a test holds it equal to them)
 *     .wf/types/zod       of the very zod that wf hands to workflow files, copied from where wf has it
 *     .wf/types/bun       the little that is needed of Bun
 *
 * `typeRoots` of the project's tsconfig.json names the folder. TypeScript looks there for what it finds in no `node_modules`, so a package
 * that the project installs goes before ours; and Bun does not look there at all, as it does at `paths`. What callers may rely on:
 *   1. The folder is replaced as a whole: an editor never finds half of it for longer than a moment.
 *   2. Nothing is written through a link that leads out of the project.
 *   3. One that is the same already is left alone.
 */
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { usage } from "../option-values.ts";
import { readShipped } from "./shipped.ts";

export const TYPES_FOLDER = ".wf/types";

export type TypesState = "none" | "old" | "current";

/** Text of each file, by its path within the folder. */
type Files = ReadonlyMap<string, string>;

/** For a look at every `wf list`: a few files are read, and zod is told by its version. */
export const typesState = (root: string): TypesState => {
  const has = (path: string): string | undefined => textOf(join(root, TYPES_FOLDER, path));
  if (has("wflite/index.d.ts") === undefined) return "none";
  const expected = [...ownTypes(), ["zod/package.json", zodManifest(zodFolder())] as const];
  return expected.every(([path, text]) => has(path) === text) ? "current" : "old";
};

/** @throws ValidationError when `.wf` is something else than a folder */
export const renewTypes = (root: string): "created" | "renewed" | "kept" => {
  const state = typesState(root);
  if (state === "current") return "kept";
  const base = join(root, ".wf");
  const found = lstatSync(base, { throwIfNoEntry: false });
  if (found !== undefined && !found.isDirectory()) throw usage(".wf is not a folder", "Move it away: the types for your editor go there.");
  const draft = join(base, `types.${process.pid}`);
  for (const [path, text] of [...ownTypes(), ...zodTypes(zodFolder())]) {
    mkdirSync(dirname(join(draft, path)), { recursive: true });
    writeFileSync(join(draft, path), text);
  }
  const target = join(root, TYPES_FOLDER);
  rmSync(target, { recursive: true, force: true });
  renameSync(draft, target);
  return state === "none" ? "created" : "renewed";
};

const ownTypes = (): Files => new Map(["wflite/index.d.ts", "bun/index.d.ts"].map((path) => [path, readShipped(`types/${path}`)]));

const zodFolder = (): string => dirname(Bun.resolveSync("zod", import.meta.dir));

export const zodVersion = (): string =>
  (JSON.parse(readFileSync(join(zodFolder(), "package.json"), "utf8")) as { version: string }).version;

const zodManifest = (folder: string): string => {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
  };
  return `${JSON.stringify({ name, version, types: "./index.d.ts" })}\n`;
};

/** What wf hands to workflow files under the name of zod. */
const ZOD_ENTRIES = ["index.d.ts", "v4/index.d.ts", "mini/index.d.ts"];
const ZOD_FILES_MAX = 1_000;

/** The entries, and what they reach. */
const zodTypes = (folder: string): Files => {
  const files = new Map([["zod/package.json", zodManifest(folder)]]);
  const open = ZOD_ENTRIES.map((entry) => join(folder, entry));
  for (let file = open.pop(); file !== undefined && files.size < ZOD_FILES_MAX; file = open.pop()) {
    const path = join("zod", relative(folder, file));
    const text = files.has(path) ? undefined : textOf(file);
    if (text === undefined) continue;
    files.set(path, text);
    for (const target of relativeImports(text)) open.push(join(dirname(file), target.replace(/\.js$/, ".d.ts")));
  }
  return files;
};

const relativeImports = (text: string): readonly string[] =>
  [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)["']/g)].map(([, target = ""]) => target);

const textOf = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, "utf8") : undefined);
