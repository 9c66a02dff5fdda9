/** Paths are one short, readable line whatever stands in them. */

import { expect, test } from "bun:test";

import { describePath } from "../../../src/model/codec/path.ts";
import type { PathSegment } from "../../../src/model/codec/path.ts";

test.each<[string, readonly PathSegment[]]>([
  ["$", []],
  ["$.a.b[3]", ["a", "b", 3]],
  ["$.$ref._x1", ["$ref", "_x1"]],
  ['$["first name"]', ["first name"]],
  ['$["1st"][""]', ["1st", ""]],
  ['$["a\\"b\\n\\u001b[31m"]', ['a"b\n\u001b[31m']],
  ['$["\\ud800"]', ["\ud800"]],
  ['$.byId.get("a7").name', ["byId", { kind: "map-value", index: 0, key: "a7" }, "name"]],
  ["$.get(7).get(8n).get(null)", [7, 8n, null].map((key) => ({ kind: "map-value", index: 0, key }) as const)],
  ["$.values()[2]", [{ kind: "map-value", index: 2, key: {} }]],
  ["$.keys()[1].id", [{ kind: "map-key", index: 1 }, "id"]],
  ["$.tags.values()[0]", ["tags", { kind: "set-item", index: 0 }]],
  [`$["${"k".repeat(60)}…"]`, ["k".repeat(61)]],
  [`$.${"k".repeat(60)}`, ["k".repeat(60)]],
])("reads %s", (expected, segments) => {
  expect(describePath(segments)).toBe(expected);
});

test("leaves out the middle of a deep path, and only where that saves more than one level", () => {
  expect(describePath(Array.from({ length: 33 }, (_, level) => level))).not.toContain("levels");
  expect(describePath(Array.from({ length: 34 }, (_, level) => level))).toContain("[23]…(2 levels)…[26]");
});
