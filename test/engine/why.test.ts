/** "Why", reason by reason: what is waited for, since when, until when, and the command that moves it on. */
import { describe, expect, test } from "bun:test";
import { explainWhy } from "../../src/engine/why.ts";
import { TO_BE_UNDONE } from "../../src/model/to-be-undone.ts";
import { factsOf, HOUR, MINUTE, NOW, sleeping, stepOf, survey, trial } from "./why-facts.ts";

const decision = (action: string, reason: string | null) => ({ at: NOW - 2_000, by: "ada@box", action, detail: null, reason });

describe("what it waits for, since when, until when, and the command that moves it on", () => {
  test.each([
    [
      "an event without a deadline",
      { openSteps: [survey] },
      'It waits for event "survey", since 2026-03-01T08:00:00.000Z (1h ago), with no deadline.',
      "wf send signup-7f3k survey '{}'",
    ],
    [
      "an event with one",
      { execution: { wakeAt: NOW + 48 * HOUR }, openSteps: [{ ...survey, wakeAt: NOW + 48 * HOUR }] },
      'It waits for event "survey", since 2026-03-01T08:00:00.000Z (1h ago), until 2026-03-03T09:00:00.000Z (in 2d).',
      "wf send signup-7f3k survey '{}'",
    ],
    [
      "a long sleep",
      sleeping(NOW + 48 * HOUR),
      'It sleeps: sleep "trial", since 2026-03-01T08:00:00.000Z (1h ago), until 2026-03-03T09:00:00.000Z (in 2d). ' +
        "A daemon then takes it up, or `wf tick` by cron. `wf wake signup-7f3k` ends that now.",
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
        "attempt 2 comes at 2026-03-01T09:01:00.000Z (in 1m). A daemon then takes it up, or `wf tick` by cron. " +
        "`wf wake signup-7f3k` has it try now. Last error: card declined.",
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
      "It has been queued since 2026-03-01T07:00:00.000Z (2h ago) and starts at 2026-03-01T11:00:00.000Z (in 2h). " +
        "A daemon then takes it up, or `wf tick` by cron. `wf wake signup-7f3k` starts it now.",
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
      {
        execution: { status: "blocked", reason: "diverged", reasonDetail: "The code returns without asking for it.", sourceHash: "abc" },
      },
      "It is blocked because its code has changed: The code returns without asking for it. " +
        "Put it back as it was, then resume it; or finish on the code it began with: `wf resume signup-7f3k --code original`; " +
        "or keep both ways with `ctx.patched`.",
      "wf resume signup-7f3k --code original",
    ],
    [
      "changed code of a program, of which nothing is kept",
      { execution: { status: "blocked", reason: "diverged", reasonDetail: "The code returns without asking for it." } },
      "It is blocked because its code has changed: The code returns without asking for it. " +
        "Put it back as it was, then resume it; or keep both ways with `ctx.patched`.",
      "wf resume signup-7f3k",
    ],
    [
      "its cancellation, before which something is to be undone",
      { execution: { status: "pending", reason: "queued", reasonDetail: TO_BE_UNDONE, wakeAt: NOW - 2_000 }, cancelRequested: true },
      "It has been queued since 2026-03-01T07:00:00.000Z (2h ago), due since 2026-03-01T08:59:58.000Z (2s ago). " +
        "Its cancellation was asked for; what it has done is undone first, by a daemon or `wf tick`.",
      "wf tick",
    ],
    [
      "a file that is gone",
      { execution: { status: "blocked", reason: "definition-missing", wakeAt: NOW + MINUTE } },
      'It is blocked because the workflow "signup" is not there or does not load. Mend the file, and it goes on by itself; ' +
        "it is looked for again at 2026-03-01T09:01:00.000Z (in 1m) in any case.",
      "wf resume signup-7f3k",
    ],
    [
      "kept code that is gone",
      { execution: { status: "blocked", reason: "definition-missing", isPinned: true, reasonDetail: "It is not kept any more" } },
      "It is blocked because the code it began with cannot be run: It is not kept any more. " +
        "`wf resume signup-7f3k --code current` has it go on with the present code.",
      "wf resume signup-7f3k --code current",
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
      "It failed at 2026-03-01T08:59:58.000Z (2s ago): card declined. Mend the cause, then try it again from where it failed; finished " +
        "steps are kept.",
      "wf retry signup-7f3k",
    ],
    [
      "nothing: it failed, and what it had done is undone",
      { execution: { status: "failed", reason: null, finishedAt: NOW - 2_000 }, isUndone: true },
      "It failed at 2026-03-01T08:59:58.000Z (2s ago). Its finished steps were undone; mend the cause and do the work anew.",
      "wf rerun signup-7f3k",
    ],
    [
      "nothing: somebody has cancelled it",
      { execution: { status: "cancelled", reason: null, finishedAt: NOW - 2_000 }, decision: decision("cancel", "wrong customer") },
      "It was cancelled at 2026-03-01T08:59:58.000Z (2s ago). Start a new execution if the work is still wanted. " +
        '"ada@box" has cancelled it at 2026-03-01T08:59:58.000Z (2s ago): wrong customer.',
      null,
    ],
    [
      "a person, who has paused it",
      { execution: { status: "paused", reason: "paused", reasonDetail: "by ada@box: look" }, decision: decision("pause", "look") },
      "It is paused: by ada@box: look, until a person resumes it. That was at 2026-03-01T08:59:58.000Z (2s ago).",
      "wf resume signup-7f3k",
    ],
    [
      "a person, since a step is out of attempts",
      {
        execution: { status: "paused", reason: "paused", reasonDetail: 'step "charge" failed after 3 attempts: no power' },
        openSteps: [stepOf({ status: "failed" })],
        lastError: { message: "no power" },
      },
      'It is paused: step "charge" failed after 3 attempts: no power, until a person has it tried again, or settles the step. ' +
        "Last error: no power.",
      "wf retry signup-7f3k",
    ],
    [
      "a person, since a step is in doubt",
      { execution: { status: "blocked", reason: "in-doubt" }, openSteps: [stepOf({ status: "in-doubt" })] },
      'It is blocked because a step that must run only once was cut off in the middle: step "charge", since ' +
        "2026-03-01T08:00:00.000Z (1h ago).",
      "wf resolve signup-7f3k charge --result '<json>'",
    ],
    [
      "a person, since what it has done is half undone",
      {
        execution: {
          status: "paused",
          reason: "paused",
          reasonDetail: 'compensation "charge" failed after 3 attempts: no power',
          errorText: '{"name":"Error","message":"no visa"}',
        },
        openSteps: [stepOf({ kind: "compensation", status: "failed" })],
        cancelRequested: true,
      },
      'It is paused: compensation "charge" failed after 3 attempts: no power, until a person has it tried again, or settles the step. ' +
        "It has come to its end; what it has done is being undone before that is recorded.",
      "wf retry signup-7f3k",
    ],
    [
      "a retry of what undoes it, whatever its code was waiting for",
      {
        execution: { status: "sleeping", reason: "retry", errorText: '{"name":"Error","message":"no visa"}', wakeAt: NOW + HOUR },
        openSteps: [survey, stepOf({ kind: "compensation", status: "retrying", attempt: 2, wakeAt: NOW + HOUR })],
        cancelRequested: true,
      },
      'It waits before it tries again: compensation "charge", since 2026-03-01T08:00:00.000Z (1h ago), failed; attempt 2 comes at ' +
        "2026-03-01T10:00:00.000Z (in 1h). A daemon then takes it up, or `wf tick` by cron. `wf wake signup-7f3k` has it try now. " +
        "It has come to its end; what it has done is being undone before that is recorded.",
      null,
    ],
    [
      "a child, which has the answer",
      {
        execution: { status: "waiting", reason: "child", reasonDetail: 'child "pay-1"', wakeAt: null },
        openSteps: [stepOf({ kind: "child", name: "pay", status: "waiting", detail: "pay-1" })],
      },
      'It waits for child "pay" (execution pay-1), since 2026-03-01T08:00:00.000Z (1h ago).',
      "wf why pay-1",
    ],
    [
      "an approval",
      { openSteps: [{ ...survey, kind: "approval", detail: "42 tests passed" }] },
      'It waits for a person to decide: approval "survey" (42 tests passed), since 2026-03-01T08:00:00.000Z (1h ago), with no deadline.',
      "wf approve signup-7f3k",
    ],
    [
      "a tick, since somebody has had it tried again",
      { execution: { status: "pending", reason: "queued", wakeAt: NOW - 2_000 }, decision: decision("retry", null) },
      "It has been queued since 2026-03-01T07:00:00.000Z (2h ago), due since 2026-03-01T08:59:58.000Z (2s ago). " +
        '"ada@box" has had another try of it at 2026-03-01T08:59:58.000Z (2s ago).',
      "wf tick",
    ],
    [
      "nothing that an old decision has to do with",
      { openSteps: [survey], decision: decision("retry", null) },
      'It waits for event "survey", since 2026-03-01T08:00:00.000Z (1h ago), with no deadline.',
      "wf send signup-7f3k survey '{}'",
    ],
    [
      "a person, and when it last moved",
      { execution: { status: "blocked", reason: "crash-loop" }, movedAt: NOW - HOUR },
      "It is blocked because its process died again and again without finishing a step. Mend the cause, then restart it; finished " +
        "steps are kept. It last moved at 2026-03-01T08:00:00.000Z (1h ago).",
      "wf restart signup-7f3k",
    ],
    [
      "a ticker, which has not been seen for hours",
      { execution: { status: "pending", reason: "queued", wakeAt: NOW - 2_000 }, lastTickAt: NOW - 3 * HOUR },
      "It has been queued since 2026-03-01T07:00:00.000Z (2h ago), due since 2026-03-01T08:59:58.000Z (2s ago). " +
        "No tick or daemon has been seen for 3h, so nothing takes it up by itself.",
      "wf tick",
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

  test("the deadline of the execution is told beside a wait that has none, but not once it is being undone", () => {
    const waits = { execution: { deadlineAt: NOW + HOUR }, openSteps: [survey] };
    expect(explainWhy(factsOf(waits)).text).toEndWith(
      "with no deadline. Its own time-out comes at 2026-03-01T10:00:00.000Z (in 1h): then it fails.",
    );
    const undone = { execution: { deadlineAt: NOW + HOUR, errorText: '{"name":"Error","message":"no visa"}' } };
    expect(explainWhy(factsOf(undone)).text).not.toContain("time-out");
  });

  test("what an event or a child is where no step can be read, from the reason that is stored", () => {
    const bare = (reason: "event" | "child", reasonDetail: string | null) =>
      explainWhy(factsOf({ execution: { status: "waiting", reason, reasonDetail } })).text;
    expect(bare("event", 'event "survey"')).toBe('It waits for event "survey".');
    expect([bare("event", null), bare("child", null)]).toEqual(["It waits for an event.", "It waits for a child execution."]);
  });

  test("waking is not proposed where it is to be cancelled anyway", () => {
    const { text } = explainWhy(factsOf({ ...sleeping(NOW + HOUR), cancelRequested: true }));
    expect([text.includes("wf wake"), text.includes("cancellation has been asked for")]).toEqual([false, true]);
  });

  test("several waits are told in the order in which they end, and past the third counted", () => {
    const steps = [survey, trial(NOW + 2 * HOUR), trial(NOW + HOUR), stepOf({ name: "poll" }), stepOf({ name: "ship" })];
    const { text } = explainWhy(factsOf({ ...sleeping(NOW + HOUR), openSteps: steps }));
    expect(text.match(/\(in \w+\)|no deadline/g)).toEqual(["(in 1h)", "(in 2h)", "no deadline"]);
    expect(text).toEndWith("; and 2 more. A daemon then takes it up, or `wf tick` by cron. `wf wake signup-7f3k` ends that now.");
  });

  test("steps that are over are no waits", () => {
    const { text } = explainWhy(factsOf({ openSteps: [stepOf({ status: "cancelled" }), stepOf({ status: "skipped" }), survey] }));
    expect(text).toContain("survey");
    expect(text).not.toContain("charge");
  });
});
