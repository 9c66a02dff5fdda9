/** The bar of a step: in proportion, never empty, never beyond its width. */
import { describe, expect, test } from "bun:test";
import { bar } from "../../../src/cli/render/bar.ts";
import { lookOf } from "./looks.ts";

const timeline = { startAt: 1_000, endAt: 2_000 };
const drawn = (from: number, until: number): string => bar(from, until, timeline, 10, lookOf());

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
    expect(bar(5, 5, { startAt: 5, endAt: 5 }, 4, lookOf())).toBe("█░░░");
  });

  test("is ASCII where there is no more", () => {
    expect(bar(1_000, 1_500, timeline, 4, lookOf({ isUnicode: false }))).toBe("##..");
  });
});
