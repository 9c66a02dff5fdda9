/** The bar of a step: in proportion, never empty, never beyond its width. */
import { describe, expect, test } from "bun:test";
import { bar, stretchesOf } from "../../../src/cli/render/bar.ts";
import { iso, NOW, stepOf } from "../harness.ts";
import { lookOf, PAINTED } from "./looks.ts";

const timeline = { startAt: 1_000, endAt: 2_000 };
const drawn = (from: number, until: number): string => bar([{ from, until }], timeline, 10, lookOf());

describe("a bar", () => {
  test.each([
    [1_000, 2_000, "██████████"],
    [1_000, 1_500, "█████░░░░░"],
    [1_500, 2_000, "░░░░░█████"],
    [1_000, 1_000, "█░░░░░░░░░"],
    [2_000, 2_000, "░░░░░░░░░█"],
    [1_099, 1_101, "██░░░░░░░░"],
    [0, 9_000, "██████████"],
    [9_000, 9_000, "░░░░░░░░░█"],
    [Number.NaN, Number.NaN, "█░░░░░░░░░"],
  ])("from %d until %d is %s", (from, until, text) => {
    expect(drawn(from, until)).toBe(text);
  });

  test("of an execution without length is one cell", () => {
    expect(bar([{ from: 5, until: 5 }], { startAt: 5, endAt: 5 }, 4, lookOf())).toBe("█░░░");
  });

  test("of what was no work is hatched, and work is seen where both fall into one cell", () => {
    const tried = [
      { from: 1_000, until: 2_000, isWait: true },
      { from: 1_000, until: 1_150 },
      { from: 1_800, until: 2_000 },
    ];
    expect(bar(tried, timeline, 10, lookOf())).toBe("██╱╱╱╱╱╱██");
    expect(bar(tried.toReversed(), timeline, 10, lookOf())).toBe("██╱╱╱╱╱╱██");
    expect(bar(tried, timeline, 10, lookOf({ isUnicode: false }))).toBe("##//////##");
    expect(bar(tried, timeline, 5, { ...lookOf(), style: PAINTED })).toBe("█<d>╱╱╱</d>█");
  });

  test("is ASCII where there is no more", () => {
    expect(bar([{ from: 1_000, until: 1_500 }], timeline, 4, lookOf({ isUnicode: false }))).toBe("##..");
  });
});

describe("the stretches of a step", () => {
  const span = (from: number, until: number) => ({ from: NOW + from, until: NOW + until });

  test.each(["sleep", "event", "approval"] as const)("of the kind %s are one wait", (kind) => {
    const step = stepOf({ kind, attempts: [], startedAt: iso(-9), finishedAt: iso(-5) });
    expect(stretchesOf(step, NOW)).toEqual([{ ...span(-9, -5), isWait: true }]);
  });

  test("are its attempts, with a wait behind them; one that goes on ends now", () => {
    const attempts = [
      { attempt: 1, startedAt: iso(-9), finishedAt: iso(-8), error: null },
      { attempt: 2, startedAt: iso(-4), finishedAt: null, error: null },
    ];
    const step = stepOf({ status: "running", attempts, startedAt: iso(-9), finishedAt: null });
    expect(stretchesOf(step, NOW)).toEqual([{ ...span(-9, 0), isWait: true }, span(-9, -8), span(-4, 0)]);
  });

  test("of one without attempts, as of a child, are all of it", () => {
    expect(stretchesOf(stepOf({ kind: "child", attempts: [], startedAt: iso(-9), finishedAt: iso(-1) }), NOW)).toEqual([span(-9, -1)]);
  });
});
