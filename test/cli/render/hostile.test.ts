/**
 * Goal: no text of others reaches a terminal in a form on which it acts, whatever field of whatever document it stands in.
 *
 * Method: every text of every document is replaced by hostile ones, the times too, and everything that renders is asked for its text, at
 * each width, on a terminal and elsewhere. Style is plain, so no escape at all may be left.
 */
import { describe, expect, test } from "bun:test";
import { executionMark, stepMark } from "../../../src/cli/render/marks.ts";
import { renderExecution } from "../../../src/cli/render/execution.ts";
import { failingStep } from "../../../src/cli/render/failing-step.ts";
import { renderError } from "../../../src/cli/render/error.ts";
import { renderHistory } from "../../../src/cli/render/history.ts";
import { renderLogLine } from "../../../src/cli/render/log-line.ts";
import type { Look } from "../../../src/cli/render/look.ts";
import { renderOverview } from "../../../src/cli/render/overview.ts";
import { renderRunResult } from "../../../src/cli/render/run-result.ts";
import { loadTables } from "../../../src/cli/render/table.ts";
import { renderWhy } from "../../../src/cli/render/why.ts";
import { renderWorkflow, renderWorkflows } from "../../../src/cli/render/workflows.ts";
import { EXECUTION_STATUSES, STEP_STATUSES } from "../../../src/model/status.ts";
import type { HistoryView, LogView, WhyView } from "../../../src/model/views.ts";
import { iso, stepOf } from "../harness.ts";
import { lookOf, terminal } from "./looks.ts";
import { LOOKING_INSIDE } from "./looking-inside.ts";
import { broken, errorOf, failed, overview, signup, waiting } from "./views.ts";

const drawTable = await loadTables();

const HOSTILE = {
  "a colour": "\x1b[31mred",
  "a title and a bell": "\x1b]0;title\x07",
  "a cursor movement with C1": "\x9b2J\x9d",
  "a carriage return": "good\rbad",
  "a backspace": "good\b\b\b\bbad",
  newlines: "one\ntwo\n\nthree",
  tabs: "one\ttwo",
  "a direction": "abc\u202edcba\u2066x\u2069",
  "what nobody sees": "a\u200bb\u2028c\ufeffd\u{e0041}",
  "half a pair": "a\ud800b\udc00",
  NUL: "a\0b",
  "a date with a comment": "Sun Mar 01 2026 09:00 (\x1b[31m)",
} as const;

/** What a terminal acts on, or hides, or what moves the cursor; but the newline. */
const ACTS = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]|[\u{e0000}-\u{e007f}]/u;

/** These have one of a few values, which the schema of the database checks. */
const FIXED = ["status", "reason", "kind", "level", "source"];

/** The same document with each of its texts made hostile; `keep` leaves times alone, so that what depends on them is shown too. */
const poisoned = <T>(value: T, text: string, keepTimes: boolean, key = ""): T => {
  if (typeof value === "string") return (FIXED.includes(key) || (keepTimes && /At$|^at$/.test(key)) ? value : text) as T;
  if (typeof value !== "object" || value === null || value instanceof Map) return value;
  if (Array.isArray(value)) return value.map((item) => poisoned(item, text, keepTimes, key)) as T;
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      ["input", "output", "tags"].includes(key) ? text : name,
      poisoned(held, text, keepTimes, name),
    ]),
  ) as T;
};

const everyStatus: HistoryView = {
  panics: [],
  decisions: [],
  execution: { ...failed.execution, tags: { team: "growth" }, parentId: "p-1", reason: "restart", reasonDetail: "disk full" },
  steps: STEP_STATUSES.map((status) =>
    stepOf({
      status,
      scope: "import/row=17",
      error: errorOf("no", { cause: errorOf("why") }),
      attempts: [1, 2].map((attempt) => ({ attempt, startedAt: iso(), finishedAt: iso(1), error: errorOf("no") })),
      output: { key: "value" },
      wakeAt: iso(5),
    }),
  ),
};

/** Kinds whose rows say more than their name. */
const family: HistoryView = {
  ...everyStatus,
  execution: failed.execution,
  steps: (["child", "approval", "compensation"] as const).flatMap((kind) =>
    (["waiting", "failed"] as const).map((status, n) =>
      stepOf({ kind, status, n: n + 1, detail: "detail", scope: "items=1", attempts: [], error: failed.execution.error }),
    ),
  ),
};

const entry: LogView = { cursor: 1, at: iso(), level: "warn", source: "wf", message: "m", data: { a: "b" }, step: "s" };
const why: WhyView = { id: "a", status: "waiting", reason: "event", text: "t", detail: "  1 d\nd", next: "n" };
const full = { isFull: true };

const RENDERERS: Readonly<Record<string, (poison: <T>(value: T) => T, look: Look) => string>> = {
  execution: (poison, look) => {
    const history = poison(everyStatus);
    return renderExecution(history.execution, look, { next: poison("wf tick"), failingStep: failingStep(history) ?? history.steps[0] });
  },
  "history of all statuses": (poison, look) => renderHistory(poison(everyStatus), look),
  "history in full": (poison, look) => renderHistory(poison(everyStatus), look, full),
  "history of a family": (poison, look) => renderHistory(poison(family), look, full) + renderRunResult(poison(family), look),
  "history that waits": (poison, look) => renderHistory(poison(waiting), look, full),
  "run result, failed": (poison, look) => renderRunResult(poison(failed), look),
  "run result, waiting": (poison, look) => renderRunResult(poison(waiting), look),
  overview: (poison, look) => renderOverview(poison(overview), look, drawTable),
  workflows: (poison, look) => renderWorkflows(poison([signup, { ...broken, error: errorOf("no") }]), look, drawTable),
  workflow: (poison, look) => renderWorkflow(poison({ ...signup, schedule: "s", error: errorOf("no") }), look),
  "log line": (poison, look) => renderLogLine(poison(entry), look),
  why: (poison, look) => renderWhy(poison(why), look),
  ...LOOKING_INSIDE,
  error: (poison, look) => renderError(poison(errorOf("m", { code: "C", hint: "h", cause: errorOf("c") })), look, full),
};

const LOOKS: readonly Look[] = [80, 40, 12].flatMap((columns) =>
  [true, false].flatMap((isUnicode) => [
    { ...terminal(columns), isUnicode },
    { ...lookOf({ columns }), isUnicode },
  ]),
);

describe.each(Object.entries(HOSTILE))("%s", (_, text) => {
  test.each(Object.entries(RENDERERS))("in every field: %s", (_name, render) => {
    for (const look of LOOKS) {
      for (const keepTimes of [true, false]) expect(render((value) => poisoned(value, text, keepTimes), look)).not.toMatch(ACTS);
    }
  });
});

test("what is looked for is found where nothing is escaped", () => {
  for (const text of Object.values(HOSTILE)) if (text !== HOSTILE.newlines) expect(text).toMatch(ACTS);
  expect("plain ✓ ◷ text\nof two lines").not.toMatch(ACTS);
});

test("the documents are hostile in every text that they have", () => {
  const text = JSON.stringify(
    poisoned({ everyStatus, family, overview, signup, broken, entry, why }, "POISON", false),
    (key, value: unknown) => (FIXED.includes(key) ? undefined : value),
  );
  const texts = [...text.matchAll(/:"([^"]*)"/g)].map(([, value]) => value);
  expect(new Set(texts)).toEqual(new Set(["POISON"]));
});

test("frames of a stack are shown with what they hide", () => {
  for (const text of Object.values(HOSTILE)) {
    const stack = `Error: no\n    at f${text} (/project/${text}/a.ts:1:2)\n    at ${text}`;
    expect(renderError(errorOf("no", { stack }), lookOf(), full)).not.toMatch(ACTS);
  }
  expect(renderError(errorOf("no", { stack: "Error: no\n    at f (/project/a\x1b[1m.ts:1:2)" }), lookOf(), full)).toBe(
    "Error: no\n    at a\\x1b[1m.ts:1:2\n      at f (/project/a\\x1b[1m.ts:1:2)",
  );
});

test("a newline in a name makes no line of its own", () => {
  const text = renderHistory(poisoned(everyStatus, "a\nb", true), lookOf());
  const marks = [
    ...EXECUTION_STATUSES.map((status) => executionMark(status, lookOf())),
    ...STEP_STATUSES.map((status) => stepMark(status, lookOf())),
  ];
  expect(text.split("\n").filter((row) => marks.includes(row.trim().slice(0, 1))).length).toBe(1 + STEP_STATUSES.length);
});
