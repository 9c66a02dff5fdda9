/** Time-outs, deadlines, cancellation, draining: the ways in which a running execution is stopped. */
import { afterEach, expect, test } from "bun:test";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const never = (signal: AbortSignal, onAbort: (reason: unknown) => void): Promise<never> =>
  new Promise(() => signal.addEventListener("abort", () => onAbort(signal.reason)));

test("a time-out aborts the signal, fails the attempt, and the next one waits for the grace", async () => {
  const reasons: unknown[] = [];
  const starts: number[] = [];
  const slow = defineWorkflow({
    name: "slow",
    retry: { attempts: 2, delay: 0, jitter: false },
    run: (ctx) =>
      ctx.step(
        "work",
        ({ signal }) => {
          starts.push(bench.host.clock.now());
          return never(signal, (reason) => reasons.push(reason));
        },
        { timeout: "2s" },
      ),
  });
  bench = await openBench([slow]);
  const { id } = await bench.engine.start(slow, undefined);
  const execution = await during(bench, bench.engine.carry(id, { holdMs: 60_000 }), 30_000);
  expect(execution).toMatchObject({ status: "failed", error: { name: "TimeoutError", code: "STEP_TIMEOUT" } });
  expect(reasons).toHaveLength(2);
  expect((starts[1] ?? 0) - (starts[0] ?? 0)).toBe(7_000);
});

test("a result that comes after the time-out is ignored and said in the log", async () => {
  const late = Promise.withResolvers<string>();
  const slow = defineWorkflow({
    name: "late",
    retry: { attempts: 2, delay: 0, jitter: false },
    run: (ctx) => ctx.step("work", ({ attempt }) => (attempt === 1 ? late.promise : "second"), { timeout: "1s" }),
  });
  bench = await openBench([slow]);
  const { id } = await bench.engine.start(slow, undefined);
  const carried = bench.engine.carry(id, { holdMs: 60_000 });
  await bench.host.advance(1_500);
  late.resolve("first");
  expect(await during(bench, carried, 10_000)).toMatchObject({ status: "completed", output: "second" });
  expect((await bench.engine.logs(id)).map(({ message }) => message)).toEqual([
    expect.stringContaining('step "work", attempt 1 ended late'),
  ]);
});

test("the deadline of an execution counts parked time and cannot be swallowed", async () => {
  const { note, all } = ledger();
  const deadline = defineWorkflow({
    name: "deadline",
    timeout: "1h",
    async run(ctx) {
      try {
        await ctx.sleep("long", "1d");
      } finally {
        note("finally");
      }
    },
  });
  bench = await openBench([deadline]);
  const { id } = await bench.engine.start(deadline, undefined);
  expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "sleeping", wakeAt: "2026-01-01T01:00:00.000Z" });
  await bench.host.advance(3_600_000);
  await during(bench, bench.engine.tick());
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "failed", error: { code: "DEADLINE_PASSED", name: "TimeoutError" } });
  expect(all).toEqual([]);
});

test("a deadline also stops what runs in this process", async () => {
  const reasons: unknown[] = [];
  const deadline = defineWorkflow({
    name: "deadline-live",
    timeout: "5s",
    run: (ctx) => ctx.step("work", ({ signal }) => never(signal, (reason) => reasons.push(reason))),
  });
  bench = await openBench([deadline]);
  const { id } = await bench.engine.start(deadline, undefined);
  expect(await during(bench, bench.engine.carry(id), 10_000)).toMatchObject({ status: "failed", error: { code: "DEADLINE_PASSED" } });
  expect(String(reasons[0])).toContain("deadline");
});

test("cancelling a running execution aborts its step, runs nothing else, and is final", async () => {
  const { note, all } = ledger();
  const work = defineWorkflow({
    name: "work",
    async run(ctx) {
      try {
        await ctx.step("work", ({ signal }) => never(signal, (reason) => note(String(reason))));
      } catch {
        note("catch");
      }
    },
  });
  bench = await openBench([work]);
  const { id } = await bench.engine.start(work, undefined);
  const carried = bench.engine.carry(id);
  await bench.host.settle();
  expect(await bench.engine.cancel(id, "wrong customer")).toMatchObject({ status: "cancelled", error: { name: "CancelledError" } });
  expect(await during(bench, carried)).toMatchObject({ status: "cancelled" });
  expect(all).toEqual([expect.stringContaining("wrong customer")]);
  expect(await bench.engine.cancel(id)).toMatchObject({ status: "cancelled" });
});

test("cancelling a parked execution needs no process; a terminal one stays what it is", async () => {
  const nap = defineWorkflow({ name: "nap", run: (ctx) => ctx.sleep("nap", "1h") });
  const quick = defineWorkflow({ name: "quick", run: () => 1 });
  bench = await openBench([nap, quick]);
  const { id } = await bench.engine.start(nap, undefined);
  await during(bench, bench.engine.carry(id));
  expect(await bench.engine.cancel(id)).toMatchObject({ status: "cancelled", wakeAt: null });
  expect((await bench.engine.history(id)).steps).toMatchObject([{ name: "nap", status: "cancelled" }]);
  await bench.host.advance(7_200_000);
  expect(await during(bench, bench.engine.tick())).toMatchObject({ claimed: 0 });

  const done = await bench.engine.start(quick, undefined);
  await during(bench, bench.engine.carry(done.id));
  expect(await bench.engine.cancel(done.id)).toMatchObject({ status: "completed" });
});

test("a signal lets the running step finish, starts no other, and leaves the rest for the next tick", async () => {
  const { note, all } = ledger();
  const gate = Promise.withResolvers<void>();
  const two = defineWorkflow({
    name: "two",
    async run(ctx) {
      await ctx.step("one", async () => {
        note("one");
        await gate.promise;
      });
      await ctx.step("two", () => void note("two"));
    },
  });
  bench = await openBench([two]);
  const { id } = await bench.engine.start(two, undefined);
  const controller = new AbortController();
  const carried = bench.engine.carry(id, { signal: controller.signal });
  await bench.host.settle();
  controller.abort("SIGINT");
  await bench.host.settle();
  gate.resolve();
  expect(await during(bench, carried)).toMatchObject({ status: "pending", reason: "queued" });
  expect(all).toEqual(["one"]);
  expect(await during(bench, bench.engine.tick())).toMatchObject({ completed: 1 });
  expect(all).toEqual(["one", "two"]);
});

test("a step that does not heed the signal is left after the grace and runs again later", async () => {
  const { note, of } = ledger();
  let stuck = true;
  const deaf = defineWorkflow({
    name: "deaf",
    run: (ctx) => ctx.step("deaf", () => (note("deaf"), stuck ? new Promise(() => {}) : "done")),
  });
  bench = await openBench([deaf], { drainGraceMs: 10_000 });
  const { id } = await bench.engine.start(deaf, undefined);
  const controller = new AbortController();
  const carried = bench.engine.carry(id, { signal: controller.signal });
  await bench.host.settle();
  controller.abort();
  await bench.host.advance(9_999);
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "running" });
  expect(await during(bench, carried, 1_000)).toMatchObject({ status: "pending" });
  stuck = false;
  await during(bench, bench.engine.tick());
  expect(of("deaf")).toBe(2);
});

test("a stray error while a timed-out attempt has its grace does not keep the next attempt from coming", async () => {
  const { note, all } = ledger();
  const work = defineWorkflow({
    name: "work",
    retry: { attempts: 2, delay: "1s", jitter: false },
    run: (ctx) => ctx.step("slow", ({ attempt }) => (note(`attempt ${attempt}`) === 1 ? new Promise(() => {}) : "done"), { timeout: "2s" }),
  });
  bench = await openBench([work]);
  const { id } = await bench.engine.start(work, undefined);
  const carried = bench.engine.carry(id, { holdMs: Number.POSITIVE_INFINITY });
  await bench.host.advance(3_000);
  bench.host.throwStray(new Error("from somewhere"));
  expect(await during(bench, carried, 30_000)).toMatchObject({ status: "completed", output: "done" });
  expect(all).toEqual(["attempt 1", "attempt 2"]);
});
