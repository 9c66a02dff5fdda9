/**
 * Goal: what was made of wf is wf, to whoever calls it and to the code of workflows, in one file an entry and in one executable.
 *
 * Method: both are started as the launcher starts them, on projects that would tell the difference.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../architecture/source.ts";
import { makeHostile, run } from "../e2e/launcher/made-package.ts";

const base = mkdtempSync(join(tmpdir(), "wf-alike-"));
const dist = join(base, "dist");
afterAll(() => rmSync(base, { recursive: true, force: true }));

beforeAll(async () => {
  const { stderr, exitCode } = await run([process.execPath, join(root, "build/entries.ts"), dist], base);
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  // What lies beside the sources is looked for beside dist, and so is Bun.
  symlinkSync(join(root, "src"), join(base, "src"));
  mkdirSync(join(base, "node_modules/bun/bin"), { recursive: true });
  symlinkSync(process.execPath, join(base, "node_modules/bun/bin/bun.exe"));
});

/** What starts an entry, the words for wf still to come. */
const MADE: Readonly<Record<string, (entry: string) => readonly string[]>> = {
  "the files": (entry) => [process.execPath, "--no-env-file", "--config=/dev/null", "--no-install", join(dist, `${entry}.js`)],
  "the executable": (entry) => [join(dist, "wf"), `wflite:${entry}`, process.execPath],
};

describe.each(Object.entries(MADE))("%s", (_, start) => {
  const call = async (project: string, ...words: readonly string[]) => {
    const { stdout, stderr } = await run([...start("main"), `--started-in=${project}`, ...words, "-q", "-o", "json"], root);
    return { stderr, view: stdout === "" ? undefined : (JSON.parse(stdout) as Record<string, unknown>) };
  };
  const projectOf = (name: string, text: string): string => {
    const project = mkdtempSync(join(base, "project-"));
    mkdirSync(join(project, "workflows"));
    writeFileSync(join(project, `workflows/${name}.ts`), text);
    return project;
  };

  test("give workflow files the modules that the command runs on itself", async () => {
    const project = projectOf(
      "w",
      `import { Workflow, WorkflowError, RetryConfigSchema, secretOf } from "wflite";
       import { z } from "zod";
       import { z as same } from "zod/v4";
       import * as mini from "zod/mini";
       const { z: required } = require("zod");
       export default Workflow.define({
         name: "w",
         input: z.object({ n: z.coerce.number(), retry: RetryConfigSchema.optional(), key: secretOf(z.string()).optional() }),
         async run(ctx, { n }) {
           const failed = await ctx.step("s", () => { throw new WorkflowError("no", { code: "NO" }); }).catch((error) => error);
           const isSame = z.ZodString === same.ZodString && required.ZodString === same.ZodString;
           return { n, isOurs: failed instanceof WorkflowError, code: failed.code, isSame, mini: mini.parse(mini.string(), "a") };
         },
       });`,
    );
    const { stderr, view } = await call(project, "run", "w", "n=7");
    expect(stderr).toBe("");
    expect(view).toMatchObject({ status: "completed", output: { n: 7, isOurs: true, code: "NO", isSame: true, mini: "a" } });
  });

  test("are Bun to the code of workflows, with its packages and its tsconfig.json, and install nothing", async () => {
    const project = projectOf(
      "w",
      `import { Workflow } from "wflite";
       import { here } from "@/here.ts";
       import { there } from "there";
       export default Workflow.define({
         name: "w",
         run: async (ctx) => ({
           here, there,
           isMain: import.meta.main,
           ran: await ctx.step("run", () => Bun.spawnSync([process.execPath, "-e", "console.log(6 * 7)"]).stdout.toString().trim()),
           shell: await ctx.step("shell", async () => {
             const code = "console.log(process.env.BUN_BE_BUN ?? 'as ever'); process.exit(3)";
             const { stdout, exitCode } = await Bun.$\`bun -e \${code}\`.nothrow().quiet();
             return [stdout.toString().trim(), exitCode, (await Bun.$\`bun main\`.nothrow().quiet()).stdout.toString()];
           }),
           missing: await ctx.step("missing", () => import("is-odd-or-even-or-not").then(() => "installed", () => "missing")),
         }),
       });`,
    );
    writeFileSync(join(project, "tsconfig.json"), '{ "compilerOptions": { "paths": { "@/*": ["./lib/*"] } } }');
    for (const [file, text] of [
      ["lib/here.ts", "export const here: string = 'here';"],
      ["node_modules/there/package.json", '{ "name": "there", "exports": { ".": { "bun": "./bun.js", "default": "./other.js" } } }'],
      ["node_modules/there/bun.js", "export const there = 'there';"],
    ] as const) {
      mkdirSync(join(project, file, ".."), { recursive: true });
      writeFileSync(join(project, file), text);
    }
    const { stderr, view } = await call(project, "run", "w");
    expect(stderr).toBe("");
    expect(view).toMatchObject({
      output: { here: "here", there: "there", isMain: false, ran: "42", shell: ["as ever", 3, ""], missing: "missing" },
    });
  });

  test("tell the place of an error in the user's code, and read rows in a thread", async () => {
    const project = projectOf(
      "bad",
      `import { Workflow } from "wflite";
       const fail = () => { throw new TypeError("no"); };
       export default Workflow.define({ name: "bad", run: (ctx) => ctx.step("s", fail, { retry: { attempts: 1 } }) });`,
    );
    expect((await call(project, "run", "bad")).view).toMatchObject({ status: "failed" });
    const { stdout } = await run([...start("main"), `--started-in=${project}`, "history", "@last"], root);
    expect(stdout).toContain("workflows/bad.ts:2:");
    const rows = await run([...start("main"), `--started-in=${project}`, "sql", "select status from v_executions", "-o", "jsonl"], root);
    expect(rows).toMatchObject({ stdout: '{"status":"failed"}\n', stderr: "" });
  });
});

test.each(Object.entries(MADE))(
  "on a terminal %s draw what runs, and ask nothing of a project's tsconfig.json for themselves",
  async (_, start) => {
    const project = mkdtempSync(join(base, "hostile-"));
    mkdirSync(join(project, "workflows"));
    const trap = `require("node:fs").writeFileSync(${JSON.stringify(join(project, "sprung"))}, "");`;
    writeFileSync(join(project, "trap.cjs"), trap);
    writeFileSync(join(project, "tsconfig.json"), '{ "compilerOptions": { "paths": { "*": ["./trap.cjs"], "/*": ["./trap.cjs"] } } }');
    writeFileSync(
      join(project, "workflows/w.ts"),
      `import { Workflow } from "wflite";
     export default Workflow.define({ name: "w", run: (ctx) => ctx.step("slowly", () => Bun.sleep(300)) });`,
    );
    const deep = join(project, "deep/".repeat(40));
    mkdirSync(deep, { recursive: true });
    const line = (cwd: string, ...words: readonly string[]): string =>
      [...start("main"), `--started-in=${cwd}`, ...words].map((word) => `'${word}'`).join(" ");
    const { stdout } = await run(["script", "-qec", line(project, "run", "w", "--id", "a"), "/dev/null"], root, { TERM: "xterm" });
    expect(stdout).toContain("slowly");
    expect(stdout).toContain("completed");
    for (const loader of ["plain", "graph"]) {
      const { stdout: listed } = await run(["sh", "-c", line(deep, "list", "--dir", project, "-o", "ids")], root, { WF_LOADER: loader });
      expect(listed).toBe("w\n");
    }
    const rows = await run(["sh", "-c", line(deep, "sql", "select 1 as one", "--dir", project, "--csv")], root);
    expect([rows.stdout.split(/\r?\n/), rows.stderr]).toEqual([["one", "1", ""], ""]);
    expect(existsSync(join(project, "sprung"))).toBe(false);
  },
);

test("the executable reads no settings of where it is started", async () => {
  const hostile = mkdtempSync(join(base, "hostile-"));
  makeHostile(hostile);
  const { stdout } = await run([join(dist, "wf"), "wflite:main", process.execPath, "--version"], hostile);
  expect(stdout).toMatch(/^\d/);
  expect(existsSync(join(hostile, "harmed"))).toBe(false);
});
