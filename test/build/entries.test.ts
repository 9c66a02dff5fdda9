/**
 * Goal: the entries that were made for speed do what their sources do, and are never older than these.
 *
 * Method: they are made into a folder of their own; which of the two the launcher takes is told by a stub in the place of Bun.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../architecture/source.ts";
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
  (/^inputs="(.*)"\n$/.exec(readFileSync(join(dist, `${entry}.inputs`), "utf8"))?.[1] ?? "").split(" ");

test("each is a file, its bytecode and the list of what it was made of, and nothing is left beside them", () => {
  expect(readdirSync(dist).sort()).toEqual(ENTRIES.flatMap((entry) => [`${entry}.inputs`, `${entry}.js`, `${entry}.js.jsc`]));
});

test.each(ENTRIES)("the list of %s names its source and is one of files that are there", (entry) => {
  const inputs = inputsOf(entry);
  expect(inputs).toContain(`src/cli/${entry}.ts`);
  expect(inputs.filter((file) => !existsSync(join(root, file)) || !/^[\w./@-]+$/.test(file))).toEqual([]);
});

test("the lists are the same wherever they are made from", async () => {
  for (const from of ["/", join(root, "src/cli")]) {
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

test("what is made of the command gives workflow files the modules that it runs on itself", async () => {
  const project = join(base, "project");
  mkdirSync(join(project, "workflows"), { recursive: true });
  writeFileSync(
    join(project, "workflows/w.ts"),
    `import { Workflow, WorkflowError } from "wflite";
     import { z } from "zod";
     import { z as same } from "zod/v4";
     export default Workflow.define({
       name: "w",
       input: z.object({ n: z.coerce.number() }),
       async run(ctx, { n }) {
         const failed = await ctx.step("s", () => { throw new WorkflowError("no", { code: "NO" }); }).catch((error) => error);
         return { n, isOurs: failed instanceof WorkflowError, code: failed.code, isSame: z.ZodString === same.ZodString };
       },
     });`,
  );
  const words = ["--no-env-file", "--config=/dev/null", "--no-install", join(dist, "main.js")];
  const { stdout, stderr } = await run(
    [process.execPath, ...words, `--started-in=${project}`, "run", "w", "n=7", "-q", "-o", "json"],
    root,
  );
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toMatchObject({ status: "completed", output: { n: 7, isOurs: true, code: "NO", isSame: true } });
});

describe("the launcher", () => {
  let made: string;
  let wf: string;
  /** Every file that an entry is made of, a list as old as they are, and a stub that tells what it was to run. */
  beforeAll(() => {
    made = join(base, "package");
    for (const file of ["bin/wf", ...ENTRIES.flatMap(inputsOf)]) cpSync(join(root, file), join(made, file));
    cpSync(dist, join(made, "dist"), { recursive: true });
    for (const entry of ENTRIES) touch(`dist/${entry}.inputs`, 1_000);
    for (const file of new Set(ENTRIES.flatMap(inputsOf))) touch(file, 1_000);
    mkdirSync(join(made, "node_modules/bun/bin"), { recursive: true });
    stubBun(join(made, "node_modules/bun/bin/bun.exe"), "stub");
    wf = join(made, "bin/wf");
  });
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
