/**
 * Goal: from an empty folder to a running workflow whose types an editor knows, with nothing installed and nothing lost.
 *
 * Method: the compiler of this repository looks at what `wf init` and `wf new` have made, far from any `node_modules`.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { TEMPLATES } from "../../../src/cli/commands/new.ts";
import { wfHere } from "../../support/in-process.ts";

const TSC = resolve(import.meta.dir, "../../../node_modules/typescript/bin/tsc");

let base: string;
beforeAll(() => (base = realpathSync(mkdtempSync(join(tmpdir(), "wf-init-")))));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const emptyFolder = (): string => mkdtempSync(join(base, "project-"));

const wf = (folder: string, ...argv: readonly string[]) => wfHere({ folder }, argv);

interface Report {
  readonly folder: string;
  readonly files: readonly { readonly path: string; readonly what: string; readonly note?: string }[];
}

const init = async (folder: string, ...argv: readonly string[]): Promise<Report> => {
  const { code, stdout, stderr } = await wf(folder, "init", ...argv, "--json");
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Report;
};

const whatBecame = ({ files }: Report): Readonly<Record<string, string>> => Object.fromEntries(files.map(({ path, what }) => [path, what]));

/** Errors by file, none for one that is right. */
const typeErrors = (folder: string): readonly string[] => {
  const { stdout } = Bun.spawnSync([process.execPath, TSC, "--noEmit", "--pretty", "false"], {
    cwd: folder,
    env: { PATH: "/usr/bin:/bin" },
  });
  return stdout.toString().split("\n").filter(Boolean);
};

describe("in an empty folder", () => {
  test("types are right without an installation", async () => {
    const folder = emptyFolder();
    expect(whatBecame(await init(folder))).toEqual({
      "workflows/hello.ts": "created",
      "tsconfig.json": "created",
      ".gitignore": "created",
      ".wf/types": "created",
    });
    expect(existsSync(join(folder, "node_modules"))).toBe(false);
    expect(typeErrors(folder)).toEqual([]);
  });

  test("so are those of every template, and what is wrong is found", async () => {
    const folder = emptyFolder();
    await init(folder);
    for (const template of TEMPLATES) expect((await wf(folder, "new", `my-${template}`, "--template", template)).code).toBe(0);
    writeFileSync(join(folder, "workflows/wrong.ts"), WRONG);
    // A line each: were a name any type, nothing would be wrong with it.
    expect(typeErrors(folder).map((error) => /^workflows\/wrong\.ts\((\d+),/.exec(error)?.[1])).toEqual(["5", "6", "7", "8"]);
  });

  test("the first workflow runs", async () => {
    const folder = emptyFolder();
    await init(folder);
    const { code, stdout } = await wf(folder, "run", "hello", "name=Ada", "--hold", "0s", "--json");
    expect([code, JSON.parse(stdout)]).toEqual([5, expect.objectContaining({ workflow: "hello", status: "sleeping" })]);
    await wf(folder, "wake", "@last");
    await wf(folder, "tick");
    const { stdout: ended } = await wf(folder, "status", "@last", "--json");
    expect(JSON.parse(ended)).toMatchObject({ status: "completed", output: { greeting: "Hello, Ada!", farewell: "Goodbye, Ada." } });
  });

  test("another folder may be named, and is made", async () => {
    const folder = emptyFolder();
    const { stdout, stderr } = await wf(folder, "init", "deep/my shop");
    expect(stdout).toContain("created   workflows/hello.ts");
    expect(stderr).toBe("next: cd 'deep/my shop' && wf run hello\n");
    expect(existsSync(join(folder, "deep/my shop/.wf/types/wflite/index.d.ts"))).toBe(true);
    expect(readdirSync(folder)).toEqual(["deep"]);
  });
});

/** Lines 5 to 8. */
const WRONG = `import { Workflow } from "wflite";
import { z } from "zod";
const mini = z.string();
export default Workflow.define({ name: "wrong", input: z.object({ n: z.number(), m: mini }), async run(ctx, input) {
  const text: string = input.n;
  await ctx.step("a");
  const length: string = await ctx.step("b", () => "b".length);
  await ctx.sleep("c", "1 fortnight" satisfies number);
  return { text, length };
} });
`;

describe("where something is already", () => {
  test("nothing is overwritten, and a second time changes nothing", async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, "workflows"));
    const own = { "workflows/mine.ts": "export {};\n", "tsconfig.json": "{}\n", ".gitignore": "node_modules\n.wf/" };
    for (const [path, text] of Object.entries(own)) writeFileSync(join(folder, path), text);
    const report = await init(folder);
    expect(whatBecame(report)).toEqual({
      workflows: "kept",
      "tsconfig.json": "kept",
      ".gitignore": "added",
      ".wf/types": "created",
    });
    expect(report.files.find(({ path }) => path === "tsconfig.json")?.note).toContain("typeRoots");
    expect(readFileSync(join(folder, ".gitignore"), "utf8")).toBe("node_modules\n.wf/\n.wf.db*\n.wf.key*\n");
    for (const path of ["workflows/mine.ts", "tsconfig.json"] as const) expect(readFileSync(join(folder, path), "utf8")).toBe(own[path]);
    expect(readdirSync(join(folder, "workflows"))).toEqual(["mine.ts"]);

    expect(new Set(Object.values(whatBecame(await init(folder))))).toEqual(new Set(["kept"]));
  });

  test("types of another version are made anew, whole", async () => {
    const folder = emptyFolder();
    await init(folder);
    const file = join(folder, ".wf/types/wflite/index.d.ts");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, "export {};\n");
    writeFileSync(join(folder, ".wf/types/left-over.d.ts"), "");
    expect((await wf(folder, "list")).stderr).toContain("`wf init` makes them anew");
    expect(whatBecame(await init(folder))[".wf/types"]).toBe("renewed");
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(readdirSync(join(folder, ".wf/types")).sort()).toEqual(["bun", "wflite", "zod"]);
    expect(readdirSync(join(folder, ".wf"))).toEqual(["types"]);
    expect((await wf(folder, "list")).stderr).toBe("");
  });

  test("nothing is written through a link that leads away", async () => {
    const folder = emptyFolder();
    const elsewhere = emptyFolder();
    symlinkSync(elsewhere, join(folder, ".wf"));
    const { code, stderr } = await wf(folder, "init");
    expect([code, stderr]).toEqual([2, expect.stringContaining(".wf is not a folder")]);
    symlinkSync(join(elsewhere, "ignored"), join(folder, ".gitignore"));
    rmSync(join(folder, ".wf"));
    const report = await init(folder);
    expect(report.files.find(({ path }) => path === ".gitignore")).toMatchObject({ what: "kept", note: expect.stringContaining("a link") });
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test("what is in the way is told, and how to go on", async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "file"), "");
    const { code, stderr } = await wf(folder, "init", "file");
    expect([code, stderr]).toEqual([2, expect.stringContaining("a file is in the way")]);
    mkdirSync(join(folder, "workflows/hello.ts"), { recursive: true });
    expect(whatBecame(await init(folder))["workflows/hello.ts"]).toBe("kept");
  });
});
