/** Compensation: what an execution has done is undone when it fails, passes its deadline or is cancelled. */
import { afterEach, describe, expect, test } from "bun:test";
import type { StepContext, WorkflowContext } from "../../src/model/context.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { WorkflowError } from "../../src/model/errors.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const MINUTE = 60_000;
type Note = (what: string) => number;

/** Books a flight, then a room, then goes on as told. */
const trip = (note: Note, end: (ctx: WorkflowContext) => unknown, undo: (what: string, step: StepContext) => unknown = () => {}) =>
  defineWorkflow({
    name: "trip",
    retry: { attempts: 2, delay: "1s", jitter: false },
    async run(ctx) {
      for (const what of ["flight", "room"]) {
        await ctx.step(what, () => (note(`book ${what}`), { booked: what }), {
          compensate: async ({ booked }, step) => {
            note(`undo ${booked}`);
            await undo(booked, step);
          },
        });
      }
      return end(ctx);
    },
  });

const nap = (ctx: WorkflowContext): Promise<void> => ctx.sleep("nap", "1h");
const fail = (): never => {
  throw new WorkflowError("no visa");
};

const kinds = async (id: string): Promise<readonly string[]> =>
  (await bench.engine.history(id)).steps.map(({ kind, name, status }) => `${kind} ${name} ${status}`);

describe("an execution that fails", () => {
  test("undoes its completed steps, the last one first, and then is failed with its own error", async () => {
    const { note, all } = ledger();
    bench = await openBench([trip(note, fail)]);
    const { id } = await bench.engine.start("trip", undefined);
    await during(bench, bench.engine.tick(), 10_000);
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "failed", error: { name: "WorkflowError", message: "no visa" } });
    expect(all).toEqual(["book flight", "book room", "undo room", "undo flight"]);
    expect(await kinds(id)).toEqual([
      "step flight completed",
      "step room completed",
      "compensation room completed",
      "compensation flight completed",
    ]);
  });

  test("undoes nothing of a step that has failed itself", async () => {
    const { note, all } = ledger();
    const half = defineWorkflow({
      name: "half",
      async run(ctx) {
        await ctx.step("one", () => note("one"), { compensate: () => note("undo one") });
        await ctx.step("two", fail, { compensate: () => note("undo two") });
      },
    });
    bench = await openBench([half]);
    expect(await during(bench, bench.engine.execute(half, undefined), 10_000)).toMatchObject({ status: "failed" });
    expect(all).toEqual(["one", "undo one"]);
  });

  test("undoes nothing when its code has caught the error", async () => {
    const { note, all } = ledger();
    bench = await openBench([trip(note, (ctx) => ctx.step("visa", fail).catch(() => "stays at home"))]);
    expect(await during(bench, bench.engine.execute("trip" as never, undefined))).toMatchObject({ status: "completed" });
    expect(all).toEqual(["book flight", "book room"]);
  });

  test("by its deadline undoes as well, however long that takes", async () => {
    const { note, all } = ledger();
    const slow = defineWorkflow({
      name: "slow",
      timeout: "30m",
      async run(ctx) {
        await ctx.step("one", () => note("one"), { compensate: () => note("undo one") });
        await nap(ctx);
      },
    });
    bench = await openBench([slow]);
    const { id } = await bench.engine.start(slow, undefined);
    await during(bench, bench.engine.tick());
    await bench.host.advance(31 * MINUTE);
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "failed", error: { code: "DEADLINE_PASSED" } });
    expect(all).toEqual(["one", "undo one"]);
  });

  test("gives a compensation the same key at every attempt, and another than its step's", async () => {
    const keys: string[] = [];
    let tries = 0;
    const work = defineWorkflow({
      name: "work",
      retry: { attempts: 3, delay: 0 },
      async run(ctx) {
        await ctx.step("one", ({ idempotencyKey }) => void keys.push(idempotencyKey), {
          compensate: (_, { idempotencyKey }) => {
            keys.push(idempotencyKey);
            if (++tries < 3) throw new Error("not yet");
          },
        });
        fail();
      },
    });
    bench = await openBench([work]);
    await during(bench, bench.engine.execute(work, undefined, { id: "w" }), 10_000);
    expect(keys).toEqual(["w/step/one/1", "w/compensation/one/1", "w/compensation/one/1", "w/compensation/one/1"]);
  });
});

describe("an execution that is cancelled", () => {
  test("while parked is due, is undone by whoever takes it up, and only then cancelled", async () => {
    const { note, all } = ledger();
    bench = await openBench([trip(note, nap)]);
    const { id } = await bench.engine.start("trip", undefined);
    await during(bench, bench.engine.tick());
    const asked = {
      status: "pending",
      reasonDetail: expect.stringContaining("cancellation was asked for; what it has done is undone first"),
    };
    expect(await bench.engine.cancel(id, "ill")).toMatchObject(asked);
    expect((await bench.engine.why(id)).text).toContain("Its cancellation was asked for; what it has done is undone first");
    bench = await bench.reopen();
    expect(await during(bench, bench.engine.tick(), 10_000)).toMatchObject({ claimed: 1, cancelled: 1, parked: 0 });
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "cancelled", error: { message: expect.stringContaining("ill") } });
    expect(all).toEqual(["book flight", "book room", "undo room", "undo flight"]);
  });

  test("in memory is undone at once; a step that runs is told, and undone too when it comes to its end", async () => {
    const { note, all } = ledger();
    const busy = defineWorkflow({
      name: "busy",
      async run(ctx) {
        await ctx.step("one", () => note("one"), { compensate: () => note("undo one") });
        await ctx.step(
          "two",
          ({ signal }) => new Promise((resolve) => signal.addEventListener("abort", () => resolve(note("two, told to stop")))),
          { compensate: () => note("undo two") },
        );
        note("never");
      },
    });
    bench = await openBench([busy]);
    const { id } = await bench.engine.start(busy, undefined);
    const carried = bench.engine.carry(id);
    await bench.host.settle(40);
    await during(bench, bench.engine.cancel(id), 10_000);
    expect(await during(bench, carried, 10_000)).toMatchObject({ status: "cancelled" });
    expect(all).toEqual(["one", "two, told to stop", "undo two", "undo one"]);
  });

  test("waits for such a step for a grace only, and says that it may have happened", async () => {
    const { note, all } = ledger();
    const stubborn = defineWorkflow({
      name: "stubborn",
      async run(ctx) {
        await ctx.step("one", () => note("one"), { compensate: () => note("undo one") });
        await ctx.step("two", () => new Promise<never>(() => {}), { compensate: () => note("undo two") });
      },
    });
    bench = await openBench([stubborn]);
    const { id } = await bench.engine.start(stubborn, undefined);
    const carried = bench.engine.carry(id);
    await bench.host.settle(40);
    await during(bench, bench.engine.cancel(id), 10_000);
    expect(await during(bench, carried, 10_000)).toMatchObject({ status: "cancelled" });
    expect(all).toEqual(["one", "undo one"]);
    expect((await bench.engine.logs(id)).map(({ message }) => message)).toContainEqual(
      expect.stringContaining('step "two" did not stop; whether it has happened is unknown'),
    );
  });

  test("without anything to undo is cancelled on the spot", async () => {
    const plain = defineWorkflow({ name: "plain", run: nap });
    bench = await openBench([plain]);
    const { id } = await bench.engine.start(plain, undefined);
    await during(bench, bench.engine.tick());
    expect(await bench.engine.cancel(id)).toMatchObject({ status: "cancelled" });
  });
});

describe("undoing", () => {
  test("goes on after a crash at any time, and undoes each step once where it was recorded", async () => {
    for (let turns = 0; turns < 60; turns += 3) {
      const { note, all } = ledger();
      bench = await openBench([trip(note, nap)]);
      const { id } = await bench.engine.start("trip", undefined);
      await during(bench, bench.engine.tick());
      await bench.engine.cancel(id, "ill");
      bench.engine.tick().catch(() => {});
      await bench.host.settle(turns);
      bench = await bench.crash();
      for (let round = 0; round < 4; round++) {
        await during(bench, bench.engine.tick(), 10_000);
        await bench.host.advance(MINUTE);
      }
      expect(await bench.engine.getStatus(id)).toMatchObject({ status: "cancelled" });
      const undone = all.filter((what) => what.startsWith("undo"));
      expect([undone.at(0), undone.at(-1)]).toEqual(["undo room", "undo flight"]);
      expect(undone.length).toBeLessThanOrEqual(3); // one of them twice, where the process died in the middle of it
      await bench.close();
    }
  });

  test("stays decided although the code would not fail any more", async () => {
    const { note, all } = ledger();
    let isBroken = true;
    const breaking = (what: string): void => {
      if (what === "room" && isBroken) throw new WorkflowError("the hotel does not answer");
    };
    bench = await openBench([trip(note, fail, breaking)]);
    const { id } = await bench.engine.start("trip", undefined);
    await during(bench, bench.engine.tick(), 10_000);
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "paused", reason: "paused" });
    isBroken = false;
    bench.host.define(trip(note, () => "all is well", breaking));
    await bench.engine.resume(id);
    await during(bench, bench.engine.tick(), 10_000);
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "failed", error: { message: "no visa" } });
    expect(all.slice(2)).toEqual(["undo room", "undo room", "undo flight"]);
  });

  test("that cannot be done pauses the execution and says which step, with its attempts used up", async () => {
    const { note, of } = ledger();
    const never = (): never => {
      throw new Error("the hotel does not answer");
    };
    bench = await openBench([trip(note, fail, never)]);
    const { id } = await bench.engine.start("trip", undefined);
    await during(bench, bench.engine.tick({ holdMs: 5_000 }), 10_000);
    expect(await bench.engine.getStatus(id)).toMatchObject({
      status: "paused",
      reasonDetail: 'compensation "room" failed after 2 attempts: the hotel does not answer',
    });
    expect([of("undo room"), of("undo flight")]).toEqual([2, 0]);
  });

  test("parks while its next attempt is far away, also when its cancellation was asked for", async () => {
    const { note, all } = ledger();
    let tries = 0;
    bench = await openBench([
      trip(note, nap, (what) => {
        if (what === "room" && ++tries === 1) throw new Error("not yet");
      }),
    ]);
    const { id } = await bench.engine.start("trip", undefined);
    await during(bench, bench.engine.tick());
    await bench.engine.cancel(id);
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "sleeping", reason: "retry" });
    await bench.host.advance(1_000);
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "cancelled" });
    expect(all.slice(2)).toEqual(["undo room", "undo room", "undo flight"]);
  });

  test("of a step whose code no longer says how is left out, and said in the log", async () => {
    const { note, all } = ledger();
    bench = await openBench([trip(note, nap)]);
    const { id } = await bench.engine.start("trip", undefined);
    await during(bench, bench.engine.tick());
    bench.host.define(
      defineWorkflow({
        name: "trip",
        async run(ctx) {
          await ctx.step("flight", () => ({ booked: "flight" }), { compensate: () => note("undo flight") });
          await ctx.step("room", () => ({ booked: "room" }));
          await nap(ctx);
        },
      }),
    );
    await bench.engine.cancel(id);
    await during(bench, bench.engine.tick(), 10_000);
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "cancelled" });
    expect(all.slice(2)).toEqual(["undo flight"]);
    expect((await bench.engine.logs(id)).map(({ message }) => message)).toContainEqual(
      expect.stringContaining('step "room" is not undone'),
    );
  });
});
