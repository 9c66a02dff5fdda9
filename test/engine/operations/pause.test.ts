/** `pause` and `resume`: of what nobody moves, of what this process moves, of what another one moves, and of what a dead one left. */
import { afterEach, describe, expect, test } from "bun:test";
import { defineWorkflow, type WorkflowDefinition } from "../../../src/model/definition.ts";
import { type Bench, during, ledger, openBench } from "../harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const ops = () => bench.engine.operations;
const statusOf = (id = "a") => bench.engine.getStatus(id);
const HOUR = 3_600_000;

const napping = defineWorkflow({
  name: "napping",
  async run(ctx) {
    await ctx.sleep("nap", "1h");
    const event = await ctx.waitForEvent("paid", { timeout: "2h" });
    return event?.payload ?? "nothing";
  },
}) as WorkflowDefinition<undefined>;

const start = (definition: WorkflowDefinition<undefined>, id = "a") => bench.engine.start(definition, undefined, { id });
const carry = (holdMs = 0, id = "a") => during(bench, bench.engine.carry(id, { holdMs }));

describe("pausing what nobody moves", () => {
  test("holds it, with who and why; nothing takes it up, and events that come are kept", async () => {
    bench = await openBench([napping]);
    await start(napping);
    await carry();
    const paused = await ops().pause("a", { reason: "migration" });
    expect(paused).toMatchObject({ status: "paused", reason: "paused", reasonDetail: "by operator@simulated: migration", wakeAt: null });
    await bench.host.advance(2 * HOUR);
    expect(await during(bench, bench.engine.tick())).toMatchObject({ claimed: 0 });
    await bench.engine.sendEvent("a", "paid", 7);
    expect(await during(bench, bench.engine.tick())).toMatchObject({ claimed: 0 });
    expect(await statusOf()).toEqual(paused);
    expect(await carry(Infinity)).toEqual(paused);
    expect((await ops().resume("a")).status).toBe("pending");
    // Its sleep was over meanwhile, and the event was there.
    expect(await during(bench, bench.engine.tick())).toMatchObject({ completed: 1 });
    expect(await statusOf()).toMatchObject({ output: 7 });
    expect((await ops().decisions("a")).map(({ action, reason }) => [action, reason])).toEqual([
      ["pause", "migration"],
      ["resume", null],
    ]);
  });

  test("again without a reason leaves the one that was given; another reason takes its place", async () => {
    bench = await openBench([napping]);
    await start(napping);
    await carry();
    await ops().pause("a", { reason: "migration" });
    expect(await ops().pause("a")).toMatchObject({ reasonDetail: "by operator@simulated: migration" });
    expect(await ops().pause("a", { reason: "still" })).toMatchObject({ reasonDetail: "by operator@simulated: still" });
    expect((await ops().decisions("a")).map(({ action, reason }) => [action, reason])).toEqual([
      ["pause", "migration"],
      ["pause", null],
      ["pause", "still"],
    ]);
  });

  test("leaves a sleep its deadline: resumed before, it sleeps on", async () => {
    bench = await openBench([napping]);
    await start(napping);
    await carry();
    await ops().pause("a");
    await bench.host.advance(HOUR / 2);
    await ops().resume("a");
    expect(await carry()).toMatchObject({ status: "sleeping", wakeAt: "2026-01-01T01:00:00.000Z" });
  });

  test("holds one that has not begun, and one that is blocked", async () => {
    bench = await openBench([napping]);
    await start(napping);
    expect(await ops().pause("a")).toMatchObject({ status: "paused" });
    await start(napping, "b");
    bench = await bench.reopen();
    bench.host.forget("napping");
    expect(await carry(0, "b")).toMatchObject({ status: "blocked", reason: "definition-missing" });
    expect(await ops().pause("b")).toMatchObject({ status: "paused", wakeAt: null });
    await bench.host.advance(HOUR);
    expect(await during(bench, bench.engine.tick())).toMatchObject({ claimed: 0 });
  });

  test("is refused for what is over, and a dry run changes nothing", async () => {
    bench = await openBench([napping]);
    await start(napping);
    const before = await statusOf();
    expect(await ops().pause("a", { isDry: true })).toEqual(before);
    expect(await statusOf()).toEqual(before);
    await bench.engine.cancel("a");
    await expect(ops().pause("a")).rejects.toMatchObject({ code: "EXECUTION_OVER" });
    await expect(ops().pause("a", { isDry: true })).rejects.toMatchObject({ code: "EXECUTION_OVER" });
    await expect(ops().pause("nope")).rejects.toMatchObject({ code: "EXECUTION_NOT_FOUND" });
  });
});

/** Its first step ends when the test says so. */
const gated = () => {
  const done = ledger();
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const definition = defineWorkflow({
    name: "gated",
    async run(ctx) {
      await ctx.step("first", async () => {
        done.note("first");
        await gate;
      });
      await ctx.step("second", () => done.note("second"));
      return "done";
    },
  }) as WorkflowDefinition<undefined>;
  return { definition, done, open };
};

describe("pausing what a process moves", () => {
  test("lets the running step finish, however long it takes, and begins none after it", async () => {
    const { definition, done, open } = gated();
    bench = await openBench([definition]);
    await start(definition);
    const carried = bench.engine.carry("a", { holdMs: HOUR });
    await bench.host.advance(100);
    expect(await ops().pause("a")).toMatchObject({ status: "running" });
    expect(await ops().pause("a")).toMatchObject({ status: "running" });
    await bench.host.advance(HOUR);
    expect(await statusOf()).toMatchObject({ status: "running" });
    open();
    expect(await during(bench, carried)).toMatchObject({ status: "paused", reasonDetail: "by operator@simulated" });
    expect(done.all).toEqual(["first"]);
    await ops().resume("a");
    expect(await carry()).toMatchObject({ status: "completed", output: "done" });
    expect(done.all).toEqual(["first", "second"]);
    expect((await ops().decisions("a")).map(({ action }) => action)).toEqual(["pause", "resume"]);
  });

  test("reaches it from another process, also while it holds a sleep in memory", async () => {
    bench = await openBench([napping]);
    await start(napping);
    const carried = bench.engine.carry("a", { holdMs: Infinity });
    await bench.host.advance(1_000);
    const other = await bench.another();
    const act = { at: bench.host.clock.now(), by: "ada@box", reason: null, isDry: false };
    expect(await other.operations.pause("a", act)).toMatchObject({ status: "running" });
    await bench.host.advance(1_000);
    expect(await during(bench, carried)).toMatchObject({ status: "paused", reasonDetail: "by ada@box" });
    await other.close();
  });

  test("that ends first loses nothing: it is over, and no wish is left that would stop another life of it", async () => {
    const { definition, open } = gated();
    bench = await openBench([definition]);
    await start(definition);
    const carried = bench.engine.carry("a");
    await bench.host.advance(100);
    const other = await bench.another();
    open();
    await during(bench, carried);
    const act = { at: bench.host.clock.now(), by: "ada@box", reason: null, isDry: false };
    await expect(other.operations.pause("a", act)).rejects.toMatchObject({ code: "EXECUTION_OVER" });
    expect(await statusOf()).toMatchObject({ status: "completed" });
    await other.close();
  });

  test("that died holds it at its recovery", async () => {
    const { definition, done } = gated();
    bench = await openBench([definition]);
    await start(definition);
    void bench.engine.carry("a").catch(() => {});
    await bench.host.advance(100);
    const other = await bench.another();
    await other.operations.pause("a", { at: bench.host.clock.now(), by: "ada@box", reason: "look", isDry: false });
    await other.close();
    bench = await bench.crash();
    expect(await during(bench, bench.engine.tick())).toMatchObject({ completed: 0 });
    expect(await statusOf()).toMatchObject({ status: "paused", reasonDetail: "by ada@box: look", restarts: 1 });
    expect(await carry(Infinity)).toMatchObject({ status: "paused" });
    expect(done.all).toEqual(["first"]);
  });

  test("is taken back by a resume that comes first", async () => {
    const { definition, open } = gated();
    bench = await openBench([definition]);
    await start(definition);
    const carried = bench.engine.carry("a", { holdMs: HOUR });
    await bench.host.advance(100);
    const other = await bench.another();
    const act = { at: bench.host.clock.now(), by: "ada@box", reason: null, isDry: false };
    await other.operations.pause("a", act);
    expect(await ops().resume("a")).toMatchObject({ status: "running" });
    open();
    expect(await during(bench, carried, 10_000)).toMatchObject({ status: "completed" });
    await other.close();
  });

  test("and a cancellation after it: cancelled", async () => {
    const { definition } = gated();
    bench = await openBench([definition]);
    await start(definition);
    const carried = bench.engine.carry("a", { holdMs: HOUR });
    await bench.host.advance(100);
    await ops().pause("a");
    await bench.engine.cancel("a", "enough");
    expect(await during(bench, carried)).toMatchObject({ status: "cancelled" });
    expect((await ops().decisions("a")).map(({ action, reason }) => [action, reason])).toEqual([
      ["pause", null],
      ["cancel", "enough"],
    ]);
  });
});
