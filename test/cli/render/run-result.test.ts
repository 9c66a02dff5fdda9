/** The end of `wf run`, one fate after the other. */
import { describe, expect, test } from "bun:test";
import { renderOutcome, renderRunResult } from "../../../src/cli/render/run-result.ts";
import { executionOf, iso, stepOf } from "../harness.ts";
import { lines, lookOf, terminal } from "./looks.ts";
import { completed, errorOf, failed, waiting } from "./views.ts";

describe("at 80 columns", () => {
  test("a completed execution ends with its output", () => {
    expect(renderRunResult(completed, lookOf())).toBe(
      lines(`
        ✓ create customer  1.2s
        ✓ trial            7.8s

        ✓ signup-7f3k9q2m4d completed in 9s
          { "customerId": "c1", "stars": Map(1) { "ada" => 5 } }
      `),
    );
  });

  test("one that waits ends with what for, until when, and the command that answers", () => {
    expect(renderRunResult(waiting, lookOf())).toBe(
      lines(`
        ✓ create customer              1.2s
        ✓ charge           2 attempts  3.8s
        import/
          eu/
            ✓ fetch #1                 1s
            ✓ fetch #2                 100ms
          ✓ row (r/17)                 500ms
        ✓ trial                        1.5s
        ◷ survey                       2s
            until 2026-03-03T09:00:00.000Z (in 2d)
        ↻ notify                       2s
            attempt 2 at 2026-03-01T09:00:10.000Z (in 10s)

        ◷ signup-7f3k9q2m4d is waiting: event "survey"
          until 2026-03-03T09:00:00.000Z (in 2d)
          next: wf send signup-7f3k9q2m4d survey '{}'
      `),
    );
  });

  test("a failed one ends with the step, the attempt, the error, its place in the user's code, and the next command", () => {
    expect(renderRunResult(failed, lookOf())).toBe(
      lines(`
        ✓ create customer              1.2s
        ✗ charge           3 attempts  7.7s

        ✗ signup-7f3k9q2m4d failed in 9s
          in step "charge", attempt 3 of 3
          Error: card declined
              at workflows/pay.ts:12:5
            caused by HttpError: 402
              at workflows/pay.ts:12:5
          next: wf retry signup-7f3k9q2m4d
      `),
    );
  });
});

test("at 40 columns of a terminal lines are wrapped between words, and commands stay whole", () => {
  expect(renderOutcome(waiting, terminal(40))).toBe(
    lines(`
      ◷ signup-7f3k9q2m4d is waiting: event
        "survey"
        until 2026-03-03 09:00 (in 2d)
        next: wf send signup-7f3k9q2m4d survey '{}'
    `),
  );
});

test("a failure that the code had caught is not told as the reason", () => {
  const steps = [stepOf({ name: "optional", status: "failed", error: errorOf("not reachable") })];
  const text = renderOutcome(
    { execution: executionOf({ status: "failed", error: errorOf("gave up") }), steps, panics: [], decisions: [] },
    lookOf(),
  );
  expect(text).toContain("Error: gave up");
  expect(text).not.toContain("optional");
});

test("of a long run the last 30 steps are shown, those that failed before them, and how many are left out", () => {
  const steps = Array.from({ length: 100 }, (_, index) =>
    stepOf({ name: `step ${index}`, startedAt: iso(index), finishedAt: iso(index), ...(index === 3 ? { status: "failed" as const } : {}) }),
  );
  const text = renderRunResult({ execution: executionOf(), steps, panics: [], decisions: [] }, lookOf());
  expect(text).toStartWith("69 earlier steps: wf history signup-7f3k9q2m4d\n\n✗ step 3  ");
  expect(text).toContain("✓ step 70 ");
  expect(text).not.toContain("step 69 ");
});

test("a run of exactly 30 steps is shown whole", () => {
  const steps = Array.from({ length: 30 }, (_, index) => stepOf({ name: `step ${index}` }));
  expect(renderRunResult({ execution: executionOf(), steps, panics: [], decisions: [] }, lookOf())).toStartWith("✓ step 0 ");
});

test.each([
  [
    { status: "cancelled", error: errorOf("was cancelled: wrong customer", { name: "CancelledError", stack: null }) },
    "was cancelled in 1.3s",
  ],
  [{ status: "blocked", reason: "diverged", reasonDetail: "The code returns", finishedAt: null }, "is blocked: diverged: The code returns"],
  [
    { status: "sleeping", reason: "sleep", reasonDetail: 'sleep "trial"', finishedAt: null, wakeAt: iso(60_000) },
    'is sleeping: sleep "trial"',
  ],
  [{ status: "paused", reason: "paused", finishedAt: null }, "is paused: paused"],
  [{ status: "paused", reason: "paused", reasonDetail: "by ada@box: look", finishedAt: null }, "is paused: by ada@box: look"],
  [{ status: "waiting", reason: "event", reasonDetail: 'approval "deploy"', finishedAt: null }, 'is waiting: approval "deploy"'],
  [{ status: "waiting", reason: "child", reasonDetail: 'child "pay-1"', finishedAt: null }, 'is waiting: child "pay-1"'],
  [{ status: "running", finishedAt: null }, "is running"],
] as const)("%j is told as it is", (given, text) => {
  expect(renderOutcome({ execution: executionOf(given), steps: [], panics: [], decisions: [] }, lookOf()).split("\n")[0]).toEndWith(
    `signup-7f3k9q2m4d ${text}`,
  );
});
