/**
 * Code as it was when an execution began, put back on disk and loaded: `<root>/.wf/code/<hash>/…`, with the folders it lay in.
 *
 *     bytes ─► unpacked ─► has its hash? ─► folder there, and still has it? ──yes──► loaded like any workflow file
 *                                                 └──no──► written aside, renamed ──┘
 *
 * What callers may rely on:
 *   1. Nothing is loaded unless all its files, as they lie on disk, have the hash that was asked for.
 *   2. Relative imports find the files of then. Packages, `wflite`, `zod` and paths of a tsconfig resolve as they do for the project's
 *      own files: the folder lies in the project.
 *   3. Folders are made with mode 0700 and files with 0600, and none before one is needed. Git does not see them.
 *   4. Processes share the folders; one that dies in the middle of writing leaves nothing that another would take for complete.
 */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { KeptCode, LoadedWorkflow } from "../engine/host.ts";
import { fail } from "../model/errors.ts";
import { loadFile, type LoadOptions } from "./load-file.ts";
import { describeLoadProblem } from "./load-problem.ts";
import { hashOfUnpacked, packSource, type UnpackedSource, unpackSource } from "./packed-source.ts";
import { hashOf, readContents, readSource } from "./source-hash.ts";

const FOLDER = ".wf";
const CODE = `${FOLDER}/code`;

export const keptCode = (options: Omit<LoadOptions, "edits">): KeptCode => {
  const { root } = options;
  return {
    pack: ({ file, sourceHash }) => packUnedited(root, file, sourceHash),
    load: (name, hash, packed) => loadUnpacked({ name, hash, source: () => unpackSource(packed) }, options),
    hasLeftovers: () => existsSync(join(root, CODE)),
    clear: (needed) => clear(root, needed),
  };
};

/** It is read again rather than held in memory since it was loaded: most sources have been kept long ago. */
const packUnedited = (root: string, file: string, sourceHash: string): Uint8Array | undefined => {
  try {
    const contents = readContents(join(root, file));
    return hashOf(contents) === sourceHash ? packSource(root, contents) : undefined;
  } catch {
    return undefined;
  }
};

interface Wanted {
  readonly name: string;
  readonly hash: string;
  readonly source: () => UnpackedSource;
}

const loadUnpacked = async (wanted: Wanted, options: Omit<LoadOptions, "edits">): Promise<LoadedWorkflow> => {
  const { name, hash } = wanted;
  const file = placed(wanted, options.root);
  const { definitions, source, error } = await loadFile(file, [], options);
  if (error !== undefined) throw unusable(hash, error.message, error);
  const definition = definitions.find((one) => one.name === name);
  if (definition === undefined || source.hash !== hash) throw unusable(hash, `there is no workflow "${name}" in it`);
  return { definition, file: "", sourceHash: hash };
};

/** Where the workflow's own file lies now, relative to the root. */
const placed = ({ hash, source }: Wanted, root: string): string => {
  try {
    const unpacked = source();
    if (hashOfUnpacked(unpacked) !== hash) throw new Error("it is not what its hash says");
    const folder = join(ownFolder(root), hash);
    const entry = unpacked.files[0]?.path ?? "";
    if (!isIntact(folder, unpacked)) replace(folder, unpacked);
    // Once more as the loader will see it: what its imports lead to must be what was hashed.
    if (readSource(join(folder, entry)).hash !== hash) throw new Error("its imports lead to other files than they did");
    return `${CODE}/${hash}/${entry}`;
  } catch (error) {
    throw unusable(hash, describeLoadProblem(error, root), error);
  }
};

/** All its files as they were, and no other, which an import could find first. */
const isIntact = (folder: string, { files }: UnpackedSource): boolean => {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const there = entries.filter((entry) => !entry.isDirectory());
    return there.length === files.length && files.every(({ path, content }) => readFileSync(join(folder, path)).equals(content));
  } catch {
    return false;
  }
};

/** Written beside it first: whoever finds the folder finds all of it. */
const replace = (folder: string, { files }: UnpackedSource): void => {
  const aside = mkdtempSync(`${dirname(folder)}/.`);
  try {
    for (const { path, content } of files) {
      mkdirSync(dirname(join(aside, path)), { recursive: true, mode: 0o700 });
      writeFileSync(join(aside, path), content, { mode: 0o600, flag: "wx" });
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(aside, folder);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    // Another process was faster with the same files.
    if (!["ENOTEMPTY", "EEXIST"].includes(String((error as { code?: unknown }).code))) throw error;
  }
};

const ownFolder = (root: string): string => {
  for (const name of [FOLDER, CODE]) {
    const path = join(root, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    // A link would have the files written, and removed, somewhere else.
    if (!lstatSync(path).isDirectory()) throw new Error(`${name} is a link`);
  }
  const ignore = join(root, FOLDER, ".gitignore");
  if (!existsSync(ignore)) writeFileSync(ignore, "*\n", { mode: 0o600 });
  return join(root, CODE);
};

/** What a process that died while it wrote has left is taken away as well: its name is no hash. Failing leaves files, and harms nothing. */
const clear = (root: string, needed: ReadonlySet<string>): void => {
  try {
    const code = join(root, CODE);
    for (const name of readdirSync(code)) {
      if (!needed.has(name)) rmSync(join(code, name), { recursive: true, force: true });
    }
    rmdirSync(code);
    if (readdirSync(join(root, FOLDER)).every((name) => name === ".gitignore")) rmSync(join(root, FOLDER), { recursive: true });
  } catch {
    // Another process still has something there, or has taken it away.
  }
};

const unusable = (hash: string, problem: string, cause?: unknown): Error => fail("SOURCE_UNUSABLE", { hash, problem }, cause);
