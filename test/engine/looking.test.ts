/** Looking inside: what the stream tells of executions that run, and figures over many. */
import { afterEach, describe, expect, test } from "bun:test";
import type { HappeningView } from "../../src/model/clients/looking.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { WorkflowError } from "../../src/model/errors.ts";
import { readRows } from "../../src/sqlite/read-rows.ts";
import { type Bench, during, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const CANARY = "canary-71c0";

const signup = defineWorkflow({
  name: "signup",
  retry: { attempts: 2, delay: "1s", jitter: false },
  async run(ctx, input: { readonly fails?: boolean } = {}) {
    await ctx.step("create", () => "c1");
    await ctx.step("flaky", ({ attempt, log }) => {
      log.warn("trying", { attempt });
      if (attempt === 1) throw new Error("not yet");
    });
    await ctx.step("hidden", () => CANARY, { sensitive: true });
    await ctx.sleep("trial", "1h");
    const paid = await ctx.waitForEvent("paid");
    if (input?.fails === true) throw new WorkflowError("refused");
    return paid?.payload;
  },
});

const all = async (after = 0): Promise<readonly HappeningView[]> =>
  (await bench.engine.looking.happenings({ after, limit: 10_000 })).happenings;

const shortOf = ({ type, step, event, log, decision }: HappeningView): string =>
  [type, step?.name ?? event?.name ?? log?.message ?? decision?.action].filter((part) => part !== undefined).join(" ");

const runToEnd = async (input: { readonly fails?: boolean } = {}): Promise<string> => {
  const { id } = await bench.engine.start(signup, input);
  await during(bench, bench.engine.carry(id, { holdMs: 10_000 }), 20_000);
  await bench.host.advance(3_600_000);
  await during(bench, bench.engine.tick());
  await bench.engine.sendEvent(id, "paid", { card: CANARY });
  await during(bench, bench.engine.tick());
  return id;
};

describe("the stream of an execution", () => {
  test("tells all that becomes of it, in its order", async () => {
    bench = await openBench([signup]);
    await all();
    const id = await runToEnd();
    expect((await all()).filter(({ executionId }) => executionId === id).map(shortOf)).toEqual([
      "execution.created",
      "execution.running",
      "step.completed create",
      "step.retrying flaky",
      "attempt.failed flaky",
      "log trying",
      "step.completed flaky",
      "log trying",
      "step.completed hidden",
      "step.sleeping trial",
      "execution.sleeping",
      "execution.running",
      "step.completed trial",
      "step.waiting paid",
      "execution.waiting",
      "event.sent paid",
      "execution.waiting",
      "execution.running",
      "event.taken paid",
      "step.completed paid",
      "execution.completed",
    ]);
  });

  test("says why something failed, and shows nothing that is sensitive, nor any payload", async () => {
    bench = await openBench([signup]);
    await all();
    const id = await runToEnd({ fails: true });
    const told = await all();
    const errors = told.flatMap(({ type, error }) => (error === null ? [] : [[type, error.message]]));
    expect(errors).toEqual([
      ["attempt.failed", "not yet"],
      ["execution.failed", "refused"],
    ]);
    expect(JSON.stringify(told)).not.toContain(CANARY);
    const sql = "SELECT output FROM v_steps WHERE kind = 'step' ORDER BY ord";
    const stored = readRows({ file: bench.file, sql, parameters: {}, limit: 10 });
    expect(JSON.stringify(stored)).toContain("c1");
    expect(JSON.stringify(stored)).not.toContain(CANARY);
    expect(told.find(({ type }) => type === "log")).toMatchObject({ executionId: id, workflow: "signup", log: { data: { attempt: 1 } } });
  });

  test("has what people decide", async () => {
    bench = await openBench([signup]);
    const { id } = await bench.engine.start(signup, {});
    await all();
    await bench.engine.cancel(id, "not wanted");
    const decision = (await all()).find(({ type }) => type === "decision");
    expect(decision).toMatchObject({ decision: { action: "cancel", reason: "not wanted" } });
  });

  test("that begins late tells what is known, and goes on without a break", async () => {
    bench = await openBench([signup]);
    const id = await runToEnd();
    const told = await all();
    expect(told.map(({ cursor }) => cursor)).toEqual(told.map((_, at) => at + 1));
    expect(told[0]).toMatchObject({ type: "execution.created", executionId: id });
    expect(told.at(-1)).toMatchObject({ type: "execution.completed", executionId: id });
    const before = told.length;
    await runToEnd();
    const more = await all(before);
    expect(more[0]).toMatchObject({ cursor: before + 1, type: "execution.created" });
    expect(more.at(-1)).toMatchObject({ type: "execution.completed" });
  });

  test("that was ended says so where it goes on", async () => {
    bench = await openBench([signup]);
    await all();
    await bench.engine.start(signup, {}, { id: "first" });
    await bench.engine.looking.endHappenings();
    await bench.engine.start(signup, {}, { id: "unseen" });
    await all();
    await bench.engine.start(signup, {}, { id: "seen" });
    expect((await all()).map(({ type, executionId, workflow }) => [type, executionId, workflow])).toEqual([
      ["execution.created", "first", "signup"],
      ["gap", null, null],
      ["execution.created", "seen", "signup"],
    ]);
  });

  test.each([-1, 1.5, Number.NaN])("refuses %p as a cursor", async (after) => {
    bench = await openBench([signup]);
    expect(bench.engine.looking.happenings({ after })).rejects.toMatchObject({ code: "USAGE" });
  });

  test("refuses a cursor that is ahead of all there is, as after a restored backup", async () => {
    bench = await openBench([signup]);
    await runToEnd();
    const newest = await bench.engine.looking.cursor();
    expect((await bench.engine.looking.happenings({ after: newest })).happenings).toEqual([]);
    expect(bench.engine.looking.happenings({ after: newest + 1 })).rejects.toMatchObject({ code: "USAGE" });
  });
});

describe("figures", () => {
  const timed = defineWorkflow({
    name: "timed",
    retry: { attempts: 2, delay: "1ms", jitter: false },
    async run(ctx, ms: number) {
      await ctx.sleep("nap", ms);
      await ctx.step("work", ({ attempt }) => {
        if (ms === 4_000 && attempt === 1) throw new Error("once");
        if (ms === 5_000) throw new WorkflowError("never");
      });
    },
  });

  const fill = async (): Promise<void> => {
    bench = await openBench([timed, signup]);
    for (const ms of [1_000, 2_000, 3_000, 4_000, 5_000]) {
      const { id } = await bench.engine.start(timed, ms);
      await during(bench, bench.engine.carry(id, { holdMs: 60_000 }), 10_000, 500);
    }
    await bench.engine.start(signup, {}, { delay: "1d" });
  };

  test("are of measured times, by nearest rank; failures and retries are shares of what has ended", async () => {
    await fill();
    const { workflows, steps, slowest } = await bench.engine.looking.statistics({ workflow: "timed" });
    const [only] = workflows;
    expect(only).toMatchObject({ workflow: "timed", executions: 5, read: 5, failureRate: 0.2, retryRate: 0.2 });
    expect(only?.counts).toEqual({ completed: 4, failed: 1 });
    expect(only?.durations.count).toBe(5);
    expect([Math.round((only?.durations.p50Ms ?? 0) / 1_000), Math.round((only?.durations.p95Ms ?? 0) / 1_000)]).toEqual([3, 5]);
    expect(steps.map(({ kind, name, count, failed, retried }) => [kind, name, count, failed, retried])).toEqual([
      ["sleep", "nap", 5, 0, 0],
      ["step", "work", 5, 1, 1],
    ]);
    expect(slowest.map(({ status }) => status)).toEqual(["failed", "completed", "completed", "completed", "completed"]);
  });

  test("of all workflows have no steps, and leave none out; since an instant they are of those created since", async () => {
    await fill();
    const { looking } = bench.engine;
    const { workflows, steps, throughput } = await looking.statistics();
    expect(workflows.map(({ workflow, executions }) => [workflow, executions])).toEqual([
      ["timed", 5],
      ["signup", 1],
    ]);
    expect(workflows[1]).toMatchObject({ failureRate: null, durations: { count: 0, p50Ms: null, p95Ms: null, maxMs: null } });
    expect(steps).toEqual([]);
    expect(throughput.counts.reduce((sum, n) => sum + n, 0)).toBe(6);
    expect(throughput.bucketMs % 1).toBe(0);
    const now = bench.host.clock.now();
    expect((await looking.statistics({ since: now })).workflows.map(({ workflow }) => workflow)).toEqual(["signup"]);
    expect((await looking.statistics({ since: now + 1 })).workflows).toEqual([]);
  });

  test("from a sample say how many they are from, and count all", async () => {
    await fill();
    const { workflows } = await bench.engine.looking.statistics({ workflow: "timed", sample: 2 });
    expect(workflows[0]).toMatchObject({ executions: 5, read: 2, failureRate: 0.5 });
    expect(bench.engine.looking.statistics({ sample: 0 })).rejects.toMatchObject({ code: "USAGE" });
  });
});
