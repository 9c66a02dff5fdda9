/** Steps as a tree: order, scopes, repeated names, and the names of scopes. */
import { describe, expect, test } from "bun:test";
import { segmentLabel } from "../../../src/cli/render/scope.ts";
import { treeRows } from "../../../src/cli/render/step-tree.ts";
import type { StepView } from "../../../src/model/views.ts";
import { innerScope, keyedScope } from "../../../src/replay/identity.ts";
import { iso, stepOf } from "../harness.ts";

let startedMs = 0;
const step = (scope: string, name: string, given: Partial<StepView> = {}): StepView =>
  stepOf({ scope, name, startedAt: iso(startedMs++), ...given });
const drawn = (...steps: readonly StepView[]): readonly string[] =>
  treeRows(steps).map(({ depth, label, step: found }) => `${"  ".repeat(depth)}${label}${found === undefined ? "/" : ""}`);

describe("the tree", () => {
  test("puts a scope where its first step began, with all that belongs to it", () => {
    expect(drawn(step("", "a"), step("pay", "b"), step("", "c"), step("pay", "d"), step("pay/refund", "e"))).toEqual([
      "a",
      "pay/",
      "  b",
      "  d",
      "  refund/",
      "    e",
      "c",
    ]);
  });

  test("goes by when steps began, not by when they ended", () => {
    const [first, second] = [step("", "first", { order: 2 }), step("", "second", { order: 1 })];
    expect(drawn(second, first)).toEqual(["first", "second"]);
  });

  test("numbers a name that is repeated in its scope, and no other", () => {
    expect(drawn(step("", "a"), step("", "a", { n: 2 }), step("", "b"), step("s", "a"), step("", "a", { kind: "sleep" }))).toEqual([
      "a #1",
      "a #2",
      "b",
      "s/",
      "  a",
      "a",
    ]);
  });

  test("shows a call with a key as one row, and a scope that only looks like it as a scope", () => {
    expect(drawn(step(keyedScope("", "row", "17"), "row"), step(keyedScope("", "row", "18"), "other"))).toEqual([
      "row (17)",
      "row (18)/",
      "  other",
    ]);
  });

  test("takes scopes of any depth", () => {
    const deep = Array.from({ length: 5_000 }, () => "s").join("/");
    expect(treeRows([step(deep, "a")])).toHaveLength(5_001);
  });

  test("of no steps is empty", () => {
    expect(drawn()).toEqual([]);
  });
});

describe("a scope's name", () => {
  test.each([
    ["plain", innerScope("", "pay", 1), "pay"],
    ["repeated", innerScope("", "pay", 3), "pay #3"],
    ["with a key", keyedScope("", "row", "a/b=c#d%"), "row (a/b=c#d%)"],
    ["of signs", innerScope("", "a/b#c=d%2f", 2), "a/b#c=d%2f #2"],
    ["with a newline in it", innerScope("", "a\nb", 1), "a\\nb"],
  ])("%s is shown as it was given", (_, segment, label) => {
    expect(segmentLabel(segment)).toBe(label);
  });
});
