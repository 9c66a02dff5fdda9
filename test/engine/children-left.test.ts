/** What is left of the wait for a child: in the history of a parent that is over, and for whoever takes the parent up again. */
import { afterEach, expect, test } from "bun:test";
import type { WorkflowContext } from "../../src/model/context.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, during, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const four = defineWorkflow({ name: "four", run: (ctx) => ctx.step("add", () => 2 + 2) });
const napping = defineWorkflow({ name: "napping", run: (ctx) => ctx.sleep("nap", "1h") });
const parentOf = (run: (ctx: WorkflowContext) => unknown) => defineWorkflow({ name: "parent", run });

test("a child that was left behind is carried on by whoever waits for its parent", async () => {
  const parent = parentOf((ctx) => ctx.run(four, undefined, { delay: "1h" }));
  bench = await openBench([parent, four]);
  const { id } = await bench.engine.start(parent, undefined);
  await during(bench, bench.engine.tick());
  bench = await bench.reopen();
  expect(await during(bench, bench.engine.carry(id, { holdMs: 60_000 }))).toMatchObject({ status: "waiting", reason: "child" });
  await bench.host.advance(3_600_000);
  expect(await during(bench, bench.engine.carry(id, { holdMs: 60_000 }))).toMatchObject({ status: "completed", output: 4 });
});

test("children that its parent has begun to wait for, and left behind, are told in its log", async () => {
  const parent = parentOf(async (ctx) => {
    void ctx.run(napping, undefined, { name: "begun" });
    await ctx.race({ late: ctx.run(napping, undefined, { name: "lost" }), first: ctx.step("work", () => {}) });
    void ctx.run(napping, undefined, { name: "too late" });
  });
  bench = await openBench([parent, napping]);
  const { id } = await bench.engine.start(parent, undefined);
  await during(bench, bench.engine.tick());
  const told = (await bench.engine.logs(id)).filter(({ level }) => level === "warn").map(({ message }) => message);
  expect(told).toEqual(
    ["begun", "too late"].map((name) => `child "${name}" was still waited for when the workflow ended; it is not begun, or cancelled`),
  );
});

test("a parent that is over has no wait for a child left in its history, however it has ended", async () => {
  for (const end of [() => "done", () => Promise.reject(new Error("broken")), (ctx: WorkflowContext) => ctx.sleep("nap", "1h")]) {
    const parent = parentOf(async (ctx) => {
      void ctx.run(napping, undefined, { name: "left behind" });
      await ctx.race({ late: ctx.run(napping, undefined), first: ctx.step("work", () => {}) });
      return end(ctx);
    });
    bench = await openBench([parent, napping]);
    const { id } = await bench.engine.start(parent, undefined);
    const ticking = bench.engine.tick();
    await bench.host.settle(60);
    await bench.engine.cancel(id); // nothing where it is over
    await during(bench, ticking);
    const { execution, steps } = await bench.engine.history(id);
    expect([execution.status, steps.filter(({ status }) => status === "waiting" || status === "sleeping")]).toEqual([
      expect.stringMatching(/completed|failed|cancelled/),
      [],
    ]);
    expect(steps.filter(({ kind, status }) => kind === "child" && status === "cancelled")).toHaveLength(2);
    await bench.close();
  }
  bench = await openBench([parentOf(() => 1)]);
});
