/**
 * Goal: an execution that `wf begin` has made is moved by its script alone: no tick or foreground takes it, whatever happens to it, and
 * "why" says what to run.
 */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Bench, during, openBench } from "../harness.ts";
import { executionOf } from "../why-facts.ts";
import { commandLineOf, forItsScript, isOwnScript } from "../../../src/model/scripts/origin.ts";
import type { WorkerRecord } from "../../../src/model/records.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench([]);
});
afterEach(() => bench.close());

/** By this very process, which is what `crash` ends. */
const begun = async (origin = "begin ./deploy.sh v1"): Promise<void> => {
  const now = bench.host.clock.now();
  const seen = { startedAt: now, seenAt: now, seenBootMs: bench.host.clock.boot() };
  const owner: WorkerRecord = { ...bench.host.processes.self, id: "script-1", role: "client", version: "test", ...seen };
  const execution = executionOf({
    id: "x",
    workflow: "deploy",
    status: "pending",
    reason: "queued",
    wakeAt: now,
    createdAt: now,
    panics: 0,
    origin,
  });
  expect((await bench.store.scripts.begin({ execution, owner, comesFrom: () => true })).kind).toBe("begun");
};

const status = async () => bench.engine.getStatus("x");

describe("while its script lives", () => {
  test("it is running, and nobody takes it", async () => {
    await begun();
    expect(await bench.engine.tick()).toMatchObject({ claimed: 0 });
    expect(await status()).toMatchObject({ status: "running" });
    expect((await bench.engine.why("x")).text).toContain("which is alive");
  });
});

describe("when its script is gone", () => {
  test("it waits for it, without a panic, is due at no time, and says what to run", async () => {
    await begun();
    bench = await bench.crash();
    expect(await bench.engine.tick()).toMatchObject({ claimed: 0, blocked: 0, nextWakeAt: null });
    expect(await status()).toMatchObject({ status: "waiting", reason: "restart", wakeAt: null, restarts: 0 });
    expect((await bench.store.execution("x"))?.panics).toBe(0);
    const { text, next } = await bench.engine.why("x");
    expect(text).toContain("Its script has ended before it did");
    expect(text).toContain("goes on when that is run again: `./deploy.sh v1`; no tick or daemon does that");
    expect(text).not.toContain("nothing takes it up by itself");
    expect(next).toBe("./deploy.sh v1");
    expect((await bench.engine.logs("x")).map(({ message }) => message).join()).toContain("goes on when the script is run again");
  });

  test("it is never blocked, however often that happens", async () => {
    await begun();
    for (let deaths = 0; deaths < 6; deaths++) {
      bench = await bench.crash();
      await bench.engine.tick();
      await begun();
    }
    expect(await status()).toMatchObject({ status: "running", restarts: 0 });
  });

  test("nobody takes it in the foreground either", async () => {
    await begun("begin");
    bench = await bench.crash();
    expect(await during(bench, bench.engine.carry("x", { holdMs: 0 }))).toMatchObject({ status: "waiting", reason: "restart" });
    expect((await bench.engine.why("x")).next).toBeNull();
  });

  test("an event, a pause and a resume do not make it due", async () => {
    await begun();
    bench = await bench.crash();
    await bench.engine.tick();
    await bench.engine.sendEvent("x", "go", 1);
    await bench.engine.operations.pause("x", {});
    expect(await status()).toMatchObject({ status: "paused" });
    await bench.engine.operations.resume("x", {});
    expect(await bench.engine.tick()).toMatchObject({ claimed: 0, nextWakeAt: null });
    expect(await status()).toMatchObject({ status: "waiting", reason: "restart", wakeAt: null });
  });

  test("a cancellation that was asked for while it lived takes effect", async () => {
    await begun();
    await bench.store.requestCancel("x", { at: bench.host.clock.now(), reason: "no" });
    bench = await bench.crash();
    await bench.engine.tick();
    expect(await status()).toMatchObject({ status: "cancelled" });
  });
});

describe("what an origin says", () => {
  test.each([
    ["begin", true, null],
    ["begin ./a b", true, "./a b"],
    ["beginning", false, null],
    ["fork x", false, null],
    [null, false, null],
  ])("%j", (origin, own, command) => {
    expect([isOwnScript({ origin }), commandLineOf({ origin })]).toEqual([own, command]);
  });

  test("others are kept as they are, and what is over too", () => {
    const ordinary = executionOf({ status: "pending", wakeAt: 5 });
    expect(forItsScript(ordinary)).toBe(ordinary);
    const over = executionOf({ status: "completed", reason: null, origin: "begin" });
    expect(forItsScript(over)).toBe(over);
  });
});
