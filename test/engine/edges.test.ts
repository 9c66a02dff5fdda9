/** Edges of the calls: delayed claims, listeners that throw, no room at all. */
import { afterEach, expect, test } from "bun:test";
import type { Timers } from "../../src/engine/host.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { engineOver, HOUR, hostWith } from "./broken-parts.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

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
  const engine = engineOver(bench.store, hostWith(bench, { after }));
  const { id } = await engine.start(work, undefined);
  const carried = engine.carry(id);
  await bench.host.settle(30);
  await during(bench, engine.cancel(id));
  await during(bench, carried);
  expect(armed).toBe(0);
});
