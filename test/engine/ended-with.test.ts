/** What ends together with an execution, and who is told of it, whichever process has written it. */
import { Database } from "bun:sqlite";
import { afterEach, describe, expect, test } from "bun:test";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, during, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

/** Sleeps for an hour, then works until it is told to stop. */
const worker = (stopped: () => void, nap = "1h") =>
  defineWorkflow({
    name: "worker",
    async run(ctx) {
      await ctx.sleep("nap", nap);
      await ctx.step("work", ({ signal }) => new Promise<void>((stop) => signal.addEventListener("abort", () => (stopped(), stop()))));
    },
  });

const waiting = defineWorkflow({ name: "waiting", run: (ctx) => ctx.waitForEvent("go") });

const statusOf = async (workflow: string): Promise<string | undefined> => (await bench.engine.list({ workflow }))[0]?.status;

const settle = async (): Promise<void> => {
  for (let round = 0; round < 50; round++) await bench.host.settle();
};

describe("the step of a child hears within a second, in the process that has written it,", () => {
  test("that its parent, which nobody has in memory, was cancelled", async () => {
    let isStopped = false;
    const child = worker(() => (isStopped = true));
    const parent = defineWorkflow({ name: "parent", run: (ctx) => ctx.run(child) });
    bench = await openBench([parent, child]);
    const { id } = await bench.engine.start(parent, undefined);
    await during(bench, bench.engine.tick());
    await bench.host.advance(3_600_000);
    const ticking = bench.engine.tick();
    await settle();
    expect([await statusOf("parent"), await statusOf("worker")]).toEqual(["waiting", "running"]);
    await bench.engine.cancel(id);
    await bench.host.advance(1_000);
    expect(isStopped).toBe(true);
    await during(bench, ticking, 20_000);
    expect([await statusOf("parent"), await statusOf("worker")]).toEqual(["cancelled", "cancelled"]);
  });

  test("that its parent has completed without it", async () => {
    let isStopped = false;
    const child = worker(() => (isStopped = true), "1s");
    const parent = defineWorkflow({
      name: "parent",
      run: async (ctx) => (await ctx.race({ child: ctx.run(child), late: ctx.sleep("late", "10s") })).winner,
    });
    bench = await openBench([parent, child]);
    const { id } = await bench.engine.start(parent, undefined);
    const carried = bench.engine.carry(id, { holdMs: 60_000 });
    await bench.host.advance(10_000);
    await settle();
    expect(await statusOf("parent")).toBe("completed");
    await bench.host.advance(1_000);
    expect(isStopped).toBe(true);
    expect(await during(bench, carried, 20_000)).toMatchObject({ status: "completed", output: "late" });
    expect(await statusOf("worker")).toBe("cancelled");
  });
});

test("a child that lost a race is cancelled when its parent starts over", async () => {
  const parent = defineWorkflow({
    name: "parent",
    async run(ctx, input: unknown) {
      if (input === "again") return "done";
      await ctx.start(waiting, undefined, { name: "started" });
      await ctx.race({ child: ctx.run(waiting, undefined, { name: "left behind" }), work: ctx.step("work", () => {}) });
      return ctx.continueAsNew("again");
    },
  });
  bench = await openBench([parent, waiting]);
  const { id } = await bench.engine.start(parent, "first");
  for (let tick = 0; tick < 2; tick++) await during(bench, bench.engine.tick());
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: "done" });
  const children = await bench.engine.list({ workflow: "waiting" });
  expect(children.map(({ status }) => status).sort()).toEqual(["cancelled", "waiting"]);
});

describe("a parent that is replaced", () => {
  const child = defineWorkflow({ name: "child", run: (ctx, input: unknown) => ctx.step("double", () => 2 * Number(input)) });

  test("takes its unfinished children along", async () => {
    const parent = defineWorkflow({
      name: "parent",
      run: async (ctx, input: unknown): Promise<unknown> => (input === 1 ? ctx.run(waiting) : "done"),
    });
    bench = await openBench([parent, waiting]);
    await bench.engine.start(parent, 1, { id: "p" });
    await during(bench, bench.engine.tick());
    await bench.engine.start(parent, 2, { id: "p", ifExists: "replace" });
    expect(await statusOf("waiting")).toBe("cancelled");
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus("p")).toMatchObject({ status: "completed", output: "done" });
  });

  test("leaves to the new one of its id none of the children it had", async () => {
    const parent = defineWorkflow({ name: "parent", run: (ctx, input: unknown) => ctx.run(child, input) });
    bench = await openBench([parent, child]);
    await bench.engine.start(parent, 1, { id: "p" });
    await during(bench, bench.engine.tick());
    await bench.host.advance(1);
    await bench.engine.start(parent, 2, { id: "p", ifExists: "replace" });
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus("p")).toMatchObject({ status: "completed", output: 4 });
  });
});

test("one that is cancelled and cannot be read, so that nothing of it can be undone, stays blocked and is not taken up again", async () => {
  const saga = defineWorkflow({
    name: "saga",
    async run(ctx) {
      await ctx.step("book", () => 1, { compensate: () => {} });
      await ctx.step("pay", () => 1);
      await ctx.waitForEvent("go");
    },
  });
  bench = await openBench([saga]);
  const { id } = await bench.engine.start(saga, undefined);
  await during(bench, bench.engine.tick());
  const database = new Database(bench.file);
  database.run("UPDATE steps SET output = '2' WHERE name = 'pay'");
  database.close();
  await bench.engine.cancel(id);
  const claimed: number[] = [];
  for (let tick = 0; tick < 3; tick++) {
    await bench.host.advance(60_000);
    claimed.push((await during(bench, bench.engine.tick())).claimed);
  }
  expect(claimed).toEqual([1, 0, 0]);
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "blocked", reason: "corrupt" });
});

test("a sweep leaves to the next one what is made while it runs", async () => {
  const chain = defineWorkflow({
    name: "chain",
    run: (ctx, input: unknown) =>
      ctx.step("make the next", async () => {
        await new Promise<void>((resolve) => bench.host.timers.after(1_000, resolve));
        if (Number(input) > 0) await bench.engine.start("chain", Number(input) - 1);
      }),
  });
  bench = await openBench([chain]);
  await bench.engine.start(chain, 3);
  const claimed: number[] = [];
  for (let tick = 0; tick < 5; tick++) claimed.push((await during(bench, bench.engine.tick(), 10_000)).claimed);
  expect(claimed).toEqual([1, 1, 1, 1, 0]);
});
