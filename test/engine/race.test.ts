/** The first to settle, and what becomes of the others. */
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

describe("race", () => {
  test("names the first to settle; what the others wait for keeps the execution no longer", async () => {
    const work = make(async (ctx) => {
      const [answer, late, never] = [ctx.waitForEvent("answer"), ctx.sleep("late", "1m"), ctx.sleep("never", "365d")];
      const result = await ctx.race({ answer, late, never });
      await ctx.sleep("after", "1m");
      return result;
    });
    bench = await openBench([work]);
    const { id } = await bench.engine.start(work, undefined);
    await during(bench, bench.engine.tick());
    await bench.host.advance(MINUTE);
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "sleeping", reasonDetail: 'sleep "after"' });
    expect((await stepsOf(id)).map(({ name, status }) => [name, status])).toEqual([
      ["late", "completed"],
      ["answer", "cancelled"],
      ["never", "cancelled"],
      ["after", "sleeping"],
    ]);
    bench = await bench.reopen();
    await bench.host.advance(MINUTE);
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: { winner: "late" } });
  });

  test("a wait that has lost takes no event any more", async () => {
    const work = make(async (ctx) => {
      await ctx.race({ answer: ctx.waitForEvent("answer"), late: ctx.sleep("late", "1m") });
      return (await ctx.waitForEvent("answer"))?.payload;
    });
    bench = await openBench([work]);
    const { id } = await bench.engine.start(work, undefined);
    await during(bench, bench.engine.tick());
    await bench.host.advance(MINUTE);
    await during(bench, bench.engine.tick());
    await bench.engine.sendEvent(id, "answer", "yes");
    bench = await bench.reopen();
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: "yes" });
  });

  test("decides the same way on every pass, whatever came in between", async () => {
    for (let turns = 0; turns < 40; turns += 2) {
      const { note, of } = ledger();
      const work = make(async (ctx) => {
        const winners: string[] = [];
        for (let round = 0; round < 4; round++) {
          const { winner } = await ctx.race({
            a: ctx.step(`a${round}`, () => note(`a${round}`)),
            b: ctx.step(`b${round}`, async () => (await null, note(`b${round}`))),
            c: ctx.sleep(`c${round}`, 0),
          });
          winners.push(await ctx.step(`won${round}`, () => winner));
          winners.push(winner);
        }
        return winners;
      });
      bench = await openBench([work]);
      const { id } = await bench.engine.start(work, undefined);
      bench.engine.tick().catch(() => {});
      await bench.host.settle(turns);
      bench = await bench.crash();
      await finish(id);
      const { status, output } = await bench.engine.getStatus(id);
      expect(status).toBe("completed");
      const winners = output as readonly string[];
      for (let at = 0; at < winners.length; at += 2) expect(winners[at]).toBe(winners[at + 1] ?? "");
      expect(of("a0")).toBeLessThanOrEqual(2);
      await bench.close();
    }
    bench = await openBench([make(() => 1)]);
  });

  test("takes functions, whose code is let go of when it has lost, wherever it is", async () => {
    const { note, all } = ledger();
    const work = make(async (ctx) => {
      const result = await ctx.race({
        quick: async (lane) => {
          await lane.sleep("nap", "1m");
          return "quick";
        },
        slow: async (lane) => {
          await lane.step("begin", () => note("begin"));
          await lane.sleep("nap", "1h");
          await lane.step("end", () => note("end"));
        },
      });
      await ctx.sleep("after", "2h");
      return result;
    });
    bench = await openBench([work]);
    const { id } = await bench.engine.start(work, undefined);
    await finish(id, true);
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: { winner: "quick", value: "quick" } });
    expect(all).toEqual(["begin"]);
    expect((await stepsOf(id)).map(({ scope, name }) => `${scope}/${name}`)).toEqual(["slow/begin", "quick/nap", "/after", "slow/nap"]);
  });

  test("a step that has lost runs to its end, and its code goes on to nothing", async () => {
    const { note, all } = ledger();
    const gate = Promise.withResolvers<void>();
    const work = make(async (ctx) => {
      await ctx.race({
        quick: (lane) => lane.step("quick", () => note("quick")),
        slow: async (lane) => {
          await lane.step("slow", () => gate.promise.then(() => note("slow")));
          await lane.step("never", () => note("never"));
        },
      });
      gate.resolve();
      return ctx.step("last", () => note("last"));
    });
    bench = await openBench([work]);
    const { id } = await bench.engine.start(work, undefined);
    await finish(id);
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed" });
    expect(all).not.toContain("never");
  });

  test("throws what the first to settle throws, and leaves the others unheard", async () => {
    const work = make(async (ctx) => {
      try {
        await ctx.race({ bad: ctx.step("bad", () => Promise.reject(new RangeError("bad"))), late: ctx.sleep("late", "1h") });
      } catch (error) {
        return (error as Error).name;
      }
      return "nothing";
    });
    bench = await openBench([work]);
    const { id } = await bench.engine.start(work, undefined);
    await finish(id);
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: "RangeError" });
  });

  test("in which nobody takes part is refused", async () => {
    const work = make((ctx) => ctx.race({}));
    bench = await openBench([work]);
    const { id } = await bench.engine.start(work, undefined);
    await finish(id);
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "failed", error: { name: "ValidationError" } });
  });

  test("of children lets go of the wait; the child that lost goes on until its parent is over", async () => {
    const child = defineWorkflow({ name: "child", run: (ctx) => ctx.sleep("nap", "1h") });
    const work = make(async (ctx) => {
      const { winner } = await ctx.race({ child: ctx.run(child, undefined, { id: "child" }), late: ctx.sleep("late", "1m") });
      await ctx.sleep("after", "1m");
      return winner;
    });
    bench = await openBench([work, child]);
    const { id } = await bench.engine.start(work, undefined);
    await during(bench, bench.engine.tick());
    await bench.host.advance(MINUTE);
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus("child")).toMatchObject({ status: "sleeping" });
    await bench.host.advance(MINUTE);
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: "late" });
    expect(await bench.engine.getStatus("child")).toMatchObject({ status: "cancelled" });
  });
});
