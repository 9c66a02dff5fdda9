/** "Why", reason by reason: what is waited for, since when, until when, and the command that moves it on. */
import { describe, expect, test } from "bun:test";
import { explainWhy } from "../../src/engine/why.ts";
import { factsOf, HOUR, MINUTE, NOW, sleeping, stepOf, survey, trial } from "./why-facts.ts";

describe("what it waits for, since when, until when, and the command that moves it on", () => {
  test.each([
    [
      "an event without a deadline",
      { openSteps: [survey] },
      'It waits for an event: event "survey", since 2026-03-01T08:00:00.000Z (1h ago), with no deadline.',
      "wf send signup-7f3k survey '{}'",
    ],
    [
      "an event with one",
      { execution: { wakeAt: NOW + 48 * HOUR }, openSteps: [{ ...survey, wakeAt: NOW + 48 * HOUR }] },
      'It waits for an event: event "survey", since 2026-03-01T08:00:00.000Z (1h ago), until 2026-03-03T09:00:00.000Z (in 2d).',
      "wf send signup-7f3k survey '{}'",
    ],
    [
      "a long sleep",
      sleeping(NOW + 48 * HOUR),
      'It sleeps: sleep "trial", since 2026-03-01T08:00:00.000Z (1h ago), until 2026-03-03T09:00:00.000Z (in 2d).',
      null,
    ],
    [
      "a retry",
      {
        execution: { status: "sleeping", reason: "retry", wakeAt: NOW + MINUTE },
        openSteps: [stepOf({ status: "retrying", attempt: 2, wakeAt: NOW + MINUTE })],
        lastError: { message: "card declined." },
      },
      'It waits before it tries again: step "charge", since 2026-03-01T08:00:00.000Z (1h ago), failed; ' +
        "attempt 2 comes at 2026-03-01T09:01:00.000Z (in 1m). Last error: card declined.",
      null,
    ],
    [
      "a restart",
      { execution: { status: "pending", reason: "restart", reasonDetail: "no space left on device", wakeAt: NOW + 5_000 } },
      "A system failure stopped it: no space left on device; that was number 2 without a finished step, of " +
        "at most 3. It is taken up again at 2026-03-01T09:00:05.000Z (in 5s), with all its finished steps " +
        "kept.",
      null,
    ],
    [
      "a start that lies ahead",
      { execution: { status: "pending", reason: "queued", wakeAt: NOW + 2 * HOUR } },
      "It has been queued since 2026-03-01T07:00:00.000Z (2h ago) and starts at 2026-03-01T11:00:00.000Z (in 2h).",
      null,
    ],
    [
      "a start that is due",
      { execution: { status: "pending", reason: "queued", wakeAt: NOW - 2_000 } },
      "It has been queued since 2026-03-01T07:00:00.000Z (2h ago), due since 2026-03-01T08:59:58.000Z (2s ago).",
      "wf tick",
    ],
    [
      "a person",
      { execution: { status: "paused", reason: "paused" } },
      "It is paused, until a person resumes it.",
      "wf resume signup-7f3k",
    ],
    [
      "changed code",
      { execution: { status: "blocked", reason: "diverged", reasonDetail: "The code returns without asking for it." } },
      "It is blocked because its code has changed: The code returns without asking for it. No new step has run. Put it back as it was, " +
        "then resume it; or finish on the code it began with: `wf resume signup-7f3k --code original`; or keep both ways with `ctx.patched`.",
      "wf resume signup-7f3k",
    ],
    [
      "a file that is gone",
      { execution: { status: "blocked", reason: "definition-missing", wakeAt: NOW + MINUTE } },
      'It is blocked because the workflow "signup" is not there or does not load. Mend the file, then ' +
        "resume it; it is looked for again at 2026-03-01T09:01:00.000Z (in 1m).",
      "wf resume signup-7f3k",
    ],
    [
      "a crash loop",
      { execution: { status: "blocked", reason: "crash-loop" } },
      "It is blocked because its process died again and again without finishing a step. Mend the cause, " +
        "then restart it; finished steps are kept.",
      "wf restart signup-7f3k",
    ],
    [
      "nothing: it failed",
      {
        execution: { status: "failed", reason: null, finishedAt: NOW - 2_000, inputText: '{"a":1}' },
        lastError: { message: "card declined" },
      },
      "It failed at 2026-03-01T08:59:58.000Z (2s ago): card declined. It stays as it is; mend the cause and start the work again.",
      `wf run signup -i '{"a":1}'`,
    ],
    [
      "nothing: it completed",
      { execution: { status: "completed", reason: null, finishedAt: NOW - 2_000 } },
      "It completed at 2026-03-01T08:59:58.000Z (2s ago). Nothing is left to do.",
      null,
    ],
  ] as const)("%s", (_, given, text, next) => {
    const why = explainWhy(factsOf(given));
    expect(why).toEqual({ id: "signup-7f3k", status: why.status, reason: why.reason, text, detail: null, next });
  });

  test.each([
    [NOW, "; attempt 3 is due since 2026-03-01T09:00:00.000Z (now)."],
    [null, "; attempt 3 comes next."],
  ])("a retry whose time is %p", (wakeAt, text) => {
    const facts = {
      execution: { status: "sleeping", reason: "retry", wakeAt } as const,
      openSteps: [stepOf({ status: "retrying", attempt: 3, wakeAt })],
    };
    expect(explainWhy(factsOf(facts)).text).toEndWith(text);
  });

  test("several waits are told in the order in which they end, and past the third counted", () => {
    const steps = [survey, trial(NOW + 2 * HOUR), trial(NOW + HOUR), stepOf({ name: "poll" }), stepOf({ name: "ship" })];
    const { text } = explainWhy(factsOf({ ...sleeping(NOW + HOUR), openSteps: steps }));
    expect(text.match(/\(in \w+\)|no deadline/g)).toEqual(["(in 1h)", "(in 2h)", "no deadline"]);
    expect(text).toEndWith("; and 2 more.");
  });

  test("steps that are over are no waits", () => {
    const { text } = explainWhy(factsOf({ openSteps: [stepOf({ status: "cancelled" }), stepOf({ status: "skipped" }), survey] }));
    expect(text).toContain("survey");
    expect(text).not.toContain("charge");
  });

  test("an input that is not plain JSON is not put into a command", () => {
    const { next } = explainWhy(factsOf({ execution: { status: "failed", reason: null, inputText: "devalue:1:[[]]" } }));
    expect(next).toBe("wf history signup-7f3k --full");
  });
});
