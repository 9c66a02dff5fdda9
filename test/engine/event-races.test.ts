/** An event that comes in the very moment in which a race is decided: it is taken by the race, or it waits for whoever asks next. */
import { afterEach, expect, test } from "bun:test";
import { defineWorkflow } from "../../src/model/definition.ts";
import { z } from "zod";
import { type Bench, during, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

/** Sends itself an event from the step that races with the wait for it, and ends its step so much later. */
const close = defineWorkflow({
  name: "close",
  input: z.object({ turns: z.number(), ticks: z.number() }),
  async run(ctx, { turns, ticks }) {
    const body = async (): Promise<void> => {
      const sent = bench.engine.sendEvent(ctx.executionId, "go", 7);
      if (turns < 0) await sent;
      for (let at = 0; at < turns; at++) await bench.host.settle(1);
      for (let at = 0; at < ticks; at++) await null;
    };
    const { winner } = await ctx.race({ step: ctx.step("send", body), event: ctx.waitForEvent("go") });
    await ctx.sleep("nap", "1m");
    const later = winner === "event" ? null : await ctx.waitForEvent("go", { timeout: "1m" });
    return { winner, later: later?.payload ?? null };
  },
});

const minutes = async (count: number): Promise<void> => {
  for (let minute = 0; minute < count; minute++) {
    await during(bench, bench.engine.tick(), 1_000);
    await bench.host.advance(60_000);
  }
};

const outputOf = async (id: string): Promise<{ readonly winner: string; readonly later: unknown }> =>
  (await bench.engine.getStatus(id)).output as { winner: string; later: unknown };

test("an event is not lost to a wait that loses its race in the same moment", async () => {
  bench = await openBench([close]);
  const winners = new Set<string>();
  for (let turns = -1; turns < 3; turns++) {
    for (let ticks = 0; ticks < 24; ticks++) {
      const id = `x${turns}-${ticks}`;
      await bench.engine.start(close, { turns, ticks }, { id });
      await minutes(3);
      const { winner, later } = await outputOf(id);
      winners.add(winner);
      expect({ turns, ticks, winner, later }).toEqual({ turns, ticks, winner, later: winner === "event" ? null : 7 });
    }
  }
  expect([...winners].toSorted()).toEqual(["event", "step"]);
});

test("nor when the process dies before it could give the event back", async () => {
  bench = await openBench([close]);
  const submit = bench.store.submit.bind(bench.store);
  let held = 0;
  bench.store.submit = (write, settle) => {
    if (write.giveBack !== undefined) held++;
    if (held === 0) submit(write, settle);
  };
  await bench.engine.start(close, { turns: -1, ticks: 0 }, { id: "x" });
  void bench.engine.tick().catch(() => {});
  await bench.host.advance(1_000);
  expect(held).toBeGreaterThan(0);
  bench = await bench.crash();
  await minutes(4);
  expect(await outputOf("x")).toEqual({ winner: "step", later: 7 });
});

test("an event that was taken before a new beginning is not given back by a wait of the same place after it", async () => {
  const again = defineWorkflow({
    name: "again",
    input: z.object({ round: z.number() }),
    async run(ctx, { round }) {
      if (round === 0) {
        await ctx.waitForEvent("go");
        return ctx.continueAsNew({ round: 1 });
      }
      const body = (): unknown => bench.engine.sendEvent(ctx.executionId, "go", 2);
      await ctx.race({ step: ctx.step("send", body), event: ctx.waitForEvent("go") });
      const seen = [await ctx.waitForEvent("go", { timeout: "1m" }), await ctx.waitForEvent("go", { timeout: "1m" })];
      return seen.map((event) => event?.payload ?? null);
    },
  });
  bench = await openBench([again]);
  await bench.engine.start(again, { round: 0 }, { id: "x" });
  await bench.engine.sendEvent("x", "go", 1);
  await minutes(5);
  expect((await bench.engine.getStatus("x")).output).toEqual([2, null]);
});
