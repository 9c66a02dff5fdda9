/** Code and histories that grow: patched, continueAsNew, approvals and the facts of a context. */
import { afterEach, describe, expect, test } from "bun:test";
import { z } from "zod";
import type { WorkflowContext } from "../../src/model/context.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const MINUTE = 60_000;
const make = (run: (ctx: WorkflowContext) => unknown) => defineWorkflow({ name: "work", run });

const pass = async (advanceMs = 0): Promise<void> => {
  await bench.host.advance(advanceMs);
  await during(bench, bench.engine.tick(), 5_000);
};

describe("patched", () => {
  const old = (note: (what: string) => number) =>
    make(async (ctx) => {
      await ctx.step("first", () => note("first"));
      await ctx.sleep("nap", "1m");
      return ctx.step("last", () => note("last"));
    });
  const renewed = (note: (what: string) => number) =>
    make(async (ctx) => {
      await ctx.step("first", () => note("first"));
      if (ctx.patched("check first")) await ctx.step("check", () => note("check"));
      await ctx.sleep("nap", "1m");
      const isPatched = ctx.patched("check first");
      return ctx.step("last", () => (note("last"), isPatched));
    });

  test("is true for an execution that is new, and stays so on every pass", async () => {
    const { note, all } = ledger();
    bench = await openBench([renewed(note)]);
    const { id } = await bench.engine.start("work", undefined);
    await pass();
    bench = await bench.reopen();
    await pass(MINUTE);
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: true });
    expect(all).toEqual(["first", "check", "last"]);
  });

  test("is false for one that went past the place on older code, and stays so", async () => {
    const { note, all } = ledger();
    bench = await openBench([old(note)]);
    const { id } = await bench.engine.start("work", undefined);
    await pass();
    bench.host.define(renewed(note));
    bench = await bench.reopen();
    bench.host.define(renewed(note));
    await pass(MINUTE);
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: false });
    expect(all).toEqual(["first", "last"]);
  });

  test("is true at a place that older code had not come to yet", async () => {
    const { note, all } = ledger();
    bench = await openBench([old(note)]);
    const { id } = await bench.engine.start("work", undefined);
    await pass();
    bench.host.define(
      make(async (ctx) => {
        await ctx.step("first", () => note("first"));
        await ctx.sleep("nap", "1m");
        if (ctx.patched("say more")) await ctx.step("more", () => note("more"));
        await ctx.sleep("again", "1m");
        return ctx.patched("say more");
      }),
    );
    await pass(MINUTE);
    await pass(MINUTE);
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: true });
    expect(all).toEqual(["first", "more"]);
  });

  test("is the same again after a crash at any time", async () => {
    for (let turns = 0; turns < 45; turns += 3) {
      const { note, all } = ledger();
      bench = await openBench([renewed(note)]);
      const { id } = await bench.engine.start("work", undefined);
      bench.engine.tick().catch(() => {});
      await bench.host.settle(turns);
      bench = await bench.crash();
      for (let round = 0; round < 3; round++) await pass(MINUTE);
      expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: true });
      expect(all).toContain("check");
      await bench.close();
    }
    bench = await openBench([make(() => 1)]);
  });
});

describe("continueAsNew", () => {
  const counting = (note: (what: string) => number) =>
    defineWorkflow({
      name: "counting",
      input: z.object({ n: z.number() }),
      async run(ctx, { n }): Promise<unknown> {
        await ctx.step("count", ({ idempotencyKey }) => (note(`${n}`), note(idempotencyKey)));
        await ctx.sleep("nap", "1m");
        if (n < 3) return ctx.continueAsNew({ n: n + 1 });
        return ctx.uuid();
      },
    });

  test("starts over under the same id, with the new input and an empty history", async () => {
    const { note, all } = ledger();
    bench = await openBench([counting(note)]);
    await bench.engine.start("counting", { n: 1 }, { id: "c" });
    await pass();
    await pass(MINUTE);
    expect(await bench.engine.getStatus("c")).toMatchObject({ status: "pending", reason: "queued", input: { n: 2 }, generation: 1 });
    expect((await bench.engine.history("c")).steps).toEqual([]);
    for (let round = 0; round < 6; round++) {
      bench = await bench.reopen();
      await pass(MINUTE);
    }
    expect(await bench.engine.getStatus("c")).toMatchObject({ status: "completed", input: { n: 3 } });
    expect(all).toEqual(["1", "c/step/count/1", "2", "c/generation%201/step/count/1", "3", "c/generation%202/step/count/1"]);
  });

  test("in the foreground goes on at once, as far as it goes", async () => {
    const { note, all } = ledger();
    bench = await openBench([counting(note)]);
    const carried = bench.engine.execute("counting" as never, { n: 1 }, { id: "c" });
    expect(await during(bench, carried, 10 * MINUTE)).toMatchObject({ status: "completed" });
    expect(all.filter((what) => what.length === 1)).toEqual(["1", "2", "3"]);
  });

  test("draws other random numbers in each round", async () => {
    const drawn: string[] = [];
    const drawing = defineWorkflow({
      name: "drawing",
      input: z.number(),
      run: async (ctx, n): Promise<unknown> => (drawn.push(ctx.uuid()), n < 3 ? ctx.continueAsNew(n + 1) : n),
    });
    bench = await openBench([drawing]);
    await during(bench, bench.engine.execute(drawing, 1), MINUTE);
    expect(new Set(drawn).size).toBe(3);
  });

  test("keeps events that nobody has taken, and the log", async () => {
    const collecting = defineWorkflow({
      name: "collecting",
      input: z.array(z.unknown()),
      async run(ctx, got): Promise<unknown> {
        const event = await ctx.waitForEvent("next");
        ctx.log.info(`round ${got.length}`);
        const all = [...got, event?.payload];
        return all.length < 3 ? ctx.continueAsNew(all) : all;
      },
    });
    bench = await openBench([collecting]);
    await bench.engine.start(collecting, [], { id: "c" });
    for (const n of [1, 2, 3]) await bench.engine.sendEvent("c", "next", n);
    for (let round = 0; round < 4; round++) await pass(1_000);
    expect(await bench.engine.getStatus("c")).toMatchObject({ status: "completed", output: [1, 2, 3] });
    expect((await bench.engine.logs("c")).map(({ message }) => message)).toEqual(["round 0", "round 1", "round 2"]);
  });

  test("with an input that the workflow does not take fails, and loses nothing", async () => {
    const wrong = defineWorkflow({
      name: "wrong",
      input: z.object({ n: z.number() }),
      run: async (ctx) => {
        await ctx.step("one", () => 1);
        return ctx.continueAsNew({ n: "two" });
      },
    });
    bench = await openBench([wrong]);
    const { id } = await bench.engine.start(wrong, { n: 1 });
    await pass();
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "failed", error: { code: "INPUT_INVALID" }, input: { n: 1 } });
    expect((await bench.engine.history(id)).steps).toHaveLength(1);
  });

  test("lets nothing after it run", async () => {
    const { note, all } = ledger();
    const work = defineWorkflow({
      name: "work",
      input: z.number(),
      async run(ctx, n) {
        if (n === 2) return "over";
        void ctx.continueAsNew(2);
        await ctx.step("never", () => note("never"));
        return "never";
      },
    });
    bench = await openBench([work]);
    expect(await during(bench, bench.engine.execute(work, 1), MINUTE)).toMatchObject({ status: "completed", output: "over" });
    expect(all).toEqual([]);
  });
});

describe("an approval", () => {
  const asking = make(async (ctx) => ctx.approve("deploy", { timeout: "1h", message: "to production?" }));

  test("waits for a decision, which it gives with who made it and why", async () => {
    bench = await openBench([asking]);
    const { id } = await bench.engine.start("work", undefined);
    await pass();
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "waiting", reason: "event", reasonDetail: 'approval "deploy"' });
    const payloadText = JSON.stringify({ approved: true, note: "looks good", by: "ann@host" });
    await bench.store.addEvent(id, { id: "d-1", name: "deploy", kind: "approval", payloadText, sentAt: bench.host.clock.now() });
    await pass();
    expect(await bench.engine.getStatus(id)).toMatchObject({
      status: "completed",
      output: { approved: true, note: "looks good", by: "ann@host", timedOut: false },
    });
  });

  test("that comes too late counts as not approved", async () => {
    bench = await openBench([asking]);
    const { id } = await bench.engine.start("work", undefined);
    await pass();
    await pass(60 * MINUTE);
    expect(await bench.engine.getStatus(id)).toMatchObject({ output: { approved: false, note: null, by: null, timedOut: true } });
  });

  test("is not decided by an ordinary event of its name, nor an event by a decision", async () => {
    const both = make(async (ctx) => {
      const [decision, event] = await Promise.all([
        ctx.approve("deploy", { timeout: "1h" }),
        ctx.waitForEvent("deploy", { timeout: "1h" }),
      ]);
      return [decision.approved, event?.payload];
    });
    bench = await openBench([both]);
    const { id } = await bench.engine.start("work", undefined);
    await pass();
    await bench.engine.sendEvent(id, "deploy", { approved: true });
    await pass();
    await pass(60 * MINUTE);
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: [false, { approved: true }] });
  });
});

test("a context says which slot of its schedule it is for", async () => {
  bench = await openBench([make((ctx) => ctx.scheduledFor)]);
  expect(await during(bench, bench.engine.execute("work" as never, undefined))).toMatchObject({ output: null });
});
