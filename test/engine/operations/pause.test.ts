/** `pause`, `resume` and `wake`: of what nobody moves, of what this process moves, of what another one moves, and of what a dead one left. */
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

describe("waking", () => {
  test("ends the sleep that would end first, and only that", async () => {
    const two = defineWorkflow({
      name: "two",
      async run(ctx) {
        const long = ctx.sleep("long", "5h");
        await ctx.sleep("short", "1h");
        await ctx.step("after", () => {});
        await long;
      },
    }) as WorkflowDefinition<undefined>;
    bench = await openBench([two]);
    await start(two);
    await carry();
    expect(await ops().wake("a", { reason: "cannot wait" })).toMatchObject({ status: "pending" });
    expect(await carry()).toMatchObject({ status: "sleeping", wakeAt: "2026-01-01T05:00:00.000Z" });
    await ops().wake("a", { step: "long" });
    expect(await carry()).toMatchObject({ status: "completed" });
    expect((await ops().decisions("a")).map(({ action, detail }) => [action, detail])).toEqual([
      ["wake", "short"],
      ["wake", "long"],
    ]);
  });

  test("does not end a wait for an event, but by name its time-out, which gives null", async () => {
    bench = await openBench([napping]);
    await start(napping);
    await carry();
    await ops().wake("a");
    expect(await carry()).toMatchObject({ status: "waiting" });
    await expect(ops().wake("a")).rejects.toMatchObject({ code: "ACTION_REFUSED", hint: expect.stringContaining("wf send a") });
    await expect(ops().wake("a", { step: "nap" })).rejects.toMatchObject({ code: "ACTION_REFUSED" });
    await expect(ops().wake("a", { step: "piad" })).rejects.toMatchObject({
      code: "STEP_NOT_FOUND",
      hint: expect.stringContaining("paid"),
    });
    await ops().wake("a", { step: "paid" });
    expect(await carry()).toMatchObject({ status: "completed", output: "nothing" });
  });

  test("ends the wait before the next attempt", async () => {
    const done = ledger();
    const failing = defineWorkflow({
      name: "failing",
      retry: { attempts: 3, delay: "1h", jitter: false },
      run: (ctx) =>
        ctx.step("ask", ({ attempt }) => {
          done.note("ask");
          if (attempt === 1) throw new Error("not now");
          return attempt;
        }),
    }) as WorkflowDefinition<undefined>;
    bench = await openBench([failing]);
    await start(failing);
    expect(await carry()).toMatchObject({ status: "sleeping", reason: "retry" });
    await ops().wake("a");
    expect(await carry()).toMatchObject({ status: "completed", output: 2 });
    await start(failing, "b");
    await carry(0, "b");
    await ops().retry("b");
    expect(await carry(0, "b")).toMatchObject({ status: "completed", output: 2 });
  });

  test("reaches a process that holds the sleep in memory: this one, and another", async () => {
    bench = await openBench([napping]);
    await start(napping);
    const carried = bench.engine.carry("a", { holdMs: Infinity });
    await bench.host.advance(1_000);
    expect(await ops().wake("a")).toMatchObject({ status: "running" });
    await bench.host.advance(100);
    expect((await bench.engine.history("a")).steps.map(({ name, status }) => [name, status])).toEqual([
      ["nap", "completed"],
      ["paid", "waiting"],
    ]);
    const other = await bench.another();
    await other.operations.wake("a", { at: bench.host.clock.now(), by: "ada@box", reason: null, isDry: false, step: "paid" });
    await bench.host.advance(1_000);
    expect(await during(bench, carried)).toMatchObject({ status: "completed", output: "nothing" });
    expect(await other.operations.requests("none")).toEqual([]);
    await other.close();
  });

  test("that its process died over is not lost", async () => {
    bench = await openBench([napping]);
    await start(napping);
    void bench.engine.carry("a", { holdMs: Infinity }).catch(() => {});
    await bench.host.advance(1_000);
    const other = await bench.another();
    await other.operations.wake("a", { at: bench.host.clock.now(), by: "ada@box", reason: null, isDry: false, step: null });
    await other.close();
    bench = await bench.crash();
    await during(bench, bench.engine.tick());
    expect(await statusOf()).toMatchObject({ status: "waiting", reason: "event" });
  });

  test("begins at once what was to begin later; what is paused or over is refused", async () => {
    bench = await openBench([napping]);
    await bench.engine.start(napping, undefined, { id: "a", delay: "1d" });
    expect(await ops().wake("a")).toMatchObject({ status: "pending", wakeAt: "2026-01-01T00:00:00.000Z" });
    await ops().pause("a");
    await expect(ops().wake("a")).rejects.toMatchObject({ code: "ACTION_REFUSED", hint: expect.stringContaining("wf resume a") });
    await bench.engine.cancel("a");
    await expect(ops().wake("a")).rejects.toMatchObject({ code: "EXECUTION_OVER" });
  });
});
