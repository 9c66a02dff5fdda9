/**
 * What must hold when things meet that rarely meet: a write that waits while others go on, a cancellation in the moment of parking, a
 * process that stops in the middle, a listener that throws. Stores are wrapped where a failure of the system is needed; time is simulated.
 */
import { afterEach, expect, test } from "bun:test";
import { type EngineOptions, WorkflowEngine } from "../../src/engine/engine.ts";
import type { Clock, Host, Timers } from "../../src/engine/host.ts";
import type { Store } from "../../src/engine/store.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const HOUR = 3_600_000;
const noSpace = (): Error => Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });

/** The store, with some of its methods replaced. */
const wrapped = (store: Store, replaced: Partial<Store>): Store =>
  new Proxy(store, {
    get: (target, key: keyof Store) => {
      const own: unknown = replaced[key] ?? target[key];
      return typeof own === "function" && replaced[key] === undefined ? (own as (...args: unknown[]) => unknown).bind(target) : own;
    },
  });

const engineOver = (store: Store, host: Host = bench.host, options: Partial<EngineOptions> = {}): WorkflowEngine =>
  new WorkflowEngine({ store, host, role: "daemon", version: "test", ...options });

const statusesOf = async (engine: WorkflowEngine, id: string): Promise<Record<string, string>> =>
  Object.fromEntries((await engine.history(id)).steps.map(({ name, status }) => [name, status]));

/** The simulated host, with some of its timers replaced. */
const hostWith = (timers: Partial<Timers>, clock: Partial<Clock> = {}): Host => {
  const { host } = bench;
  return {
    ...{ chance: host.chance, processes: host.processes, files: host.files },
    clock: { ...host.clock, ...clock },
    timers: { ...host.timers, ...timers },
    onIdle: (listener) => host.onIdle(listener),
    onStrayError: (listener) => host.onStrayError(listener),
    openStrayContext: () => host.openStrayContext(),
  };
};

// ── rows that ride along ──

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
  const engine = engineOver(bench.store, hostWith({ at }));
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

// ── writes that have to wait ──

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
  const engine = engineOver(store);
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
  const engine = engineOver(store);
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
  const engine = engineOver(store);
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

// ── cancelling ──

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

// ── stopping ──

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
  const engine = engineOver(wrapped(bench.store, { removeWorker, close: async () => {} }));
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

// ── failures of the system ──

test("panics are counted and spaced although an event has come that the execution waits for", async () => {
  const { note, all } = ledger();
  const crash = defineWorkflow({
    name: "crash",
    panic: { maxRestarts: 2, delay: "5s" },
    run: (ctx) =>
      Promise.all([
        ctx.step("boom", () => {
          note("boom");
          throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
        }),
        ctx.waitForEvent("go", { match: () => false }),
      ]),
  });
  bench = await openBench([crash]);
  const { id } = await bench.engine.start(crash, undefined);
  await bench.engine.sendEvent(id, "go");
  await during(bench, bench.engine.tick());
  expect(await bench.engine.getStatus(id)).toMatchObject({
    status: "pending",
    reason: "restart",
    wakeAt: expect.stringMatching(/00:00:05/),
  });
  for (let tick = 0; tick < 10; tick++) {
    await bench.host.advance(60_000);
    await during(bench, bench.engine.tick());
  }
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "blocked", reason: "crash-loop" });
  expect(all.length).toBe(3);
});

test("a restart after a panic is not put off beyond the deadline", async () => {
  const crash = defineWorkflow({
    name: "crash",
    timeout: "1m",
    panic: { delay: "10m" },
    run: (ctx) =>
      ctx.step("boom", () => {
        throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      }),
  });
  bench = await openBench([crash]);
  const { id } = await bench.engine.start(crash, undefined);
  await during(bench, bench.engine.tick());
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "pending", wakeAt: "2026-01-01T00:01:00.000Z" });
});

test("an event cannot make a restart after a panic come early", async () => {
  const { note, all } = ledger();
  const crash = defineWorkflow({
    name: "crash",
    panic: { maxRestarts: 5, delay: "10m" },
    run: (ctx) =>
      Promise.all([
        ctx.waitForEvent("go"),
        ctx.step("boom", async () => {
          note("boom");
          await new Promise((resolve) => void bench.host.timers.after(100, () => resolve(0)));
          throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
        }),
      ]),
  });
  bench = await openBench([crash]);
  const { id } = await bench.engine.start(crash, undefined);
  const ticked = bench.engine.tick();
  await during(bench, ticked, 1_000, 50);
  await bench.engine.sendEvent(id, "go");
  await during(bench, bench.engine.tick(), 1_000, 50);
  expect(all).toEqual(["boom"]);
});

test("a full disk for a moment does not end a daemon", async () => {
  const quick = defineWorkflow({ name: "quick", run: (ctx) => ctx.step("one", () => 1) });
  bench = await openBench([quick]);
  let failures = 0;
  const store = wrapped(bench.store, {
    recordTick: (now) => (failures++ === 0 ? Promise.reject(noSpace()) : bench.store.recordTick(now)),
  });
  const engine = engineOver(store);
  const stop = new AbortController();
  let ended: unknown = "serving";
  engine.serve({ signal: stop.signal }).then(
    () => (ended = "stopped"),
    (error: unknown) => (ended = error),
  );
  await bench.host.advance(2_000);
  const { id } = await engine.start(quick, undefined);
  await bench.host.advance(5_000);
  expect(ended).toBe("serving");
  expect(await engine.getStatus(id)).toMatchObject({ status: "completed" });
  stop.abort();
  await bench.host.advance(1_000);
});

test("a registration that failed once is tried again at the next claim", async () => {
  const quick = defineWorkflow({ name: "quick", run: (ctx) => ctx.step("one", () => 1) });
  bench = await openBench([quick]);
  let failures = 0;
  const store = wrapped(bench.store, {
    registerWorker: (worker) => (failures++ === 0 ? Promise.reject(noSpace()) : bench.store.registerWorker(worker)),
  });
  const engine = engineOver(store);
  await engine.start(quick, undefined);
  await during(bench, engine.tick()).catch(() => {});
  expect(await during(bench, engine.tick())).toMatchObject({ completed: 1 });
});

test("a look at the file that fails once is followed by others: a cancellation from elsewhere still arrives", async () => {
  let isBroken = false;
  const work = defineWorkflow({ name: "work", run: (ctx) => ctx.step("hang", () => new Promise(() => {})) });
  bench = await openBench([work]);
  let version = 1;
  const store = wrapped(bench.store, {
    dataVersion: () => {
      if (!isBroken) return version;
      isBroken = false;
      throw Object.assign(new Error("disk I/O error"), { code: "SQLITE_IOERR" });
    },
  });
  const engine = engineOver(store);
  const { id } = await engine.start(work, undefined);
  const carried = engine.carry(id);
  await bench.host.advance(1_000);
  isBroken = true;
  await bench.host.advance(1_000).catch(() => {});
  await bench.engine.cancel(id);
  version++;
  await bench.host.advance(1_000);
  await bench.host.advance(1_000);
  expect(await during(bench, carried, 5_000)).toMatchObject({ status: "cancelled" });
});

test("that a workflow could not be noted in the store does not keep its executions from running", async () => {
  const quick = defineWorkflow({ name: "quick", run: (ctx) => ctx.step("one", () => 1) });
  bench = await openBench([quick]);
  let failures = 0;
  const store = wrapped(bench.store, {
    saveWorkflow: (workflow) => (failures++ === 0 ? Promise.reject(noSpace()) : bench.store.saveWorkflow(workflow)),
  });
  const engine = engineOver(store);
  const { id } = await bench.engine.start(quick, undefined);
  await during(bench, engine.tick());
  expect(await engine.getStatus(id)).toMatchObject({ status: "completed" });
});

test("a wall clock that is put back does not keep a daemon from looking for dead owners", async () => {
  const work = defineWorkflow({ name: "work", run: (ctx) => ctx.step("one", () => 1) });
  bench = await openBench([work]);
  let skewMs = 0;
  const now = (): number => bench.host.clock.now() + skewMs;
  let claims = 0;
  const store = wrapped(bench.store, { claimDue: (query) => (claims++, bench.store.claimDue(query)) });
  const engine = engineOver(store, hostWith({}, { now }));
  const stop = new AbortController();
  const serving = engine.serve({ signal: stop.signal });
  await bench.host.advance(3_000);
  skewMs = -2 * HOUR;
  claims = 0;
  await bench.host.advance(60_000);
  const seen = claims;
  stop.abort();
  await bench.host.advance(1_000);
  await serving;
  expect(seen).toBeGreaterThan(10);
});

test("a daemon with all its slots taken does not look for more work all the time", async () => {
  const hang = defineWorkflow({ name: "hang", run: (ctx) => ctx.step("hang", () => new Promise(() => {})) });
  bench = await openBench([hang]);
  let looks = 0;
  const store = wrapped(bench.store, { nextWakeAt: () => (looks++, bench.store.nextWakeAt()) });
  const engine = engineOver(store, bench.host, { drainGraceMs: 100 });
  await engine.start(hang, undefined);
  await engine.start(hang, undefined);
  const stop = new AbortController();
  const serving = engine.serve({ signal: stop.signal, concurrency: 1 });
  await bench.host.advance(1_000);
  looks = 0;
  await bench.host.advance(10_000);
  const seen = looks;
  stop.abort();
  await bench.host.advance(1_000);
  await serving;
  expect(seen).toBeLessThan(250);
});

// ── edges of the calls ──

test("a start that is claimed and delayed runs after the delay", async () => {
  const { note, all } = ledger();
  const work = defineWorkflow({ name: "work", run: (ctx) => ctx.step("one", () => void note("one")) });
  bench = await openBench([work]);
  const executing = bench.engine.execute(work, undefined, { delay: "1h" });
  await bench.host.advance(60_000);
  expect(all).toEqual([]);
  expect(await during(bench, executing, 2 * HOUR, 60_000)).toMatchObject({ status: "completed" });
});

test("a listener that throws does not keep the execution from its end", async () => {
  const work = defineWorkflow({ name: "work", run: (ctx) => ctx.step("one", () => 1) });
  bench = await openBench([work]);
  const uncaught: unknown[] = [];
  const listen = (error: unknown): void => void uncaught.push(error);
  process.on("uncaughtException", listen);
  const wrong: string[] = [];
  for (const type of ["pass-started", "step-started", "step-completed", "left"]) {
    const { id } = await bench.engine.start(work, undefined);
    const onProgress = (progress: { readonly type: string }): void => {
      if (progress.type === type) throw new Error(`listener of ${type}`);
    };
    let settled = false;
    void bench.engine.carry(id, { onProgress }).then(() => (settled = true));
    await bench.host.settle(60);
    const { status } = await bench.engine.getStatus(id);
    if (!settled || status !== "completed") wrong.push(`${type}: ${status}${settled ? "" : ", never settled"}`);
  }
  process.off("uncaughtException", listen);
  expect(wrong).toEqual([]);
});

test("an event that the schema turns into something unstorable fails the wait, and is no panic", async () => {
  const odd = defineWorkflow({
    name: "odd",
    run: (ctx) =>
      ctx.waitForEvent("go", { schema: { "~standard": { version: 1, vendor: "test", validate: () => ({ value: () => 1 }) } } as never }),
  });
  bench = await openBench([odd]);
  const { id } = await bench.engine.start(odd, undefined);
  await bench.engine.sendEvent(id, "go");
  await during(bench, bench.engine.tick());
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "failed", restarts: 0 });
});

test("a sweep with room for nothing ends", async () => {
  bench = await openBench([]);
  let looks = 0;
  const signal = {
    get aborted(): boolean {
      if (++looks > 1_000) throw new Error("it spins");
      return false;
    },
    addEventListener: () => {},
    removeEventListener: () => {},
  };
  const swept = bench.engine.tick({ concurrency: 0, signal: signal as unknown as AbortSignal });
  expect(
    await during(
      bench,
      swept.catch((error: Error) => error.message),
    ),
  ).not.toBe("it spins");
});

test("timers of a step end with its execution", async () => {
  const work = defineWorkflow({ name: "work", run: (ctx) => ctx.step("hang", () => new Promise(() => {}), { timeout: "1h" }) });
  bench = await openBench([work]);
  let armed = 0;
  const { host } = bench;
  const after: Timers["after"] = (ms, fn, options) => {
    if (options?.background === true) return host.timers.after(ms, fn, options);
    let isArmed = true;
    const disarm = (): void => {
      if (isArmed) armed--;
      isArmed = false;
    };
    armed++;
    const cancel = host.timers.after(ms, () => (disarm(), fn()), options);
    return () => (disarm(), cancel());
  };
  const engine = engineOver(bench.store, hostWith({ after }));
  const { id } = await engine.start(work, undefined);
  const carried = engine.carry(id);
  await bench.host.settle(30);
  await during(bench, engine.cancel(id));
  await during(bench, carried);
  expect(armed).toBe(0);
});
