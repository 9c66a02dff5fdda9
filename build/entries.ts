/**
 * `bun build/entries.ts [folder]`: the entries that must answer at once, each as one file with its bytecode.
 *
 *     src/cli/script-main.ts + all that it imports ──► dist/script-main.js, dist/script-main.js.jsc, dist/script-main.inputs
 *
 * Reading some sixty small modules costs more than running them. npm does this after an install in a clone, and before a package is packed
 * (`prepare`). What callers may rely on:
 *   1. Nothing depends on it: without these files, or with one of `inputs` newer than them, `bin/wf` starts the source.
 *   2. `inputs` is a line of shell, so that reading it takes the launcher one system call: inputs="src/cli/arrival.ts …".
 *   3. Bun takes bytecode only of its own version, else it reads the JavaScript beside it.
 *   4. A file is whole or absent: it is made in a folder beside, and `inputs`, without which it is not used, comes last. `inputs` is as old
 *      as the reading of the sources: what was edited meanwhile is newer.
 */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

const ROOT = resolve(import.meta.dir, "..");
const ENTRIES = ["tick-main", "script-main", "complete-main"] as const;

/** What is not plain goes on there; it has modules that need to know where they are. */
const WHOLE_COMMAND = "./main.ts";

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
      minify: { whitespace: true, syntax: true },
      plugins: [{ name: "the whole command stays outside", setup }],
    });
    for (const { path, kind } of outputs) if (kind === "entry-point") refusePlaces(entry, readFileSync(path, "utf8"));
    const inputs = Object.keys(metafile?.inputs ?? {}).map((file) => relative(ROOT, resolve(ROOT, file)));
    writeFileSync(join(folder, `${entry}.inputs`), `inputs="${inputs.sort().join(" ")}"\n`);
    utimesSync(join(folder, `${entry}.inputs`), from, from);
    for (const end of ["js", "js.jsc", "inputs"]) renameSync(join(folder, `${entry}.${end}`), join(dist, `${entry}.${end}`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function setup(builder: Bun.PluginBuilder): void {
  builder.onResolve({ filter: /\/main\.ts$/ }, ({ path }) =>
    path === WHOLE_COMMAND ? { path: "../src/cli/main.ts", external: true } : undefined,
  );
}

/** Such a file is a script to Bun, which does not know the place of a module. */
function refusePlaces(entry: string, text: string): void {
  if (text.includes("import.meta")) throw new Error(`${entry}: a module that it imports uses import.meta, which has no meaning in ${dist}`);
}
