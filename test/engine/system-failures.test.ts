/** A full disk, a locked file, a clock that is put back: what the system does to an engine that goes on. */
import { Database } from "bun:sqlite";
import { afterEach, expect, test } from "bun:test";
import { defineWorkflow } from "../../src/model/definition.ts";
import { recompute } from "../crash/corruption/checksums.ts";
import { engineOver, HOUR, hostWith, noSpace, wrapped } from "./broken-parts.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

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
  expect((await bench.engine.history(id)).panics.map(({ cause }) => cause)).toEqual(Array(3).fill("no space left on device"));
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
  const engine = engineOver(store, bench.host);
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
  const engine = engineOver(store, bench.host);
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
  const engine = engineOver(store, bench.host);
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
  const engine = engineOver(store, bench.host);
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
  const engine = engineOver(store, hostWith(bench, {}, { now }));
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

test("what was to start at once starts although the clock was put back since, what was to start later does not", async () => {
  const work = defineWorkflow({ name: "work", run: (ctx) => ctx.step("one", () => 1) });
  bench = await openBench([work]);
  await bench.engine.start(work, undefined, { id: "now" });
  await bench.engine.start(work, undefined, { id: "later", delay: "3h" });
  const engine = engineOver(bench.store, hostWith(bench, {}, { now: () => bench.host.clock.now() - 2 * HOUR }));
  expect(await during(bench, engine.tick())).toMatchObject({ completed: 1, claimed: 1 });
  expect((await bench.engine.getStatus("now")).status).toBe("completed");
});

test("one that fits both rules, due now and made before the clock was put back, is taken once", async () => {
  const { note, all } = ledger();
  const work = defineWorkflow({ name: "work", run: (ctx) => ctx.step("charge", () => void note("charge")) });
  bench = await openBench([work]);
  await bench.engine.start(work, undefined, { id: "x" });
  const { file } = bench;
  await bench.engine.close();
  const database = new Database(file);
  database.run("UPDATE executions SET wake_at = wake_at - ?", [2 * HOUR]);
  recompute(database, "executions");
  database.close();
  bench = await bench.reopen();
  const engine = engineOver(bench.store, hostWith(bench, {}, { now: () => bench.host.clock.now() - HOUR }));
  expect(await during(bench, engine.tick())).toMatchObject({ claimed: 1, completed: 1 });
  expect(all).toEqual(["charge"]);
});
