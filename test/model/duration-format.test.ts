/** Durations as they are shown: never a full unit or a wrong direction, and what is shown can be read again. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { describeUntil, formatDuration, MAX_DURATION_MS, parseDuration } from "../../src/model/duration.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const msOf = (text: string): number => {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.ms;
};

describe("formatDuration", () => {
  test.each([
    [0, "0ms"],
    [0.4, "0ms"],
    [1, "1ms"],
    [250, "250ms"],
    [999, "999ms"],
    [999.4, "999ms"],
    [999.5, "1s"],
    [1_000, "1s"],
    [1_049, "1s"],
    [1_050, "1.1s"],
    [1_500, "1.5s"],
    [12_340, "12.3s"],
    [59_900, "59.9s"],
    [59_949, "59.9s"],
    [59_950, "1m"],
    [59_999, "1m"],
    [MINUTE, "1m"],
    [MINUTE + 499, "1m"],
    [MINUTE + 500, "1m 1s"],
    [200 * SECOND, "3m 20s"],
    [2 * MINUTE - 1, "2m"],
    [HOUR - 501, "59m 59s"],
    [HOUR - 500, "1h"],
    [90 * MINUTE, "1h 30m"],
    [2 * HOUR - 1, "2h"],
    [DAY - MINUTE / 2 - 1, "23h 59m"],
    [DAY - MINUTE / 2, "1d"],
    [DAY, "1d"],
    [3 * DAY + 4 * HOUR, "3d 4h"],
    [3 * DAY + 20 * MINUTE, "3d"],
    [4 * DAY - 1, "4d"],
    [30 * DAY, "30d"],
    [MAX_DURATION_MS, "36525d"],
    [-90 * MINUTE, "-1h 30m"],
    [-0, "0ms"],
    [Number.NaN, "unknown"],
    [Infinity, "unknown"],
    [-Infinity, "unknown"],
  ])("%d ms is %s", (ms, shown) => {
    expect(formatDuration(ms)).toBe(shown);
  });

  const anyMs = fc.oneof(
    fc.integer({ min: 0, max: MAX_DURATION_MS }),
    fc.integer({ min: 0, max: 2 * DAY }),
    fc.integer({ min: 0, max: 2 * MINUTE }),
    fc.double({ min: 0, max: 2 * HOUR, noNaN: true }),
    fc.tuple(fc.constantFrom(SECOND, MINUTE, HOUR, DAY), fc.integer({ min: -700, max: 700 })).map(([unit, off]) => unit + off),
  );

  test("what is shown is read again, off by at most half of its last unit", () => {
    fc.assert(
      fc.property(anyMs, (ms) => {
        const half = ms < 999.5 ? 0.5 : ms < 59_950 ? 50 : ms < HOUR - 500 ? 500 : ms < DAY - MINUTE / 2 ? MINUTE / 2 : HOUR / 2;
        expect(Math.abs(msOf(formatDuration(ms)) - ms)).toBeLessThanOrEqual(half);
      }),
      { numRuns: 2_000 },
    );
  });

  test("no unit is shown as full, and there are two at most", () => {
    fc.assert(
      fc.property(anyMs, (ms) => {
        const counts = [...formatDuration(ms).matchAll(/([\d.]+)([a-z]+)/g)];
        expect(counts.length).toBeLessThanOrEqual(2);
        for (const [, count, unit = ""] of counts) {
          expect(Number(count)).toBeLessThan({ ms: 1_000, s: 60, m: 60, h: 24, d: Infinity }[unit] ?? 0);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("what was shown once is shown the same again", () => {
    fc.assert(fc.property(anyMs, (ms) => expect(formatDuration(msOf(formatDuration(ms)))).toBe(formatDuration(ms))));
  });

  test("a longer time is never shown as a shorter one", () => {
    fc.assert(
      fc.property(anyMs, anyMs, (one, other) => {
        const [short, long] = one < other ? [one, other] : [other, one];
        expect(msOf(formatDuration(short))).toBeLessThanOrEqual(msOf(formatDuration(long)));
      }),
    );
  });
});

describe("describeUntil", () => {
  const NOW = Date.UTC(2026, 2, 1, 9);

  test.each([
    [0, "now"],
    [499, "now"],
    [-500, "now"],
    [500, "in 1s"],
    [-501, "1s ago"],
    [1_500, "in 2s"],
    [59_999, "in 1m"],
    [3 * DAY + 4 * HOUR, "in 3d 4h"],
    [-2 * MINUTE, "2m ago"],
    [-HOUR, "1h ago"],
    [MAX_DURATION_MS, "in 36525d"],
  ])("%d ms away is %s", (awayMs, shown) => {
    expect(describeUntil(NOW + awayMs, NOW)).toBe(shown);
  });

  test("the direction is never wrong", () => {
    fc.assert(
      fc.property(fc.integer({ min: -MAX_DURATION_MS, max: MAX_DURATION_MS }), (awayMs) => {
        const shown = describeUntil(NOW + awayMs, NOW);
        if (awayMs > 500) expect(shown).toMatch(/^in \d/);
        else if (awayMs < -500) expect(shown).toMatch(/^\d.* ago$/);
        else expect(["now", "in 1s"]).toContain(shown);
      }),
    );
  });
});
