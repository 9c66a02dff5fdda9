/** "Why" about people and processes: who has an execution, whether anybody is there to take it up, and whether it is to be cancelled. */
import { describe, expect, test } from "bun:test";
import { explainWhy } from "../../src/engine/why.ts";
import type { WhyFacts } from "../../src/engine/why-facts.ts";
import { factsOf, HOUR, MINUTE, NOW, sleeping, stepOf, survey, worker } from "./why-facts.ts";

describe("who has it", () => {
  const running = (given: Partial<WhyFacts>): ReturnType<typeof explainWhy> =>
    explainWhy(factsOf({ openSteps: [stepOf({ attempt: 2 })], ...given, execution: { status: "running", reason: null } }));

  test("a process that lives", () => {
    expect(running({ owner: worker, ownerLiveness: "alive" })).toMatchObject({
      text:
        'It is running: step "charge", attempt 2, since 2026-03-01T08:00:00.000Z (1h ago). It is in the ' +
        'hands of process 4242 on host "box" (wf run), which is alive.',
      next: "wf wait signup-7f3k",
    });
  });

  test("one that is gone", () => {
    const { text, next } = running({ owner: worker, ownerLiveness: "dead" });
    expect(text).toStartWith("It is marked as running: ");
    expect(text).toEndWith(
      'It was in the hands of process 4242 on host "box" (wf run), which is gone; the next tick or daemon takes it up.',
    );
    expect(next).toBe("wf tick");
  });

  test("one of another host, which nobody here can see", () => {
    const { text, next } = running({ owner: worker, ownerLiveness: "unknown" });
    expect(text).toEndWith("last seen 2026-03-01T08:59:57.000Z (3s ago); whether that still lives cannot be seen from here.");
    expect(next).toBe("wf wait signup-7f3k");
  });

  test("nobody", () => {
    const { text, next } = running({});
    expect(text).toEndWith("No process has it; the next tick or daemon takes it up.");
    expect(next).toBe("wf tick");
  });

  test("a process that stays for its wait: nothing is missing, also when no daemon was ever seen", () => {
    const why = explainWhy(factsOf({ ...sleeping(NOW + MINUTE), owner: worker, ownerLiveness: "alive", lastTickAt: null }));
    expect(why.text).not.toContain("No tick or daemon");
    expect(why.next).toBe("wf wait signup-7f3k");
  });

  test("a process that stays for an event: the event moves it on", () => {
    expect(explainWhy(factsOf({ openSteps: [survey], owner: worker, ownerLiveness: "alive" })).next).toBe(
      "wf send signup-7f3k survey '{}'",
    );
  });
});

describe("whether anybody is there to take it up", () => {
  const NO_TICKER = "No tick or daemon has been seen";

  test("is told when it is due and the last tick is old", () => {
    const { text, next } = explainWhy(factsOf({ ...sleeping(NOW - HOUR), lastTickAt: NOW - 3 * HOUR }));
    expect(text).toEndWith(
      "due since 2026-03-01T08:00:00.000Z (1h ago). No tick or daemon has been seen for 3h, so nothing takes it up by itself.",
    );
    expect(next).toBe("wf tick");
  });

  test("a deadline that is reached is due", () => {
    expect(explainWhy(factsOf(sleeping(NOW))).next).toBe("wf tick");
    expect(explainWhy(factsOf(sleeping(NOW + 1))).next).toBeNull();
  });

  test("is told when there never was one", () => {
    expect(explainWhy(factsOf({ ...sleeping(NOW), lastTickAt: null })).text).toEndWith(
      "No tick or daemon has been seen yet, so nothing takes it up by itself.",
    );
  });

  test.each([
    ["due soon", NOW + 15 * MINUTE, NOW - 15 * MINUTE - 1, true],
    ["due just later than soon", NOW + 15 * MINUTE + 1, NOW - 15 * MINUTE - 1, false],
    ["a tick seen just recently enough", NOW + 15 * MINUTE, NOW - 15 * MINUTE, false],
    ["due in two days, and no ticker ever", NOW + 48 * HOUR, null, false],
  ])("%s", (_, wakeAt, lastTickAt, isTold) => {
    const { text, next } = explainWhy(factsOf({ ...sleeping(wakeAt), lastTickAt }));
    expect(text.includes(NO_TICKER)).toBe(isTold);
    expect(next).toBe(isTold ? "wf wait signup-7f3k --wait" : null);
  });

  test("is not told where a person is waited for", () => {
    expect(explainWhy(factsOf({ execution: { status: "blocked", reason: "diverged" }, lastTickAt: null })).text).not.toContain(NO_TICKER);
    expect(explainWhy(factsOf({ openSteps: [survey], lastTickAt: null })).text).not.toContain(NO_TICKER);
  });

  test("a tick that comes from a clock ahead of ours counts as now", () => {
    expect(explainWhy(factsOf({ ...sleeping(NOW), lastTickAt: NOW + HOUR })).text).not.toContain(NO_TICKER);
  });
});

test("a cancellation that has been asked for is told, and moved on by whoever takes it up", () => {
  const { text, next } = explainWhy(factsOf({ execution: { status: "blocked", reason: "diverged" }, cancelRequested: true }));
  expect(text).toContain("Its cancellation has been asked for");
  expect(next).toBe("wf tick");
  expect(explainWhy(factsOf({ openSteps: [survey], cancelRequested: true })).next).toBe("wf tick");
});
