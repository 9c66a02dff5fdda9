/** Children: executions that an execution starts, waits for, and takes along when it ends. */
import { afterEach, describe, expect, test } from "bun:test";
import { defineWorkflow } from "../../src/model/definition.ts";
import type { WorkflowContext } from "../../src/model/context.ts";
import { z } from "zod";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const double = defineWorkflow({
  name: "double",
  input: z.object({ n: z.number() }),
  output: z.number(),
  run: (ctx, { n }) => ctx.step("double", () => 2 * n),
});

const napping = defineWorkflow({
  name: "napping",
  async run(ctx) {
    await ctx.sleep("nap", "1h");
    return "rested";
  },
});

const failing = defineWorkflow({
  name: "failing",
  retry: { attempts: 1 },
  run: (ctx) =>
    ctx.step("fail", () => {
      throw new TypeError("no such luck");
    }),
});

const parentOf = (run: (ctx: WorkflowContext) => unknown, more: { readonly timeout?: string } = {}) =>
  defineWorkflow({ name: "parent", ...more, run });

const statuses = async (): Promise<Record<string, string>> =>
  Object.fromEntries((await bench.engine.list()).map(({ id, status }) => [id, status]));

describe("a child that is run", () => {
  test("gives its output to its parent, in one go where it does not wait", async () => {
    const parent = parentOf((ctx) => ctx.run(double, { n: 21 }));
    bench = await openBench([parent, double]);
    expect(await during(bench, bench.engine.execute(parent, undefined))).toMatchObject({ status: "completed", output: 42 });
    const [child] = await bench.engine.list({ workflow: "double" });
    expect(child).toMatchObject({ status: "completed", parentId: expect.stringMatching(/^parent-/) });
  });

  test("parks with its parent, and wakes it when it ends", async () => {
    const parent = parentOf((ctx) => ctx.run(napping, undefined, { id: "child" }));
    bench = await openBench([parent, napping]);
    await bench.engine.start(parent, undefined, { id: "parent" });
    expect(await during(bench, bench.engine.tick())).toMatchObject({ claimed: 2, parked: 2 });
    expect(await bench.engine.getStatus("parent")).toMatchObject({ status: "waiting", reason: "child", wakeAt: null });
    bench = await bench.reopen();
    await bench.host.advance(3_600_000);
    await during(bench, bench.engine.tick());
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus("parent")).toMatchObject({ status: "completed", output: "rested" });
  });

  test("is the same one after a crash at any time, and runs each step once", async () => {
    const { note, of } = ledger();
    const working = defineWorkflow({
      name: "working",
      async run(ctx) {
        await ctx.step("one", () => void note("one"));
        await ctx.sleep("nap", "1m");
        await ctx.step("two", () => void note("two"));
        return "done";
      },
    });
    const parent = parentOf(async (ctx) => [await ctx.run(working, undefined), await ctx.run(working, undefined)]);
    bench = await openBench([parent, working]);
    await bench.engine.start(parent, undefined, { id: "parent" });
    for (let round = 0; round < 12; round++) {
      const ticking = bench.engine.tick();
      ticking.catch(() => {});
      await bench.host.settle(round * 3);
      bench = await bench.crash();
      await bench.host.advance(60_000);
    }
    for (let round = 0; round < 6; round++) {
      await during(bench, bench.engine.tick(), 30_000);
      await bench.host.advance(60_000);
    }
    expect(await bench.engine.getStatus("parent")).toMatchObject({ status: "completed", output: ["done", "done"] });
    expect(await bench.engine.list({ workflow: "working" })).toHaveLength(2);
    expect(of("two")).toBe(2);
  });

  test("that fails gives its error, as the error that it is", async () => {
    const parent = parentOf(async (ctx) => {
      try {
        await ctx.run(failing, undefined);
      } catch (error) {
        return [error instanceof TypeError, (error as Error).message];
      }
      return "nothing was thrown";
    });
    bench = await openBench([parent, failing]);
    expect(await during(bench, bench.engine.execute(parent, undefined))).toMatchObject({ output: [true, "no such luck"] });
  });

  test("that is cancelled gives a CancelledError", async () => {
    const parent = parentOf((ctx) => ctx.run(napping, undefined, { id: "child" }));
    bench = await openBench([parent, napping]);
    await bench.engine.start(parent, undefined, { id: "parent" });
    await during(bench, bench.engine.tick());
    await bench.engine.cancel("child", "not now");
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus("parent")).toMatchObject({
      status: "failed",
      error: { name: "CancelledError", message: 'Execution "child" was cancelled: not now' },
    });
  });

  test("is refused for an input it does not take, and its parent may catch that, the same on every pass", async () => {
    const parent = parentOf(async (ctx) => {
      const caught = await ctx.run("double", { n: "two" }).catch((error: Error) => error.name);
      await ctx.sleep("nap", "1h");
      return caught;
    });
    bench = await openBench([parent, double]);
    await bench.engine.start(parent, undefined, { id: "parent" });
    await during(bench, bench.engine.tick());
    await bench.host.advance(3_600_000);
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus("parent")).toMatchObject({ status: "completed", output: "ValidationError" });
  });

  test("of a workflow that is not there fails the call with the nearest name", async () => {
    const parent = parentOf((ctx) => ctx.run("doubel", { n: 1 }));
    bench = await openBench([parent, double]);
    expect(await during(bench, bench.engine.execute(parent, undefined))).toMatchObject({
      status: "failed",
      error: { code: "WORKFLOW_NOT_FOUND", hint: expect.stringContaining('Did you mean "double"?') },
    });
  });

  test("may have an id of its user, which belongs to that work alone", async () => {
    const parent = parentOf((ctx) => Promise.all([ctx.run(double, { n: 1 }, { id: "mine" }), ctx.run(double, { n: 1 }, { id: "mine" })]));
    bench = await openBench([parent, double]);
    expect(await during(bench, bench.engine.execute(parent, undefined))).toMatchObject({ output: [2, 2] });
    const other = defineWorkflow({ name: "other", run: (ctx) => ctx.run(double, { n: 2 }, { id: "mine" }) });
    bench.host.define(other);
    expect(await during(bench, bench.engine.execute(other, undefined))).toMatchObject({
      status: "failed",
      error: { code: "INPUT_MISMATCH" },
    });
  });
});

describe("a child that is only started", () => {
  test("gives its id at once, and goes on when its parent has completed", async () => {
    const parent = parentOf((ctx) => ctx.start(napping, undefined));
    bench = await openBench([parent, napping]);
    const { id } = await bench.engine.start(parent, undefined);
    await during(bench, bench.engine.tick());
    const { output } = await bench.engine.getStatus(id);
    expect(await bench.engine.getStatus((output as { id: string }).id)).toMatchObject({ status: "sleeping", parentId: id });
    await bench.host.advance(3_600_000);
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus((output as { id: string }).id)).toMatchObject({ status: "completed" });
  });

  test("is started once, however often its parent is carried again", async () => {
    const parent = parentOf(async (ctx) => {
      const first = await ctx.start(double, { n: 1 });
      await ctx.sleep("nap", "1m");
      const second = await ctx.start(double, { n: 1 });
      return first.id === second.id;
    });
    bench = await openBench([parent, double]);
    const { id } = await bench.engine.start(parent, undefined);
    await during(bench, bench.engine.tick());
    bench = await bench.reopen();
    await bench.host.advance(60_000);
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: false });
    expect(await bench.engine.list({ workflow: "double" })).toHaveLength(2);
  });
});

describe("the end of a parent", () => {
  const family = (end: (ctx: WorkflowContext) => unknown) =>
    parentOf(async (ctx) => {
      await ctx.start(napping, undefined, { id: "started" });
      await ctx.start(napping, undefined, { id: "detached", detached: true });
      void ctx.run(napping, undefined, { id: "run" });
      await ctx.step("work", () => {});
      return end(ctx);
    });

  test("by cancellation cancels its children and theirs, but not detached ones", async () => {
    const middle = defineWorkflow({ name: "middle", run: (ctx) => ctx.run(napping, undefined, { id: "grandchild" }) });
    const parent = family((ctx) => ctx.run(middle, undefined, { id: "middle" }));
    bench = await openBench([parent, napping, middle]);
    await bench.engine.start(parent, undefined, { id: "parent" });
    await during(bench, bench.engine.tick());
    await bench.engine.cancel("parent", "enough");
    expect(await statuses()).toEqual({
      parent: "cancelled",
      started: "cancelled",
      run: "cancelled",
      middle: "cancelled",
      grandchild: "cancelled",
      detached: "sleeping",
    });
  });

  test("by failure cancels them as well, those in memory too", async () => {
    const { note, of } = ledger();
    const busy = defineWorkflow({
      name: "busy",
      run: (ctx) =>
        ctx.step(
          "work",
          ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => (note("told"), reject(new Error("stopped"))))),
        ),
    });
    const parent = parentOf(async (ctx) => {
      void ctx.run(busy, undefined, { id: "busy" });
      await ctx.step("begin", () => {});
      throw new Error("broken");
    });
    bench = await openBench([parent, busy]);
    await bench.engine.start(parent, undefined, { id: "parent" });
    await during(bench, bench.engine.tick(), 20_000);
    expect(await statuses()).toEqual({ parent: "failed", busy: "cancelled" });
    expect(of("told")).toBe(1);
  });

  test("by its return cancels what it waited for and left behind; what it only started goes on", async () => {
    const parent = family(() => "done");
    bench = await openBench([parent, napping]);
    await bench.engine.start(parent, undefined, { id: "parent" });
    await during(bench, bench.engine.tick());
    expect(await statuses()).toEqual({ parent: "completed", started: "sleeping", run: "cancelled", detached: "sleeping" });
  });
});

test("a hundred children, ten at a time, killed and taken up again: each once, results in their order", async () => {
  const { note, of } = ledger();
  const work = defineWorkflow({
    name: "work",
    input: z.object({ n: z.number() }),
    run: (ctx, { n }) => ctx.step("work", () => (note(`work ${n}`), n * n)),
  });
  let most = 0;
  const parent = parentOf((ctx) =>
    ctx.map(
      "all",
      Array.from({ length: 100 }, (_, n) => n),
      async (n, item) => {
        const running = (await bench.engine.list({ statuses: ["running"], limit: 200 })).length - 1;
        most = Math.max(most, running);
        return item.run(work, { n });
      },
      { concurrency: 10 },
    ),
  );
  bench = await openBench([parent, work]);
  await bench.engine.start(parent, undefined, { id: "parent" });
  bench.engine.tick().catch(() => {});
  await bench.host.settle(120);
  bench = await bench.crash();
  for (let round = 0; round < 40; round++) {
    await during(bench, bench.engine.tick(), 60_000);
    await bench.host.advance(30_000);
    if ((await bench.engine.getStatus("parent")).status === "completed") break;
  }
  const { status, output } = await bench.engine.getStatus("parent");
  expect([status, output]).toEqual(["completed", Array.from({ length: 100 }, (_, n) => n * n)]);
  expect(await bench.engine.list({ workflow: "work", limit: 200 })).toHaveLength(100);
  for (let n = 0; n < 100; n++) expect(of(`work ${n}`)).toBeLessThanOrEqual(2); // twice where the process died in the middle of it
  expect(most).toBeLessThanOrEqual(10);
});
