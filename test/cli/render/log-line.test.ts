/** One entry of the log is one line. */
import { expect, test } from "bun:test";
import { renderLogLine } from "../../../src/cli/render/log-line.ts";
import type { LogView } from "../../../src/model/views.ts";
import { iso } from "../harness.ts";
import { lookOf, PAINTED, terminal } from "./looks.ts";

const entryOf = (given: Partial<LogView> = {}): LogView => ({
  cursor: 1,
  at: iso(),
  level: "info",
  source: "user",
  message: "started",
  data: null,
  step: null,
  ...given,
});

test.each([
  [{}, "2026-03-01T09:00:00.000Z info  started"],
  [{ level: "error", data: { a: [1, undefined] } }, '2026-03-01T09:00:00.000Z error started { "a": [1, undefined] }'],
  [{ step: "charge", data: undefined }, "2026-03-01T09:00:00.000Z info  [charge] started"],
  [{ source: "wf", level: "warn" }, "2026-03-01T09:00:00.000Z warn  wf: started"],
  [{ data: 0 }, "2026-03-01T09:00:00.000Z info  started 0"],
] as const)("%j is one line", (given, text) => {
  expect(renderLogLine(entryOf(given), lookOf())).toBe(text);
});

test("no message can pass for another entry", () => {
  const forged = entryOf({ message: "ok\n2026-03-01T09:00:01.000Z error \x1b[31mall is lost", data: "a\nb", step: "s\nt" });
  expect(renderLogLine(forged, lookOf())).toBe(
    '2026-03-01T09:00:00.000Z info  [s\\nt] ok\\n2026-03-01T09:00:01.000Z error \\x1b[31mall is lost "a\\nb"',
  );
});

test("a level has a colour of its own, which ends before the message", () => {
  expect(renderLogLine(entryOf({ level: "error" }), lookOf({ style: PAINTED }))).toBe(
    "<d>2026-03-01T09:00:00.000Z</d> <r>error</r> started",
  );
});

test("on a terminal a long one is wrapped under its message, and its time is that of the place", () => {
  const entry = entryOf({ message: "all of it, down to the last row that was there", level: "warn", at: iso(-1_500) });
  expect(renderLogLine(entry, terminal(50)).split("\n")).toEqual([
    "08:59:58.500 warn  all of it, down to the last row",
    "                   that was there",
  ]);
  expect(renderLogLine(entry, terminal(30)).split("\n").slice(1)).toEqual(["  it, down to the last row", "  that was there"]);
});
