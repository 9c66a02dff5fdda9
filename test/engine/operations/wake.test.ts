/** `wake`: a sleep, the wait before another attempt, or the time-out of an event ends now; here and in other processes. */
import { afterEach, describe, expect, test } from "bun:test";
import { defineWorkflow, type WorkflowDefinition } from "../../../src/model/definition.ts";
import { type Bench, during, ledger, openBench } from "../harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const ops = () => bench.engine.operations;
const statusOf = (id = "a") => bench.engine.getStatus(id);
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
