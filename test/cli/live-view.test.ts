/** What goes on, as lines: each row is what runs, waits or comes next at this moment. */
import { describe, expect, test } from "bun:test";
import { LiveView, type Room } from "../../src/cli/live-view.ts";
import { widthOf } from "../../src/cli/render/fit.ts";
import type { Progress } from "../../src/model/progress.ts";
import type { StepIdentity } from "../../src/model/records.ts";
import { NOW } from "./harness.ts";
import { lines, lookOf } from "./render/looks.ts";

const ROOM: Room = { columns: 80, rows: 24 };
const executionId = "order-1";
const step = (name: string, more: Partial<StepIdentity> = {}): StepIdentity => ({ scope: "", kind: "step", name, n: 1, ...more });
const begun: Progress = { type: "pass-started", executionId, workflow: "order", recorded: 0 };
const started = (name: string, more: { attempt?: number; at?: number; id?: string; step?: Partial<StepIdentity> } = {}): Progress => ({
  type: "step-started",
  executionId: more.id ?? executionId,
  step: step(name, more.step),
  attempt: more.attempt ?? 1,
  at: more.at ?? NOW,
});
const completed = (name: string, durationMs = 120): Progress => ({ type: "step-completed", executionId, step: step(name), durationMs });
const failed = (name: string, retryAt: number | null): Progress => ({
  type: "step-failed",
  executionId,
  step: step(name),
  attempt: 1,
  attempts: 5,
  error: new Error("no"),
  retryAt,
});
const holding = (name: string, kind: StepIdentity["kind"], until: number | null): Progress => ({
  type: "holding",
  executionId,
  step: step(name, { kind }),
  until,
});

const viewOf = (...events: readonly Progress[]): LiveView => {
  const view = new LiveView(executionId, NOW);
  for (const event of events) view.follow(event);
  return view;
};
const drawn = (view: LiveView, afterMs = 0, room = ROOM): string => view.text(lookOf({ now: NOW + afterMs }), room);

describe("what goes on", () => {
  test("names a call with a key once, and other steps in its scope by themselves", () => {
    const view = viewOf(
      started("compress", { step: { kind: "shell", scope: "compress=a%2fb.log" } }),
      started("compress", { step: { kind: "shell", scope: "compress=c", n: 2 } }),
      started("fetch", { step: { scope: "compress=c" } }),
    );
    const names = drawn(view)
      .split("\n")
      .slice(1)
      .map((row) => row.trim().split(/ {2,}/)[0]);
    expect(names).toEqual(["▸ compress (a/b.log)", "▸ compress (c)/compress #2", "▸ compress (c)/fetch"]);
  });

  test("is a line for each parallel branch, aligned, with attempts, countdowns and waits; times pass without news", () => {
    const view = viewOf(
      begun,
      started("reserve stock"),
      completed("reserve stock"),
      started("charge card", { attempt: 2 }),
      started("fetch", { step: { scope: "import/eu", n: 2 } }),
      failed("print label", NOW + 9_000),
      holding("payment", "event", NOW + 86_400_000),
      holding("review", "approval", null),
      holding("cool down", "sleep", NOW + 60_000),
    );
    expect(drawn(view, 5_000)).toBe(
      lines(`
        order  1 step done  5s
          ✓ reserve stock       120ms
          ▸ charge card         attempt 2  5s
          ▸ import/eu/fetch #2  5s
          ↻ print label         attempt 2 of 5 in 4s
          ◷ payment             waits for an event, 1d left
          ◷ review              waits for an approval
          ◷ cool down           55s left
      `),
    );
  });

  test("is gone once it has ended: a failure without another attempt, an execution that was left", () => {
    expect(drawn(viewOf(begun, started("a"), failed("a", null)))).toBe("order");
    const left: Progress = { type: "left", executionId, status: "waiting", reason: "event", wakeAt: null };
    expect(drawn(viewOf(begun, holding("e", "event", null), started("a", { id: "other" }), left))).toBe("order\n  ▸ other a");
  });

  test("of a step between two attempts keeps what its failure said, or says when the next one is", () => {
    expect(drawn(viewOf(begun, failed("a", NOW + 9_000), holding("a", "step", NOW + 9_000)))).toBe("order\n  ↻ a  attempt 2 of 5 in 9s");
    expect(drawn(viewOf(begun, holding("a", "step", NOW + 9_000)), 5_000)).toBe("order  5s\n  ↻ a  next attempt in 4s");
  });

  test("names the newest three of those done, and counts them all", () => {
    const view = viewOf(begun, ...["a", "b", "c", "d"].map((name) => completed(name)));
    expect(drawn(view)).toBe("order  4 steps done\n  ✓ b  120ms\n  ✓ c  120ms\n  ✓ d  120ms");
  });

  test("of a child says whose it is; that its parent waits for it is no line", () => {
    const child: Progress = { type: "pass-started", executionId: "pay-1", workflow: "pay", recorded: 0 };
    expect(drawn(viewOf(begun, child, holding("pay", "child", null), started("charge", { id: "pay-1" })))).toBe("order\n  ▸ pay-1 charge");
  });

  test("of several executions says which, and how many there are", () => {
    const view = new LiveView(undefined, NOW);
    for (const id of ["a-1", "b-1"]) view.follow({ type: "pass-started", executionId: id, workflow: "order", recorded: 0 });
    view.follow(started("charge", { id: "b-1" }));
    expect(drawn(view)).toBe("2 executions\n  ▸ b-1 charge");
  });

  test("is the place in the line of one that may not run yet, until it runs", () => {
    const place = { lane: "workflow:order", limit: 2, running: 2, ahead: 3 };
    const view = viewOf({ type: "in-line", executionId, place });
    expect(drawn(view)).toStartWith("starting\n  ◷ waits for a place: 2 of at most 2 of ");
    view.follow(begun);
    expect(drawn(view)).toBe("order");
  });

  test("is with another process where nothing happens here", () => {
    expect(drawn(viewOf())).toBe("starting");
    expect(drawn(viewOf(), 4_000)).toBe("order-1 is with another process  4s");
    expect(drawn(viewOf(begun), 4_000)).toBe("order  4s");
  });

  test("counts nothing below zero when the clock is set back", () => {
    expect(drawn(viewOf(begun, started("a"), failed("b", NOW)), -60_000)).not.toContain("-");
  });
});

describe("the room", () => {
  const many = viewOf(begun, ...Array.from({ length: 30 }, (_, index) => started(`row ${index}`)));

  test("is not left: of many rows the first are shown and the others counted", () => {
    const rows = drawn(many).split("\n");
    expect(rows).toHaveLength(13);
    expect(rows.at(-1)).toBe("  and 19 more");
    expect(drawn(many, 0, { columns: 80, rows: 6 }).split("\n")).toEqual(["order", "  ▸ row 0", "  ▸ row 1", "  ▸ row 2", "  and 27 more"]);
    expect(drawn(many, 0, { columns: 80, rows: 1 })).toBe("order");
  });

  test("is never too narrow for a line, whatever its names are", () => {
    const wide = viewOf(
      begun,
      started("日本語の長い名前".repeat(9)),
      started("🚀".repeat(50)),
      started("x".repeat(300)),
      completed("é".repeat(90)),
    );
    for (const columns of [200, 80, 40, 20, 12]) {
      const rows = drawn(wide, 5_000, { columns, rows: 24 }).split("\n");
      expect(Math.max(...rows.map(widthOf))).toBeLessThanOrEqual(columns);
    }
  });

  test("keeps names of wide characters in their column", () => {
    const rows = drawn(viewOf(begun, started("日本"), started("ab🚀"), started("plain")), 3_000)
      .split("\n")
      .slice(1);
    expect(rows).toEqual(["  ▸ 日本   3s", "  ▸ ab🚀   3s", "  ▸ plain  3s"]);
  });

  test("holds no control character of a name", () => {
    const hostile: Progress = { type: "pass-started", executionId, workflow: "a\x1b[2Jb", recorded: 0 };
    expect(drawn(viewOf(hostile, started("x\ny\x07")))).toBe("a\\x1b[2Jb\n  ▸ x\\ny\\x07");
  });
});
