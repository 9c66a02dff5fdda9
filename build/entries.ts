/**
 * `bun build/entries.ts [folder]`: the entries of the command, each as one file with its bytecode.
 *
 *     src/cli/script-main.ts + all that it imports ──► dist/script-main.js, dist/script-main.js.jsc, dist/script-main.inputs
 *     zod, and other packages that few need       ──► dist/apart/zod.js, dist/apart/zod.js.jsc
 *     all of them, and Bun                        ──► dist/wf
 *
 * Reading hundreds of small modules costs more than running them. npm does this after an install in a clone, and before a package is
 * packed (`prepare`). What callers may rely on:
 *   1. Nothing depends on it: without these files, or with one of `inputs` newer than them, `bin/wf` starts the source.
 *   2. `inputs` is lines of shell, so that reading it takes the launcher one system call: inputs="src/cli/arrival.ts …". Installed
 *      packages are not in it: npm makes all of this anew when they change. `loader` is a file that is there where dist/wf can run.
 *   3. Bun takes bytecode only of its own version, else it reads the JavaScript beside it.
 *   4. A file is whole or absent: it is made in a folder beside, and `inputs`, without which it is not used, comes last, also after the
 *      executable. `inputs` is as old as the beginning of all this: what was edited meanwhile is newer.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join, relative, resolve } from "node:path";
import { APART, apart, sourceOf } from "./apart.ts";
import { besideSources } from "./places.ts";
import { loaderHere, makeWhole } from "./whole.ts";

const ROOT = resolve(import.meta.dir, "..");
const ENTRIES = ["tick-main", "script-main", "complete-main", "main"] as const;

const INSTEAD = {
  ownModules: join(ROOT, "build/apart/own-modules.ts"),
  // As source: nothing is known here of how old the others are.
  main: { path: "../src/cli/main.ts", external: true },
};

const BEGUN = new Date();
const dist = resolve(process.argv[2] ?? join(ROOT, "dist"));
mkdirSync(join(dist, "apart"), { recursive: true });

for (const name of APART) await makeApart(name);
const wholeInputs = await makeExecutable();
// The whole command may be the one in the executable, which has modules of its own.
for (const entry of ENTRIES) await makeEntry(entry, entry === "main" ? wholeInputs : []);

function makeApart(name: string): Promise<void> {
  return inFolder(async (folder) => {
    await toOneFile(name, sourceOf(ROOT, name), folder, apart("./"));
    for (const end of ["js.jsc", "js"]) renameSync(join(folder, `${name}.${end}`), join(dist, "apart", `${name}.${end}`));
  });
}

/** Gives what it was made of. */
async function makeExecutable(): Promise<readonly string[]> {
  const executable = join(dist, "wf");
  try {
    return await inFolder(async (folder) => {
      const made = join(folder, "wf");
      const inputs = await makeWhole(ROOT, made);
      synced(made);
      renameSync(made, executable);
      return inputs;
    });
  } catch (error) {
    // The entries do the same, more slowly.
    rmSync(executable, { force: true });
    console.error(`dist/wf cannot be made: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

/** A shell takes an executable that a power loss has emptied for a script that has nothing to do. */
function synced(file: string): void {
  const descriptor = openSync(file, "r+");
  fsyncSync(descriptor);
  closeSync(descriptor);
}

function makeEntry(entry: (typeof ENTRIES)[number], also: readonly string[]): Promise<void> {
  return inFolder(async (folder) => {
    const metafile = await toOneFile(entry, join(ROOT, "src/cli", `${entry}.ts`), folder, apart("./apart/"), besideSources(ROOT, INSTEAD));
    // Bun names them from the current directory.
    const inputs = [...new Set([...Object.keys(metafile?.inputs ?? {}), ...also])].map((file) => relative(ROOT, resolve(file)));
    if (!inputs.includes(`src/cli/${entry}.ts`)) throw new Error(`${entry}: its own source is not among what it was made of: ${inputs[0]}`);
    writeFileSync(join(folder, `${entry}.inputs`), `loader=${loaderHere() ?? ""}\ninputs="${inputs.filter(isOurs).sort().join(" ")}"\n`);
    utimesSync(join(folder, `${entry}.inputs`), BEGUN, BEGUN);
    for (const end of ["js", "js.jsc", "inputs"]) renameSync(join(folder, `${entry}.${end}`), join(dist, `${entry}.${end}`));
  });
}

async function toOneFile(name: string, source: string, folder: string, ...plugins: Bun.BunPlugin[]) {
  const { outputs, metafile } = await Bun.build({
    ...{
      entrypoints: [source],
      target: "bun",
      format: "cjs",
      bytecode: true,
      outdir: folder,
      naming: `${name}.[ext]`,
      metafile: true,
      plugins,
    },
    minify: { syntax: true },
  });
  for (const { path, kind } of outputs) if (kind === "entry-point") refusePlaces(name, readFileSync(path, "utf8"));
  return metafile;
}

async function inFolder<T>(make: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(dist, ".making-"));
  try {
    return await make(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isOurs(file: string): boolean {
  return /^(?:src|build)\/|^package\.json$/.test(file);
}

/** Such a file is a script to Bun, which does not know the place of a module. */
function refusePlaces(entry: string, text: string): void {
  const line = text.split("\n").find((one) => /\bimport\.meta\b/.test(one.replace(/\/\/.*|^\s*\*.*/, "")));
  if (line !== undefined) throw new Error(`${entry}: import.meta has no meaning in one file of many modules: ${line.trim().slice(0, 200)}`);
}
