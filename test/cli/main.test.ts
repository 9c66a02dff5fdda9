import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAIN = join(import.meta.dir, "../../src/cli/main.ts");
const folder = realpathSync(mkdtempSync(join(tmpdir(), "wf-main-")));
afterAll(() => rmSync(folder, { recursive: true }));

mkdirSync(join(folder, "workflows"));
writeFileSync(
  join(folder, "workflows", "a.ts"),
  `import { Workflow } from "wflite";
   export const prints = Workflow.define({ name: "prints", async run(ctx) {
     await ctx.step("print", () => {
       console.log("by log");
       console.table([{ a: 1 }]);
       console.group("in group");
       process.stdout.write("by stream\\n");
     });
     return "done";
   } });
   export const exits = Workflow.define({ name: "exits", async run(ctx) { await ctx.step("exit", () => process.exit(0)); } });`,
);

const wf = async (...argv: readonly string[]) => {
  const env = { ...process.env, NO_COLOR: "1" };
  const child = Bun.spawn([process.execPath, MAIN, ...argv], { cwd: folder, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, stdout, stderr };
};

describe("the process", () => {
  test("tells its version", async () => {
    const { version } = (await import("../../package.json")).default;
    for (const flag of ["--version", "-V"]) expect(await wf(flag)).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("shows help without arguments, and ends with 2 on a mistake", async () => {
    expect(await wf()).toMatchObject({ code: 0, stdout: expect.stringContaining("Usage: wf <command>"), stderr: "" });
    expect(await wf("tikc")).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining('Did you mean "tick"?') });
  });

  test("works where it was started from, when that is not where it runs", async () => {
    const inner = join(folder, "inner");
    mkdirSync(inner);
    writeFileSync(join(inner, "bad.env"), "?");
    expect(await wf(`--started-in=${inner}`, "tick", "--env-file", "bad.env")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("bad.env:1 is not KEY=value"),
    });
    expect(await wf(`--started-in=${inner}`, "--version")).toMatchObject({ code: 0 });
    expect(await wf(`--started-in=${inner}`)).toMatchObject({ code: 0, stdout: expect.stringContaining("Usage: wf") });
  });

  test("that a step ends with process.exit(0) does not look like success", async () => {
    const { code, stdout, stderr } = await wf("run", "exits", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { message: expect.stringContaining("ended before its work was done (code 0)") } });
    expect(stderr).toContain("a workflow called process.exit");
  });
});

describe("standard output", () => {
  test("holds the result alone: what workflows print goes to standard error", async () => {
    const { code, stdout, stderr } = await wf("run", "prints", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ workflow: "prints", output: "done" });
    for (const printed of ["by log", "│ a", "in group", "by stream"]) expect(stderr).toContain(printed);
  });

  test("that is closed early ends a reader quietly, and does not stop an execution", async () => {
    const closing = async (...argv: readonly string[]) => {
      const child = Bun.spawn(["sh", "-c", '"$@" | true; echo "${PIPESTATUS:-}"', "sh", process.execPath, MAIN, ...argv], {
        cwd: folder,
        stdout: "pipe",
        stderr: "pipe",
      });
      await child.exited;
      return new Response(child.stderr).text();
    };
    expect(await closing("--help")).toBe("");
    expect(await closing("run", "prints", "--id", "unread", "-q")).not.toContain("error");
    expect(JSON.parse((await wf("status", "unread", "--json")).stdout)).toMatchObject({ status: "completed" });
  });
});
