/** A cancellation or a stop in the moment in which an execution leaves. */
import { afterEach, expect, test } from "bun:test";
import type { Store } from "../../src/engine/store.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { engineOver, wrapped } from "./broken-parts.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

test("a cancellation is never lost, whatever the execution is doing at that moment", async () => {
  const nap = defineWorkflow({
    name: "nap",
    async run(ctx) {
      await ctx.step("one", () => 1);
      await ctx.sleep("nap", "1h");
    },
  });
  bench = await openBench([nap]);
  const lost: string[] = [];
  for (let turns = 0; turns < 16; turns++) {
    for (const hops of [0, 3, 9]) {
      const { id } = await bench.engine.start(nap, undefined);
      const carried = bench.engine.carry(id);
      await bench.host.settle(turns);
      for (let hop = 0; hop < hops; hop++) await null;
      await during(bench, bench.engine.cancel(id), 2_000);
      await during(bench, carried, 2_000);
      await during(bench, bench.engine.tick());
      const { status } = await bench.engine.getStatus(id);
      if (status !== "cancelled") lost.push(`${turns}.${hops}: ${status}`);
    }
  }
  expect(lost).toEqual([]);
});

test("an execution that is cancelled between its start and its carrying runs nothing", async () => {
  const { note, all } = ledger();
  const work = defineWorkflow({
    name: "work",
    async run(ctx) {
      await ctx.step("one", () => void note("one"));
      await ctx.step("two", () => void note("two"));
    },
  });
  bench = await openBench([work]);
  const { id } = await bench.engine.start(work, undefined, { claim: true });
  await during(bench, bench.engine.cancel(id));
  expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "cancelled" });
  expect(all).toEqual([]);
});

test("one that another process has asked to cancel meanwhile runs nothing either", async () => {
  const { note, all } = ledger();
  const work = defineWorkflow({ name: "work", run: async (ctx) => void (await ctx.step("one", () => void note("one"))) });
  bench = await openBench([work]);
  const { id } = await bench.engine.start(work, undefined, { claim: true });
  const other = await bench.another();
  await other.requestCancel(id, { at: bench.host.clock.now(), reason: "theirs" });
  await other.close();
  await bench.host.advance(1_000);
  expect(await during(bench, bench.engine.carry(id))).toMatchObject({
    status: "cancelled",
    error: { message: expect.stringContaining("theirs") },
  });
  expect(all).toEqual([]);
});

test("a process that stops while an event is being taken leaves the execution due, not parked over its other wait", async () => {
  const both = defineWorkflow({
    name: "both",
    async run(ctx) {
      const go = ctx.waitForEvent("go").then(() => ctx.step("went", () => "went"));
      return Promise.race([go, ctx.sleep("nap", "10h")]);
    },
  });
  bench = await openBench([both]);
  const stuck: string[] = [];
  for (let turns = 0; turns < 8; turns++) {
    for (const hops of [0, 4, 8, 12, 16]) {
      const { id } = await bench.engine.start(both, undefined);
      const stop = new AbortController();
      const carried = bench.engine.carry(id, { holdMs: Number.POSITIVE_INFINITY, signal: stop.signal });
      await bench.host.settle(30);
      void bench.engine.sendEvent(id, "go");
      await bench.host.settle(turns);
      for (let hop = 0; hop < hops; hop++) await null;
      stop.abort();
      await during(bench, carried, 20_000);
      await during(bench, bench.engine.tick());
      const { status } = await bench.engine.getStatus(id);
      if (status !== "completed") stuck.push(`${turns}.${hops}: ${status}`);
    }
  }
  expect(stuck).toEqual([]);
});

test("a process that stops between two completions of one commit leaves the execution due", async () => {
  const { note, of } = ledger();
  const work = defineWorkflow({
    name: "work",
    run: (ctx) =>
      Promise.race([
        Promise.all(["a", "b", "c"].map(async (name) => (await ctx.step(name, () => void note(name)), name))).then(() =>
          ctx.step("sum", () => 3),
        ),
        ctx.sleep("nap", "10h"),
      ]),
  });
  bench = await openBench([work]);
  const stuck: string[] = [];
  for (let turns = 0; turns < 16; turns++) {
    const { id } = await bench.engine.start(work, undefined);
    const stop = new AbortController();
    const carried = bench.engine.carry(id, { signal: stop.signal });
    await bench.host.settle(turns);
    stop.abort();
    await during(bench, carried, 20_000);
    await during(bench, bench.engine.tick());
    const { status } = await bench.engine.getStatus(id);
    if (status !== "completed") stuck.push(`${turns}: ${status}`);
  }
  expect(stuck).toEqual([]);
  expect(of("a")).toBe(16);
});

test("a process that stops starts no further attempt of a step that rests", async () => {
  const { note, all } = ledger();
  const work = defineWorkflow({
    name: "work",
    retry: { attempts: 5, delay: "2s", jitter: false, backoff: "constant" },
    run: (ctx) =>
      Promise.all([
        ctx.step("slow", () => new Promise((resolve) => void bench.host.timers.after(8_000, () => resolve(1)))),
        ctx.step("flaky", ({ attempt }) => {
          note(`flaky ${attempt}`);
          throw new Error("again");
        }),
      ]),
  });
  bench = await openBench([work]);
  const { id } = await bench.engine.start(work, undefined);
  const stop = new AbortController();
  const carried = bench.engine.carry(id, { holdMs: 60_000, signal: stop.signal });
  await bench.host.settle(30);
  stop.abort();
  expect(await during(bench, carried, 20_000)).toMatchObject({ status: "pending" });
  expect(all).toEqual(["flaky 1"]);
});

test("an engine that closes does not take up again what it has just given back", async () => {
  const { note, all } = ledger();
  const gate = Promise.withResolvers<void>();
  const work = defineWorkflow({
    name: "work",
    async run(ctx) {
      await ctx.step("one", () => gate.promise);
      await ctx.step("two", () => void note("two"));
    },
  });
  bench = await openBench([work]);
  // Another process has the lock while the worker takes its leave.
  const removeWorker: Store["removeWorker"] = async (id, now) => {
    await new Promise<void>((resolve) => void bench.host.timers.after(20, resolve));
    return bench.store.removeWorker(id, now);
  };
  const engine = engineOver(wrapped(bench.store, { removeWorker, close: async () => {} }), bench.host);
  const { id } = await engine.start(work, undefined);
  const carried = engine.carry(id, { holdMs: 60_000 }).catch(() => undefined);
  await bench.host.settle(30);
  const closing = engine.close();
  gate.resolve();
  await during(bench, closing, 1_000, 1);
  expect(all).toEqual([]);
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "pending" });
  await bench.host.advance(1_000);
  await carried;
});
