/** `retry`: a failed execution goes on in place from the step that failed, on the code as it is now. */
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

/** A process loads a file once: another one sees the mended code. */
const mend = async (definition: WorkflowDefinition): Promise<void> => {
  bench = await bench.reopen();
  bench.host.define(definition);
};

const stepsOf = async (id = "a") =>
  (await bench.engine.history(id)).steps.map(({ name, status, order, attempts }) => [name, status, order, attempts.length]);

describe("a bug in step 4 of 6", () => {
  const done = ledger();
  const six = (isMended: boolean) =>
    defineWorkflow({
      name: "six",
      retry: { attempts: 2, delay: "1s", jitter: false },
      async run(ctx) {
        let sum = 0;
        for (let n = 1; n <= 6; n++) {
          sum += await ctx.step(`step ${n}`, () => {
            done.note(`${n}`);
            if (n === 4 && !isMended) throw new TypeError("undefined is not a function");
            return n;
          });
        }
        return sum;
      },
    });

  test("mended, it completes; steps 1 to 3 have run once; who and why stand in its history", async () => {
    bench = await openBench([six(false) as WorkflowDefinition]);
    expect(await run(six(false))).toMatchObject({ status: "failed", error: { message: "undefined is not a function" } });
    expect(done.all).toEqual(["1", "2", "3", "4", "4"]);
    await mend(six(true) as WorkflowDefinition);
    await bench.host.advance(3_600_000);
    const retried = await ops().retry("a", { reason: "fixed the import" });
    expect(retried).toMatchObject({ status: "pending", reason: "queued", error: null, finishedAt: null });
    expect(await during(bench, bench.engine.tick())).toMatchObject({ claimed: 1, completed: 1 });
    expect(await bench.engine.getStatus("a")).toMatchObject({ status: "completed", output: 21, error: null });
    expect(done.all).toEqual(["1", "2", "3", "4", "4", "4", "5", "6"]);
    expect((await bench.engine.history("a")).decisions).toEqual([
      { at: "2026-01-01T01:00:01.000Z", by: "operator@simulated", action: "retry", detail: "step 4", reason: "fixed the import" },
    ]);
    expect(await stepsOf()).toEqual([1, 2, 3, 4, 5, 6].map((n) => [`step ${n}`, "completed", n, n === 4 ? 3 : 1]));
  });

  test("not mended, it fails again after another round of attempts, and can be tried again", async () => {
    bench = await openBench([six(false) as WorkflowDefinition]);
    await run(six(false));
    const before = done.of("4");
    await ops().retry("a");
    expect(await carry()).toMatchObject({ status: "failed" });
    expect(done.of("4") - before).toBe(2);
    await mend(six(true) as WorkflowDefinition);
    await ops().retry("a");
    expect(await carry()).toMatchObject({ status: "completed", output: 21 });
  });
});

describe("what is tried again", () => {
  test("is nothing but the function, where the function itself failed", async () => {
    const done = ledger();
    let isMended = false;
    const own = defineWorkflow({
      name: "own",
      async run(ctx) {
        const got = await ctx.step("get", () => done.note("get"));
        if (!isMended) throw new Error("a bug between steps");
        return got;
      },
    });
    bench = await openBench([own as WorkflowDefinition]);
    expect(await run(own)).toMatchObject({ status: "failed" });
    isMended = true;
    await ops().retry("a");
    expect(await carry()).toMatchObject({ status: "completed" });
    expect(done.all).toEqual(["get"]);
    expect((await ops().decisions("a"))[0]?.detail).toBeNull();
  });

  test("is each of several that failed side by side with one error, and not those that succeeded", async () => {
    const done = ledger();
    let isDown = true;
    const fetchOne = (n: number) => () => {
      done.note(`${n}`);
      if (isDown && n > 1) throw new WorkflowError("connection refused");
      return n;
    };
    const all = defineWorkflow({
      name: "all",
      run: (ctx) => Promise.all([1, 2, 3].map((n) => ctx.step(`fetch ${n}`, fetchOne(n)))),
    });
    bench = await openBench([all as WorkflowDefinition]);
    expect(await run(all)).toMatchObject({ status: "failed" });
    isDown = false;
    await ops().retry("a");
    expect(await carry()).toMatchObject({ status: "completed", output: [1, 2, 3] });
    expect([done.of("1"), done.of("2"), done.of("3")]).toEqual([1, 2, 2]);
  });

  test("is not a step whose failure was caught earlier, although its error was the same", async () => {
    const done = ledger();
    let isDown = true;
    const caught = defineWorkflow({
      name: "caught",
      async run(ctx) {
        const ask = (name: string) =>
          ctx.step(name, () => {
            done.note(name);
            if (isDown) throw new WorkflowError("no answer");
            return "answer";
          });
        const first = await ask("first").catch(() => "fallback");
        await ctx.sleep("between", "1m");
        return [first, await ask("second")];
      },
    });
    bench = await openBench([caught as WorkflowDefinition]);
    await run(caught);
    isDown = false;
    await ops().retry("a");
    expect(await carry()).toMatchObject({ status: "completed", output: ["fallback", "answer"] });
    expect([done.of("first"), done.of("second")]).toEqual([1, 2]);
  });

  test.each([
    ["as its cause", (error: unknown) => new Error("the order failed", { cause: error })],
    ["without a word of it", () => new Error("the order failed")],
  ])("is the step whose error was wrapped in another %s", async (_, wrap) => {
    const done = ledger();
    let isDown = true;
    const wrapped = defineWorkflow({
      name: "wrapped",
      async run(ctx) {
        try {
          return await ctx.step("charge", () => {
            done.note("charge");
            if (isDown) throw new WorkflowError("card refused");
            return "charged";
          });
        } catch (error) {
          throw wrap(error);
        }
      },
    });
    bench = await openBench([wrapped as WorkflowDefinition]);
    expect(await run(wrapped)).toMatchObject({ status: "failed", error: { message: "the order failed" } });
    isDown = false;
    await ops().retry("a");
    expect(await carry()).toMatchObject({ status: "completed", output: "charged" });
    expect(done.of("charge")).toBe(2);
  });

  test("leaves what the code did after the failure where it is: it is neither asked for nor in the way", async () => {
    const done = ledger();
    let isDown = true;
    const refunding = defineWorkflow({
      name: "refunding",
      async run(ctx) {
        try {
          return await ctx.step("ship", () => {
            done.note("ship");
            if (isDown) throw new WorkflowError("no truck");
            return "shipped";
          });
        } catch (error) {
          await ctx.step("refund", () => done.note("refund"));
          throw error;
        }
      },
    });
    bench = await openBench([refunding as WorkflowDefinition]);
    expect(await run(refunding)).toMatchObject({ status: "failed" });
    await ops().retry("a");
    expect(await carry()).toMatchObject({ status: "failed", error: { message: "no truck" } });
    isDown = false;
    await ops().retry("a");
    expect(await carry()).toMatchObject({ status: "completed", output: "shipped" });
    expect([done.of("ship"), done.of("refund")]).toEqual([3, 1]);
  });

  test("may be gone from the mended code", async () => {
    const broken = defineWorkflow({
      name: "moving",
      async run(ctx): Promise<unknown> {
        await ctx.step("old way", () => {
          throw new WorkflowError("never works");
        });
        return undefined;
      },
    });
    const mended = defineWorkflow({
      name: "moving",
      async run(ctx) {
        const got = await ctx.step("new way", () => "works");
        await ctx.sleep("pause", "1h");
        return got;
      },
    });
    bench = await openBench([broken as WorkflowDefinition]);
    expect(await run(broken)).toMatchObject({ status: "failed" });
    await mend(mended as WorkflowDefinition);
    await ops().retry("a");
    expect(await carry()).toMatchObject({ status: "sleeping" });
    await bench.host.advance(3_600_000);
    expect(await carry()).toMatchObject({ status: "completed", output: "works" });
  });
});

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
