/** `retry`, further: what the end of an execution cut off, its children, and where it is refused. */
import { afterEach, describe, expect, test } from "bun:test";
import { defineWorkflow, type WorkflowDefinition } from "../../../src/model/definition.ts";
import { WorkflowError } from "../../../src/model/errors.ts";
import { type Bench, during, ledger, openBench } from "../harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const ops = () => bench.engine.operations;

/** Starts and carries it until it stands. */
const run = async <Input, Output>(definition: WorkflowDefinition<Input, Output>, id = "a"): Promise<unknown> => {
  await bench.engine.start(definition as WorkflowDefinition, undefined, { id });
  return carry(id);
};

const carry = (id = "a") => during(bench, bench.engine.carry(id, { holdMs: 60_000 }), 60_000);

describe("what the end cut off", () => {
  test("goes on: a sleep and a wait to their own deadlines, a step from its beginning", async () => {
    const done = ledger();
    let isDown = true;
    const parallel = defineWorkflow({
      name: "parallel",
      async run(ctx) {
        const waits = [ctx.sleep("long", "10h"), ctx.waitForEvent("paid", { timeout: "20h" })] as const;
        const slow = ctx.step("slow", async () => {
          done.note("slow");
          if (isDown) await new Promise(() => {});
          return "slow";
        });
        await ctx.sleep("short", "1s");
        await ctx.step("fails", () => {
          if (isDown) throw new WorkflowError("no");
        });
        return [await slow, ...(await Promise.all(waits))];
      },
    });
    bench = await openBench([parallel as WorkflowDefinition]);
    expect(await run(parallel)).toMatchObject({ status: "failed" });
    isDown = false;
    await bench.host.advance(3_600_000);
    await ops().retry("a");
    expect(await carry()).toMatchObject({ status: "sleeping", wakeAt: "2026-01-01T10:00:00.000Z" });
    expect(done.of("slow")).toBe(2);
    await bench.host.advance(10 * 3_600_000);
    expect(await carry()).toMatchObject({ status: "waiting", wakeAt: "2026-01-01T20:00:00.000Z" });
  });

  test("has as long again as at first, where the deadline of the whole has passed", async () => {
    const late = defineWorkflow({
      name: "late",
      timeout: "1h",
      async run(ctx) {
        await ctx.sleep("nap", "90m");
        return "rested";
      },
    });
    bench = await openBench([late as WorkflowDefinition]);
    await run(late);
    await bench.host.advance(3_600_000);
    expect(await carry()).toMatchObject({ status: "failed", error: { code: "DEADLINE_PASSED" } });
    await ops().retry("a");
    expect(await carry()).toMatchObject({ status: "sleeping" });
    await bench.host.advance(1_800_000);
    expect(await carry()).toMatchObject({ status: "completed", output: "rested" });
  });
});

describe("a child that failed", () => {
  test("is tried again with its parent, and its own finished steps are kept", async () => {
    const done = ledger();
    let isDown = true;
    const child = defineWorkflow({
      name: "child",
      async run(ctx) {
        await ctx.step("prepare", () => done.note("prepare"));
        return ctx.step("act", () => {
          done.note("act");
          if (isDown) throw new WorkflowError("no power");
          return 7;
        });
      },
    });
    const parent = defineWorkflow({
      name: "parent",
      async run(ctx) {
        await ctx.step("before", () => done.note("before"));
        return (await ctx.run(child, undefined)) as number;
      },
    });
    bench = await openBench([parent as WorkflowDefinition, child as WorkflowDefinition]);
    expect(await run(parent)).toMatchObject({ status: "failed" });
    isDown = false;
    await ops().retry("a");
    expect(await carry()).toMatchObject({ status: "completed", output: 7 });
    expect(done.all).toEqual(["before", "prepare", "act", "act"]);
  });
});

describe("is refused", () => {
  const quick = defineWorkflow({ name: "quick", run: (ctx) => ctx.step("x", () => 1) });
  const sleepy = defineWorkflow({ name: "sleepy", run: (ctx) => ctx.sleep("nap", "1h") });

  test("for what is over otherwise, with what would help", async () => {
    bench = await openBench([quick as WorkflowDefinition, sleepy as WorkflowDefinition]);
    await run(quick);
    await expect(ops().retry("a")).rejects.toMatchObject({ code: "EXECUTION_OVER", hint: expect.stringContaining("wf rerun a") });
    await run(sleepy, "b");
    await bench.engine.cancel("b");
    await expect(ops().retry("b")).rejects.toMatchObject({ code: "EXECUTION_OVER", hint: expect.stringContaining("wf fork b") });
    await expect(ops().retry("nope")).rejects.toMatchObject({ code: "EXECUTION_NOT_FOUND" });
    expect(await ops().decisions("a")).toEqual([]);
  });

  test("for one that sleeps or is paused and has no failure; a dry run says so and changes nothing", async () => {
    bench = await openBench([sleepy as WorkflowDefinition]);
    await run(sleepy);
    await expect(ops().retry("a", { isDry: true })).rejects.toMatchObject({ code: "ACTION_REFUSED" });
    await ops().pause("a");
    await expect(ops().retry("a")).rejects.toMatchObject({ code: "ACTION_REFUSED", hint: expect.stringContaining("wf resume a") });
  });

  test("for one whose steps were undone", async () => {
    const undone = defineWorkflow({
      name: "undone",
      async run(ctx) {
        await ctx.step("book", () => "room", { compensate: () => {} });
        await ctx.step("pay", () => {
          throw new WorkflowError("no money");
        });
      },
    });
    bench = await openBench([undone as WorkflowDefinition]);
    expect(await run(undone)).toMatchObject({ status: "failed" });
    await expect(ops().retry("a")).rejects.toMatchObject({ code: "ACTION_REFUSED", hint: expect.stringContaining("wf rerun a") });
  });

  test("in a dry run of one that can be tried again nothing is changed", async () => {
    const failing = defineWorkflow({
      name: "failing",
      run: (ctx) =>
        ctx.step("x", () => {
          throw new WorkflowError("no");
        }),
    });
    bench = await openBench([failing as WorkflowDefinition]);
    await run(failing);
    const before = await bench.engine.history("a");
    expect(await ops().retry("a", { isDry: true })).toEqual(before.execution);
    expect(await bench.engine.history("a")).toEqual(before);
  });
});
