/**
 * Goal: a parent in one process and its child in another hear of each other, whatever happens between them in whichever order.
 *
 * Method: two engines over one file; the second acts after one turn of the loop, after two, and so on. Time is simulated.
 */
import { afterEach, describe, expect, test } from "bun:test";
import { defineWorkflow } from "../../src/model/definition.ts";
import { isTerminal } from "../../src/model/status.ts";
import { RIG_TIMEOUT_MS, tiered } from "../crash/tier.ts";
import { type Bench, during, openBench, openBenchOn } from "./harness.ts";

let [here, there]: Bench[] = [];
afterEach(async () => {
  await there?.close();
  await here?.close();
});

const TURNS = tiered({ ci: 40, night: 80, soak: 80 });

/** The child begins a moment later, so that nobody takes it when it is made. */
const definitionsOf = (turns: number) => {
  const child = defineWorkflow({
    name: "child",
    async run(ctx) {
      await ctx.step("work", () => there?.host.settle(turns));
      return ctx.step("more", () => "done");
    },
  });
  const parent = defineWorkflow({
    name: "parent",
    async run(ctx) {
      await ctx.step("before", () => 1);
      return ctx.run(child, undefined, { id: `${ctx.executionId}-child`, delay: "1ms" });
    },
  });
  return [parent, child] as const;
};

const open = async (turns: number): Promise<{ readonly a: Bench; readonly b: Bench }> => {
  const definitions = definitionsOf(turns);
  here = await openBench(definitions);
  there = await openBenchOn(here.file, definitions, here.host.clock.now() + 1);
  // Its first tick loads modules, which takes turns.
  await during(there, there.engine.tick());
  return { a: here, b: there };
};

const seen = async ({ engine }: Bench, id: string): Promise<string | undefined> =>
  (await engine.list({ limit: 1_000 })).find((one) => one.id === id)?.status;

const both = async (a: Bench, b: Bench, id: string): Promise<void> => {
  for (let round = 0; round < 40; round++) {
    const statuses = [await seen(a, id), await seen(a, `${id}-child`)];
    if (statuses.every((status) => status === undefined || isTerminal(status as never))) return;
    await during(a, a.engine.tick(), 10_000);
    await a.host.advance(1_000);
    await b.host.advance(1_000);
  }
};

describe("a child that another process carries", () => {
  for (const turns of [0, 3]) {
    test(
      `and that ends while its parent is about to park, wakes it: after ${turns} turns of work`,
      async () => {
        const { a, b } = await open(turns);
        for (let at = 0; at < TURNS; at++) {
          const id = `x${at}`;
          await a.engine.start("parent", undefined, { id });
          const ticked = a.engine.tick();
          await a.host.settle(at);
          const other = b.engine.tick();
          await Promise.all([during(a, ticked), during(b, other)]);
          // The other one is done with it, or has come too early.
          await during(b, b.engine.tick());
          await b.host.advance(1);
          await during(b, b.engine.tick());
          const { reason, wakeAt, status } = await a.engine.getStatus(id);
          expect({ at, status, reason, isDue: wakeAt !== null || status === "completed" }).toEqual({ at, status, reason, isDue: true });
          await during(a, a.engine.tick());
          expect(await a.engine.getStatus(id)).toMatchObject({ status: "completed", output: "done" });
          a.host.jump(1);
          b.host.jump(1);
        }
      },
      RIG_TIMEOUT_MS,
    );
  }

  test(
    "and that ends while its parent is taken up for something else, is not missed",
    async () => {
      const ends = new Map<string, () => void>();
      const child = defineWorkflow({
        name: "slow",
        run: (ctx) => ctx.step("work", () => new Promise<void>((resolve) => ends.set(ctx.executionId, resolve))),
      });
      const parent = defineWorkflow({
        name: "waking",
        async run(ctx) {
          await Promise.all([ctx.run(child, undefined, { id: `${ctx.executionId}-child`, delay: "1ms" }), ctx.sleep("nap", "1s")]);
        },
      });
      here = await openBench([child, parent]);
      there = await openBenchOn(here.file, [child, parent], here.host.clock.now() + 1);
      const [a, b] = [here, there];
      await during(b, b.engine.tick());
      for (let at = 0; at < TURNS; at++) {
        const id = `x${at}`;
        await a.engine.start(parent, undefined, { id });
        await during(a, a.engine.tick());
        const carried = b.engine.tick();
        for (let turns = 0; turns < 100_000 && !ends.has(`${id}-child`); turns++) await b.host.settle(1);
        await a.host.advance(1_000);
        await b.host.advance(1_000);
        const ticked = a.engine.tick();
        await a.host.settle(at);
        ends.get(`${id}-child`)?.();
        await Promise.all([during(a, ticked), during(b, carried)]);
        const { wakeAt, status } = await a.engine.getStatus(id);
        expect({ at, status, isDue: wakeAt !== null || status === "completed" }).toEqual({ at, status, isDue: true });
      }
    },
    RIG_TIMEOUT_MS,
  );

  for (const who of ["its own process", "the process of the child"]) {
    test(
      `is not left behind when its parent is cancelled by ${who} at any moment`,
      async () => {
        const { a, b } = await open(3);
        for (let at = 0; at < TURNS; at++) {
          const id = `x${at}`;
          await a.engine.start("parent", undefined, { id });
          const ticked = a.engine.tick();
          await a.host.settle(at % 23);
          const other = b.engine.tick();
          await a.host.settle(Math.floor(at / 2));
          await during(a, (who === "its own process" ? a : b).engine.cancel(id), 5_000);
          await Promise.all([during(a, ticked, 5_000), during(b, other, 5_000)]);
          await both(a, b, id);
          const [parent, child] = [await seen(a, id), await seen(a, `${id}-child`)];
          const isRight =
            parent === "completed" ? child === "completed" : parent === "cancelled" && (child === undefined || isTerminal(child as never));
          expect({ at, parent, child, isRight }).toEqual({ at, parent, child, isRight: true });
          if (child === "completed" && parent === "cancelled") {
            const [p, c] = [await a.engine.getStatus(id), await a.engine.getStatus(`${id}-child`)];
            expect(Date.parse(c.finishedAt ?? "") - Date.parse(p.finishedAt ?? "")).toBeLessThanOrEqual(2_000);
          }
        }
      },
      RIG_TIMEOUT_MS,
    );
  }
});
