/** Reading a log while it grows: every entry once, in order, up to the last. */
import { describe, expect, test } from "bun:test";
import { followLogs, readLogs } from "../../src/cli/follow-logs.ts";
import type { ExecutionStatus } from "../../src/model/status.ts";
import type { LogView } from "../../src/model/views.ts";
import { executionOf, iso, ManualTimers, settle } from "./harness.ts";

const entryOf = (cursor: number): LogView => ({
  cursor,
  at: iso(cursor),
  level: "info",
  source: "user",
  message: `m${cursor}`,
  data: null,
  step: null,
});

/** A log that a test can let grow. */
class GrowingLog {
  readonly entries: LogView[] = [];
  readonly asked: { after: number; limit: number }[] = [];
  status: ExecutionStatus = "running";
  grow(count: number): void {
    for (let added = 0; added < count; added++) this.entries.push(entryOf((this.entries.at(-1)?.cursor ?? 0) + 1));
  }
  logs = (_id: string, { after = 0, limit = 10 }: { after?: number; limit?: number } = {}): Promise<readonly LogView[]> => {
    this.asked.push({ after, limit });
    return Promise.resolve(this.entries.filter(({ cursor }) => cursor > after).slice(0, limit));
  };
  getStatus = () => Promise.resolve(executionOf({ status: this.status }));
}

const collected = async (entries: AsyncIterable<LogView>): Promise<readonly number[]> => {
  const cursors: number[] = [];
  for await (const { cursor } of entries) cursors.push(cursor);
  return cursors;
};

describe("reading", () => {
  test.each([0, 1, 999, 1_000, 1_001, 2_500])("%i entries come in order, each once", async (count) => {
    const log = new GrowingLog();
    log.grow(count);
    expect(await collected(readLogs(log, "a"))).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    expect(log.asked.every(({ limit }) => limit === 1_000)).toBe(true);
    expect(log.asked).toHaveLength(Math.floor(count / 1_000) + 1);
  });

  test("begins after a cursor", async () => {
    const log = new GrowingLog();
    log.grow(5);
    expect(await collected(readLogs(log, "a", 3))).toEqual([4, 5]);
  });

  test("ends when the cursor stands still", async () => {
    const stuck = { logs: () => Promise.resolve(Array.from({ length: 1_000 }, () => entryOf(1))) };
    expect(await collected(readLogs(stuck, "a", 1))).toHaveLength(1_000);
  });
});

describe("following", () => {
  const begin = (log: GrowingLog) => {
    const timers = new ManualTimers();
    const controller = new AbortController();
    const cursors: number[] = [];
    const end = (async () => {
      for await (const { cursor } of followLogs(log, "a", { after: timers.after, signal: controller.signal })) cursors.push(cursor);
      return "ended";
    })();
    return { timers, controller, cursors, end };
  };

  test("gives what comes, every quarter of a second, and ends with the execution", async () => {
    const log = new GrowingLog();
    log.grow(2);
    const { timers, cursors, end } = begin(log);
    await settle();
    expect(cursors).toEqual([1, 2]);
    log.grow(1);
    await timers.advance(249);
    expect(cursors).toEqual([1, 2]);
    await timers.advance(1);
    expect(cursors).toEqual([1, 2, 3]);
    log.grow(1);
    log.status = "completed";
    await timers.advance(250);
    expect(cursors).toEqual([1, 2, 3, 4]);
    expect(await end).toBe("ended");
  });

  test("what was written between the last look at the state and the reading is not lost", async () => {
    const log = new GrowingLog();
    log.getStatus = () => {
      const before = log.status;
      log.grow(1);
      log.status = "completed";
      return Promise.resolve(executionOf({ status: before }));
    };
    const { timers, cursors, end } = begin(log);
    await settle();
    expect(cursors).toEqual([1]);
    await timers.advance(250);
    expect(cursors).toEqual([1, 2]);
    expect(await end).toBe("ended");
  });

  test("ends with the signal", async () => {
    const { controller, end, timers } = begin(new GrowingLog());
    await settle();
    controller.abort("SIGINT");
    expect(await end).toBe("ended");
    expect(timers.waiting).toEqual([]);
  });
});
