/** Slots, from the file that wants them to the executions that they start. */
import { afterEach, describe, expect, test } from "bun:test";
import { z } from "zod";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, during, openBench, openBenchOn } from "./harness.ts";
import { DAY_MS, executions, HOUR_MS, ids, later, MINUTE_MS, report, scheduled, slots, tick, view } from "./schedule-bench.ts";

let bench: Bench;
afterEach(() => bench.close());

describe("a new schedule", () => {
  test("starts nothing for the time before it was there", async () => {
    bench = await openBench([report()]);
    expect(await tick(bench)).toMatchObject({ claimed: 0, nextWakeAt: "2026-01-01T00:01:00.000Z" });
    expect(await view(bench)).toMatchObject({
      workflow: "report",
      nextAt: "2026-01-01T00:01:00.000Z",
      lastSlotAt: null,
      missed: 0,
      skipped: 0,
    });
  });

  test("starts one execution at its slot, which carries the slot in its id and its facts", async () => {
    bench = await scheduled(report());
    later(bench, MINUTE_MS);
    expect(await tick(bench)).toMatchObject({ claimed: 1, completed: 1, nextWakeAt: "2026-01-01T00:02:00.000Z" });
    const [only] = await executions(bench);
    expect(only).toMatchObject({
      id: "report@2026-01-01T00:01:00Z",
      schedule: "report",
      scheduledFor: Date.UTC(2026, 0, 1, 0, 1),
      origin: "schedule",
    });
    expect(await tick(bench)).toMatchObject({ claimed: 0 });
  });

  test("keeps the zone of the machine that saw it first, unless the file names one", async () => {
    bench = await openBench([defineWorkflow({ name: "report", schedule: { cron: "0 9 * * *" }, run: () => 1 })]);
    await tick(bench);
    const { timezone } = await view(bench);
    expect(timezone).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone);
    await bench.store.schedules.change((rows) => ({ put: rows.map((row) => ({ ...row, timezone: "Asia/Tokyo" })) }));
    bench.host.define(defineWorkflow({ name: "report", schedule: { cron: "0 10 * * *" }, run: () => 1 }));
    expect(await view(bench)).toMatchObject({ timezone: "Asia/Tokyo", nextAt: "2026-01-01T01:00:00.000Z" });
    bench.host.define(report({ timezone: "Europe/Paris" }));
    expect(await view(bench)).toMatchObject({ timezone: "Europe/Paris" });
    bench.host.define(defineWorkflow({ name: "report", schedule: { cron: "0 10 * * *" }, run: () => 1 }));
    expect(await view(bench)).toMatchObject({ timezone });
  });
});

describe("after a stop", () => {
  test("eight processes that tick at once start the latest slot, and each other nothing", async () => {
    const runs: number[] = [];
    const definition = report({}, (ctx) => void runs.push(ctx.scheduledFor?.getTime() ?? 0));
    bench = await scheduled(definition);
    later(bench, DAY_MS);
    const now = bench.host.clock.now();
    const others = await Promise.all(Array.from({ length: 8 }, () => openBenchOn(bench.file, [definition], now)));
    const views = await Promise.all(others.map((other) => during(other, other.engine.tick())));
    await Promise.all(others.map((other) => other.close()));
    expect(views.reduce((sum, { claimed }) => sum + claimed, 0)).toBe(1);
    expect(await slots(bench)).toEqual(["2026-01-02T00:00:00Z"]);
    expect(runs).toHaveLength(1);
    expect(await view(bench)).toMatchObject({ missed: 1_439, nextAt: "2026-01-02T00:01:00.000Z", lastSlotAt: "2026-01-02T00:00:00.000Z" });
  });

  test("all slots within the window are started one after another, the rest is counted", async () => {
    const order: string[] = [];
    bench = await scheduled(report({ cron: "0 * * * *", catchUp: "all", catchUpWindow: "3h" }, (ctx) => void order.push(ctx.executionId)));
    later(bench, 5 * HOUR_MS + MINUTE_MS);
    await tick(bench);
    expect(await slots(bench)).toEqual(["2026-01-01T03:00:00Z", "2026-01-01T04:00:00Z", "2026-01-01T05:00:00Z"]);
    expect(order).toEqual([...(await ids(bench))]);
    expect(await view(bench)).toMatchObject({ missed: 2, skipped: 0 });
  });

  test("nothing is made up for with skip, and nothing beyond the window with latest", async () => {
    bench = await openBench([report({ cron: "0 * * * *", catchUp: "skip" })]);
    bench.host.define(defineWorkflow({ name: "weekly", schedule: { cron: "0 0 * * MON", timezone: "UTC" }, run: () => 1 }));
    await tick(bench);
    later(bench, 6 * DAY_MS + 10 * MINUTE_MS);
    await tick(bench);
    expect(await slots(bench)).toEqual([]);
    const [first, second] = await bench.engine.schedules.list();
    expect([first, second]).toMatchObject([
      { workflow: "report", missed: 144 },
      { workflow: "weekly", missed: 1, nextAt: "2026-01-12T00:00:00.000Z" },
    ]);
  });
});

describe("a clock that is set", () => {
  test("back starts no slot twice, and goes on with the one that was next", async () => {
    bench = await scheduled(report());
    for (let minute = 0; minute < 10; minute++) {
      later(bench, MINUTE_MS);
      await tick(bench);
    }
    later(bench, -5 * MINUTE_MS);
    for (let minute = 0; minute < 7; minute++) {
      await tick(bench);
      later(bench, MINUTE_MS);
    }
    const started = await slots(bench);
    expect(new Set(started).size).toBe(started.length);
    expect(started).toHaveLength(11);
  });

  test("a year ahead starts the latest slot; set right again, the schedule does not stand still for a year", async () => {
    bench = await scheduled(report());
    later(bench, 365 * DAY_MS);
    await tick(bench);
    later(bench, -365 * DAY_MS);
    await tick(bench);
    expect(await view(bench)).toMatchObject({ nextAt: "2026-01-01T00:01:00.000Z" });
    later(bench, MINUTE_MS);
    await tick(bench);
    expect(await slots(bench)).toEqual(["2026-01-01T00:01:00Z", "2027-01-01T00:00:00Z"]);
  });

  test("twice over the same hours does not run a slot again that a wrong clock has run", async () => {
    bench = await scheduled(report({ cron: "0 0 * * *" }));
    later(bench, 3 * DAY_MS);
    await tick(bench);
    later(bench, -3 * DAY_MS);
    for (let day = 0; day < 4; day++) {
      await tick(bench);
      later(bench, DAY_MS);
    }
    expect(await slots(bench)).toEqual(["2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z"]);
  });
});

describe("a file that does not load at its slot", () => {
  test("keeps the slot for later, says so, and is started by policy once it is mended", async () => {
    bench = await scheduled(report());
    bench.host.breakFile("report");
    later(bench, 10 * MINUTE_MS);
    expect(await tick(bench)).toMatchObject({ claimed: 0 });
    expect(await view(bench)).toMatchObject({ problem: expect.stringContaining("it is broken"), nextAt: "2026-01-01T00:01:00.000Z" });
    expect((await bench.engine.overview()).warnings.join()).toContain('schedule "report"');
    bench.host.define(report());
    expect(await tick(bench)).toMatchObject({ completed: 1 });
    expect(await slots(bench)).toEqual(["2026-01-01T00:10:00Z"]);
    expect(await view(bench)).toMatchObject({ problem: null, missed: 9 });
  });

  test("keeps no other schedule from starting", async () => {
    bench = await openBench([report(), defineWorkflow({ name: "other", schedule: { cron: "* * * * *", timezone: "UTC" }, run: () => 1 })]);
    await tick(bench);
    bench.host.breakFile("report");
    later(bench, MINUTE_MS);
    await tick(bench);
    expect(await ids(bench)).toEqual(["other@2026-01-01T00:01:00Z"]);
  });
});

describe("an input that does not fit", () => {
  test("is told before the slot, keeps it, and is started once it is mended", async () => {
    const withInput = (input: unknown) =>
      defineWorkflow({
        name: "report",
        input: z.object({ n: z.number() }),
        schedule: { cron: "* * * * *", timezone: "UTC", input: input as { n: number } },
        run: (_, { n }) => n,
      });
    bench = await openBench([withInput({ n: "x" })]);
    await tick(bench);
    expect((await view(bench)).problem).toContain("n:");
    later(bench, MINUTE_MS);
    await tick(bench);
    expect(await slots(bench)).toEqual([]);
    bench.host.define(withInput({ n: 3 }));
    await tick(bench);
    expect((await executions(bench)).map(({ outputText }) => outputText)).toEqual(["3"]);
  });

  test("is {} where none is given, and nothing where that is what the schema takes", async () => {
    bench = await openBench([
      defineWorkflow({ name: "a", input: z.object({ n: z.number().default(7) }), schedule: { cron: "* * * * *" }, run: (_, { n }) => n }),
      defineWorkflow({ name: "b", input: z.undefined(), schedule: { cron: "* * * * *" }, run: (_, input) => input === undefined }),
    ]);
    await tick(bench);
    later(bench, MINUTE_MS);
    await tick(bench);
    expect((await executions(bench)).map(({ workflow, outputText }) => [workflow, outputText]).sort()).toEqual([
      ["a", "7"],
      ["b", "true"],
    ]);
  });
});

describe("the start of a slot", () => {
  test("is put off by a part of the jitter, the slot is not", async () => {
    bench = await scheduled(report({ jitter: "30s" }));
    later(bench, MINUTE_MS);
    expect(await tick(bench)).toMatchObject({ claimed: 0 });
    const [only] = await executions(bench);
    const slot = Date.UTC(2026, 0, 1, 0, 1);
    expect(only).toMatchObject({ scheduledFor: slot, id: "report@2026-01-01T00:01:00Z", reason: "queued" });
    expect(only?.wakeAt).toBeGreaterThan(slot);
    expect(only?.wakeAt).toBeLessThan(slot + 30_000);
    later(bench, 30_000);
    expect(await tick(bench)).toMatchObject({ completed: 1 });
  });

  test("takes another id where its own is taken by something else", async () => {
    bench = await scheduled(report());
    await bench.engine.start("report", {}, { id: "report@2026-01-01T00:01:00Z", delay: "1d" });
    later(bench, MINUTE_MS);
    expect(await tick(bench)).toMatchObject({ completed: 1 });
    const slot = (await executions(bench)).find(({ scheduledFor }) => scheduledFor !== null);
    expect(slot?.id).toMatch(/^report-[0-9a-z]{10}$/);
  });
});

test("a process that serves starts slots at their times, and a new file's as well", async () => {
  const started: number[] = [];
  bench = await openBench([report({}, () => void started.push(bench.host.clock.now()))]);
  const stop = new AbortController();
  const serving = bench.engine.serve({ signal: stop.signal });
  await bench.host.advance(150_000);
  bench.host.define(defineWorkflow({ name: "added", schedule: { cron: "* * * * *", timezone: "UTC" }, run: () => void started.push(-1) }));
  await bench.host.advance(60_000);
  stop.abort();
  await during(bench, serving, 5_000);
  const from = Date.UTC(2026, 0, 1);
  expect(started.filter((at) => at > 0)).toEqual([from + 60_000, from + 120_000, from + 180_000]);
  expect(started.filter((at) => at < 0)).toHaveLength(1);
});
