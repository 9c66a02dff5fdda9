/** Steps as a tree: order, scopes, repeated names, and the names of scopes. */
import { describe, expect, test } from "bun:test";
import { segmentLabel } from "../../../src/cli/render/scope.ts";
import { treeRows } from "../../../src/cli/render/step-tree.ts";
import type { StepView } from "../../../src/model/views.ts";
import { innerScope, itemScope, keyedScope } from "../../../src/replay/identity.ts";
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

  test("shows a call with a key as one row, and so an item of a map of which there is one step", () => {
    const [first, second] = [itemScope("rows", "18"), itemScope("rows", "19")];
    expect(drawn(step(keyedScope("", "row", "17"), "row"), step(first, "insert"), step(second, "a"), step(second, "b"))).toEqual([
      "row (17)",
      "rows (18)/insert",
      "rows (19)/",
      "  a",
      "  b",
    ]);
  });

  test("says which execution a child is, and what is undone", () => {
    const child = { kind: "child", detail: "thumb-7f3k" } as const;
    expect(
      drawn(
        step("", "thumb", child),
        step(itemScope("photos", "1"), "thumb", child),
        step(itemScope("thumb", "1"), "thumb", child),
        step("", "charge"),
        step("", "charge", { kind: "compensation" }),
        step("", "ask", { kind: "approval", detail: "well?" }),
      ),
    ).toEqual(["thumb: thumb-7f3k", "photos (1)/thumb: thumb-7f3k", "thumb (1): thumb-7f3k", "charge", "undo charge", "ask"]);
  });

  test("shows a call with a key and its compensation as two rows", () => {
    const scope = keyedScope("", "row", "17");
    expect(drawn(step(scope, "row"), step(scope, "row", { kind: "compensation" }))).toEqual(["row (17)/", "  row", "  undo row"]);
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
