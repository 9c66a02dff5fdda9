import { describe, expect, test } from "bun:test";
import { explainWhy, type WhyFacts } from "../../src/engine/why.ts";
import type { ExecutionRecord, StepRecord, WorkerRecord } from "../../src/model/records.ts";
import { EXECUTION_STATUSES, isTerminal, REASONS, STEP_KINDS, STEP_STATUSES } from "../../src/model/status.ts";

const NOW = Date.UTC(2026, 2, 1, 9);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const executionOf = (given: Partial<ExecutionRecord> = {}): ExecutionRecord => ({
  id: "signup-7f3k",
  workflow: "signup",
  version: 1,
  sourceHash: null,
  status: "waiting",
  reason: "event",
  reasonDetail: null,
  wakeAt: null,
  inputText: "{}",
  outputText: null,
  errorText: null,
  createdAt: NOW - 2 * HOUR,
  startedAt: NOW - 2 * HOUR,
  finishedAt: null,
  deadlineAt: null,
  restarts: 0,
  panics: 2,
  panic: { maxRestarts: 3, delayMs: 5_000, factor: 2, maxDelayMs: 600_000 },
  parentId: null,
  tags: {},
  ...given,
});

const stepOf = (given: Partial<StepRecord> = {}): StepRecord => ({
  scope: "",
  kind: "step",
  name: "charge",
  n: 1,
  status: "running",
  order: null,
  attempt: 1,
  outputText: null,
  errorText: null,
  startedAt: NOW - HOUR,
  finishedAt: null,
  wakeAt: null,
  ...given,
});

const worker: WorkerRecord = {
  id: "w1",
  role: "run",
  version: "0.1.0",
  host: "box",
  bootId: "b",
  pid: 4242,
  startTime: "1",
  startedAt: NOW - HOUR,
  seenAt: NOW - 3_000,
  seenBootMs: 1,
};

const factsOf = ({
  execution,
  ...given
}: Partial<Omit<WhyFacts, "execution">> & { readonly execution?: Partial<ExecutionRecord> } = {}): WhyFacts => ({
  execution: executionOf(execution),
  openSteps: [],
  owner: undefined,
  ownerLiveness: undefined,
  lastTickAt: NOW - MINUTE,
  now: NOW,
  cancelRequested: false,
  lastError: null,
  ...given,
});

const survey = stepOf({ kind: "event", name: "survey", status: "waiting" });
const trial = (wakeAt: number): StepRecord => stepOf({ kind: "sleep", name: "trial", status: "sleeping", wakeAt });
const sleeping = (wakeAt: number) => ({ execution: { status: "sleeping", reason: "sleep", wakeAt } as const, openSteps: [trial(wakeAt)] });

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
      'It waits before it tries again: step "charge", since 2026-03-01T08:00:00.000Z (1h ago), failed; attempt 2 comes at 2026-03-01T09:01:00.000Z (in 1m). Last error: card declined.',
      null,
    ],
    [
      "a restart",
      { execution: { status: "pending", reason: "restart", reasonDetail: "no space left on device", wakeAt: NOW + 5_000 } },
      "A system failure stopped it: no space left on device; that was number 2 without a finished step, of at most 3. It is taken up again at 2026-03-01T09:00:05.000Z (in 5s), with all its finished steps kept.",
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
      "It is blocked because its code has changed: The code returns without asking for it. Put the step back where it was, then resume it; no new step has run.",
      "wf resume signup-7f3k",
    ],
    [
      "a file that is gone",
      { execution: { status: "blocked", reason: "definition-missing", wakeAt: NOW + MINUTE } },
      'It is blocked because the workflow "signup" is not there or does not load. Mend the file, then resume it; it is looked for again at 2026-03-01T09:01:00.000Z (in 1m).',
      "wf resume signup-7f3k",
    ],
    [
      "a crash loop",
      { execution: { status: "blocked", reason: "crash-loop" } },
      "It is blocked because its process died again and again without finishing a step. Mend the cause, then restart it; finished steps are kept.",
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
    expect(why).toEqual({ id: "signup-7f3k", status: why.status, reason: why.reason, text, next });
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

describe("who has it", () => {
  const running = (given: Partial<WhyFacts>): ReturnType<typeof explainWhy> =>
    explainWhy(factsOf({ openSteps: [stepOf({ attempt: 2 })], ...given, execution: { status: "running", reason: null } }));

  test("a process that lives", () => {
    expect(running({ owner: worker, ownerLiveness: "alive" })).toMatchObject({
      text: 'It is running: step "charge", attempt 2, since 2026-03-01T08:00:00.000Z (1h ago). It is in the hands of process 4242 on host "box" (wf run), which is alive.',
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
