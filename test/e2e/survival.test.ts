/** A workflow outlives its process: the command, real processes, real time, effects counted outside of the database. */
import { afterEach, describe, expect, test } from "bun:test";
import { eventually, type Playground, playground } from "../support/wf.ts";

const SIGNUP = `
import { appendFileSync } from "node:fs";
import { Workflow } from "wflite";
import { z } from "zod";
export default Workflow.define({
  name: "signup",
  input: z.object({ email: z.email(), trial: z.string().default("1s") }),
  async run(ctx, { email, trial }) {
    const note = (what: string) => appendFileSync("ledger", what + "\\n");
    const id = await ctx.step("create customer", () => (note("create " + email), "c-1"));
    await ctx.sleep("trial", trial);
    await ctx.step("send survey", () => note("survey"));
    return { customerId: id };
  },
});
`;

let at: Playground;
afterEach(() => at.remove());

describe("signup: step, sleep, step", () => {
  test("parks with exit 5, the process is gone, and a tick after the deadline completes it", async () => {
    at = playground({ "signup.ts": SIGNUP });
    const run = await at.wf("run", "signup", "email=ada@example.com", "--hold", "0", "--id", "s-1");
    expect(run.code).toBe(5);
    expect(at.lines("ledger")).toEqual(["create ada@example.com"]);
    expect(await at.json("status", "s-1")).toMatchObject({
      status: "sleeping",
      reason: "sleep",
      input: { email: "ada@example.com", trial: "1s" },
    });
    await eventually("a tick completes it", async () => {
      const { code, stdout } = await at.wf("tick");
      expect(code).toBe(0);
      return stdout.includes("s-1");
    });
    expect(at.lines("ledger")).toEqual(["create ada@example.com", "survey"]);
    expect(await at.json("status", "s-1")).toMatchObject({ status: "completed", output: { customerId: "c-1" } });
    const history = await at.json<{ steps: { name: string; status: string; order: number }[] }>("history", "s-1");
    expect(history.steps.map(({ name, status, order }) => [name, status, order])).toEqual([
      ["create customer", "completed", 1],
      ["trial", "completed", 2],
      ["send survey", "completed", 3],
    ]);
  });

  test("a daemon completes it on its own, and drains on SIGTERM", async () => {
    at = playground({ "signup.ts": SIGNUP });
    await at.wf("run", "signup", "email=ada@example.com", "--hold", "0", "--id", "s-1");
    const daemon = at.start("daemon");
    await eventually("the daemon completes it", async () => (await at.json<{ status: string }>("status", "s-1")).status === "completed");
    daemon.kill("SIGTERM");
    expect((await daemon.done).code).toBe(143);
    expect(at.lines("ledger")).toEqual(["create ada@example.com", "survey"]);
  });

  test("--wait stays to the end", async () => {
    at = playground({ "signup.ts": SIGNUP });
    const { code, stdout } = await at.wf("run", "signup", "email=ada@example.com", "trial=300ms", "--wait", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: "completed", disposition: "created", output: { customerId: "c-1" } });
    expect(at.lines("ledger")).toEqual(["create ada@example.com", "survey"]);
  });
});

const BATCHES = `
import { appendFileSync } from "node:fs";
import { Workflow } from "wflite";
export default Workflow.define({
  name: "batches",
  async run(ctx) {
    for (let batch = 0; batch < 30; batch++) {
      await ctx.step("batch", async () => {
        appendFileSync("ledger", "begin " + batch + "\\n");
        await Bun.sleep(20);
        appendFileSync("ledger", "end " + batch + "\\n");
      }, { key: batch });
    }
    return "all";
  },
});
`;

test("killed again and again, it ends; finished steps never run twice, and each kill costs one step at most", async () => {
  at = playground({ "batches.ts": BATCHES });
  let running = at.start("run", "batches", "--id", "b-1");
  let kills = 0;
  for (let seen = 0; seen < 24;) {
    await eventually("it goes on", () => at.lines("ledger").length > seen + 7 || undefined);
    seen = at.lines("ledger").length;
    running.kill("SIGKILL");
    await running.done;
    kills++;
    running = at.start("tick");
  }
  expect((await running.done).code).toBe(0);
  expect(await at.json("status", "b-1")).toMatchObject({ status: "completed", output: "all" });
  const begins = at.lines("ledger").filter((line) => line.startsWith("begin")).length;
  expect(begins).toBeLessThanOrEqual(30 + kills);
  expect(new Set(at.lines("ledger").filter((line) => line.startsWith("end"))).size).toBe(30);
});

const QUICK = `
import { appendFileSync } from "node:fs";
import { Workflow } from "wflite";
export default Workflow.define({
  name: "quick",
  async run(ctx) {
    await ctx.step("one", () => appendFileSync("ledger", ctx.executionId + " one\\n"));
    await ctx.step("two", () => appendFileSync("ledger", ctx.executionId + " two\\n"));
  },
});
`;

test("eight ticks at once over 200 due executions: each step once, all exit 0", async () => {
  at = playground({
    "quick.ts": QUICK,
    "seed.ts": `
import { Workflow } from "wflite";
import quick from "./quick.ts";
export default Workflow.define({
  name: "seed",
  run: (ctx) => ctx.step("start all", async () => {
    await Promise.all(Array.from({ length: 200 }, (_, n) => Workflow.start(quick, undefined, { id: "q-" + n })));
  }),
});
`,
  });
  expect((await at.wf("run", "seed")).code).toBe(0);
  const ticks = await Promise.all(Array.from({ length: 8 }, () => at.wf("tick", "--json")));
  expect(ticks.map(({ code }) => code)).toEqual(Array(8).fill(0));
  const lines = at.lines("ledger");
  expect(lines).toHaveLength(400);
  expect(new Set(lines).size).toBe(400);
  const overview = await at.json<{ counts: Record<string, number> }>("status");
  expect(overview.counts).toMatchObject({ completed: 201, running: 0, pending: 0 });
});

const RACE = `
import { appendFileSync } from "node:fs";
import { Workflow } from "wflite";
export default Workflow.define({
  name: "race",
  async run(ctx) {
    const note = (what: string) => appendFileSync("ledger", what + "\\n");
    const winner = await Promise.race([
      ctx.step("slow", async () => { await Bun.sleep(150); return "slow"; }),
      ctx.step("fast", () => "fast"),
    ]);
    note("winner " + winner);
    try {
      await ctx.sleep("nap", "500ms");
    } catch { note("catch"); } finally { note("finally"); }
    return winner;
  },
});
`;

test("a race keeps its winner over a sleep, and neither catch nor finally run at the park", async () => {
  at = playground({ "race.ts": RACE });
  const run = await at.wf("run", "race", "--hold", "0", "--id", "r-1");
  expect(run.code).toBe(5);
  expect(at.lines("ledger")).toEqual(["winner fast"]);
  await eventually("a tick completes it", async () => (await at.wf("tick")).stdout.includes("r-1"));
  expect(at.lines("ledger")).toEqual(["winner fast", "winner fast", "finally"]);
  expect(await at.json("status", "r-1")).toMatchObject({ status: "completed", output: "fast" });
});
