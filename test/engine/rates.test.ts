/** Rate limits and priorities, as whoever starts and ticks meets them. */
import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import { z } from "zod";
import type { WorkflowDefinition } from "../../src/model/definition.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, during, openBench } from "./harness.ts";

/** What a first tick loads takes real time, in which no simulated time shall pass. */
beforeAll(async () => {
  const first = await openBench([]);
  await during(first, first.engine.tick());
  await first.close();
});

let bench: Bench;
afterEach(() => bench.close());

describe("a rate limit", () => {
  const limited = defineWorkflow({ name: "mail", rateLimit: { limit: 2, period: "10s" }, run: () => 1 }) as unknown as WorkflowDefinition;

  test("lets so many begin, and gives the others their time", async () => {
    bench = await openBench([limited]);
    const from = bench.host.clock.now();
    for (const id of ["a", "b", "c", "d", "e"]) await bench.engine.start(limited, {}, { id });
    const times = await Promise.all(["a", "b", "c", "d", "e"].map(async (id) => (await bench.store.execution(id))?.wakeAt ?? 0));
    expect(times.map((at) => at - from)).toEqual([0, 0, 10_000, 10_000, 20_000]);
    expect(await bench.engine.getStatus("e")).toMatchObject({ status: "pending", reason: "queued", reasonDetail: "rate limit" });
    expect(await during(bench, bench.engine.tick())).toMatchObject({ completed: 2 });
    await bench.host.advance(10_000);
    expect(await during(bench, bench.engine.tick())).toMatchObject({ completed: 2 });
  });

  test("holds as well after a while in which nothing ticked", async () => {
    bench = await openBench([limited]);
    for (const id of ["a", "b", "c", "d", "e"]) await bench.engine.start(limited, {}, { id });
    await bench.host.advance(3_600_000);
    expect(await during(bench, bench.engine.tick())).toMatchObject({ completed: 2 });
    expect(await during(bench, bench.engine.tick())).toMatchObject({ completed: 0 });
    await bench.host.advance(10_000);
    expect(await during(bench, bench.engine.tick())).toMatchObject({ completed: 2 });
  });

  test("counts those that are run in the foreground, which are not begun before their time either", async () => {
    bench = await openBench([limited]);
    for (const id of ["a", "b"]) expect(await bench.engine.execute(limited, {}, { id })).toMatchObject({ status: "completed" });
    await bench.engine.start(limited, {}, { id: "c", claim: true });
    expect(await bench.engine.carry("c")).toMatchObject({ status: "pending", wakeAt: expect.any(String) });
    expect(await during(bench, bench.engine.carry("c", { holdMs: 20_000 }), 20_000)).toMatchObject({ status: "completed" });
  });

  test("a delayed start counts when it is due", async () => {
    bench = await openBench([limited]);
    for (const id of ["a", "b"]) await bench.engine.start(limited, {}, { id, delay: "1h" });
    expect(await bench.engine.execute(limited, {}, { id: "c" })).toMatchObject({ status: "completed" });
    await bench.engine.start(limited, {}, { id: "d", delay: "1h" });
    const at = bench.host.clock.now() + 3_600_000;
    expect(await bench.store.execution("d")).toMatchObject({ wakeAt: at + 10_000 });
  });

  test("is not got round by waking, which is refused where it would gain nothing", async () => {
    bench = await openBench([limited]);
    for (const id of ["a", "b", "c", "d", "e"]) await bench.engine.start(limited, {}, { id });
    expect(await during(bench, bench.engine.tick())).toMatchObject({ completed: 2 });
    await expect(bench.engine.operations.wake("c")).rejects.toThrow('Cannot wake execution "c": the rate limit of its workflow');
    await expect(bench.engine.operations.wake("e", { isDry: true })).rejects.toThrow("does not let it begin sooner");
    expect((await bench.engine.history("c")).decisions).toEqual([]);
    await bench.engine.cancel("c");
    expect(await bench.engine.operations.wake("e")).toMatchObject({ status: "pending" });
    await bench.host.advance(10_000);
    expect(await during(bench, bench.engine.tick())).toMatchObject({ completed: 2 });
  });

  test("what resumes or is taken up again does not count as a start", async () => {
    const sleeper = defineWorkflow({ name: "nap", rateLimit: { limit: 1, period: "1h" }, run: (ctx) => ctx.sleep("nap", "1s") });
    bench = await openBench([sleeper as unknown as WorkflowDefinition]);
    await bench.engine.start("nap", {}, { id: "a" });
    await during(bench, bench.engine.tick());
    await bench.host.advance(2_000);
    expect(await during(bench, bench.engine.tick())).toMatchObject({ completed: 1 });
  });
});

describe("priority", () => {
  test("decides who goes first, by the workflow, its input, or the start", async () => {
    const order: string[] = [];
    const workflow = defineWorkflow({
      name: "sorted",
      input: z.object({ name: z.string(), isUrgent: z.boolean().default(false) }),
      priority: ({ isUrgent }) => (isUrgent ? 50 : 0),
      run: (_, { name }) => void order.push(name),
    }) as unknown as WorkflowDefinition;
    bench = await openBench([workflow]);
    await bench.engine.start(workflow, { name: "ordinary" });
    await bench.engine.start(workflow, { name: "last" }, { priority: -1 });
    await bench.engine.start(workflow, { name: "urgent", isUrgent: true });
    await bench.engine.start(workflow, { name: "first" }, { priority: 100 });
    await during(bench, bench.engine.tick({ concurrency: 1 }));
    expect(order).toEqual(["first", "urgent", "ordinary", "last"]);
    expect(bench.engine.start(workflow, { name: "x" }, { priority: 101 })).rejects.toMatchObject({ code: "USAGE" });
  });
});

describe("why", () => {
  test("names the rate limit", async () => {
    const limited = defineWorkflow({ name: "mail", rateLimit: { limit: 1, period: "1h" }, run: () => 1 });
    bench = await openBench([limited as unknown as WorkflowDefinition]);
    for (const id of ["a", "b"]) await bench.engine.start("mail", {}, { id });
    expect((await bench.engine.why("b")).text).toContain('when the rate limit of workflow "mail" lets it begin');
  });
});
