/**
 * `bun build/entries.ts [folder]`: the entries of the command, each as one file with its bytecode.
 *
 *     src/cli/script-main.ts + all that it imports ──► dist/script-main.js, dist/script-main.js.jsc, dist/script-main.inputs
 *
 * Reading hundreds of small modules costs more than running them. npm does this after an install in a clone, and before a package is
 * packed (`prepare`). What callers may rely on:
 *   1. Nothing depends on it: without these files, or with one of `inputs` newer than them, `bin/wf` starts the source.
 *   2. `inputs` is a line of shell, so that reading it takes the launcher one system call: inputs="src/cli/arrival.ts …". Installed
 *      packages are not in it: npm makes all of this anew when they change.
 *   3. Bun takes bytecode only of its own version, else it reads the JavaScript beside it.
 *   4. A file is whole or absent: it is made in a folder beside, and `inputs`, without which it is not used, comes last. `inputs` is as old
 *      as the reading of the sources: what was edited meanwhile is newer.
 */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { besideSources } from "./places.ts";

const ROOT = resolve(import.meta.dir, "..");
const ENTRIES = ["tick-main", "script-main", "complete-main", "main"] as const;

const dist = resolve(process.argv[2] ?? join(ROOT, "dist"));
mkdirSync(dist, { recursive: true });

for (const entry of ENTRIES) await build(entry);

async function build(entry: (typeof ENTRIES)[number]): Promise<void> {
  const folder = mkdtempSync(join(dist, ".making-"));
  const from = new Date();
  try {
    const { outputs, metafile } = await Bun.build({
      entrypoints: [join(ROOT, "src/cli", `${entry}.ts`)],
      ...{ target: "bun", format: "cjs", bytecode: true, outdir: folder, metafile: true },
      minify: { syntax: true },
      plugins: [besideSources(ROOT)],
    });
    for (const { path, kind } of outputs) if (kind === "entry-point") refusePlaces(entry, readFileSync(path, "utf8"));
    // Bun names them from the current directory.
    const inputs = Object.keys(metafile?.inputs ?? {}).map((file) => relative(ROOT, resolve(file)));
    if (!inputs.includes(`src/cli/${entry}.ts`)) throw new Error(`${entry}: its own source is not among what it was made of: ${inputs[0]}`);
    writeFileSync(join(folder, `${entry}.inputs`), `inputs="${inputs.filter(isOurs).sort().join(" ")}"\n`);
    utimesSync(join(folder, `${entry}.inputs`), from, from);
    for (const end of ["js", "js.jsc", "inputs"]) renameSync(join(folder, `${entry}.${end}`), join(dist, `${entry}.${end}`));
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
