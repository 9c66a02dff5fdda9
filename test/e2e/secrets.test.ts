/**
 * Goal: whoever runs the command with a secret finds it nowhere but in the workflow: not in a file of the project, not on a screen.
 *
 * Method: the real command, killed in the middle and taken up again; all it prints, and every file it leaves, is searched for the secret in
 * eight encodings.
 */
import { afterEach, describe, expect, test } from "bun:test";
import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";

import { encodingsIn } from "../model/canaries.ts";
import { eventually, type Execution, type Finished, type Playground, playground } from "../support/wf.ts";

const CANARY = 'canary-c41e/"+ü key';

const DEPLOY = `
import { appendFileSync } from "node:fs";
import { secret, secretOf, Workflow } from "wflite";
import { z } from "zod";

export default Workflow.define({
  name: "deploy",
  input: z.object({ token: secretOf(z.string().min(8)), region: z.string().default("eu") }),
  async run(ctx, { token, region }) {
    const session = await ctx.step("log in", () => {
      appendFileSync("ran.log", "log in\\n");
      console.log("with", token.reveal(), token, { token });
      return { cookie: token.reveal(), region };
    }, { sensitive: true });
    await ctx.step("kept", () => ({ token, length: session.cookie.length }));
    await ctx.step("try", ({ attempt, log }) => {
      log.info("try with " + session.cookie, { url: "https://x/?k=" + encodeURIComponent(session.cookie) });
      if (attempt === 1) throw new Error("401 for " + Buffer.from(session.cookie).toString("base64"));
      if (process.env.HANG === "1") return new Promise((resolve) => setTimeout(resolve, 60_000));
    }, { retry: { attempts: 2, delay: "50ms" } });
    const event = await ctx.waitForEvent("go", { timeout: "50ms" });
    if (region === "nowhere") throw new Error("no such region for " + session.cookie);
    return { token, event };
  },
});
`;

const PAYROLL = `
import { Workflow } from "wflite";
export default Workflow.define({
  name: "payroll",
  sensitive: true,
  run: async (ctx, input) => ({ paid: input.salary }),
});
`;

let project: Playground;
const open = (env: Readonly<Record<string, string>> = {}): void => {
  project = playground({ "deploy.ts": DEPLOY, "payroll.ts": PAYROLL }, env);
};
afterEach(() => project.remove());

const expectQuiet = (...finished: readonly Finished[]): void => {
  for (const { stdout, stderr } of finished) expect([encodingsIn(stdout, CANARY), encodingsIn(stderr, CANARY)]).toEqual([[], []]);
};
const expectCleanFolder = (): void => {
  for (const name of readdirSync(project.folder, { recursive: true }) as string[]) {
    if (statSync(project.path(name)).isFile()) expect([name, encodingsIn(readFileSync(project.path(name)), CANARY)]).toEqual([name, []]);
  }
};

describe("a run with a secret", () => {
  test("shows it nowhere and leaves it nowhere", async () => {
    open();
    const run = await project.wf("run", "deploy", `token=${CANARY}`, "--id", "d1");
    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining("with [sensitive] [sensitive] { token: [sensitive] }")]);
    expect(run.stdout).toContain("[sensitive]");
    expectQuiet(run);
    for (const args of [["status"], ["status", "d1"], ["history", "d1", "--full"], ["logs", "d1"], ["why", "d1"], ["list"]]) {
      expectQuiet(await project.wf(...args), await project.wf(...args, "--json"));
    }
    const status = await project.json<Execution & { input: unknown }>("status", "d1");
    expect([status.input, status.output]).toEqual([
      { token: "[sensitive]", region: "eu" },
      { token: "[sensitive]", event: null },
    ]);
    const [deploy] = await project.json<readonly { input: { properties: unknown } }[]>("list", "deploy");
    expect(deploy?.input.properties).toMatchObject({ token: { type: "string", minLength: 8, writeOnly: true } });
    expect((await project.wf("logs", "d1")).stdout).toContain("try with [sensitive]");
    expectQuiet(await project.wf("db", "backup", project.path("copy.db")));
    expectCleanFolder();
    expect(readdirSync(project.folder)).toContain("copy.db");
    expect(statSync(project.path(".wf.key")).mode & 0o777).toBe(0o600);
  });

  test("that fails tells why without it", async () => {
    open();
    const failed = await project.wf("run", "deploy", `token=${CANARY}`, "region=nowhere");
    expect([failed.code, `${failed.stdout}${failed.stderr}`]).toEqual([1, expect.stringContaining("no such region for [sensitive]")]);
    const refused = await project.wf("run", "deploy", "token=hunter2");
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("token: Too small")]);
    expectQuiet(failed);
    expectCleanFolder();
  });

  test("that is killed goes on without running its sensitive step again", async () => {
    open({ HANG: "1" });
    const running = project.start("run", "deploy", `token=${CANARY}`, "--id", "d1");
    await eventually("the second attempt runs", async () => (await project.wf("logs", "d1")).stdout.split("try with").length > 2);
    expectCleanFolder();
    running.kill("SIGKILL");
    await running.done;
    project.write("workflows/deploy.ts", DEPLOY.replace('process.env.HANG === "1"', "false"));
    const waited = await project.wf("wait", "d1");
    expect([waited.code, project.lines("ran.log")]).toEqual([0, ["log in"]]);
    expectQuiet(waited, await project.wf("history", "d1", "--full"));
    expectCleanFolder();
  });

  test("that is given again with the same secret is the same one", async () => {
    open();
    await project.wf("run", "deploy", `token=${CANARY}`, "--id", "d1");
    expect((await project.wf("run", "deploy", `token=${CANARY}`, "--id", "d1")).code).toBe(0);
    const other = await project.wf("run", "deploy", `token=${CANARY}!`, "--id", "d1");
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("another input")]);
    expect(project.lines("ran.log")).toEqual(["log in"]);
    expectQuiet(other);
  });
});

test("a sensitive workflow keeps input and output to itself", async () => {
  open();
  const run = await project.wf("run", "payroll", `salary=${CANARY}`, "--id", "p1", "--json");
  expect(JSON.parse(run.stdout)).toMatchObject({ status: "completed", input: "[sensitive]", output: "[sensitive]" });
  expectQuiet(run, await project.wf("history", "p1", "--full"));
  expectCleanFolder();
});

describe("the key", () => {
  const key = (seed: number): string => Buffer.alloc(32, seed).toString("base64");

  test("that is lost blocks what needs it, and all can still be looked at; put back, it goes on", async () => {
    open();
    await project.wf("run", "deploy", `token=${CANARY}`, "--id", "d1", "--detach");
    renameSync(project.path(".wf.key"), project.path("away"));
    const tick = await project.wf("tick");
    expectQuiet(tick);
    const blocked = await project.json<Execution>("status", "d1");
    expect([blocked.status, blocked.reason]).toEqual(["blocked", "definition-missing"]);
    expect(blocked.reasonDetail).toContain(".wf.key");
    for (const args of [["status"], ["history", "d1", "--full"], ["list"], ["logs", "d1"]])
      expect((await project.wf(...args)).code).toBe(0);
    expect((await project.wf("why", "d1")).stdout).toContain("Put the key back");
    expect(readdirSync(project.folder)).not.toContain(".wf.key");
    renameSync(project.path("away"), project.path(".wf.key"));
    expect((await project.wf("resume", "d1")).code).toBe(0);
    expect(await project.json<Execution>("status", "d1")).toMatchObject({ status: "completed" });
  });

  test("may be changed: the former one still opens what it has sealed", async () => {
    open();
    await project.wf("run", "deploy", `token=${CANARY}`, "--id", "d1", "--detach");
    renameSync(project.path(".wf.key"), project.path(".wf.key.previous"));
    writeFileSync(project.path(".wf.key"), `${key(7)}\n`, { mode: 0o600 });
    expect((await project.wf("wait", "d1", "--until", "completed")).code).toBe(0);
    const former = readFileSync(project.path(".wf.key.previous"), "utf8").trim();
    rmSync(project.path(".wf.key.previous"));
    expect((await project.wf("run", "deploy", `token=${CANARY}`, "--id", "d1")).stderr).toContain("is not here");
    writeFileSync(project.path(".env.old"), `WF_KEY_PREVIOUS=${former}\n`);
    expect((await project.wf("--env-file", ".env.old", "run", "deploy", `token=${CANARY}`, "--id", "d1")).code).toBe(0);
  });

  test("of the environment goes before the file", async () => {
    open({ WF_KEY: key(1) });
    expect((await project.wf("run", "deploy", `token=${CANARY}`)).code).toBe(0);
    expect(readdirSync(project.folder)).not.toContain(".wf.key");
  });

  test("that others can read is refused before anything is made", async () => {
    open();
    writeFileSync(project.path(".wf.key"), `${key(1)}\n`);
    chmodSync(project.path(".wf.key"), 0o644);
    const refused = await project.wf("run", "deploy", `token=${CANARY}`);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("chmod 600")]);
    expectQuiet(refused);
    expect(await project.json("status")).toMatchObject({ executions: [] });
  });

  test("is not made by a run that has nothing to hide, nor by a dry one", async () => {
    open();
    await project.wf("run", "deploy", `token=${CANARY}`, "--dry-run");
    await project.wf("list");
    expect(readdirSync(project.folder)).not.toContain(".wf.key");
  });
});
