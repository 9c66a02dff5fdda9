/**
 * Goal: wherever a parent and its children are, and whatever ends, parks or is cancelled in between, each child is there once, each parent
 * hears of the end it waits for, and nothing is left behind.
 *
 * Method: an act is let in after one turn of the loop, after two, and so on. Time is simulated.
 */
import { afterEach, describe, expect, test } from "bun:test";
import { z } from "zod";
import type { WorkflowContext } from "../../src/model/context.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { WorkflowError } from "../../src/model/errors.ts";
import { isTerminal } from "../../src/model/status.ts";
import { RIG_TIMEOUT_MS } from "../crash/tier.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const napping = defineWorkflow({
  name: "napping",
  async run(ctx) {
    await ctx.sleep("nap", "1h");
    return "rested";
  },
});

const work = (note: (what: string) => unknown = () => {}) =>
  defineWorkflow({
    name: "work",
    input: z.object({ n: z.number() }),
    run: (ctx, { n }) => ctx.step("work", () => (note(`work ${n}`), n * n)),
  });

const parentOf = (run: (ctx: WorkflowContext) => unknown) => defineWorkflow({ name: "parent", run });

const ticksUntilOver = async (id: string, stepMs = 10_000): Promise<void> => {
  for (let round = 0; round < 100 && !isTerminal((await bench.engine.getStatus(id)).status); round++) {
    void bench.engine.tick().catch(() => {});
    await bench.host.advance(stepMs);
  }
};

describe("a parent that waits for an execution which is not its child", () => {
  test("hears of its end all the same", async () => {
    const parent = parentOf((ctx) => ctx.run(napping, undefined, { id: "shared" }));
    bench = await openBench([parent, napping]);
    await bench.engine.start(napping, undefined, { id: "shared" });
    await bench.engine.start(parent, undefined, { id: "parent" });
    await during(bench, bench.engine.tick());
    bench = await bench.reopen();
    await ticksUntilOver("parent", 600_000);
    expect(await bench.engine.getStatus("parent")).toMatchObject({ status: "completed", output: "rested" });
  });

  test("does not take it along when it is cancelled", async () => {
    const parent = parentOf((ctx) => ctx.run(napping, undefined, { id: "shared" }));
    bench = await openBench([parent, napping]);
    await bench.engine.start(napping, undefined, { id: "shared" });
    await bench.engine.start(parent, undefined, { id: "parent" });
    await during(bench, bench.engine.tick());
    await bench.engine.cancel("parent");
    expect(await bench.engine.getStatus("shared")).toMatchObject({ status: "sleeping" });
  });
});

describe("children under a limit smaller than their number", () => {
  for (const limit of [1, 3]) {
    test(`are all carried by the one process that waits for them, ${limit} at a time`, async () => {
      let [running, most] = [0, 0];
      const limited = defineWorkflow({
        name: "limited",
        input: z.object({ n: z.number() }),
        concurrency: { limit },
        run: (ctx, { n }) =>
          ctx.step("work", async () => {
            most = Math.max(most, ++running);
            await bench.host.settle(2);
            running--;
            return n;
          }),
      });
      const all = Array.from({ length: 8 }, (_, n) => n);
      const parent = parentOf((ctx) => ctx.map("all", all, (n, item) => item.run(limited, { n })));
      bench = await openBench([parent, limited]);
      await bench.engine.start(parent, undefined, { id: "parent" });
      const carried = bench.engine.carry("parent", { holdMs: Number.POSITIVE_INFINITY });
      expect(await during(bench, carried, 120_000)).toMatchObject({ status: "completed", output: all });
      expect(most).toBe(limit);
    });
  }

  test("are taken up after those of another process are done with their place", async () => {
    const limited = defineWorkflow({ name: "limited", concurrency: { limit: 1 }, run: (ctx) => ctx.step("work", () => 1) });
    const parent = parentOf((ctx) => ctx.run(limited, undefined));
    bench = await openBench([parent, limited]);
    const other = await bench.engine.start(limited, undefined, { claim: true });
    await bench.engine.start(parent, undefined, { id: "parent" });
    const carried = bench.engine.carry("parent", { holdMs: Number.POSITIVE_INFINITY });
    await bench.host.advance(5_000);
    await during(bench, bench.engine.carry(other.id));
    expect(await during(bench, carried, 120_000)).toMatchObject({ status: "completed", output: 1 });
  });
});

test(
  "two thousand children at once are carried, a bounded number of them at the same time",
  async () => {
    let [running, most] = [0, 0];
    const slow = defineWorkflow({
      name: "slow",
      input: z.object({ n: z.number() }),
      run: (ctx, { n }) =>
        ctx.step("work", async () => {
          most = Math.max(most, ++running);
          await new Promise<void>((resolve) => bench.host.timers.after(1_000, resolve));
          running--;
          return n;
        }),
    });
    const all = Array.from({ length: 2_000 }, (_, n) => n);
    const parent = parentOf((ctx) => ctx.map("all", all, (n, item) => item.run(slow, { n })));
    bench = await openBench([parent, slow]);
    await bench.engine.start(parent, undefined, { id: "parent" });
    const carried = bench.engine.carry("parent", { holdMs: Number.POSITIVE_INFINITY });
    expect(await during(bench, carried, 1_200_000, 10_000)).toMatchObject({ status: "completed", output: all });
    expect(most).toBeLessThanOrEqual(1_000);
  },
  RIG_TIMEOUT_MS,
);

test("a workflow may be its own child, fifty deep, and all of them end with the first", async () => {
  const deep = defineWorkflow({
    name: "deep",
    input: z.object({ left: z.number(), waits: z.boolean() }),
    async run(ctx, { left, waits }): Promise<number> {
      if (left > 0) return 1 + ((await ctx.run("deep", { left: left - 1, waits })) as number);
      if (waits) await ctx.waitForEvent("never");
      return 0;
    },
  });
  bench = await openBench([deep]);
  const { id } = await bench.engine.start(deep, { left: 50, waits: false });
  expect(await during(bench, bench.engine.carry(id, { holdMs: Number.POSITIVE_INFINITY }))).toMatchObject({ output: 50 });
  const waiting = await bench.engine.start(deep, { left: 50, waits: true });
  await during(bench, bench.engine.tick());
  await bench.engine.cancel(waiting.id);
  expect(await bench.engine.list({ statuses: ["cancelled"], limit: 200 })).toHaveLength(51);
  expect(await bench.engine.list({ statuses: ["waiting", "running", "pending"], limit: 200 })).toHaveLength(0);
});

test("a child whose making has to be tried again is not looked for before it is there", async () => {
  const { note, all } = ledger();
  const child = work(note);
  const parent = parentOf((ctx) => ctx.run(child, { n: 4 }));
  bench = await openBench([parent, child]);
  const submit = bench.store.submit.bind(bench.store);
  let failures = 0;
  bench.store.submit = (write, settle) => {
    if (write.children === undefined || failures++ > 1) return submit(write, settle);
    setImmediate(() => settle(Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" })));
  };
  await bench.engine.start(parent, undefined, { id: "parent" });
  const carried = bench.engine.carry("parent", { holdMs: Number.POSITIVE_INFINITY });
  while (failures === 0) await bench.host.settle(1);
  await bench.host.advance(100); // tried again, and refused again
  const other = await bench.another();
  await other.recordTick(1);
  await other.close();
  await bench.host.advance(300); // the process looks for news
  expect(await during(bench, carried, 60_000)).toMatchObject({ status: "completed", output: 16 });
  expect(all).toEqual(["work 4"]);
});

describe("a child that is only started", () => {
  test("is carried here also when the write that made it had to be tried again", async () => {
    const { note, all } = ledger();
    const child = work(note);
    const parent = parentOf(async (ctx) => {
      const { id } = await ctx.start(child, { n: 3 });
      await ctx.sleep("nap", "1m");
      return id;
    });
    bench = await openBench([parent, child]);
    const submit = bench.store.submit.bind(bench.store);
    let failures = 0;
    bench.store.submit = (write, settle) => {
      if (write.children === undefined || failures++ > 0) return submit(write, settle);
      setImmediate(() => settle(Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" })));
    };
    await bench.engine.start(parent, undefined, { id: "parent" });
    await during(bench, bench.engine.carry("parent", { holdMs: Number.POSITIVE_INFINITY }), 120_000);
    const { output } = await bench.engine.getStatus("parent");
    expect(await bench.engine.getStatus(String(output))).toMatchObject({ status: "completed", output: 9 });
    expect(all).toEqual(["work 3"]);
  });
});

test("a failed parent that is tried again goes on with the children that ended with it, each step once", async () => {
  const { note, all } = ledger();
  let isDown = true;
  const child = defineWorkflow({
    name: "child",
    input: z.object({ n: z.number() }),
    async run(ctx, { n }) {
      await ctx.step("first", () => note(`first ${n}`));
      await ctx.sleep("nap", "1m");
      return ctx.step("second", () => (note(`second ${n}`), n));
    },
  });
  const parent = parentOf((ctx) =>
    Promise.all([
      ctx.run(child, { n: 1 }),
      ctx.scope("inner", (inner) => inner.run(child, { n: 2 })),
      ctx.step("fragile", () => {
        note("fragile");
        if (isDown) throw new WorkflowError("no power");
        return 3;
      }),
    ]),
  );
  bench = await openBench([parent, child]);
  await bench.engine.start(parent, undefined, { id: "parent" });
  await during(bench, bench.engine.tick());
  expect(await bench.engine.getStatus("parent")).toMatchObject({ status: "failed" });
  expect(await bench.engine.list({ workflow: "child", statuses: ["cancelled"] })).toHaveLength(2);
  isDown = false;
  await bench.engine.operations.retry("parent");
  await ticksUntilOver("parent", 30_000);
  expect(await bench.engine.getStatus("parent")).toMatchObject({ status: "completed", output: [1, 2, 3] });
  expect(all.toSorted()).toEqual([...new Set(["first 1", "first 2", "fragile", "second 1", "second 2"]), "fragile"].toSorted());
});
