/** Workflow code that takes its process along, or hangs: it harms its own execution alone, and that one says what happened. */
import { afterEach, describe, expect, test } from "bun:test";
import { eventually, type Execution, type Playground, playground } from "../support/wf.ts";

let at: Playground;
afterEach(() => at.remove());

const LEAVES = `
import { appendFileSync } from "node:fs";
import { Workflow } from "wflite";
import { z } from "zod";
const acts: Record<string, () => unknown> = {
  "exit 0": () => process.exit(0),
  "exit 1": () => process.exit(1),
  abort: () => process.abort(),
  kill: async () => { process.kill(process.pid, "SIGKILL"); await Bun.sleep(5_000); },
  never: () => new Promise(() => {}),
  exitCode: () => { process.exitCode = 9; return 1; },
};
export default Workflow.define({
  name: "leaves",
  input: z.object({ act: z.string() }),
  panic: { maxRestarts: 1, delay: "1ms" },
  async run(ctx, { act }) {
    await ctx.step("before", () => appendFileSync("ledger", "before\\n"));
    await ctx.step("act", acts[act]!);
    return "through";
  },
});
`;

describe("a step that takes the process along", () => {
  test.each([
    ["exit 0", 1],
    ["exit 1", 1],
    ["abort", 134],
    ["kill", 137],
    ["never", 1],
  ])("%s: exit %i and not 0, it stays open, and ends blocked as crash-loop", async (act, code) => {
    at = playground({ "leaves.ts": LEAVES });
    const run = await at.wf("run", "leaves", `act=${act}`, "--id", "l");
    expect(run.code).toBe(code);
    expect(await at.json("status", "l")).toMatchObject({ status: "running", error: null });
    await eventually("it is blocked", async () => {
      await at.wf("tick");
      return (await at.json<Execution>("status", "l")).status === "blocked";
    });
    expect(await at.json("status", "l")).toMatchObject({ reason: "crash-loop" });
    expect((await at.wf("why", "l")).stdout).toContain("wf restart l");
    expect(at.lines("ledger")).toEqual(["before"]);
  });

  test("process.exitCode of a workflow is not the exit code of wf", async () => {
    at = playground({ "leaves.ts": LEAVES });
    expect((await at.wf("run", "leaves", "act=exitCode")).code).toBe(0);
  });

  test("an innocent execution in the same tick is not blocked by its neighbour's crashes", async () => {
    at = playground({
      "leaves.ts": LEAVES.replace("maxRestarts: 1", "maxRestarts: 4"),
      "slow.ts": `
import { Workflow } from "wflite";
export default Workflow.define({ name: "slow", panic: {
      maxRestarts: 1, delay: "1ms" }, run: (ctx) => ctx.step("long", () => Bun.sleep(400)) });
`,
    });
    await Promise.all([at.wf("run", "leaves", "act=abort", "--id", "l", "--detach"), at.wf("run", "slow", "--id", "s", "--detach")]);
    await eventually("the guilty one is blocked", async () => {
      await at.wf("tick");
      return (await at.json<Execution>("status", "l")).status === "blocked";
    });
    expect(["completed", "running", "pending"]).toContain((await at.json<Execution>("status", "s")).status);
  });
});

test("a step inside a step is refused at once, or survives a crash; it never ends as changed code", async () => {
  at = playground({
    "nested.ts": `
import { existsSync, writeFileSync } from "node:fs";
import { Workflow } from "wflite";
export default Workflow.define({
  name: "nested",
  run: (ctx) => ctx.step("outer", async () => {
    const inner = await ctx.step("inner", () => 1);
    if (existsSync("marker")) return inner;
    writeFileSync("marker", "");
    process.kill(process.pid, "SIGKILL");
    await Bun.sleep(1_000);
  }),
});
`,
  });
  await at.wf("run", "nested", "--id", "n");
  await at.wf("tick");
  expect(["completed", "failed"]).toContain((await at.json<Execution>("status", "n")).status);
});

const SLEEPS = `
import { Workflow } from "wflite";
import { z } from "zod";
const until: Record<string, Date> = { invalid: new Date(NaN), last: new Date(8.64e15), past: new Date(0) };
export const nap = Workflow.define({
  name: "nap",
  input: z.object({ for: z.any() }),
  async run(ctx, input) {
    await ctx.sleep("nap", input.for === "NaN" ? NaN : input.for);
    return ctx.step("woke", () => "woke");
  },
});
export const until_ = Workflow.define({
  name: "until",
  input: z.object({ at: z.string() }),
  async run(ctx, input) {
    await ctx.sleepUntil("nap", until[input.at]!);
    return "woke";
  },
});
`;

const DAY_MS = 86_400_000;

describe("long, negative and odd sleeps", () => {
  test("25 days, 10 years and 100 years park until then, also while held, and never fire early", async () => {
    at = playground({ "sleeps.ts": SLEEPS });
    const startedAt = Date.now();
    const durations = [25, 3_650, 36_500].map((days) => days * DAY_MS);
    const parked = await Promise.all(durations.map((ms) => at.wf("run", "nap", `for:=${ms}`, "--hold", "0", "--json")));
    expect(parked.map(({ code }) => code)).toEqual([5, 5, 5]);
    for (const [n, { stdout }] of parked.entries())
      expect(Date.parse(JSON.parse(stdout).wakeAt) - startedAt).toBeGreaterThanOrEqual(durations[n] ?? NaN);
    const held = await Promise.all(durations.map((ms) => at.wf("run", "nap", `for:=${ms}`, "--wait", "--timeout", "700ms")));
    expect(held.map(({ code }) => code)).toEqual([124, 124, 124]);
    expect((await at.wf("tick")).stdout).toBe("");
    expect((await at.json<{ counts: { sleeping: number } }>("status")).counts.sleeping).toBe(6);
  });

  test("negative, endless and unreadable ones fail the execution, and nothing fires", async () => {
    at = playground({ "sleeps.ts": SLEEPS });
    const durations = ["-1", '"-1s"', '"NaN"', "null", "1e400", '""', '{"days":1}', String(36_526 * DAY_MS)];
    for (const { code, stdout } of await Promise.all(durations.map((duration) => at.wf("run", "nap", `for:=${duration}`, "--json")))) {
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ status: "failed", error: { name: "ValidationError" } });
    }
    expect((await at.json<{ steps: unknown[] }>("history", "@last")).steps).toEqual([]);
  });

  test("a date that is none fails with a hint about times, and a time in the past is over at once", async () => {
    at = playground({ "sleeps.ts": SLEEPS });
    const [invalid, past] = await Promise.all([at.wf("run", "until", "at=invalid"), at.wf("run", "until", "at=past")]);
    expect([invalid.code, past.code]).toEqual([1, 0]);
    expect(invalid.stdout).not.toContain("Durations look like");
  });

  test("sleepUntil is bound to 100 years as sleep is", async () => {
    at = playground({ "sleeps.ts": SLEEPS });
    expect((await at.wf("run", "until", "at=last", "--hold", "0")).code).toBe(1);
  });
});
