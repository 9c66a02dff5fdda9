/** One execution in detail, at 80 and at 40 columns. */
import { describe, expect, test } from "bun:test";
import { renderExecution } from "../../../src/cli/render/execution.ts";
import { executionOf } from "../harness.ts";
import { lines, lookOf, terminal } from "./looks.ts";
import { failed, waiting } from "./views.ts";

test("fields are aligned at 80 columns, and what is not there is left out", () => {
  const execution = { ...waiting.execution, tags: { team: "growth", region: "eu" }, parentId: "campaign-1", restarts: 2 };
  expect(renderExecution(execution, lookOf(), { next: "wf send signup-7f3k9q2m4d survey '{}'" })).toBe(
    lines(`
      id        signup-7f3k9q2m4d
      workflow  signup v2
      status    ◷ waiting
                event "survey"
      wakes     2026-03-03T09:00:00.000Z (in 2d)
      created   2026-03-01T08:59:50.000Z (10s ago)
      started   2026-03-01T08:59:50.000Z (10s ago)
      restarts  2
      parent    campaign-1
      tags      team=growth region=eu
      input     { "email": "ada@example.com" }
      next      wf send signup-7f3k9q2m4d survey '{}'
    `),
  );
});

test("one that has started over shows its round", () => {
  expect(renderExecution(executionOf({ generation: 2 }), lookOf())).toMatch(/^round +3$/m);
  expect(renderExecution(executionOf(), lookOf())).not.toContain("round");
});

test("a failed one ends with the step, the error and the next command", () => {
  const [, failingStep] = failed.steps;
  expect(renderExecution(failed.execution, lookOf(), { next: "wf run signup", failingStep })).toEndWith(
    lines(`
      input      { "email": "ada@example.com" }
      failed in  step "charge", attempt 3 of 3
      error      Error: card declined
                     at workflows/pay.ts:12:5
                   caused by HttpError: 402
                     at workflows/pay.ts:12:5
      next       wf run signup
    `),
  );
});

test("at 40 columns long values take lines of their own", () => {
  const execution = executionOf({ output: { customerId: "c1", plan: "free", seats: [1, 2, 3] } });
  expect(renderExecution(execution, terminal(40))).toEndWith(
    lines(`
      took      1.3s
      input     {
                  "email": "ada@example.com"
                }
      output    {
                  "customerId": "c1",
                  "plan": "free",
                  "seats": [1, 2, 3]
                }
    `),
  );
});

describe("output", () => {
  test("is shown when it is completed, also where it is nothing", () => {
    expect(renderExecution(executionOf({ output: null }), lookOf())).toContain("\noutput    null");
  });
  test("is left out before that", () => {
    expect(renderExecution(executionOf({ status: "running", output: null }), lookOf())).not.toContain("output");
  });
});
