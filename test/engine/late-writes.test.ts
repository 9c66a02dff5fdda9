/** Writes that meet: open rows beside completions, and writes that have to wait while others go on. */
import { afterEach, expect, test } from "bun:test";
import type { Timers } from "../../src/engine/host.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { engineOver, HOUR, hostWith, noSpace, statusesOf, wrapped } from "./broken-parts.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

test("an event that comes right after the wait began is recorded as taken, and is there on the next pass", async () => {
  const work = defineWorkflow({
    name: "work",
    async run(ctx) {
      const event = await ctx.waitForEvent("go", { timeout: "10s" });
      await ctx.sleep("nap", "1h");
      return event?.payload;
    },
  });
  bench = await openBench([work]);
  const wrong: string[] = [];
  for (let turns = 0; turns < 8; turns++) {
    for (const hops of [0, 4, 8, 12]) {
      const { id } = await bench.engine.start(work, undefined);
      const carried = bench.engine.carry(id, { holdMs: 60_000 });
      await bench.host.settle(turns);
      for (let hop = 0; hop < hops; hop++) await null;
      await Promise.all([bench.engine.sendEvent(id, "go", 7), during(bench, carried)]);
      const { go } = await statusesOf(bench.engine, id);
      await bench.host.advance(2 * HOUR);
      await during(bench, bench.engine.tick());
      await bench.host.advance(2 * HOUR);
      await during(bench, bench.engine.tick());
      const { status, output } = await bench.engine.getStatus(id);
      if (go !== "completed" || output !== 7) wrong.push(`${turns}.${hops}: the wait is ${go}, the execution ${status} with ${output}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("a sleep so short that it ends before its row is written is recorded as ended", async () => {
  const short = defineWorkflow({
    name: "short",
    async run(ctx) {
      await ctx.sleep("blink", 1);
      await ctx.sleep("nap", "1h");
    },
  });
  bench = await openBench([short]);
  // The loop is busy for longer than the sleep, so that its timer is the first thing of the next turn.
  const at: Timers["at"] = (instant, fn, options) => {
    const leftMs = instant - bench.host.clock.now();
    if (leftMs > 1) return bench.host.timers.at(instant, fn, options);
    bench.host.timers.turn(() => {
      bench.host.jump(leftMs);
      fn();
    });
    return () => {};
  };
  const engine = engineOver(bench.store, hostWith(bench, { at }));
  const { id } = await engine.start(short, undefined);
  expect(await during(bench, engine.carry(id, { holdMs: 1_000 }), 2_000)).toMatchObject({ status: "sleeping" });
  expect(await statusesOf(engine, id)).toEqual({ blink: "completed", nap: "sleeping" });
});

test("a wait that is still open when the workflow returns is cancelled with it", async () => {
  const careless = defineWorkflow({
    name: "careless",
    run(ctx) {
      void ctx.sleep("nap", "1h");
      return 1;
    },
  });
  bench = await openBench([careless]);
  const { id } = await bench.engine.start(careless, undefined);
  expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "completed" });
  expect(await statusesOf(bench.engine, id)).toEqual({ nap: "cancelled" });
});

test("waits of an execution that ends before it is loaded again are ended with it", async () => {
  const late = defineWorkflow({ name: "late", timeout: "1h", run: (ctx) => ctx.sleep("nap", "2h") });
  bench = await openBench([late]);
  const { id } = await bench.engine.start(late, undefined);
  await during(bench, bench.engine.carry(id));
  await bench.host.advance(HOUR);
  await during(bench, bench.engine.tick());
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "failed", error: { code: "DEADLINE_PASSED" } });
  expect(await statusesOf(bench.engine, id)).toEqual({ nap: "cancelled" });
});

test("a step whose record is on its way when the execution is cancelled stays completed", async () => {
  const gate = Promise.withResolvers<string>();
  let tries = 0;
  const work = defineWorkflow({
    name: "work",
    retry: { attempts: 2, delay: 0 },
    async run(ctx) {
      await ctx.step("pay", () => {
        if (++tries === 1) throw new Error("once");
        return gate.promise;
      });
      await ctx.sleep("nap", "1h");
    },
  });
  bench = await openBench([work]);
  const { id } = await bench.engine.start(work, undefined);
  const carried = bench.engine.carry(id);
  await bench.host.settle(60);
  gate.resolve("paid");
  for (let hop = 0; hop < 20; hop++) await null; // its function has ended, its write is submitted
  await during(bench, bench.engine.cancel(id));
  await during(bench, carried);
  expect((await bench.engine.history(id)).steps[0]).toMatchObject({ name: "pay", status: "completed", output: "paid", order: 1 });
});

test("a finished step whose write waits for a full disk is not run again because the execution left meanwhile", async () => {
  const { note, of } = ledger();
  let full = false;
  const gate = Promise.withResolvers<void>();
  const two = defineWorkflow({
    name: "two",
    panic: { delay: "5s" },
    async run(ctx) {
      await Promise.all([
        ctx.step("pay", () => {
          note("pay");
          full = of("pay") === 1;
        }),
        ctx.step("write", async () => {
          await gate.promise;
          if (note("write") === 2) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
        }),
      ]);
    },
  });
  bench = await openBench([two]);
  const store = wrapped(bench.store, {
    submit: (write, settle) => (full ? bench.host.timers.turn(() => settle(noSpace())) : bench.store.submit(write, settle)),
  });
  const engine = engineOver(store, bench.host);
  const { id } = await engine.start(two, undefined);
  void engine.carry(id, { holdMs: 60_000 }).catch(() => {});
  await bench.host.settle(60);
  await bench.host.advance(1_500); // tries at 100 ms and 1,100 ms have failed
  full = false;
  gate.resolve();
  await bench.host.advance(60_000);
  expect(await engine.getStatus(id)).toMatchObject({ status: "completed" });
  expect(of("pay")).toBe(1);
});

test("a row that had to wait does not undo what was written meanwhile", async () => {
  let failures = 0;
  const naps = defineWorkflow({
    name: "naps",
    async run(ctx) {
      await Promise.all([ctx.step("work", () => 1), ctx.sleep("short", 50)]);
      await ctx.sleep("long", "1h");
    },
  });
  bench = await openBench([naps]);
  const store = wrapped(bench.store, {
    submit: (write, settle) => {
      const carriesWork = write.steps?.some(({ name, order }) => name === "work" && order !== null) === true;
      if (carriesWork && failures++ === 0) bench.host.timers.turn(() => settle(noSpace()));
      else bench.store.submit(write, settle);
    },
  });
  const engine = engineOver(store, bench.host);
  const { id } = await engine.start(naps, undefined);
  expect(await during(bench, engine.carry(id, { holdMs: 1_000 }), 2_000, 10)).toMatchObject({ status: "sleeping" });
  expect(await statusesOf(engine, id)).toEqual({ work: "completed", short: "completed", long: "sleeping" });
});

test("an execution whose writes failed for too long is taken up again once the disk has room, by the daemon that runs", async () => {
  let full = false;
  let runs = 0;
  const work = defineWorkflow({
    name: "work",
    run: (ctx) =>
      ctx.step("one", () => {
        full = ++runs === 1;
      }),
  });
  bench = await openBench([work]);
  const store = wrapped(bench.store, {
    submit: (write, settle) => (full ? bench.host.timers.turn(() => settle(noSpace())) : bench.store.submit(write, settle)),
  });
  const engine = engineOver(store, bench.host);
  const { id } = await engine.start(work, undefined);
  const stop = new AbortController();
  const serving = engine.serve({ signal: stop.signal });
  await bench.host.advance(120_000);
  full = false;
  await bench.host.advance(300_000);
  expect(await engine.getStatus(id)).toMatchObject({ status: "completed" });
  stop.abort();
  await bench.host.advance(60_000);
  await serving;
});
