/** `resolve`: a step is settled by hand, and its execution goes on from there. */
import { afterEach, describe, expect, test } from "bun:test";
import { defineWorkflow, type WorkflowDefinition } from "../../../src/model/definition.ts";
import { WorkflowError } from "../../../src/model/errors.ts";
import { STEP_FLAGS } from "../../../src/model/records.ts";
import { type Bench, during, ledger, openBench } from "../harness.ts";

let bench: Bench;
afterEach(() => bench.close());

type Plain = WorkflowDefinition<undefined>;
const ops = () => bench.engine.operations;
const carry = (id = "a") => during(bench, bench.engine.carry(id, { holdMs: 1_000 }), 60_000);
const run = async (definition: Plain, id = "a") => {
  await bench.engine.start(definition, undefined, { id });
  return carry(id);
};
const flagsOf = async (name: string) => (await bench.store.history("a"))?.steps.find((step) => step.name === name)?.flags ?? 0;

/** Its charge hangs, and its process dies over it. */
const charging = () => {
  const done = ledger();
  const definition = defineWorkflow({
    name: "charging",
    async run(ctx) {
      await ctx.step("reserve", () => done.note("reserve"));
      try {
        const paid = await ctx.step(
          "charge",
          async () => {
            done.note("charge");
            if (done.of("charge") === 1) await new Promise(() => {});
            return "paid again";
          },
          { once: true },
        );
        return [paid, await ctx.step("ship", () => "shipped")];
      } catch (error) {
        return `caught: ${(error as Error).message}`;
      }
    },
  }) as Plain;
  return { definition, done };
};

const inDoubt = async (definition: Plain) => {
  bench = await openBench([definition]);
  await bench.engine.start(definition, undefined, { id: "a" });
  void bench.engine.carry("a").catch(() => {});
  await bench.host.advance(100);
  bench = await bench.crash();
  await during(bench, bench.engine.tick());
  expect(await bench.engine.getStatus("a")).toMatchObject({ status: "blocked", reason: "in-doubt" });
};

describe("a step in doubt", () => {
  test("is given its result: the code goes on with it, nothing has run twice, and the history tells who said so", async () => {
    const { definition, done } = charging();
    await inDoubt(definition);
    const settled = await ops().resolve("a", "charge", { how: "result", value: { receipt: 7 } }, { reason: "seen at the bank" });
    expect(settled).toMatchObject({ status: "pending", reason: "queued" });
    expect(await carry()).toMatchObject({ status: "completed", output: [{ receipt: 7 }, "shipped"] });
    expect(done.all).toEqual(["reserve", "charge"]);
    const history = await bench.engine.history("a");
    expect(history.decisions).toMatchObject([
      { action: "resolve", detail: "charge: result", by: "operator@simulated", reason: "seen at the bank" },
    ]);
    expect(history.steps.map(({ name, order }) => [name, order])).toEqual([
      ["reserve", 1],
      ["charge", 2],
      ["ship", 3],
    ]);
    expect((await flagsOf("charge")) & STEP_FLAGS.settled).toBe(STEP_FLAGS.settled);
  });

  test("is failed: the error reaches the code, which may catch it", async () => {
    const { definition } = charging();
    await inDoubt(definition);
    await ops().resolve("a", "charge", { how: "failed", message: "the bank knows nothing" });
    expect(await carry()).toMatchObject({ status: "completed", output: "caught: the bank knows nothing" });
  });

  test("is skipped: the code gets undefined", async () => {
    const { definition } = charging();
    await inDoubt(definition);
    await ops().resolve("a", "charge", { how: "skip" });
    expect(await carry()).toMatchObject({ status: "completed", output: [undefined, "shipped"] });
    expect((await bench.engine.history("a")).steps[1]).toMatchObject({ name: "charge", status: "skipped" });
  });

  test("runs once more, since a person has said so; a plain retry is refused", async () => {
    const { definition, done } = charging();
    await inDoubt(definition);
    await expect(ops().retry("a")).rejects.toMatchObject({ code: "ACTION_REFUSED", hint: expect.stringContaining("wf resolve") });
    await ops().resolve("a", "charge", { how: "retry" });
    expect(await carry()).toMatchObject({ status: "completed", output: ["paid again", "shipped"] });
    expect(done.all).toEqual(["reserve", "charge", "charge"]);
  });

  test("in a dry run nothing is settled", async () => {
    const { definition } = charging();
    await inDoubt(definition);
    const before = await bench.engine.history("a");
    expect(await ops().resolve("a", "charge", { how: "skip" }, { isDry: true })).toEqual(before.execution);
    expect(await bench.engine.history("a")).toEqual(before);
  });
});

describe("a step that is out of attempts", () => {
  const exhausted = (names: readonly string[]) => {
    const done = ledger();
    const state = { isDown: true };
    const definition = defineWorkflow({
      name: "exhausted",
      retry: { attempts: 2, delay: 0, jitter: false },
      run: (ctx) =>
        Promise.all(
          names.map((name) =>
            ctx.step(
              name,
              () => {
                done.note(name);
                if (state.isDown) throw new Error("no power");
                return name;
              },
              { onExhausted: "pause" },
            ),
          ),
        ),
    }) as Plain;
    return { definition, done, state };
  };

  test("gets another round of attempts by retry", async () => {
    const { definition, done, state } = exhausted(["one"]);
    bench = await openBench([definition]);
    expect(await run(definition)).toMatchObject({ status: "paused", reason: "paused" });
    await ops().retry("a");
    expect(await carry()).toMatchObject({ status: "paused" });
    expect(done.of("one")).toBe(4);
    state.isDown = false;
    await ops().retry("a");
    expect(await carry()).toMatchObject({ status: "completed", output: ["one"] });
  });

  test("is given its result; while another of them waits for a person, it stays paused", async () => {
    const { definition, done } = exhausted(["one", "two"]);
    bench = await openBench([definition]);
    expect(await run(definition)).toMatchObject({ status: "paused" });
    expect(await ops().resolve("a", "one", { how: "result", value: 1 })).toMatchObject({ status: "paused" });
    expect(await ops().resolve("a", "two", { how: "result", value: 2 })).toMatchObject({ status: "pending" });
    expect(await carry()).toMatchObject({ status: "completed", output: [1, 2] });
    expect(done.all).toEqual(["one", "two", "one", "two"]);
  });
});

describe("the failed step of a failed execution", () => {
  test("is given its result, and what came before is kept", async () => {
    const done = ledger();
    const failing = defineWorkflow({
      name: "failing",
      async run(ctx) {
        const first = await ctx.step("first", () => done.note("first"));
        const second = await ctx.step("second", (): number => {
          throw new WorkflowError("never");
        });
        return [first, second, await ctx.step("third", () => 3)];
      },
    }) as Plain;
    bench = await openBench([failing]);
    expect(await run(failing)).toMatchObject({ status: "failed" });
    await ops().resolve("a", "second", { how: "result", value: 2 });
    expect(await carry()).toMatchObject({ status: "completed", output: [1, 2, 3], error: null });
    expect(done.all).toEqual(["first"]);
  });

  test("is another than the one that ended it: one that was caught is settled too, and the code takes the other way", async () => {
    const state = { isDown: true };
    const caught = defineWorkflow({
      name: "caught",
      async run(ctx) {
        const failWhenDown = (name: string) =>
          ctx.step(name, () => {
            if (state.isDown) throw new WorkflowError(`no ${name}`);
            return name;
          });
        const first = await failWhenDown("first").catch(() => ctx.step("fallback", () => "fallback"));
        return [first, await failWhenDown("second")];
      },
    }) as Plain;
    bench = await openBench([caught]);
    expect(await run(caught)).toMatchObject({ status: "failed" });
    state.isDown = false;
    await ops().resolve("a", "first", { how: "result", value: "by hand" });
    expect(await carry()).toMatchObject({ status: "completed", output: ["by hand", "second"] });
  });
});

describe("what waits", () => {
  const waiting = defineWorkflow({
    name: "waiting",
    async run(ctx) {
      const event = await ctx.waitForEvent("paid");
      await ctx.sleep("nap", "1h");
      return event;
    },
  }) as Plain;

  test("is skipped: a wait for an event gives null", async () => {
    bench = await openBench([waiting]);
    await run(waiting);
    await ops().resolve("a", "paid", { how: "skip" });
    expect(await carry()).toMatchObject({ status: "sleeping" });
    await ops().wake("a");
    expect(await carry()).toMatchObject({ status: "completed", output: null });
  });

  test("has ways of its own: an event is sent, a sleep is woken, and what waits is not tried again", async () => {
    bench = await openBench([waiting]);
    await run(waiting);
    const refusal = (hint: string) => ({ code: "ACTION_REFUSED", hint: expect.stringContaining(hint) });
    await expect(ops().resolve("a", "paid", { how: "result", value: 1 })).rejects.toMatchObject(refusal("wf send a paid"));
    await expect(ops().resolve("a", "paid", { how: "retry" })).rejects.toMatchObject({ code: "ACTION_REFUSED" });
    await bench.engine.sendEvent("a", "paid");
    await carry();
    await expect(ops().resolve("a", "nap", { how: "skip" })).rejects.toMatchObject(refusal("wf wake a"));
    await expect(ops().resolve("a", "paid", { how: "skip" })).rejects.toMatchObject(refusal("wf fork a"));
  });

  test("stays paused, where a person has paused it", async () => {
    bench = await openBench([waiting]);
    await run(waiting);
    await ops().pause("a");
    expect(await ops().resolve("a", "paid", { how: "skip" })).toMatchObject({ status: "paused" });
    await ops().resume("a");
    expect(await carry()).toMatchObject({ status: "sleeping" });
  });
});

describe("which step", () => {
  const repeated = defineWorkflow({
    name: "repeated",
    async run(ctx) {
      const all = [ctx.waitForEvent("ok"), ctx.waitForEvent("ok"), ctx.scope("in", (inner) => inner.waitForEvent("ok"))];
      await Promise.all(all);
      return "done";
    },
  }) as Plain;

  test("is asked for where several are meant, with names that can be given", async () => {
    bench = await openBench([repeated]);
    await run(repeated);
    const skip = (step: string) => ops().resolve("a", step, { how: "skip" });
    const error = await skip("ok").catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: "STEP_AMBIGUOUS", message: expect.stringContaining("'/ok#1', 'ok#2', in/ok") });
    await skip("ok#2");
    await skip("in/ok");
    expect(await carry()).toMatchObject({ status: "waiting" });
    await skip("ok");
    expect(await carry()).toMatchObject({ status: "completed" });
  });

  test("is not found, or the nearest is named", async () => {
    bench = await openBench([repeated]);
    await run(repeated);
    const unknown = { code: "STEP_NOT_FOUND", hint: expect.stringContaining("wf history a") };
    await expect(ops().resolve("a", "charge", { how: "skip" })).rejects.toMatchObject(unknown);
    await expect(ops().resolve("nope", "ok", { how: "skip" })).rejects.toMatchObject({ code: "EXECUTION_NOT_FOUND" });
  });
});

test("while a live process moves it, it is refused with what to do", async () => {
  const { definition } = charging();
  bench = await openBench([definition]);
  await bench.engine.start(definition, undefined, { id: "a" });
  const carried = bench.engine.carry("a").catch(() => {});
  await bench.host.advance(100);
  const refusal = { code: "EXECUTION_OWNED", hint: expect.stringContaining("wf pause a") };
  await expect(ops().resolve("a", "charge", { how: "skip" })).rejects.toMatchObject(refusal);
  await expect(ops().retry("a")).rejects.toMatchObject(refusal);
  await bench.engine.cancel("a");
  await carried;
  await expect(ops().resolve("a", "charge", { how: "skip" })).rejects.toMatchObject({ code: "EXECUTION_OVER" });
});
