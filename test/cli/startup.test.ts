import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { TICK_MODULES } from "../support/tick-modules.ts";

const CLI = join(import.meta.dir, "../../src/cli");
const HEAVY = ["chalk", "ora", "commander", "cli-table3", "zod", "devalue"];

/** What a file imports when it is loaded; what it imports later is not among it. */
const staticImports = (file: string): readonly string[] => {
  const loader = new Bun.Transpiler({ loader: "ts" });
  return loader.scanImports(readFileSync(file, "utf8")).flatMap(({ kind, path }) => (kind === "import-statement" ? [path] : []));
};

/** All that is loaded together with a file, packages by name. */
const loadedWith = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
  for (const path of staticImports(file)) {
    const target = path.startsWith(".") ? join(dirname(file), path) : path;
    if (seen.has(target)) continue;
    seen.add(target);
    if (path.startsWith(".")) loadedWith(target, seen);
  }
  return seen;
};

/** Of Bun's own modules those that bring streams and the network along: each takes longer to load than Bun takes to start. */
const HEAVY_OF_BUN = ["node:tty", "node:net", "node:stream", "node:http", "node:child_process", "node:readline", "node:console"];

describe("starting", () => {
  const loadedBy = (entry: string): readonly string[] =>
    [...loadedWith(join(CLI, entry))].map((file) => (file.startsWith("/") ? relative(dirname(CLI), file) : file)).sort();

  test("loads one small file of ours, and nothing of the runtime", () => {
    expect(loadedBy("main.ts")).toEqual(["cli/arrival.ts"]);
  });

  test("of a tick loads what it takes to open the database, and no more", () => {
    expect(loadedBy("tick-main.ts")).toEqual([...TICK_MODULES, "bun:sqlite", "node:fs"].sort());
  });

  test("of completion loads no package, no engine and no command: one is loaded when a line is about it", () => {
    const loaded = loadedBy("complete-main.ts");
    expect(loaded.filter((file) => HEAVY.includes(file) || /^(?:engine|replay|cli\/commands)\//.test(file))).toEqual([]);
    expect(loaded).toContain("sqlite/names.ts");
    expect(loaded.length).toBeLessThan(60);
  });

  test("of a call of a script loads no package and no text of errors, and its parts when they are needed", () => {
    const loaded = loadedBy("script-main.ts");
    expect(
      loaded.filter((file) => HEAVY.includes(file) || /catalogue|model.errors|codec|connection\.ts$|sqlite-store|engine\.ts/.test(file)),
    ).toEqual(["sqlite/call-connection.ts"]);
    expect(loaded.length).toBeLessThan(66);
  });

  test("loads no heavy package with the program or any command: they come when they are needed", () => {
    const commands = readdirSync(join(CLI, "commands")).map((name) => join("commands", name));
    for (const name of ["program.ts", "machine.ts", "registry.ts", ...commands]) {
      const loaded = loadedWith(join(CLI, name));
      expect([name, HEAVY.filter((heavy) => loaded.has(heavy))]).toEqual([name, []]);
    }
  });

  test("loads none of the large modules of Bun with the program", () => {
    for (const name of ["program.ts", "machine.ts"])
      expect([name, HEAVY_OF_BUN.filter((heavy) => loadedWith(join(CLI, name)).has(heavy))]).toEqual([name, []]);
  });

  test("loads no command with the program", () => {
    expect([...loadedWith(join(CLI, "program.ts"))].filter((file) => file.includes("/commands/"))).toEqual([]);
  });
});
