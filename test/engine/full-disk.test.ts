/** A disk that has no room for what is finished: it is kept, told, written later, and in the end counted. */
import { afterEach, expect, test } from "bun:test";
import type { Store } from "../../src/engine/store.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { engineOver, HOUR, noSpace, wrapped } from "./broken-parts.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

test("a result that the disk has no room for is kept and written later, its step not run again, and the watcher is told", async () => {
  const { note, all } = ledger();
  const work = defineWorkflow({ name: "work", run: (ctx) => ctx.step("one", () => note("one")) });
  bench = await openBench([work]);
  let isFull = true;
  const engine = engineOver(
    fullWhile(() => isFull),
    bench.host,
  );
  const { id } = await engine.start(work, undefined, { claim: true });
  const told: string[] = [];
  const carried = engine.carry(id, {
    onProgress: (progress) => void (progress.type === "not-stored" && told.push(`${progress.error.message}, ${progress.retryInMs}`)),
  });
  await bench.host.advance(3_000);
  isFull = false;
  expect(await during(bench, carried, 10_000)).toMatchObject({ status: "completed" });
  expect(all).toEqual(["one"]);
  expect(told.slice(0, 2)).toEqual(["database or disk is full, 100", "database or disk is full, 1000"]);
});

test("a process that is told to stop waits for a full disk no longer than for its steps", async () => {
  const work = defineWorkflow({ name: "work", run: (ctx) => ctx.step("one", () => 1) });
  bench = await openBench([work]);
  const engine = engineOver(
    fullWhile(() => true),
    bench.host,
    { drainGraceMs: 2_000 },
  );
  const { id } = await engine.start(work, undefined, { claim: true });
  const stop = new AbortController();
  const carried = engine.carry(id, { signal: stop.signal }).then(
    () => "left",
    () => "refused",
  );
  await bench.host.advance(5_000);
  stop.abort();
  expect(await during(bench, carried, 3_000)).toBe("refused");
});

test("a process that is told to stop when all is done but the last write waits for a full disk leaves in its grace", async () => {
  const work = defineWorkflow({ name: "work", run: () => 1 });
  bench = await openBench([work]);
  const engine = engineOver(
    fullWhile(() => true),
    bench.host,
    { drainGraceMs: 2_000 },
  );
  const { id } = await engine.start(work, undefined, { claim: true });
  const stop = new AbortController();
  const carried = engine.carry(id, { signal: stop.signal }).then(
    () => "left",
    () => "refused",
  );
  await bench.host.advance(5_000);
  stop.abort();
  expect(await during(bench, carried, 3_000)).toBe("refused");
});

test("a disk that stays full is counted when the process ends, so that no step runs for ever", async () => {
  const work = defineWorkflow({ name: "work", panic: { maxRestarts: 1 }, run: (ctx) => ctx.step("one", () => 1) });
  bench = await openBench([work]);
  const { id } = await bench.engine.start(work, undefined);
  for (let run = 0; run < 2; run++) {
    let isFull = true;
    const engine = engineOver(
      fullWhile(() => isFull),
      bench.host,
    );
    await during(bench, engine.tick(), 120_000);
    isFull = false; // a small write finds room again
    await during(
      bench,
      engine.close().catch(() => {}),
      1_000,
    );
    bench = await bench.reopen();
    await bench.host.advance(HOUR);
  }
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "blocked", reason: "crash-loop" });
  expect((await bench.engine.history(id)).panics).toHaveLength(2);
});

/** Takes claims, and no results. */
const fullWhile = (isFull: () => boolean): Store =>
  wrapped(bench.store, {
    submit: (write, settle) => (isFull() ? void bench.host.timers.turn(() => settle(noSpace())) : bench.store.submit(write, settle)),
    close: () => Promise.resolve(),
  });
