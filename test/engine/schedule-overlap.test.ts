/** What becomes of a slot that comes while the execution of an earlier one is not over. */
import { afterEach, describe, expect, test } from "bun:test";
import type { Overlap } from "../../src/model/schedule/config.ts";
import { BEHIND } from "../../src/model/schedule/record.ts";
import { type Bench, during, openBench, openBenchOn } from "./harness.ts";
import { executions, ids, later, MINUTE_MS, report, scheduled, tick, view } from "./schedule-bench.ts";

const [FIRST, SECOND, THIRD] = ["report@2026-01-01T00:01:00Z", "report@2026-01-01T00:02:00Z", "report@2026-01-01T00:03:00Z"];

let bench: Bench;
afterEach(() => bench.close());

/** The first execution waits for an event when the second slot comes. */
const held = async (overlap: Overlap): Promise<void> => {
  bench = await scheduled(report({ overlap }, (ctx) => ctx.waitForEvent("go")));
  for (let minute = 0; minute < 2; minute++) {
    later(bench, MINUTE_MS);
    await tick(bench);
  }
};

const states = async () => (await executions(bench)).map(({ id, status }) => [id, status]);

describe("skip", () => {
  test("leaves the slot out, counts it, and starts the next one once the first is over", async () => {
    await held("skip");
    expect(await states()).toEqual([[FIRST, "waiting"]]);
    expect(await view(bench)).toMatchObject({ skipped: 1, missed: 0, unfinished: 1, nextAt: "2026-01-01T00:03:00.000Z" });
    await bench.engine.sendEvent(FIRST, "go");
    await tick(bench);
    later(bench, MINUTE_MS);
    await tick(bench);
    expect(await ids(bench)).toEqual([FIRST, THIRD]);
    expect(await view(bench)).toMatchObject({ skipped: 1, unfinished: 1 });
  });
});

describe("allow", () => {
  test("starts it beside the first", async () => {
    await held("allow");
    expect(await states()).toEqual([
      [FIRST, "waiting"],
      [SECOND, "waiting"],
    ]);
  });
});

describe("queue", () => {
  test("lets it wait, with a reason, and the end of the first makes it due in the same transaction", async () => {
    await held("queue");
    expect((await executions(bench))[1]).toMatchObject({
      id: SECOND,
      status: "pending",
      reason: "concurrency",
      reasonDetail: BEHIND,
      wakeAt: null,
    });
    expect((await bench.engine.why(SECOND)).text).toContain("an earlier slot");
    await bench.engine.sendEvent(FIRST, "go");
    // One look: the first ends in it, and the second begins in it.
    await tick(bench);
    expect(await states()).toEqual([
      [FIRST, "completed"],
      [SECOND, "waiting"],
    ]);
  });

  test("lets them go one by one, the earliest slot first, also when the first is cancelled or fails", async () => {
    await held("queue");
    later(bench, MINUTE_MS);
    await tick(bench);
    expect(await states()).toEqual([
      [FIRST, "waiting"],
      [SECOND, "pending"],
      [THIRD, "pending"],
    ]);
    await bench.engine.cancel(FIRST);
    await tick(bench);
    expect(await states()).toEqual([
      [FIRST, "cancelled"],
      [SECOND, "waiting"],
      [THIRD, "pending"],
    ]);
  });

  test("counts the time limit of an execution from its turn on, not from its slot", async () => {
    bench = await scheduled(report({ overlap: "queue" }, (ctx) => ctx.waitForEvent("go")));
    bench.host.define({ ...report({ overlap: "queue" }, (ctx) => ctx.waitForEvent("go")), timeoutMs: 10 * MINUTE_MS });
    for (let minute = 0; minute < 2; minute++) {
      later(bench, MINUTE_MS);
      await tick(bench);
    }
    later(bench, 5 * MINUTE_MS);
    await bench.engine.cancel(FIRST);
    const [, second] = await executions(bench);
    expect((second?.deadlineAt ?? 0) - bench.host.clock.now()).toBe(10 * MINUTE_MS);
  });
});

describe("cancel-previous", () => {
  test("cancels the first, with the reason, and starts the second", async () => {
    await held("cancel-previous");
    expect(await states()).toEqual([
      [FIRST, "cancelled"],
      [SECOND, "waiting"],
    ]);
    expect((await bench.engine.getStatus(FIRST)).error?.message).toContain('the next slot of schedule "report" has come');
  });

  test("reaches one that another process has in hand; the second begins when that is over", async () => {
    let isAborted = false;
    const definition = report({ overlap: "cancel-previous" }, (ctx) =>
      ctx.step("work", ({ signal }) => {
        if (ctx.executionId !== FIRST) return "second";
        return new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            isAborted = true;
            reject(new Error("stopped"));
          });
        });
      }),
    );
    bench = await scheduled(definition);
    later(bench, MINUTE_MS);
    const ticking = bench.engine.tick();
    await bench.host.settle(40);
    expect(await states()).toEqual([[FIRST, "running"]]);
    const other = await openBenchOn(bench.file, [definition], bench.host.clock.now() + MINUTE_MS);
    await tick(other);
    expect((await executions(other))[1]).toMatchObject({ id: SECOND, status: "pending", reasonDetail: BEHIND });
    await during(bench, ticking, 30_000);
    expect(isAborted).toBe(true);
    await tick(other);
    await other.close();
    expect(await states()).toEqual([
      [FIRST, "cancelled"],
      [SECOND, "completed"],
    ]);
  });

  test("reaches one that this process has in hand", async () => {
    bench = await openBench([
      report({ overlap: "cancel-previous" }, (ctx) =>
        ctx.step("work", ({ signal }) => {
          if (ctx.executionId !== FIRST) return "second";
          return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));
        }),
      ),
    ]);
    const stop = new AbortController();
    const serving = bench.engine.serve({ signal: stop.signal });
    await bench.host.advance(2 * MINUTE_MS + 30_000);
    stop.abort();
    await during(bench, serving, 30_000);
    expect(await states()).toEqual([
      [FIRST, "cancelled"],
      [SECOND, "completed"],
    ]);
  });
});

test("an execution that somebody has triggered counts as one that is not over", async () => {
  bench = await scheduled(report({}, (ctx) => ctx.waitForEvent("go")));
  const { id } = await bench.engine.schedules.trigger("report");
  await tick(bench);
  later(bench, MINUTE_MS);
  await tick(bench);
  expect(await states()).toEqual([[id, "waiting"]]);
  expect(await view(bench)).toMatchObject({ skipped: 1 });
});
