/** Pausing, resuming, editing, previewing and making up for slots. */
import { afterEach, describe, expect, test } from "bun:test";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, openBench } from "./harness.ts";
import { DAY_MS, executions, HOUR_MS, ids, later, MINUTE_MS, report, scheduled, slots, tick, view } from "./schedule-bench.ts";

let bench: Bench;
afterEach(() => bench.close());

describe("a paused schedule", () => {
  test("lets its slots pass, and says who paused it, when and why", async () => {
    bench = await scheduled(report());
    const by = bench.host.actor();
    await bench.engine.schedules.pause("report", { reason: "migration" });
    expect(await view(bench)).toMatchObject({ nextAt: null, paused: { at: "2026-01-01T00:00:00.000Z", by, reason: "migration" } });
    later(bench, HOUR_MS);
    expect(await tick(bench)).toMatchObject({ claimed: 0, nextWakeAt: null });
    expect(await slots(bench)).toEqual([]);
  });

  test("makes up for nothing when it is resumed, whatever its policy", async () => {
    bench = await scheduled(report({ catchUp: "all" }));
    await bench.engine.schedules.pause("report");
    later(bench, HOUR_MS + 1);
    const resumed = await bench.engine.schedules.resume("report");
    expect(resumed).toMatchObject({ paused: null, nextAt: "2026-01-01T01:01:00.000Z", missed: 0 });
    expect(resumed.resumed).toEqual({ at: "2026-01-01T01:00:00.001Z", by: bench.host.actor() });
    expect(await tick(bench)).toMatchObject({ claimed: 0 });
    later(bench, MINUTE_MS);
    await tick(bench);
    expect(await slots(bench)).toEqual(["2026-01-01T01:01:00Z"]);
  });

  test("stays paused when its file is edited, broken or mended", async () => {
    bench = await scheduled(report());
    await bench.engine.schedules.pause("report");
    bench.host.define(report({ cron: "*/5 * * * *" }));
    expect(await view(bench)).toMatchObject({ cron: "*/5 * * * *", nextAt: null, paused: { reason: null } });
    bench.host.breakFile("report");
    await tick(bench);
    expect(await view(bench)).toMatchObject({ paused: { reason: null } });
    bench.host.define(report());
    await tick(bench);
    expect((await view(bench)).paused).not.toBeNull();
  });

  test("keeps who paused it first, and a running one is resumed without harm", async () => {
    bench = await scheduled(report());
    const before = await view(bench);
    expect(await bench.engine.schedules.resume("report")).toEqual(before);
    await bench.engine.schedules.pause("report", { reason: "first" });
    later(bench, 1);
    expect(await bench.engine.schedules.pause("report", { reason: "second" })).toMatchObject({ paused: { reason: "first" } });
  });
});

describe("an edited file", () => {
  test("with another pattern or zone counts the next slot from now", async () => {
    bench = await scheduled(report({ cron: "0 12 * * *" }));
    later(bench, 10 * DAY_MS);
    bench.host.define(report({ cron: "0 6 * * *" }));
    expect(await view(bench)).toMatchObject({ nextAt: "2026-01-11T06:00:00.000Z", missed: 0 });
    bench.host.define(report({ cron: "0 6 * * *", timezone: "Asia/Tokyo" }));
    expect(await view(bench)).toMatchObject({ nextAt: "2026-01-11T21:00:00.000Z" });
  });

  test("with the same ones keeps the next slot, and what was counted", async () => {
    bench = await scheduled(report({ cron: "0 12 * * *" }));
    later(bench, 10 * DAY_MS);
    await tick(bench);
    const before = await view(bench);
    expect(before.missed).toBeGreaterThan(0);
    bench.host.define(report({ cron: "0 12 * * *", overlap: "allow", jitter: "1m" }));
    expect(await view(bench)).toEqual({ ...before, overlap: "allow", jitterMs: 60_000 });
  });

  test("without its schedule forgets it, and so does one that is gone", async () => {
    bench = await scheduled(report());
    bench.host.define(defineWorkflow({ name: "report", run: () => 1 }));
    expect(await bench.engine.schedules.list()).toEqual([]);
    bench.host.define(report());
    expect(await bench.engine.schedules.list()).toHaveLength(1);
    bench.host.forget("report");
    expect(await bench.engine.schedules.list()).toEqual([]);
  });
});

describe("trigger", () => {
  test("starts one now, with the schedule's input, and leaves the slots alone", async () => {
    bench = await scheduled(report({ input: { n: 1 } }, (ctx, input) => [input, ctx.scheduledFor]));
    const execution = await bench.engine.schedules.trigger("report");
    expect(execution).toMatchObject({ status: "pending", input: { n: 1 } });
    expect(execution.id).toMatch(/^report-[0-9a-z]{10}$/);
    await tick(bench);
    expect(await executions(bench)).toMatchObject([
      { schedule: "report", scheduledFor: null, origin: "trigger", outputText: '[{"n":1},null]' },
    ]);
    expect(await view(bench)).toMatchObject({ nextAt: "2026-01-01T00:01:00.000Z" });
  });
});

describe("preview", () => {
  test("shows the slots to come, in the zone and in UTC, and what a night does to them", async () => {
    bench = await openBench([report({ cron: "30 2 * * *", timezone: "Europe/Paris" })]);
    const { slots: spring } = await bench.engine.schedules.preview("report", { from: Date.parse("2026-03-28T00:00:00Z"), count: 3 });
    expect(spring).toEqual([
      { at: "2026-03-28T01:30:00.000Z", local: "2026-03-28T02:30:00+01:00", note: null },
      {
        at: "2026-03-29T01:00:00.000Z",
        local: "2026-03-29T03:00:00+02:00",
        note: "02:30 does not exist: the clock is put forward, and it runs at 03:00",
      },
      { at: "2026-03-30T00:30:00.000Z", local: "2026-03-30T02:30:00+02:00", note: null },
    ]);
    const { slots: autumn } = await bench.engine.schedules.preview("report", { from: Date.parse("2026-10-25T00:00:00Z"), count: 1 });
    expect(autumn[0]?.note).toBe("02:30 comes twice: the clock is put back, and it runs the first time only");
  });

  test("begins now, with ten, and includes a slot that is asked for by its instant", async () => {
    bench = await scheduled(report());
    expect((await bench.engine.schedules.preview("report")).slots.map(({ at }) => at)).toHaveLength(10);
    const from = Date.UTC(2027, 0, 1);
    expect((await bench.engine.schedules.preview("report", { from, count: 1 })).slots[0]?.at).toBe("2027-01-01T00:00:00.000Z");
  });
});

describe("backfill", () => {
  const window = { from: Date.UTC(2025, 11, 31, 20), to: Date.UTC(2025, 11, 31, 22) };

  test("starts the slots of the past one after another, and those that have an execution are left alone", async () => {
    const order: string[] = [];
    bench = await scheduled(report({ cron: "0 * * * *" }, (ctx) => void order.push(ctx.executionId)));
    const first = await bench.engine.schedules.backfill("report", { ...window, to: window.from });
    expect(first.slots).toMatchObject([{ id: "report@2025-12-31T20:00:00Z", disposition: "created" }]);
    const all = await bench.engine.schedules.backfill("report", window);
    expect(all.slots.map(({ disposition }) => disposition)).toEqual(["existing", "created", "created"]);
    await tick(bench);
    expect(order).toEqual([...(await ids(bench))]);
    expect((await executions(bench)).map(({ origin, status }) => [origin, status])).toEqual(Array(3).fill(["backfill", "completed"]));
    expect(await view(bench)).toMatchObject({ nextAt: "2026-01-01T01:00:00.000Z", skipped: 0 });
  });

  test("with dry run starts nothing, and says the same", async () => {
    bench = await scheduled(report({ cron: "0 * * * *" }));
    const dry = await bench.engine.schedules.backfill("report", { ...window, dryRun: true });
    expect(await ids(bench)).toEqual([]);
    const wet = await bench.engine.schedules.backfill("report", window);
    expect(wet.slots).toEqual(dry.slots);
  });

  test("starts nothing of the future, and refuses a window without slots or with too many", async () => {
    bench = await scheduled(report({ cron: "0 * * * *" }));
    const { slots: found } = await bench.engine.schedules.backfill("report", { from: window.from, to: Date.UTC(2027, 0, 1) });
    expect(found.at(-1)?.at).toBe("2026-01-01T00:00:00.000Z");
    const refused = (from: number, to: number) => bench.engine.schedules.backfill("report", { from, to });
    expect(refused(window.to, window.from)).rejects.toThrow("that is backwards");
    expect(refused(Date.UTC(2027, 0, 1), Date.UTC(2027, 0, 2))).rejects.toThrow("only slots that have come");
    expect(refused(window.from + 1, window.from + 2)).rejects.toThrow("has no slot");
    expect(refused(Date.UTC(2020, 0, 1), window.to)).rejects.toThrow("more than 1000 slots");
  });

  test("of a slot that the schedule itself comes to later does not start it again", async () => {
    bench = await scheduled(report({ cron: "0 * * * *", catchUp: "all" }));
    later(bench, 2 * HOUR_MS);
    await bench.engine.schedules.backfill("report", { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 1, 2) });
    await tick(bench);
    expect(await slots(bench)).toEqual(["2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z"]);
  });
});

describe("what is started by hand", () => {
  test("says in its history who did it, when and why; what the clock starts has nothing there", async () => {
    bench = await scheduled(report({ cron: "0 * * * *" }));
    const window = { from: Date.UTC(2025, 11, 31, 20), to: Date.UTC(2025, 11, 31, 21) };
    const made = await bench.engine.schedules.backfill("report", { ...window, reason: "the disk was full" });
    const triggered = await bench.engine.schedules.trigger("report", { reason: "asked by ada" });
    const told = { at: "2026-01-01T00:00:00.000Z", by: bench.host.actor() };
    const decisions = async (id: string) => (await bench.engine.history(id)).decisions;
    expect(await decisions(triggered.id)).toEqual([{ ...told, action: "trigger", detail: null, reason: "asked by ada" }]);
    expect(await decisions(made.slots[1]?.id ?? "")).toEqual([
      { ...told, action: "backfill", detail: "of slot 2025-12-31T21:00:00.000Z", reason: "the disk was full" },
    ]);
    await tick(bench);
    later(bench, HOUR_MS);
    await tick(bench);
    expect(await decisions("report@2026-01-01T01:00:00Z")).toEqual([]);
  });

  test("again, by rerun or fork, keeps the slot it is for, and leaves the schedule alone", async () => {
    const seen: (string | undefined)[] = [];
    bench = await scheduled(
      report({}, async (ctx) => {
        seen.push(ctx.scheduledFor?.toISOString());
        await ctx.step("one", () => 1);
      }),
    );
    later(bench, MINUTE_MS);
    await tick(bench);
    const [id = ""] = await ids(bench);
    const rerun = await bench.engine.operations.rerun(id);
    const fork = await bench.engine.operations.fork(id, { from: "one" });
    await tick(bench);
    expect(seen).toEqual(Array(3).fill("2026-01-01T00:01:00.000Z"));
    for (const made of [rerun, fork]) {
      expect(await bench.store.execution(made.id)).toMatchObject({ schedule: null, scheduledFor: Date.UTC(2026, 0, 1, 0, 1) });
    }
  });
});

test("a workflow without a schedule, and a name that is none, are told apart", async () => {
  bench = await openBench([report(), defineWorkflow({ name: "plain", run: () => 1 })]);
  expect(bench.engine.schedules.pause("plain")).rejects.toThrow('Workflow "plain" has no schedule');
  expect(bench.engine.schedules.pause("reprot")).rejects.toMatchObject({ code: "SCHEDULE_NOT_FOUND", hint: 'Did you mean "report"?' });
});
