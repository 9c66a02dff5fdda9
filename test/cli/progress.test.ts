import { describe, expect, test } from "bun:test";
import { watchProgress } from "../../src/cli/progress.ts";
import type { Progress } from "../../src/model/progress.ts";
import type { StepIdentity } from "../../src/model/records.ts";
import { contextOf, NOW, sinkOf } from "./harness.ts";

const step = (name: string, more: Partial<StepIdentity> = {}): StepIdentity => ({ scope: "", kind: "step", name, n: 1, ...more });
const executionId = "signup-1";

const EVENTS: readonly Progress[] = [
  { type: "pass-started", executionId, workflow: "signup", recorded: 0 },
  { type: "step-started", executionId, step: step("create customer"), attempt: 1, at: NOW },
  { type: "step-completed", executionId, step: step("create customer"), durationMs: 120 },
  { type: "step-started", executionId, step: step("charge", { scope: "pay", n: 2 }), attempt: 1, at: NOW },
  {
    type: "step-failed",
    executionId,
    step: step("charge", { scope: "pay", n: 2 }),
    attempt: 1,
    attempts: 3,
    error: new Error("declined"),
    retryAt: NOW + 2_000,
  },
  {
    type: "step-failed",
    executionId,
    step: step("charge", { scope: "pay", n: 2 }),
    attempt: 3,
    attempts: 3,
    error: new Error("declined"),
    retryAt: null,
  },
  { type: "log", executionId, entry: { at: NOW, level: "warn", source: "user", message: "careful", dataText: '{"a":1}', step: null } },
  { type: "holding", executionId, step: step("trial", { kind: "sleep" }), until: NOW + 30_000 },
  { type: "holding", executionId, step: step("survey", { kind: "event" }), until: null },
  { type: "left", executionId, status: "sleeping", reason: "sleep", wakeAt: NOW + 30_000 },
];

const spinning = () => {
  const shown: string[] = [];
  const startSpinner = () =>
    Promise.resolve({
      update: (text: string) => void shown.push(text),
      around: (print: () => void) => print(),
      stop: () => void shown.push("(stopped)"),
    });
  return { shown, startSpinner };
};

// Marks follow the locale, which tests do not set.
const plain = (text: string): string => text.replace(/^[^\w\s] |^[+x~o] /gm, "* ");
const plainAfterId = (text: string): string => plain(text).replace(/^(\S+ {2})(?:[^\w\s]|[+x~o]) /, "$1* ");

describe("without a terminal", () => {
  test("everything that ends is a line on standard error, and nothing is written to standard output", async () => {
    const context = await contextOf();
    const { listener } = await watchProgress(context, { alone: executionId });
    EVENTS.forEach(listener);
    expect(context.stdout.text).toBe("");
    expect(plain(context.stderr.text)).toBe(
      [
        "signup started",
        "* create customer  120ms",
        "* pay/charge #2  attempt 1 of 3: declined; next attempt 2026-03-01T09:00:02.000Z (in 2s)",
        "* pay/charge #2  attempt 3 of 3: declined",
        'warn: careful {"a":1}',
        "* trial  until 2026-03-01T09:00:30.000Z (in 30s)",
        "* survey  waits",
        "",
      ].join("\n"),
    );
  });

  test("a line says of which execution it is, when there are several", async () => {
    const context = await contextOf();
    const { listener } = await watchProgress(context, {});
    listener({ type: "pass-started", executionId: "a", workflow: "signup", recorded: 0 });
    listener({ type: "pass-started", executionId: "b", workflow: "signup", recorded: 3 });
    expect(context.stderr.text).toBe("a  signup started\nb  signup goes on after 3 recorded steps\n");
  });

  test("a line of a child says so beside its parent's, and that its parent waits for it needs no line", async () => {
    const context = await contextOf();
    const { listener } = await watchProgress(context, { alone: executionId });
    listener({ type: "pass-started", executionId, workflow: "signup", recorded: 0 });
    listener({ type: "pass-started", executionId: "pay-1", workflow: "pay", recorded: 0 });
    listener({ type: "holding", executionId, step: step("pay", { kind: "child" }), until: null });
    listener({ type: "step-completed", executionId: "pay-1", step: step("charge"), durationMs: 1 });
    listener({ type: "step-completed", executionId: "pay-1", step: step("charge", { kind: "compensation" }), durationMs: 1 });
    listener({ type: "step-completed", executionId, step: step("pay", { kind: "child" }), durationMs: 2 });
    expect(context.stderr.text.split("\n").map(plainAfterId)).toEqual([
      "signup started",
      "pay-1  pay started",
      "pay-1  * charge  1ms",
      "pay-1  * undo charge  1ms",
      "* pay  2ms",
      "",
    ]);
  });

  test("only the first pass of an execution is told: later ones are its own business", async () => {
    const context = await contextOf();
    const { listener } = await watchProgress(context, { alone: executionId });
    for (const recorded of [0, 1, 2]) listener({ type: "pass-started", executionId, workflow: "signup", recorded });
    expect(context.stderr.text).toBe("signup started\n");
  });

  test("what an execution waits for is told once, and again when its time is another", async () => {
    const context = await contextOf();
    const { listener } = await watchProgress(context, { alone: executionId });
    const holding = { type: "holding", executionId, step: step("trial", { kind: "sleep" }) } as const;
    for (const until of [NOW + 30_000, NOW + 30_000, NOW + 60_000, NOW + 30_000]) listener({ ...holding, until });
    listener({ ...holding, step: step("trial", { kind: "sleep", n: 2 }), until: NOW + 30_000 });
    expect(plain(context.stderr.text).split("\n")).toEqual([
      "* trial  until 2026-03-01T09:00:30.000Z (in 30s)",
      "* trial  until 2026-03-01T09:01:00.000Z (in 1m)",
      "* trial  until 2026-03-01T09:00:30.000Z (in 30s)",
      "* trial #2  until 2026-03-01T09:00:30.000Z (in 30s)",
      "",
    ]);
  });

  test("when the next attempt comes is told once: by the failure, or where that was elsewhere by a line of its own", async () => {
    const context = await contextOf();
    const { listener } = await watchProgress(context, { alone: executionId });
    const [, , , , failure] = EVENTS;
    listener(failure!);
    listener({ type: "holding", executionId, step: step("charge", { scope: "pay", n: 2 }), until: NOW + 2_000 });
    listener({ type: "holding", executionId, step: step("other"), until: NOW + 3_000 });
    expect(plain(context.stderr.text).split("\n").slice(1)).toEqual(["* other  next attempt 2026-03-01T09:00:03.000Z (in 3s)", ""]);
  });

  test("there are no lines with -q", async () => {
    const context = await contextOf({ quiet: true });
    const { listener } = await watchProgress(context, { alone: executionId });
    EVENTS.forEach(listener);
    expect(context.stderr.text).toBe("");
  });

  test("nothing is written after the end", async () => {
    const context = await contextOf();
    const { listener, stop } = await watchProgress(context, { alone: executionId });
    stop();
    EVENTS.forEach(listener);
    context.controller.abort("SIGINT");
    expect(context.stderr.text).toBe("");
  });

  test("control characters of names, messages and logs are shown", async () => {
    const context = await contextOf();
    const { listener } = await watchProgress(context, { alone: executionId });
    listener({ type: "step-completed", executionId, step: step("a\x1b[2J\nb"), durationMs: 1 });
    listener({ type: "step-failed", executionId, step: step("s"), attempt: 1, attempts: 1, error: new Error("x\x07\ny"), retryAt: null });
    expect(context.stderr.text).toContain("a\\x1b[2J\\nb");
    expect(context.stderr.text).toContain("x\\x07\\ny");
  });
});

describe("on a terminal", () => {
  test("what goes on is drawn soon after it happens, once for all that comes together, and what must not vanish is a line", async () => {
    const { shown, startSpinner } = spinning();
    const context = await contextOf({ terminal: true, startSpinner, env: { LANG: "C.UTF-8" } });
    const { listener, stop } = await watchProgress(context, { alone: executionId });
    EVENTS.slice(0, 4).forEach(listener);
    expect(shown).toEqual([]);
    await context.timers.advance(40);
    expect(shown).toEqual(["signup  1 step done\n  ✓ create customer  120ms\n  ▸ pay/charge #2"]);
    EVENTS.slice(4).forEach(listener);
    await context.timers.advance(40);
    expect(shown.slice(1)).toEqual(["signup  1 step done\n  ✓ create customer  120ms"]);
    stop();
    listener(EVENTS[1]!);
    await context.timers.advance(1_000);
    expect(shown.slice(2)).toEqual(["(stopped)"]);
    expect(context.stderr.text.split("\n")).toEqual([
      "↻ pay/charge #2  attempt 1 of 3: declined; again in 2s",
      "✗ pay/charge #2  attempt 3 of 3: declined",
      'warn: careful {"a":1}',
      "",
    ]);
  });

  test("what was told stands apart from the result below it, once, and only where both are on the terminal", async () => {
    const { startSpinner } = spinning();
    for (const [stdout, end] of [[sinkOf({ isTerminal: true }), "\n\n"] as const, [sinkOf(), "1}\n"] as const]) {
      const context = await contextOf({ terminal: true, startSpinner, stdout });
      const { listener, stop } = await watchProgress(context, { alone: executionId });
      EVENTS.forEach(listener);
      stop();
      stop();
      expect(context.stderr.text).toEndWith(end);
      expect(context.stderr.text).not.toEndWith("\n\n\n");
    }
  });

  test("it is drawn again as time passes, until it stops", async () => {
    const { shown, startSpinner } = spinning();
    const context = await contextOf({ terminal: true, startSpinner });
    const { listener, stop } = await watchProgress(context, { alone: executionId });
    listener(EVENTS[0]!);
    await context.timers.advance(440);
    expect(shown).toEqual(["signup", "signup", "signup"]);
    stop();
    await context.timers.advance(440);
    expect(shown).toEqual(["signup", "signup", "signup", "(stopped)"]);
    expect(context.timers.waiting).toEqual([]);
  });

  test("with --utc the time of the next attempt is whole", async () => {
    const { startSpinner } = spinning();
    const context = await contextOf({ terminal: true, startSpinner, utc: true });
    const { listener } = await watchProgress(context, { alone: executionId });
    EVENTS.forEach(listener);
    expect(context.stderr.text).toContain("next attempt\n  2026-03-01T09:00:02.000Z (in 2s)\n");
  });
});

test("the first signal says that it was heard", async () => {
  const context = await contextOf();
  await watchProgress(context, { alone: executionId });
  context.controller.abort("SIGINT");
  expect(context.stderr.text).toBe("stopping at the next commit; once more stops at once\n");
});
