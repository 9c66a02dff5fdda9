/** Limits and priorities, as whoever starts, ticks and waits meets them. */
import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import { z } from "zod";
import type { WorkflowDefinition } from "../../src/model/definition.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

/** What a first tick loads takes real time, in which no simulated time shall pass. */
beforeAll(async () => {
  const first = await openBench([]);
  await during(first, first.engine.tick());
  await first.close();
});

let bench: Bench;
afterEach(() => bench.close());

/** Simulated time. */
const later = (ms: number): Promise<void> => new Promise((resolve) => void bench.host.timers.after(ms, resolve));

/** Counts how many run at the same time. */
const gauge = () => {
  let running = 0;
  const seen = { most: 0, order: [] as string[] };
  const around = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    seen.order.push(name);
    seen.most = Math.max(seen.most, ++running);
    await work();
    running--;
  };
  return { seen, around };
};

const tickets = (limit: number, more: object = {}) => {
  const { seen, around } = gauge();
  const workflow = defineWorkflow({
    name: "tickets",
    ...more,
    concurrency: { limit },
    input: z.object({ name: z.string(), key: z.string().default("") }),
    run: async (ctx, { name }) => {
      await ctx.step("work", () => around(name, () => later(1_000)));
    },
  });
  return { seen, workflow: workflow as unknown as WorkflowDefinition };
};

const startAll = async (workflow: WorkflowDefinition, names: readonly string[]): Promise<void> => {
  for (const name of names) await bench.engine.start(workflow, { name }, { id: name });
};

describe("a limit of executions at the same time", () => {
  test("a tick carries all that were due when it began, at most so many at once, the oldest first", async () => {
    const { seen, workflow } = tickets(2);
    bench = await openBench([workflow]);
    await startAll(workflow, ["a", "b", "c", "d", "e"]);
    expect(await during(bench, bench.engine.tick(), 60_000)).toMatchObject({ claimed: 5, completed: 5, nextWakeAt: null });
    expect(seen).toEqual({ most: 2, order: ["a", "b", "c", "d", "e"] });
  });

  test("the same without a limit runs all of them at once", async () => {
    const { seen, workflow } = tickets(9);
    bench = await openBench([workflow]);
    await startAll(workflow, ["a", "b", "c", "d", "e"]);
    await during(bench, bench.engine.tick(), 60_000);
    expect(seen.most).toBe(5);
  });

  test("a daemon takes the next one up as soon as one has left", async () => {
    const { seen, workflow } = tickets(1);
    bench = await openBench([workflow]);
    await startAll(workflow, ["a", "b", "c"]);
    const stop = new AbortController();
    const serving = bench.engine.serve({ signal: stop.signal });
    for (let s = 0; s < 5; s++) await bench.host.advance(1_000);
    expect(seen).toEqual({ most: 1, order: ["a", "b", "c"] });
    stop.abort();
    await during(bench, serving, 60_000);
  });

  test("one that is carried without waiting is left in the line; one that waits takes its place when it comes", async () => {
    const { workflow } = tickets(1);
    bench = await openBench([workflow]);
    const first = bench.engine.execute(workflow, { name: "a" }, { id: "a" });
    await bench.host.settle();
    await bench.engine.start(workflow, { name: "b" }, { id: "b", claim: true });
    expect(await during(bench, bench.engine.carry("b"), 5_000)).toMatchObject({ status: "pending", reason: "concurrency", wakeAt: null });
    const told: unknown[] = [];
    const second = bench.engine.carry("b", { holdMs: Infinity, onProgress: (one) => one.type === "in-line" && told.push(one.place) });
    expect(await during(bench, second, 60_000)).toMatchObject({ status: "completed" });
    expect(told[0]).toMatchObject({ lane: "tickets", limit: 1, running: 1, ahead: 0 });
    expect(await first).toMatchObject({ status: "completed" });
  });

  test("a place that nobody takes is taken by whoever is there, after a while", async () => {
    const { workflow } = tickets(1);
    bench = await openBench([workflow]);
    const first = bench.engine.execute(workflow, { name: "a" }, { id: "a" });
    await bench.host.settle();
    await startAll(workflow, ["b"]);
    await during(bench, first, 60_000);
    await bench.engine.start(workflow, { name: "c" }, { id: "c", claim: true });
    const third = bench.engine.carry("c", { holdMs: 60_000 });
    await bench.host.advance(4_000);
    expect(await bench.engine.getStatus("c")).toMatchObject({ reason: "concurrency" });
    expect(await during(bench, third, 60_000)).toMatchObject({ status: "completed" });
    expect(await bench.engine.getStatus("b")).toMatchObject({ status: "pending", reason: "concurrency" });
    expect(await during(bench, bench.engine.tick(), 60_000)).toMatchObject({ completed: 1 });
  });

  test("a place that a dead process took is free for one that waits in the foreground", async () => {
    const { workflow } = tickets(1);
    bench = await openBench([workflow]);
    void bench.engine.execute(workflow, { name: "a" }, { id: "a" }).catch(() => {});
    await bench.host.settle();
    bench = await bench.crash();
    const second = bench.engine.execute(workflow, { name: "b" }, { id: "b" });
    expect(await during(bench, second, 120_000)).toMatchObject({ status: "completed" });
  });

  test("one that has not begun when its deadline passes fails then", async () => {
    const { workflow, seen } = tickets(1, { timeout: "30s" });
    bench = await openBench([workflow]);
    await bench.engine.start(workflow, { name: "a" }, { id: "a", claim: true });
    await startAll(workflow, ["b"]);
    await bench.host.advance(31_000);
    await during(bench, bench.engine.tick(), 1_000);
    expect(await bench.engine.getStatus("b")).toMatchObject({ status: "failed", error: { code: "DEADLINE_PASSED" }, startedAt: null });
    expect(seen.order).toEqual([]);
  });

  test("a start that is delayed takes its place when it is due", async () => {
    const { workflow } = tickets(1);
    bench = await openBench([workflow]);
    await bench.engine.start(workflow, { name: "later" }, { id: "later", delay: "1m" });
    expect(await bench.engine.getStatus("later")).toMatchObject({ status: "pending", reason: "queued" });
    const now = bench.engine.execute(workflow, { name: "now" }, { id: "now" });
    expect(await during(bench, now, 10_000)).toMatchObject({ status: "completed" });
    await bench.host.advance(60_000);
    expect(await during(bench, bench.engine.tick(), 60_000)).toMatchObject({ completed: 1 });
  });

  test("one that is carried to its end gives its place back while it sleeps", async () => {
    const napper = defineWorkflow({ name: "nap", concurrency: { limit: 1 }, run: (ctx) => ctx.sleep("nap", "1m") });
    bench = await openBench([napper as unknown as WorkflowDefinition]);
    const first = bench.engine.execute(napper as unknown as WorkflowDefinition, {}, { id: "a" });
    await bench.host.advance(1_000);
    expect(await bench.engine.getStatus("a")).toMatchObject({ status: "sleeping" });
    const second = bench.engine.execute(napper as unknown as WorkflowDefinition, {}, { id: "b" });
    await bench.host.advance(1_000);
    expect(await bench.engine.getStatus("b")).toMatchObject({ status: "sleeping" });
    expect(await during(bench, Promise.all([first, second]), 300_000, 10_000)).toMatchObject([
      { status: "completed" },
      { status: "completed" },
    ]);
  });

  test.each([0, 60_000, Infinity])(
    "a child in the lane of its parent gets the place that the parent gives back, held for %d ms",
    async (holdMs) => {
      const deep = defineWorkflow({
        name: "deep",
        concurrency: { limit: 1 },
        input: z.object({ depth: z.number() }),
        run: async (ctx, { depth }): Promise<unknown> => (depth === 0 ? "leaf" : ctx.run(self, { depth: depth - 1 })),
      }) as unknown as WorkflowDefinition;
      const self = deep as never;
      bench = await openBench([deep]);
      await bench.engine.start(deep, { depth: 1 }, { id: "a", claim: true });
      const carried = bench.engine.carry("a", { holdMs });
      await during(bench, carried, 60_000);
      for (let n = 0; n < 4; n++) await during(bench, bench.engine.tick(), 10_000);
      expect(await bench.engine.getStatus("a")).toMatchObject({ status: "completed", output: "leaf" });
    },
  );

  test("more children than there are places run in the process of their parent, one after the other", async () => {
    const { seen, workflow } = tickets(2);
    const parent = defineWorkflow({
      name: "parent",
      run: (ctx) => Promise.all(["a", "b", "c", "d", "e"].map((name) => ctx.run(workflow as never, { name } as never, { id: name }))),
    }) as unknown as WorkflowDefinition;
    bench = await openBench([workflow, parent]);
    expect(await during(bench, bench.engine.execute(parent, {}), 60_000)).toMatchObject({ status: "completed" });
    expect(seen.most).toBe(2);
    expect(seen.order).toHaveLength(5);
  });

  test("cancel-oldest stops one that runs in this very process, and the new one runs", async () => {
    const { around } = gauge();
    const aborted = ledger();
    const workflow = defineWorkflow({
      name: "latest",
      concurrency: { limit: 1, onLimit: "cancel-oldest" },
      run: async (ctx) => {
        await ctx.step("work", ({ signal }) => {
          signal.addEventListener("abort", () => aborted.note("abort"));
          return around("x", () => later(20_000));
        });
      },
    }) as unknown as WorkflowDefinition;
    bench = await openBench([workflow]);
    const first = bench.engine.execute(workflow, {}, { id: "a" });
    await bench.host.settle();
    const second = bench.engine.execute(workflow, {}, { id: "b" });
    expect(await during(bench, first, 60_000)).toMatchObject({
      status: "cancelled",
      error: { message: expect.stringContaining('"b" takes its place') },
    });
    expect(aborted.of("abort")).toBe(1);
    expect(await during(bench, second, 120_000)).toMatchObject({ status: "completed" });
  });

  test("skip gives an execution that is over, with the reason", async () => {
    const workflow = defineWorkflow({ name: "one", concurrency: { limit: 1, onLimit: "skip" }, run: (ctx) => ctx.sleep("nap", "1h") });
    bench = await openBench([workflow as unknown as WorkflowDefinition]);
    await bench.engine.start("one", {}, { id: "a" });
    await bench.engine.start("one", {}, { id: "b", claim: true });
    expect(await bench.engine.carry("b", { holdMs: Infinity })).toMatchObject({
      status: "cancelled",
      error: { code: "CANCELLED", message: expect.stringContaining('workflow "one" has a limit of 1') },
    });
  });

  test("a key that throws creates nothing", async () => {
    const workflow = defineWorkflow({
      name: "keyed",
      concurrency: { limit: 1, key: (input) => (input as { plan: { name: string } }).plan.name },
      run: () => 1,
    }) as unknown as WorkflowDefinition;
    bench = await openBench([workflow]);
    expect(bench.engine.start(workflow, {}, { id: "a" })).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect(await bench.store.execution("a")).toBeUndefined();
    await bench.engine.start(workflow, { plan: { name: "pro" } }, { id: "a" });
    expect(await bench.store.execution("a")).toMatchObject({ lane: "keyed\u001fpro" });
  });

  test("the key of a sensitive input is not to be read in the file", async () => {
    const workflow = defineWorkflow({ name: "secret", sensitive: true, concurrency: { limit: 1, key: () => "4711-0815" }, run: () => 1 });
    bench = await openBench([workflow as unknown as WorkflowDefinition]);
    await bench.engine.start("secret", { number: "4711-0815" }, { id: "a" });
    expect((await bench.store.execution("a"))?.lane).toMatch(/^secret\u001f[0-9a-f]{16}$/);
  });
});

describe("why", () => {
  test("says who runs, how many of how many, and the place in the line", async () => {
    const { workflow } = tickets(1);
    bench = await openBench([workflow]);
    await bench.engine.start(workflow, { name: "a" }, { id: "a", claim: true });
    await startAll(workflow, ["b", "c"]);
    expect(await bench.engine.why("c")).toMatchObject({
      reason: "concurrency",
      text: expect.stringContaining('It waits for a place: 1 of at most 1 of workflow "tickets" run (a); 1 is before it in the line.'),
      next: "wf status a",
    });
    expect((await bench.engine.why("b")).text).toContain("it is the next");
    await bench.engine.cancel("a");
    await bench.host.advance(1_000);
  });

  test("says of a free place that it is free", async () => {
    const { workflow } = tickets(1);
    bench = await openBench([workflow]);
    const first = bench.engine.execute(workflow, { name: "a" }, { id: "a" });
    await bench.host.settle();
    await startAll(workflow, ["b"]);
    await during(bench, first, 10_000);
    expect(await bench.engine.why("b")).toMatchObject({
      text: expect.stringContaining("a place is free: 0 of at most 1"),
      next: "wf tick",
    });
  });
});
