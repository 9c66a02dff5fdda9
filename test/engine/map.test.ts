/** Items worked on side by side, each in a scope of its own, and again after a crash. */
import { afterEach, describe, expect, test } from "bun:test";
import type { WorkflowContext } from "../../src/model/context.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const MINUTE = 60_000;
const make = (run: (ctx: WorkflowContext) => unknown) => defineWorkflow({ name: "work", retry: { attempts: 1 }, run });

/** Ticks until nothing is due within a day; every pass in a process of its own if told. */
const finish = async (id: string, isReopened = false): Promise<void> => {
  for (let round = 0; round < 30; round++) {
    await during(bench, bench.engine.tick(), 5_000);
    const { status, wakeAt } = await bench.engine.getStatus(id);
    if (status === "completed" || status === "failed" || status === "blocked") return;
    if (isReopened) bench = await bench.reopen();
    await bench.host.advance(Math.max(0, Date.parse(wakeAt ?? "") - bench.host.clock.now()) || 0);
  }
};

const stepsOf = async (id: string) => (await bench.engine.history(id)).steps;

describe("map", () => {
  test.each([1, 2, 3, 7])(
    "works on %d items at a time, gives results in the order of the items, and each once on any number of passes",
    async (concurrency) => {
      const { note, of } = ledger();
      let [running, most] = [0, 0];
      const work = make((ctx) =>
        ctx.map(
          "all",
          [5, 1, 4, 2, 3],
          async (n, item, index) => {
            most = Math.max(most, ++running);
            await item.sleep("nap", n * MINUTE);
            running--;
            return item.step("work", () => (note(`${n}`), [n, index]));
          },
          { concurrency },
        ),
      );
      bench = await openBench([work]);
      const { id } = await bench.engine.start(work, undefined);
      await finish(id);
      expect(await bench.engine.getStatus(id)).toMatchObject({ output: [5, 1, 4, 2, 3].map((n, index) => [n, index]) });
      for (const n of [1, 2, 3, 4, 5]) expect(of(`${n}`)).toBe(1);
      // Those that a parked pass has left standing are counted again by the next.
      expect(most).toBeGreaterThanOrEqual(Math.min(concurrency, 5));
      const scopes = new Set((await stepsOf(id)).map(({ scope }) => scope));
      expect([...scopes].sort()).toEqual(["all=0", "all=1", "all=2", "all=3", "all=4"]);
    },
  );

  test("never begins more than told, also while it goes on from a record", async () => {
    const starts: number[] = [];
    const work = make((ctx) =>
      ctx.map(
        "all",
        [0, 1, 2, 3, 4, 5],
        async (n, item) => item.step("work", () => void starts.push(n)).then(() => item.sleep("nap", MINUTE)),
        {
          concurrency: 2,
        },
      ),
    );
    bench = await openBench([work]);
    const { id } = await bench.engine.start(work, undefined);
    await during(bench, bench.engine.tick());
    expect(starts).toEqual([0, 1]);
    bench = await bench.reopen();
    await during(bench, bench.engine.resume(id));
    await during(bench, bench.engine.tick());
    expect(starts).toEqual([0, 1]);
    await bench.host.advance(MINUTE);
    await during(bench, bench.engine.tick());
    expect(starts).toEqual([0, 1, 2, 3]);
  });

  test("identifies items by their key, so that an item may move", async () => {
    const { note, all } = ledger();
    const work = (items: readonly string[]) =>
      make(async (ctx) => {
        const results = await ctx.map("all", items, (name, item) => item.step("work", () => (note(name), name)), { key: (name) => name });
        await ctx.sleep("nap", MINUTE);
        return results;
      });
    bench = await openBench([work(["a", "b"])]);
    const { id } = await bench.engine.start("work", undefined);
    await during(bench, bench.engine.tick());
    bench.host.define(work(["b", "a"]));
    await finish(id);
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: ["b", "a"] });
    expect(all).toEqual(["a", "b"]);
  });

  test("begins no further item after the first error, which is what it throws", async () => {
    const { note, all } = ledger();
    const work = make((ctx) =>
      ctx.map(
        "all",
        [0, 1, 2, 3],
        (n, item) =>
          item.step("work", () => {
            note(`${n}`);
            if (n === 1) throw new RangeError("one is bad");
          }),
        { concurrency: 1 },
      ),
    );
    bench = await openBench([work]);
    const { id } = await bench.engine.start(work, undefined);
    await finish(id);
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "failed", error: { name: "RangeError", message: "one is bad" } });
    expect(all).toEqual(["0", "1"]);
  });

  test("of nothing is nothing; twice under one name it is two maps", async () => {
    const work = make(async (ctx) => [
      await ctx.map("all", [], () => 1),
      await ctx.map("all", [1], (n, item) => item.step("work", () => n)),
      await ctx.map("all", [2], (n, item) => item.step("work", () => n)),
    ]);
    bench = await openBench([work]);
    const { id } = await bench.engine.start(work, undefined);
    await finish(id);
    expect(await bench.engine.getStatus(id)).toMatchObject({ output: [[], [1], [2]] });
    expect((await stepsOf(id)).map(({ scope }) => scope)).toEqual(["all#2=0", "all#3=0"]);
  });

  test.each([
    ["two items have one key", { key: () => "same" }, "items 0 and 1 have the same"],
    ["a key is no name", { key: () => "" }, "cannot be empty"],
    ["a concurrency is below 1", { concurrency: 0 }, "is not a whole number from 1"],
    ["a concurrency is broken", { concurrency: 1.5 }, "is not a whole number from 1"],
  ])("is refused where %s", async (_, options, problem) => {
    const work = make((ctx) => ctx.map("all", [1, 2], (n) => n, options));
    bench = await openBench([work]);
    const { id } = await bench.engine.start(work, undefined);
    await finish(id);
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "failed", error: { message: expect.stringContaining(problem) } });
  });
});
