/** The history as a tree, at 80 and at 40 columns, in short and in full. */
import { describe, expect, test } from "bun:test";
import { renderHistory } from "../../../src/cli/render/history.ts";
import type { HistoryView, StepView } from "../../../src/model/views.ts";
import { executionOf, iso, stepOf } from "../harness.ts";
import { lines, lookOf, terminal } from "./looks.ts";
import { completed, errorOf, failed, waiting } from "./views.ts";

const withSteps = (...steps: readonly StepView[]): HistoryView => ({ execution: executionOf(), steps, panics: [], decisions: [] });

test("one that has started over shows its round", () => {
  const history = withSteps(stepOf());
  expect(renderHistory({ ...history, execution: executionOf({ generation: 2 }) }, lookOf())).toContain("completed in 1.3s  round 3");
  expect(renderHistory(history, lookOf())).not.toContain("round");
});

describe("at 80 columns", () => {
  test("an execution that waits shows its steps as a tree with bars, and what each of them waits for", () => {
    expect(renderHistory(waiting, lookOf())).toBe(
      lines(`
        ◷ signup-7f3k9q2m4d  signup v2  waiting
          event "survey"
          until 2026-03-03T09:00:00.000Z (in 2d)

        ✓ create customer  step               1.2s   █████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
        ✓ charge           step   2 attempts  3.8s   ░░░░█╱╱╱██████████░░░░░░░░░░░░░░░░░
            attempt 1 failed after 200ms: Error: connection refused
        import/
          eu/
            ✓ fetch #1     step               1s     ░░░░░░░░░░░░░░░░░████░░░░░░░░░░░░░░
            ✓ fetch #2     step               100ms  ░░░░░░░░░░░░░░░░░░░░░█░░░░░░░░░░░░░
          ✓ row (r/17)     step               500ms  ░░░░░░░░░░░░░░░░░░░░░██░░░░░░░░░░░░
        ✓ trial            sleep              1.5s   ░░░░░░░░░░░░░░░░░░░░░░╱╱╱╱╱╱░░░░░░░
        ◷ survey           event              2s     ░░░░░░░░░░░░░░░░░░░░░░░░░░░░╱╱╱╱╱╱╱
            until 2026-03-03T09:00:00.000Z (in 2d)
        ↻ notify           step               2s     ░░░░░░░░░░░░░░░░░░░░░░░░░░░░█╱╱╱╱╱╱
            attempt 1 failed after 10ms: Error: no route
                to host
            attempt 2 at 2026-03-01T09:00:10.000Z (in 10s)
      `),
    );
  });

  test("a failed one shows the error once, below its step, with the place in the user's code and the cause", () => {
    expect(renderHistory(failed, lookOf())).toBe(
      lines(`
        ✗ signup-7f3k9q2m4d  signup v2  failed in 9s

        ✓ create customer  step              1.2s  █████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
        ✗ charge           step  3 attempts  7.7s  ░░░░█╱╱╱█╱╱╱█╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱
            attempt 1 failed after 30ms: Error: card declined
            attempt 2 failed after 30ms: Error: card declined
            attempt 3 of 3: Error: card declined
                at workflows/pay.ts:12:5
              caused by HttpError: 402
                at workflows/pay.ts:12:5
      `),
    );
  });

  test("what interrupted it stands below the steps, the newest few, or all of them in full", () => {
    const panics = [1, 2, 3, 4].map((second) => ({ at: iso(second), cause: `process ${second} on box ended\x1b[2J` }));
    const text = renderHistory({ ...completed, panics }, lookOf());
    expect(text).toContain("interrupted 4 times\n  1 before: --full shows them\n");
    expect(text.match(/process \d on box ended/g)).toEqual(["process 2 on box ended", "process 3 on box ended", "process 4 on box ended"]);
    expect(text).not.toContain("\x1b[2J");
    expect(renderHistory({ ...completed, panics }, lookOf(), { isFull: true }).match(/process \d/g)).toHaveLength(4);
    expect(renderHistory({ ...completed, panics: panics.slice(0, 1) }, lookOf())).toContain("interrupted once\n");
  });

  test("an error that no step had stands at the end", () => {
    const history = { ...failed, steps: failed.steps.slice(0, 1) };
    expect(renderHistory(history, lookOf())).toEndWith(
      "\n\nError: card declined\n    at workflows/pay.ts:12:5\n  caused by HttpError: 402\n    at workflows/pay.ts:12:5",
    );
  });

  test("--full adds input, values and output", () => {
    expect(renderHistory(completed, lookOf(), { isFull: true })).toBe(
      lines(`
        ✓ signup-7f3k9q2m4d  signup v2  completed in 9s

        input { "email": "ada@example.com" }

        ✓ create customer  step   1.2s  ██████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
            { "id": 1 }
        ✓ trial            sleep  7.8s  ░░░░░╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱

        output
          { "customerId": "c1", "stars": Map(1) { "ada" => 5 } }
      `),
    );
  });

  test("without --full no value is shown", () => {
    expect(renderHistory(completed, lookOf())).not.toContain("customerId");
  });
});

describe("on a terminal of 40 columns", () => {
  test("bars and kinds are left out, and names still fit", () => {
    expect(renderHistory(waiting, terminal(40))).toBe(
      lines(`
        ◷ signup-7f3k9q2m4d  signup v2
          waiting
          event "survey"
          until 2026-03-03 09:00 (in 2d)

        ✓ create customer              1.2s
        ✓ charge           2 attempts  3.8s
            attempt 1 failed after 200ms:
              Error: connection refused
        import/
          eu/
            ✓ fetch #1                 1s
            ✓ fetch #2                 100ms
          ✓ row (r/17)                 500ms
        ✓ trial                        1.5s
        ◷ survey                       2s
            until 2026-03-03 09:00 (in 2d)
        ↻ notify                       2s
            attempt 1 failed after 10ms:
              Error: no route
                to host
            attempt 2 at 09:00:10 (in 10s)
      `),
    );
  });

  test("a name that does not fit is cut there, and nowhere else", () => {
    const history = withSteps(stepOf({ name: "a step whose name is longer than the terminal is wide" }));
    const cut = renderHistory(history, terminal(40)).split("\n").at(-1) ?? "";
    expect(cut).toBe("✓ a step whose name is longer th…  120ms");
    expect(cut).toHaveLength(40);
    expect(renderHistory(history, lookOf({ columns: 40 }))).toContain("a step whose name is longer than the terminal is wide");
  });
});

test("ASCII is enough where the locale has no more", () => {
  const text = renderHistory(waiting, lookOf({ isUnicode: false }));
  expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  expect(text).toContain("+ charge           step   2 attempts  3.8s   ....#///##########.................");
  expect(text).toContain("o survey");
  expect(text).toContain("~ notify");
});

test("an execution without steps says so", () => {
  expect(renderHistory(withSteps(), lookOf())).toBe("✓ signup-7f3k9q2m4d  signup v2  completed in 1.3s\n\nno steps yet");
});

test("many failed attempts are counted, the last three told, and all of them with --full", () => {
  const attempts = Array.from({ length: 10 }, (_, index) => ({
    attempt: index + 1,
    startedAt: iso(),
    finishedAt: iso(5),
    error: errorOf(`try ${index + 1}`),
  }));
  const history = withSteps(stepOf({ status: "retrying", attempts, finishedAt: null, order: null }));
  const text = renderHistory(history, lookOf());
  expect(text).toContain("7 earlier attempts failed; --full shows all");
  expect(text).not.toContain("try 7");
  expect(text).toContain("attempt 8 failed after 5ms: Error: try 8");
  expect(renderHistory(history, lookOf(), { isFull: true })).toContain("attempt 1 failed after 5ms: Error: try 1");
});

test.each([
  ["completed", { kind: "event", output: null }, "nothing came in time"],
  ["waiting", { kind: "event" }, "no deadline"],
  ["in-doubt", {}, "its process died in the middle"],
] as const)("a step that is %s says what that means", (status, given, text) => {
  expect(renderHistory(withSteps(stepOf({ status, ...given })), lookOf())).toContain(`\n    ${text}`);
});

test("an event that came has no note", () => {
  expect(renderHistory(withSteps(stepOf({ kind: "event", output: { id: "e1" } })), lookOf())).not.toContain("nothing came");
});
