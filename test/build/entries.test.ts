/**
 * Goal: the entries that were made for speed do what their sources do, and are never older than these.
 *
 * Method: they are made into a folder of their own; which of the two the launcher takes is told by a stub in the place of Bun.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../architecture/source.ts";
import { APART } from "../../build/apart.ts";
import { run, stubBun } from "../e2e/launcher/made-package.ts";

const ENTRIES = ["complete-main", "main", "script-main", "tick-main"];

const base = mkdtempSync(join(tmpdir(), "wf-entries-"));
const dist = join(base, "dist");
afterAll(() => rmSync(base, { recursive: true, force: true }));

beforeAll(async () => {
  const { stderr, exitCode } = await run([process.execPath, join(root, "build/entries.ts"), dist], base);
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
});

const inputsOf = (entry: string): readonly string[] =>
  (/^inputs="(.*)"$/m.exec(readFileSync(join(dist, `${entry}.inputs`), "utf8"))?.[1] ?? "").split(" ");

test("each is a file, its bytecode and the list of what it was made of, and nothing is left beside them", () => {
  const files = ENTRIES.flatMap((entry) => [`${entry}.inputs`, `${entry}.js`, `${entry}.js.jsc`]);
  expect(readdirSync(dist).sort()).toEqual(["apart", ...files, "wf"].sort());
  expect(readdirSync(join(dist, "apart")).sort()).toEqual(APART.flatMap((name) => [`${name}.js`, `${name}.js.jsc`]).sort());
});

test("a package has all of it but the executable, which is for one kind of machine", async () => {
  const { stdout } = await run(["npm", "pack", "--dry-run", "--json", "--ignore-scripts"], root, { PATH: process.env["PATH"] ?? "" });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  expect(paths).toContain("src/cli/main.ts");
  expect(paths).not.toContain("dist/wf");
});

test.each(ENTRIES)("the list of %s names its source and is one of files that are there", (entry) => {
  const inputs = inputsOf(entry);
  expect(inputs).toContain(`src/cli/${entry}.ts`);
  expect(inputs.filter((file) => !existsSync(join(root, file)) || !/^[\w./@-]+$/.test(file))).toEqual([]);
});

test("the lists are the same wherever they are made from", async () => {
  for (const from of ["/"]) {
    const made = join(base, "from");
    const { stderr } = await run([process.execPath, join(root, "build/entries.ts"), made], from);
    expect(stderr).toBe("");
    for (const entry of ENTRIES)
      expect(readFileSync(join(made, `${entry}.inputs`), "utf8")).toBe(readFileSync(join(dist, `${entry}.inputs`), "utf8"));
  }
});

test("the whole command is in none of the short ones", () => {
  expect(ENTRIES.filter((entry) => inputsOf(entry).includes("src/cli/main.ts"))).toEqual(["main"]);
});

describe("the launcher", () => {
  let made: string;
  let wf: string;
  /** Every file that an entry is made of, a list as old as they are, and a stub that tells what it was to run. */
  beforeAll(() => {
    made = join(base, "package");
    for (const file of ["bin/wf", ...ENTRIES.flatMap(inputsOf)]) cpSync(join(root, file), join(made, file));
    cpSync(dist, join(made, "dist"), { recursive: true, filter: (file) => file !== join(dist, "wf") });
    for (const entry of ENTRIES) touch(`dist/${entry}.inputs`, 1_000);
    for (const file of new Set(ENTRIES.flatMap(inputsOf))) touch(file, 1_000);
    mkdirSync(join(made, "node_modules/bun/bin"), { recursive: true });
    stubBun(join(made, "node_modules/bun/bin/bun.exe"), "stub");
    wf = join(made, "bin/wf");
  });
  const wholeStub = (): string => stubBun(join(made, "dist/wf"), "whole");
  const touch = (file: string, seconds: number): void => utimesSync(join(made, file), seconds, seconds);
  const started = async (...words: readonly string[]): Promise<string> => {
    const { stdout } = await run([wf, ...words], base);
    return /\S+\/package\/(\S+\.(?:js|ts))/.exec(stdout)?.[1] ?? stdout;
  };

  test("takes what was made of the entry", async () => {
    expect([await started("tick"), await started("step", "a"), await started("complete-words")]).toEqual([
      "dist/tick-main.js",
      "dist/script-main.js",
      "dist/complete-main.js",
    ]);
    expect(await started("run", "hello")).toBe("dist/main.js");
  });

  test("takes the executable for all of it where that can run, and tells it the entry and where Bun is", async () => {
    wholeStub();
    const { stdout } = await run([wf, "tick", "--all"], base);
    const words = [...stdout.matchAll(/<([^>]*)>/g)].map(([, word]) => word);
    expect(stdout).toStartWith("whole\n");
    expect(words).toEqual(["wflite:tick-main", join(made, "node_modules/bun/bin/bun.exe"), `--started-in=${base}`, "tick", "--all"]);
    expect((await run([wf, "--help"], base)).stdout).toContain("<wflite:main>");
    touch("src/sqlite/schema.ts", 2_000);
    expect(await started("tick")).toBe("src/cli/tick-main.ts");
    touch("src/sqlite/schema.ts", 1_000);
    const list = join(made, "dist/tick-main.inputs");
    const here = readFileSync(list, "utf8");
    writeFileSync(list, here.replace(/^loader=.*/, "loader=/lib/ld-of-another-machine.so"));
    touch("dist/tick-main.inputs", 1_000);
    expect(await started("tick")).toBe("dist/tick-main.js");
    writeFileSync(list, here);
    touch("dist/tick-main.inputs", 1_000);
    // It would be Bun itself.
    expect((await run([wf, "tick"], base, { BUN_BE_BUN: "1" })).stdout).toContain("dist/tick-main.js");
    rmSync(join(made, "dist/wf"));
  });

  test("takes the source for what needs next to nothing of the command", async () => {
    const asked = [[], ["--help"], ["-h"], ["help"], ["--version"], ["-V"]];
    expect(new Set(await Promise.all(asked.map((words) => started(...words))))).toEqual(new Set(["src/cli/main.ts"]));
  });

  test("takes the source once a file is newer that it was made of, and only then", async () => {
    touch("src/sqlite/schema.ts", 2_000);
    expect([await started("tick"), await started("step", "a")]).toEqual(["src/cli/tick-main.ts", "src/cli/script-main.ts"]);
    expect(await started("list")).toBe("src/cli/main.ts");
    touch("src/sqlite/schema.ts", 1_000);
    touch("src/open-script.ts", 2_000);
    expect([await started("tick"), await started("step", "a")]).toEqual(["dist/tick-main.js", "src/cli/script-main.ts"]);
    touch("src/open-script.ts", 1_000);
  });

  test("takes the source where nothing was made, or not to its end", async () => {
    rmSync(join(made, "dist/tick-main.inputs"));
    expect(await started("tick")).toBe("src/cli/tick-main.ts");
    rmSync(join(made, "dist"), { recursive: true });
    expect(await started("step", "a")).toBe("src/cli/script-main.ts");
  });
});

describe("an entry of the executable that needs the whole command", () => {
  let made: string;
  beforeAll(() => {
    made = join(base, "goes on");
    mkdirSync(join(made, "dist"), { recursive: true });
    linkSync(join(dist, "wf"), join(made, "dist/wf"));
    for (const file of [...inputsOf("main"), "src/cli/tick-main.ts"]) cpSync(join(root, file), join(made, file));
    for (const file of inputsOf("main")) utimesSync(join(made, file), 1_000, 1_000);
    cpSync(join(dist, "main.inputs"), join(made, "dist/main.inputs"));
    utimesSync(join(made, "dist/main.inputs"), 1_000, 1_000);
    writeFileSync(join(made, "src/cli/main.ts"), 'console.log("from source");');
  });
  const told = async (): Promise<string> =>
    (await run([join(made, "dist/wf"), "wflite:tick-main", process.execPath, `--started-in=${base}`, "tick", "--odd"], made)).stdout;

  test("takes that of the executable, unless a file is newer that it was made of", async () => {
    utimesSync(join(made, "src/cli/main.ts"), 1_000, 1_000);
    expect(await told()).toBe("");
    utimesSync(join(made, "src/cli/main.ts"), 2_000, 2_000);
    expect(await told()).toBe("from source\n");
  });
});
