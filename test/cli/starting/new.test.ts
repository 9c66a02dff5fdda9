/** `wf new`: what comes from a template is a workflow that runs as it is. Its types are checked in `init.test.ts`. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { TEMPLATES } from "../../../src/cli/commands/new.ts";
import { wfHere } from "../../support/in-process.ts";

const WF = resolve(import.meta.dir, "../../../bin/wf");

let base: string;
beforeAll(() => (base = realpathSync(mkdtempSync(join(tmpdir(), "wf-new-")))));
afterAll(() => rmSync(base, { recursive: true, force: true }));

interface Project {
  readonly folder: string;
  wf(...argv: readonly string[]): ReturnType<typeof wfHere>;
  json(...argv: readonly string[]): Promise<Record<string, unknown>>;
}

const project = async (template?: string): Promise<Project> => {
  const folder = mkdtempSync(join(base, "project-"));
  const wf = (...argv: readonly string[]) => wfHere({ folder }, argv);
  const json = async (...argv: readonly string[]) => JSON.parse((await wf(...argv, "--json")).stdout) as Record<string, unknown>;
  if (template !== undefined) expect(await wf("new", "my-own", "--template", template)).toMatchObject({ code: 0 });
  return { folder, wf, json };
};

/** What each does when it is tried as its first line says. */
const TRIED: Readonly<Record<(typeof TEMPLATES)[number], (project: Project) => Promise<void>>> = {
  async step({ wf, json }) {
    expect((await wf("run", "my-own", "email=bob@example.org", "--hold", "0s")).code).toBe(5);
    await wf("wake", "@last");
    await wf("tick");
    expect(await json("status", "@last")).toMatchObject({ status: "completed", output: { email: "bob@example.org" } });
  },
  async approval({ wf, json }) {
    expect((await wf("run", "my-own", "amount=7", "--hold", "0s")).code).toBe(5);
    await wf("approve", "@last", "--note", "fine");
    await wf("tick");
    expect(await json("status", "@last")).toMatchObject({ status: "completed", output: { refunded: 7, note: "fine" } });
  },
  async event({ wf, json }) {
    expect((await wf("run", "my-own", "--hold", "0s")).code).toBe(5);
    await wf("send", "@last", "paid", '{"amount": 12}');
    await wf("tick");
    expect(await json("status", "@last")).toMatchObject({ status: "completed", output: { order: "o-1", paid: 12 } });
  },
  async schedule({ wf, json }) {
    expect((await wf("schedule", "preview", "my-own")).stdout).toContain("09:00");
    expect(await json("run", "my-own")).toMatchObject({ status: "completed", output: { rows: 3 } });
  },
  async saga({ json }) {
    expect(await json("run", "my-own")).toMatchObject({ status: "completed", output: { number: "12A" } });
    expect(await json("run", "my-own", "card=declined")).toMatchObject({ status: "failed" });
    const { steps } = await json("history", "@last");
    expect(steps).toContainEqual(expect.objectContaining({ kind: "compensation", name: "reserve seat", status: "completed" }));
  },
  async children({ json }) {
    expect(await json("run", "my-own")).toMatchObject({ status: "completed", output: { files: 3, total: 18 } });
  },
  async shell({ json }) {
    expect(await json("run", "my-own")).toMatchObject({ status: "completed", output: { files: 1, kib: expect.any(Number) } });
  },
  async script({ folder }) {
    // A script calls wf itself, so this is a real one.
    const wf = (...argv: readonly string[]) => Bun.spawnSync([WF, ...argv], { cwd: folder, stdin: "ignore" });
    expect(wf("run", "my-own", "--hold", "0s").exitCode).toBe(5);
    wf("wake", "@last");
    expect(wf("tick").exitCode).toBe(0);
    expect(JSON.parse(wf("status", "@last", "--json").stdout.toString())).toMatchObject({ status: "completed", output: { files: 1 } });
  },
  async transaction({ json }) {
    expect(await json("run", "my-own")).toMatchObject({ status: "completed", output: { balance: 10 } });
    expect(await json("run", "my-own")).toMatchObject({ output: { balance: 20 } });
  },
};

describe("a workflow from the template", () => {
  test.each(TEMPLATES)("%s runs", async (template) => TRIED[template](await project(template)));

  test.each(TEMPLATES)("%s says what to type, and bears its name alone", async (template) => {
    const { folder, wf } = await project();
    const { stdout, stderr } = await wf("new", "my-own", "--template", template);
    const path = template === "script" ? "workflows/my-own.sh" : "workflows/my-own.ts";
    expect(stdout).toBe(`created  ${path}\n`);
    expect(stderr).toMatch(/^next: wf .*my-own/);
    const text = readFileSync(join(folder, path), "utf8");
    expect(text).toMatch(template === "script" ? /^#!.*\n# wf: name=my-own / : /^import [^]*name: "my-own"/);
    expect(text).not.toContain("template-name");
  });
});

describe("it is refused", () => {
  test("where a file of that name is, which stays as it is", async () => {
    const { folder, wf } = await project("step");
    const file = join(folder, "workflows/my-own.ts");
    writeFileSync(file, "mine");
    expect(await wf("new", "my-own")).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("is there already") });
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  test.each(["../out", "a/b", "$(id)", "-n", "", 'a"b', "ä"])("for the name %j, which would be no name of a workflow", async (name) => {
    const { folder, wf } = await project();
    expect((await wf("new", "--", name)).code).toBe(2);
    expect([...new Bun.Glob("**").scanSync({ cwd: folder, onlyFiles: false })]).toEqual([]);
  });

  test("for a template that there is not, with those that there are", async () => {
    const { wf } = await project();
    expect(await wf("new", "x", "--template", "magic")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("step, approval, event"),
    });
  });
});
