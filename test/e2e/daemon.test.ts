/** Several processes over one project: signals, the daemon, and commands that reach an execution in other hands. */
import { afterEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { eventually, type Playground, playground, type Running } from "../support/wf.ts";

let at: Playground;
const processes: Running[] = [];
const start = (...args: readonly string[]): Running => {
  const running = at.start(...args);
  processes.push(running);
  return running;
};
afterEach(async () => {
  for (const running of processes) running.kill("SIGKILL");
  await Promise.all(processes.splice(0).map(({ done }) => done));
  at.remove();
});

const WORK = `
import { appendFileSync } from "node:fs";
import { Workflow } from "wflite";
import { z } from "zod";
const note = (what: string) => appendFileSync("ledger", what + "\\n");
export const slow = Workflow.define({
  name: "slow",
  input: z.object({ ms: z.number().default(1_000) }),
  async run(ctx, { ms }) {
    await ctx.step("slow", async ({ signal }) => {
      signal.addEventListener("abort", () => note("aborted " + Date.now()));
      note("begin " + process.pid);
      await Bun.sleep(ms);
      note("end");
    });
    await ctx.step("next", () => note("next"));
    return "through";
  },
});
export const sleepy = Workflow.define({ name: "sleepy", async run(ctx) { note("asleep"); await ctx.sleep("nap", "50s"); } });
export const asking = Workflow.define({ name: "asking", async run(ctx) { note("asking");
      return (await ctx.waitForEvent("answer", { timeout: "50s" }))?.payload; } });
export const spinning = Workflow.define({ name: "spinning", run: (ctx) => ctx.step("spin", () => {
      note("begin " + process.pid); for (;;); }) });
export const talking = Workflow.define({
  name: "talking",
  async run(ctx) {
    for (let n = 0; n < 5; n++) { ctx.log.info("line " + n); await ctx.step("pause", () => Bun.sleep(100), { key: n }); }
  },
});
export const quick = Workflow.define({ name: "quick", run: (ctx) => ctx.step("only", () => "quick") });
`;

/** Far more than it takes on a busy machine, far less than the step, the sleep or the wait that would have to pass without it. */
const SOON_MS = 7_000;

const began = (count = 1): Promise<unknown> => eventually("it begins", () => at.lines("ledger").length >= count);

const status = async (id: string): Promise<string> => (await at.json<{ status: string }>("status", id)).status;

describe("a signal to wf run", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s in a step waits for its end, starts no other, and tells how to go on", async (signal, code) => {
    at = playground({ "work.ts": WORK });
    const run = start("run", "slow", "--id", "s");
    await began();
    run.kill(signal);
    const finished = await run.done;
    expect(finished.code).toBe(code);
    expect(finished.stderr).toContain("wf wait s");
    expect(at.lines("ledger").map((line) => line.split(" ")[0])).toEqual(["begin", "end"]);
    expect((await at.wf("wait", "s")).code).toBe(0);
    expect(at.lines("ledger").map((line) => line.split(" ")[0])).toEqual(["begin", "end", "next"]);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s in a held sleep parks it at once", async (signal, code) => {
    at = playground({ "work.ts": WORK });
    const run = start("run", "sleepy", "--id", "s");
    await began();
    await Bun.sleep(100);
    const sentAt = Date.now();
    run.kill(signal);
    expect((await run.done).code).toBe(code);
    expect(Date.now() - sentAt).toBeLessThan(SOON_MS);
    expect(await status("s")).toBe("sleeping");
  });

  test("the second Ctrl-C ends at once, and the step runs again later", async () => {
    at = playground({ "work.ts": WORK });
    const run = start("run", "slow", "ms:=25000", "--id", "s");
    await began();
    run.kill("SIGINT");
    await Bun.sleep(100);
    const sentAt = Date.now();
    run.kill("SIGINT");
    expect((await run.done).code).toBe(130);
    expect(Date.now() - sentAt).toBeLessThan(SOON_MS);
    expect(await status("s")).not.toBe("cancelled");
    expect((await at.wf("why", "s")).stdout).toContain("wf");
  });

  test("SIGQUIT (Ctrl-\\) ends a step that never yields and so hears no other signal; nothing is lost", async () => {
    at = playground({ "work.ts": WORK });
    const run = start("run", "spinning", "--id", "s");
    await began();
    run.kill("SIGQUIT");
    expect((await run.done).code).not.toBe(0);
    expect((await at.wf("why", "s")).stdout).toContain("wf tick");
  });
});

describe("another process", () => {
  test("waits for an execution that is carried elsewhere, and runs none of its steps", async () => {
    at = playground({ "work.ts": WORK });
    const run = start("run", "slow", "--id", "s");
    await began();
    const wait = await at.wf("wait", "s", "--json");
    expect(wait.code).toBe(0);
    expect(JSON.parse(wait.stdout)).toMatchObject({ status: "completed", output: "through" });
    expect((await run.done).code).toBe(0);
    expect(at.lines("ledger").filter((line) => line.startsWith("begin"))).toHaveLength(1);
  });

  test("cancels it: the signal of the running step is aborted soon", async () => {
    at = playground({ "work.ts": WORK });
    const run = start("run", "slow", "ms:=8000", "--id", "s");
    await began();
    const sentAt = Date.now();
    expect((await at.wf("cancel", "s")).code).toBe(0);
    const abortedAt = await eventually(
      "the abort",
      () => Number(/aborted (\d+)/.exec(at.lines("ledger").join("\n"))?.[1] ?? 0) || undefined,
    );
    expect(abortedAt - sentAt).toBeLessThan(SOON_MS);
    expect((await run.done).code).toBe(6);
    expect(at.lines("ledger")).not.toContain("next");
  });

  test("sends an event to a held wait, which ends soon", async () => {
    at = playground({ "work.ts": WORK });
    const run = start("run", "asking", "--id", "a", "--json");
    await began();
    await Bun.sleep(150);
    const sentAt = Date.now();
    expect((await at.wf("send", "a", "answer", '{"stars":5}')).code).toBe(0);
    const finished = await run.done;
    expect(Date.now() - sentAt).toBeLessThan(SOON_MS);
    expect(JSON.parse(finished.stdout)).toMatchObject({ status: "completed", output: { stars: 5 } });
  });

  test("follows its logs to the end", async () => {
    at = playground({ "work.ts": WORK });
    start("run", "talking", "--id", "t");
    await eventually("it is there", async () => (await at.wf("status", "t")).code === 0);
    const { code, stdout } = await at.wf("logs", "t", "-f");
    expect(code).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.slice(-6)),
    ).toEqual(["line 0", "line 1", "line 2", "line 3", "line 4"]);
  });
});

test("wf tick prints nothing when there is nothing to do, in text; with --json it counts nothing", async () => {
  at = playground({ "work.ts": WORK });
  expect(await at.wf("tick")).toEqual({ code: 0, stdout: "", stderr: "" });
  await at.wf("run", "quick");
  expect(await at.wf("tick")).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(await at.json("tick")).toMatchObject({ claimed: 0, executions: [] });
});

describe("the daemon", () => {
  const EDITED = (say: string): string => `
import { Workflow } from "wflite";
import { word } from "../lib/word.ts";
export default Workflow.define({ name: "edited", run: (ctx) => ctx.step("say", () => "${say} " + word) });
`;
  const daemon = (): Running => start("daemon", "--grace", "3s");
  const completed = (id: string): Promise<unknown> => eventually(`${id} completes`, async () => (await status(id)) === "completed");

  /** Pids of the processes that descend from this one. */
  const below = (pid: number): number[] => {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
    return [...children, ...children.flatMap(below)];
  };

  test("takes up a detached run soon", async () => {
    at = playground({ "work.ts": WORK });
    daemon();
    await at.wf("run", "quick", "--id", "warm", "--detach");
    await completed("warm");
    await at.wf("run", "quick", "--id", "q", "--detach");
    const startedAt = Date.now();
    await completed("q");
    expect(Date.now() - startedAt).toBeLessThan(SOON_MS);
  });

  test("takes up edits of a workflow file and of a module it imports", async () => {
    at = playground({ "edited.ts": EDITED("one") });
    at.write("lib/word.ts", 'export const word = "a";');
    daemon();
    const says = (id: string, words: string): Promise<unknown> => {
      let tries = 0;
      return eventually(`${words} is said`, async () => {
        const execution = `${id}-${tries++}`;
        await at.wf("run", "edited", "--id", execution, "--detach");
        await completed(execution);
        return (await at.json<{ output: string }>("status", execution)).output === words;
      });
    };
    await says("e-1", "one a");
    at.write("workflows/edited.ts", EDITED("two"));
    await says("e-2", "two a");
    at.write("lib/word.ts", 'export const word = "b";');
    await says("e-3", "two b");
  });

  test("never runs an execution that was created after an edit on the code before it", async () => {
    at = playground({ "edited.ts": EDITED("one") });
    at.write("lib/word.ts", 'export const word = "a";');
    daemon();
    await at.wf("run", "edited", "--id", "e-1", "--detach");
    await completed("e-1");
    at.write("workflows/edited.ts", EDITED("two"));
    await at.wf("run", "edited", "--id", "e-2", "--detach");
    await completed("e-2");
    expect(await at.json("status", "e-2")).toMatchObject({ output: "two a" });
  });

  test("restarts a killed worker, and goes on with what it carried", async () => {
    at = playground({ "work.ts": WORK });
    const running = daemon();
    await at.wf("run", "slow", "--id", "s", "--detach");
    await began();
    const worker = Number(/begin (\d+)/.exec(at.lines("ledger")[0] ?? "")?.[1]);
    expect(below(running.pid)).toContain(worker);
    process.kill(worker, "SIGKILL");
    await eventually("it completes", async () => (await status("s")) === "completed");
    expect(at.lines("ledger").filter((line) => line.startsWith("begin"))).toHaveLength(2);
  });

  test("drains on SIGTERM: the running step ends, and no process is left", async () => {
    at = playground({ "work.ts": WORK });
    const running = daemon();
    await at.wf("run", "slow", "--id", "s", "--detach");
    await began();
    const workers = below(running.pid);
    running.kill("SIGTERM");
    expect((await running.done).code).toBe(143);
    expect(at.lines("ledger")).toContain("end");
    for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow();
    expect(["pending", "completed"]).toContain(await status("s"));
  });

  test("serves the others while a file is broken", async () => {
    at = playground({ "work.ts": WORK, "broken.ts": "export const = 1;" });
    daemon();
    await at.wf("run", "quick", "--id", "q-1", "--detach");
    await completed("q-1");
    at.write("workflows/broken.ts", 'throw new Error("still broken");');
    await at.wf("run", "quick", "--id", "q-2", "--detach");
    await completed("q-2");
  });

  test("takes up the execution of a killed wf run soon", async () => {
    at = playground({ "work.ts": WORK });
    daemon();
    await at.wf("run", "quick", "--id", "warm", "--detach");
    await completed("warm");
    const run = start("run", "slow", "ms:=600", "--id", "s", "--hold", "1m");
    await began();
    run.kill("SIGKILL");
    await run.done;
    await eventually("it begins anew", () => at.lines("ledger").filter((line) => line.startsWith("begin")).length === 2);
    await completed("s");
  });
});
