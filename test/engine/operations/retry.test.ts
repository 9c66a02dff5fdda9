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
    // It has happened, whether or not it is asked for.
    expect(await stepsOf()).toContainEqual(["refund", "completed", null, 1]);
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
