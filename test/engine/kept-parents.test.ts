/** Children of a parent that is kept in memory, however long they take: each begins in its time, and comes back to whoever waits. */
import { afterEach, expect, test } from "bun:test";
import type { WorkflowContext } from "../../src/model/context.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, during, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const HOUR_MS = 3_600_000;
const parentOf = (run: (ctx: WorkflowContext) => unknown) => defineWorkflow({ name: "parent", run });
const full = (): Error => Object.assign(new Error("no space left"), { code: "ENOSPC" });

/** Runs another of itself, in the same lane. */
const nested = defineWorkflow({
  name: "nested",
  concurrency: { limit: 1 },
  run: (ctx, input: unknown) => (input === "inner" ? ctx.step("work", () => "done") : ctx.run("nested", "inner")),
});

test("a child with a delay does not begin before it is over", async () => {
  let beganAt = 0;
  const child = defineWorkflow({ name: "child", run: (ctx) => ctx.step("work", () => void (beganAt = bench.host.clock.now())) });
  const parent = parentOf((ctx) => ctx.run(child, undefined, { delay: "1h" }));
  bench = await openBench([parent, child]);
  const startedAt = bench.host.clock.now();
  expect(await during(bench, bench.engine.execute(parent, undefined), 2 * HOUR_MS, 60_000)).toMatchObject({ status: "completed" });
  expect(beganAt - startedAt).toBeGreaterThanOrEqual(HOUR_MS);
});

test("a child that sleeps is taken again where it was left, and not before its time", async () => {
  const child = defineWorkflow({ name: "child", concurrency: { limit: 1 }, run: (ctx) => ctx.sleep("nap", "1h") });
  const parent = parentOf((ctx) => ctx.run(child));
  bench = await openBench([parent, child]);
  const executed = bench.engine.execute(parent, undefined);
  await during(bench, Promise.resolve(), HOUR_MS / 2, 60_000);
  await bench.host.advance(HOUR_MS / 2);
  const asleep = (await bench.engine.list({ workflow: "child" }))[0];
  expect(asleep).toMatchObject({ status: "sleeping" });
  expect(await during(bench, executed, 2 * HOUR_MS, 60_000)).toMatchObject({ status: "completed" });
});

test("a child that met a full disk is taken up again after the delay of a restart, and each time after a longer one", async () => {
  const beganAt: number[] = [];
  const work = (): string => {
    beganAt.push(bench.host.clock.now());
    if (beganAt.length < 4) throw full();
    return "done";
  };
  const child = defineWorkflow({ name: "child", run: (ctx) => ctx.step("work", work) });
  const parent = parentOf((ctx) => ctx.run(child));
  bench = await openBench([parent, child]);
  expect(await during(bench, bench.engine.execute(parent, undefined), HOUR_MS)).toMatchObject({ status: "completed", output: "done" });
  const delays = beganAt.slice(1).map((at, n) => at - (beganAt[n] ?? 0));
  expect(delays).toEqual(delays.toSorted((a, b) => a - b));
  expect(delays[0]).toBeGreaterThanOrEqual(5_000);
});

test.each([
  ["by itself", nested],
  ["by one that is in no lane", parentOf((ctx) => ctx.run(nested, "outer"))],
])("a child that runs one of its own lane gives its place back while it waits, run %s", async (_, first) => {
  bench = await openBench(first === nested ? [nested] : [first, nested]);
  expect(await during(bench, bench.engine.execute(first, "outer"), HOUR_MS)).toMatchObject({ status: "completed", output: "done" });
});

test("parents that take up all the room there is are not kept from the children they wait for", async () => {
  const leaf = defineWorkflow({ name: "leaf", run: (ctx) => ctx.step("work", () => 1) });
  const middle = defineWorkflow({ name: "middle", run: (ctx) => ctx.run(leaf) });
  const many = Array.from({ length: 1_010 }, (_, n) => n);
  const parent = parentOf(async (ctx) => (await ctx.map("each", many, (_, each) => each.run(middle))).length);
  bench = await openBench([leaf, middle, parent]);
  expect(await during(bench, bench.engine.execute(parent, undefined), 60_000)).toMatchObject({ status: "completed", output: 1_010 });
});

test("a parent hears that its child, which was paused, was cancelled by its own process", async () => {
  const child = defineWorkflow({ name: "child", run: (ctx) => ctx.waitForEvent("go") });
  const parent = parentOf((ctx) => ctx.run(child, undefined, { id: "child" }).catch((error: Error) => error.name));
  bench = await openBench([parent, child]);
  const executed = bench.engine.execute(parent, undefined);
  await bench.host.advance(1_000);
  await bench.engine.operations.pause("child");
  await bench.host.advance(1_000);
  expect(await bench.engine.getStatus("child")).toMatchObject({ status: "paused" });
  await bench.engine.cancel("child");
  expect(await during(bench, executed, 10_000)).toMatchObject({ status: "completed", output: "CancelledError" });
});

test("children that were only started are waited for as well, until they are over or somebody has paused them", async () => {
  const child = defineWorkflow({ name: "child", run: () => "done" });
  const parent = parentOf(async (ctx) => {
    await ctx.start(child, undefined, { id: "paused", delay: "2h" });
    await ctx.start(child, undefined, { id: "later", delay: "1h" });
  });
  bench = await openBench([parent, child]);
  const executed = bench.engine.execute(parent, undefined);
  await bench.host.advance(1_000);
  await bench.engine.operations.pause("paused");
  expect(await during(bench, executed, 2 * HOUR_MS, 60_000)).toMatchObject({ status: "completed" });
  expect([await bench.engine.getStatus("later"), await bench.engine.getStatus("paused")]).toMatchObject([
    { status: "completed" },
    { status: "paused" },
  ]);
});

test("a child that sleeps keeps none of its sisters from their place", async () => {
  const beganAt: number[] = [];
  const child = defineWorkflow({
    name: "child",
    concurrency: { limit: 1 },
    async run(ctx) {
      await ctx.step("begin", () => void beganAt.push(bench.host.clock.now()));
      await ctx.sleep("nap", "1h");
    },
  });
  const parent = parentOf((ctx) => ctx.map("each", [1, 2, 3], (_, each) => each.run(child)));
  bench = await openBench([parent, child]);
  expect(await during(bench, bench.engine.execute(parent, undefined), 2 * HOUR_MS, 60_000)).toMatchObject({ status: "completed" });
  expect((beganAt.at(-1) ?? 0) - (beganAt[0] ?? 0)).toBeLessThan(120_000);
});

test("a parent in a lane, which gives its place back while its children sleep, goes on when they are over", async () => {
  const child = defineWorkflow({ name: "child", run: (ctx) => ctx.sleep("nap", "1h") });
  const parent = defineWorkflow({
    name: "parent",
    concurrency: { limit: 1 },
    async run(ctx) {
      await ctx.start(child, undefined, { name: "slow", delay: "5h" });
      await ctx.run(child);
      return bench.host.clock.now();
    },
  });
  bench = await openBench([parent, child]);
  const startedAt = bench.host.clock.now();
  const { output } = await during(bench, bench.engine.execute(parent, undefined), 10 * HOUR_MS, 60_000);
  expect(Number(output) - startedAt).toBeLessThan(2 * HOUR_MS);
});
