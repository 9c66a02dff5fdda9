/**
 * Goal: whatever state an execution is in, and whatever its rows hold, "why" gives whole sentences on one line.
 *
 * Method: every status with every reason, owner, moment and kind of open step; and texts that are hostile, long or damaged.
 */
import { describe, expect, test } from "bun:test";
import { explainWhy } from "../../src/engine/why.ts";
import type { WhyFacts } from "../../src/engine/why-facts.ts";
import type { ExecutionRecord } from "../../src/model/records.ts";
import { EXECUTION_STATUSES, isTerminal, REASONS, STEP_KINDS, STEP_STATUSES } from "../../src/model/status.ts";
import { factsOf, HOUR, MINUTE, NOW, stepOf, worker } from "./why-facts.ts";

describe("every status with every reason", () => {
  const moments = [null, NOW - HOUR, NOW, NOW + MINUTE, NOW + 48 * HOUR];
  const owners = [
    { owner: undefined, ownerLiveness: undefined },
    { owner: worker, ownerLiveness: "alive" },
    { owner: worker, ownerLiveness: "dead" },
    { owner: worker, ownerLiveness: "unknown" },
    { owner: worker, ownerLiveness: undefined },
  ] as const;
  const openSteps = STEP_KINDS.flatMap((kind) => STEP_STATUSES.map((status) => stepOf({ kind, status, scope: "a/b", n: 2 })));

  const allFacts = (status: ExecutionRecord["status"], reason: ExecutionRecord["reason"]): readonly WhyFacts[] =>
    moments.flatMap((moment) =>
      owners.flatMap((owner) =>
        [true, false].flatMap((isRich) =>
          [true, false].map((cancelRequested) =>
            factsOf({
              execution: { status, reason, wakeAt: moment, finishedAt: moment, reasonDetail: isRich ? "detail" : null, startedAt: moment },
              ...owner,
              openSteps: isRich ? openSteps.map((step) => ({ ...step, wakeAt: moment })) : [],
              lastTickAt: isRich ? moment : null,
              lastError: isRich ? { message: "boom" } : null,
              cancelRequested,
            }),
          ),
        ),
      ),
    );

  test.each(EXECUTION_STATUSES.flatMap((status) => [...REASONS, null].map((reason) => [status, reason] as const)))(
    "%s, %s gives sentences without holes, and a command or none",
    (status, reason) => {
      for (const facts of allFacts(status, reason)) {
        const { text, next } = explainWhy(facts);
        expect(text).toMatch(/^[A-Z].*\.$/);
        expect(text).not.toMatch(/undefined|null|NaN|\[object|unknown|\.\.|: \.|  /);
        expect(next).toSatisfy((command: string | null) => command === null || /^wf [a-z]+( |$)/.test(command));
        expect(next ?? "").not.toMatch(/undefined|null/);
        if (isTerminal(status) && status !== "failed") expect(next).toBeNull();
      }
    },
  );
});

describe("texts of others", () => {
  test("cannot break the line or reach the terminal", () => {
    const hostile = "a\x1b[31m\n\t\u202eb\r";
    const { text } = explainWhy(
      factsOf({
        execution: { status: "running", reason: null, reasonDetail: hostile, workflow: hostile },
        openSteps: [stepOf({ name: hostile, scope: hostile })],
        owner: { ...worker, host: hostile },
        ownerLiveness: "alive",
        lastError: { message: hostile },
      }),
    );
    expect(text).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e]/);
    expect(text).toContain("Last error: a\\x1b[31m\\n \\u202eb.");
  });

  test("are cut where they are long", () => {
    const { text } = explainWhy(factsOf({ lastError: { message: "x".repeat(1_000_000) } }));
    expect(text).toContain(`${"x".repeat(300)}….`);
    expect(text.length).toBeLessThan(1_000);
    expect(explainWhy(factsOf({ lastError: { message: "x".repeat(300) } })).text).toContain(`${"x".repeat(300)}.`);
  });
});

test("a damaged instant is told as such", () => {
  expect(explainWhy(factsOf({ execution: { status: "completed", finishedAt: 1e300 } })).text).toBe(
    "It completed at a time that cannot be read. Nothing is left to do.",
  );
});
