/** Why an execution does not move, where that has several lines: a comparison of code that has changed, or somebody's message. */
import { describe, expect, test } from "bun:test";
import { widthOf } from "../../../src/cli/render/fit.ts";
import { renderExecution } from "../../../src/cli/render/execution.ts";
import { renderHistory } from "../../../src/cli/render/history.ts";
import type { Look } from "../../../src/cli/render/look.ts";
import { renderExecutions } from "../../../src/cli/render/overview.ts";
import { renderOutcome } from "../../../src/cli/render/run-result.ts";
import { loadTables } from "../../../src/cli/render/table.ts";
import { renderWhy } from "../../../src/cli/render/why.ts";
import { fail } from "../../../src/model/errors.ts";
import type { ExecutionView } from "../../../src/model/views.ts";
import { executionOf } from "../harness.ts";
import { lookOf, terminal } from "./looks.ts";

const PLACES = ['  1 step "charge"          ok', '  2 recorded: step "ship"  code asks: step "send"', '  3 recorded: step "mail"'];
const FIRST = 'number 2 was step "ship", and the code asks for step "send"';
const { message } = fail("DIVERGED", { id: "signup-1", comparison: [FIRST, ...PLACES].join("\n"), isBeforeAnythingNew: true });

const blocked = (given: Partial<ExecutionView> = {}): ExecutionView =>
  executionOf({
    ...{ id: "signup-1", status: "blocked", reason: "diverged", reasonDetail: message, finishedAt: null, output: null },
    ...given,
  });

const restarting = (reasonDetail: string): ExecutionView => blocked({ reason: "restart", status: "pending", reasonDetail });

const manyLines = (count: number): string => Array.from({ length: count }, (_, n) => `row ${n + 1}`).join("\n");

const drawTable = await loadTables();

const SHOWN: Readonly<Record<string, (execution: ExecutionView, look: Look) => string>> = {
  status: (execution, look) => renderExecution(execution, look),
  history: (execution, look) => renderHistory({ execution, steps: [], panics: [], decisions: [] }, look),
  run: (execution, look) => renderOutcome({ execution, steps: [], panics: [], decisions: [] }, look),
};

describe.each(Object.entries(SHOWN))("in %s", (_, render) => {
  test("the places stand on lines of their own, below the sentence", () => {
    const lines = render(blocked(), lookOf()).split("\n");
    const at = lines.findIndex((line) => line.includes(FIRST));
    const indent = " ".repeat((lines[at + 1] ?? "").indexOf("1 step") - 2);
    expect(lines.slice(at + 1, at + 4)).toEqual(PLACES.map((line) => indent + line));
    expect(lines[at + 4]).toContain("wf resume signup-1 --code original");
  });

  test("nothing is wider than 80 columns on a terminal", () => {
    for (const line of render(blocked(), terminal(80)).split("\n")) expect(widthOf(line)).toBeLessThanOrEqual(80);
  });

  test("the lines of a message stand below its first, and nothing in them moves the cursor", () => {
    const rows = render(restarting("first\r\n\u001b[2Jsecond"), lookOf()).split("\n");
    const at = rows.findIndex((row) => row.endsWith("restart: first"));
    expect(rows[at + 1]?.trim()).toBe("\\x1b[2Jsecond");
    expect(rows[at + 1]).toMatch(/^ {6,}/);
  });

  test("of a message with many lines the first ten are told", () => {
    const text = render(restarting(manyLines(10)), lookOf());
    expect([text.includes("row 10"), text.includes("more line")]).toEqual([true, false]);
    const cut = render(restarting(manyLines(12)), lookOf());
    expect([cut.includes("row 10"), cut.includes("row 11")]).toEqual([true, false]);
    expect(cut).toContain("    … (2 more lines: wf history signup-1 --full)");
  });

  test("names that rewrite the screen do not", () => {
    const text = render(blocked({ reasonDetail: `${message}\n  \u001b[2Jevil` }), lookOf());
    expect(text).not.toContain("\u001b");
    expect(text).toContain("evil");
  });
});

test("in a list only the sentence is told", () => {
  const text = renderExecutions([blocked()], lookOf(), drawTable);
  expect(text).toContain(FIRST);
  expect(text.split("\n")).toHaveLength(2);
});

test("in a list a message keeps to its row", () => {
  const rows = renderExecutions([restarting("first\nsecond")], lookOf(), drawTable).split("\n");
  expect([rows.length, rows[1]]).toEqual([2, expect.stringContaining("restart: first\\nsecond")]);
});

test("the whole history has all lines of a message", () => {
  const history = { execution: restarting(manyLines(12)), steps: [], panics: [], decisions: [] };
  expect(renderHistory(history, lookOf(), { isFull: true })).toContain("row 12");
});

test("in why the places stand between the paragraph and the command", () => {
  const why = {
    id: "signup-1",
    status: "blocked",
    reason: "diverged",
    text: "It is blocked.",
    detail: PLACES.join("\n"),
    next: "wf x",
  } as const;
  expect(renderWhy(why, lookOf()).split("\n")).toEqual(["■ signup-1  blocked", "It is blocked.", "", ...PLACES, "", "  wf x"]);
});

test("one that runs on the code of its start says so", () => {
  expect(renderExecution(blocked({ pinned: true }), lookOf())).toContain("code      on the code of its start");
  expect(renderExecution(blocked(), lookOf())).not.toContain("of its start\n");
  expect(SHOWN["history"]?.(blocked({ pinned: true }), lookOf())).toContain("blocked  on the code of its start");
});
