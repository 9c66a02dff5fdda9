/** What reaches an execution in the short moments between two states of its end: each was a way to leave something undone. */
import { afterEach, expect, test } from "bun:test";
import { z } from "zod";
import type { StepContext } from "../../src/model/context.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { WorkflowError } from "../../src/model/errors.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const untilTold = ({ signal }: StepContext): Promise<void> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

test("an error out of nowhere while the record is read ends the execution with everything undone", async () => {
  const { note, all } = ledger();
  const workflow = defineWorkflow({
    name: "two",
    async run(ctx) {
      await ctx.step("a", () => 1, { compensate: () => void note("undid a") });
      await ctx.step("b", () => 2, { compensate: () => void note("undid b") });
      await ctx.sleep("nap", "1m");
    },
  });
  bench = await openBench([workflow]);
  const { id } = await bench.engine.start(workflow, undefined);
  await during(bench, bench.engine.tick());
  const history = bench.store.history.bind(bench.store);
  let isFirst = true;
  bench.store.history = async (of) => {
    const found = await history(of);
    if (isFirst) bench.host.throwStray(new Error("out of nowhere"));
    isFirst = false;
    return found;
  };
  await bench.host.advance(60_000);
  await during(bench, bench.engine.tick());
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "failed", error: { code: "STRAY_ERROR" } });
  expect(all).toEqual(["undid b", "undid a"]);
});

test("a step that comes to its end while it is written down how the execution ends is not undone before those that still run", async () => {
  for (let turns = 0; turns < 8; turns++) {
    const { note, all } = ledger();
    const workflow = defineWorkflow({
      name: "three",
      async run(ctx) {
        const compensate = (what: string): void => void note(`undid ${what}`);
        await Promise.all([
          ctx.step("slow", async (step) => (await untilTold(step), "slow"), { compensate }),
          ctx.step("quick", async () => (await bench.host.settle(turns), "quick"), { compensate }),
          ctx.step("bad", () => {
            throw new WorkflowError("no");
          }),
        ]);
      },
    });
    bench = await openBench([workflow]);
    const { id } = await bench.engine.start(workflow, undefined);
    await during(bench, bench.engine.tick());
    const { execution, steps } = await bench.engine.history(id);
    expect({ turns, status: execution.status }).toEqual({ turns, status: "failed" });
    const done = steps.filter(({ kind, status }) => kind === "step" && status === "completed");
    const order = done.toSorted((a, b) => (b.order ?? 0) - (a.order ?? 0)).map(({ name }) => `undid ${name}`);
    expect({ turns, all }).toEqual({ turns, all: order });
    if (turns < 7) await bench.close();
  }
});

test("a process that is told to stop in the moment in which undoing begins gives the execution back at once", async () => {
  const { note, all } = ledger();
  const workflow = defineWorkflow({
    name: "one",
    async run(ctx) {
      await ctx.step("a", () => 1, { compensate: () => void note("undid a") });
      throw new WorkflowError("no");
    },
  });
  bench = await openBench([workflow]);
  const stop = new AbortController();
  const submit = bench.store.submit.bind(bench.store);
  bench.store.submit = (write, settle) => {
    if (typeof write.change?.errorText === "string" && write.release !== true) stop.abort();
    submit(write, settle);
  };
  const { id } = await bench.engine.start(workflow, undefined, { claim: true });
  expect(await during(bench, bench.engine.carry(id, { signal: stop.signal }))).toMatchObject({ status: "pending" });
  expect(all).toEqual([]);
  await during(bench, bench.engine.tick());
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "failed" });
  expect(all).toEqual(["undid a"]);
});

test("an execution that is cancelled while its output is checked is undone, and not completed", async () => {
  const { note, all } = ledger();
  const workflow = defineWorkflow({
    name: "checked",
    output: z.string().refine(async () => {
      const cancelled = bench.engine.cancel("x");
      // By then it is being undone, which takes longer than this.
      while (all.length === 0) await bench.host.settle(1);
      void cancelled;
      return true;
    }),
    async run(ctx) {
      await ctx.step("a", () => 1, {
        compensate: async () => {
          note("undoes a");
          await bench.host.settle(20);
          note("undid a");
        },
      });
      return "done";
    },
  });
  bench = await openBench([workflow]);
  await bench.engine.start(workflow, undefined, { id: "x" });
  await during(bench, bench.engine.tick());
  expect(await bench.engine.getStatus("x")).toMatchObject({ status: "cancelled", output: null });
  expect(all).toEqual(["undoes a", "undid a"]);
});

test("a step that fails while others are undone is not waited for, and begins no other attempt", async () => {
  const { note, all } = ledger();
  const workflow = defineWorkflow({
    name: "stubborn",
    retry: { attempts: 3, delay: 1, jitter: false },
    async run(ctx) {
      await ctx.step("a", () => 1, {
        compensate: async () => {
          await new Promise<void>((resolve) => bench.host.timers.after(5_000, resolve));
          note("undid a");
        },
      });
      const failing = async (step: StepContext): Promise<never> => {
        note(`attempt ${step.attempt}`);
        await untilTold(step);
        throw new Error("told to stop");
      };
      await Promise.all([
        ctx.step("failing", failing),
        ctx.step("bad", () => {
          throw new WorkflowError("no");
        }),
      ]);
    },
  });
  bench = await openBench([workflow]);
  const { id } = await bench.engine.start(workflow, undefined);
  expect(await during(bench, bench.engine.tick(), 20_000)).toMatchObject({ failed: 1 });
  const { execution, steps } = await bench.engine.history(id);
  expect(execution).toMatchObject({ status: "failed", error: { message: "no" } });
  expect(all).toEqual(["attempt 1", "undid a"]);
  expect(steps.find(({ name }) => name === "failing")).toMatchObject({ status: "cancelled" });
});

test("a step of which a person has said that it has happened is undone as well, also before its code has heard of it", async () => {
  const { note, all } = ledger();
  const workflow = defineWorkflow({
    name: "payment",
    async run(ctx) {
      await ctx.step("a", () => 1, { compensate: () => void note("undid a") });
      await ctx.step("pay", () => (note("pays"), new Promise(() => {})), {
        once: true,
        compensate: (paid) => void note(`undid ${String(paid)}`),
      });
    },
  });
  bench = await openBench([workflow]);
  await bench.engine.start(workflow, undefined, { id: "x" });
  void bench.engine.tick().catch(() => {});
  while (all.length === 0) await bench.host.settle(1);
  bench = await bench.crash();
  await during(bench, bench.engine.tick(), 10_000);
  expect(await bench.engine.getStatus("x")).toMatchObject({ status: "blocked", reason: "in-doubt" });
  await bench.engine.operations.resolve("x", "pay", { how: "result", value: "receipt 7" });
  await bench.engine.cancel("x");
  await during(bench, bench.engine.tick(), 10_000);
  expect(await bench.engine.getStatus("x")).toMatchObject({ status: "cancelled" });
  expect(all).toEqual(["pays", "undid receipt 7", "undid a"]);
});
