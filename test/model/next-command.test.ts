/** The next command: right for every state, and safe to paste whatever names and inputs hold; bash itself is asked. */
import { describe, expect, test } from "bun:test";
import { nextCommand, type NextFacts, type NextStep } from "../../src/model/next-command.ts";
import { shellWord } from "../../src/model/shell-word.ts";
import { EXECUTION_STATUSES, isTerminal, REASONS } from "../../src/model/status.ts";

const step = (given: Partial<NextStep>): NextStep => ({ scope: "", kind: "step", name: "charge", n: 1, status: "waiting", ...given });
const waiting = (kind: NextStep["kind"], name: string, scope = ""): NextStep => step({ kind, name, scope });

const facts = (given: Partial<NextFacts> = {}): NextFacts => ({
  id: "signup-7f3k",
  workflow: "signup",
  status: "waiting",
  reason: "event",
  openSteps: [waiting("event", "survey")],
  isUndone: false,
  ...given,
});

/** What a shell makes of a command: its words. */
const wordsOf = (command: string): readonly string[] => {
  const { stdout, exitCode } = Bun.spawnSync(
    ["bash", "-c", `for word in ${command.replace(/^wf/, "wf")}; do printf '%s\\0' "$word"; done`],
    {
      env: { LC_ALL: "C.UTF-8", PATH: process.env["PATH"] ?? "" },
    },
  );
  expect(exitCode).toBe(0);
  return stdout.toString().split("\0").slice(0, -1);
};

describe("the command of an execution", () => {
  test.each([
    [{}, "wf send signup-7f3k survey '{}'"],
    [{ openSteps: [] }, null],
    [{ openSteps: [step({ kind: "sleep", status: "sleeping" }), waiting("event", "paid")] }, "wf send signup-7f3k paid '{}'"],
    [{ openSteps: [waiting("approval", "release")] }, "wf approve signup-7f3k"],
    [{ openSteps: [waiting("approval", "release"), waiting("approval", "money")] }, "wf approve signup-7f3k release"],
    [{ openSteps: [waiting("approval", "-f"), waiting("approval", "money")] }, "wf approve -- signup-7f3k -f"],
    [{ openSteps: [waiting("event", "-f")] }, "wf send -- signup-7f3k -f '{}'"],
    [{ status: "waiting", reason: "child" }, null],
    [
      { status: "waiting", reason: "child", openSteps: [step({ kind: "sleep" }), step({ kind: "child", detail: "pay-1 2" })] },
      "wf why 'pay-1 2'",
    ],
    [{ status: "running", reason: null }, "wf wait signup-7f3k"],
    [{ status: "pending", reason: "queued" }, "wf tick"],
    [{ status: "pending", reason: null }, "wf tick"],
    [{ status: "sleeping", reason: "retry" }, "wf tick"],
    [{ status: "sleeping", reason: "sleep", isTimed: true }, "wf wake signup-7f3k"],
    [{ status: "sleeping", reason: "retry", isTimed: true }, "wf wake signup-7f3k"],
    [{ status: "pending", reason: "restart", isTimed: true }, "wf wake signup-7f3k"],
    [{ status: "pending", reason: "queued", isTimed: true, reasonDetail: "rate limit" }, null],
    [{ isTimed: true }, "wf send signup-7f3k survey '{}'"],
    [{ status: "paused", reason: "paused" }, "wf resume signup-7f3k"],
    [{ status: "paused", reason: "paused", openSteps: [step({ status: "failed" })] }, "wf retry signup-7f3k"],
    [
      { status: "blocked", reason: "in-doubt", openSteps: [step({ status: "in-doubt" })] },
      "wf resolve signup-7f3k charge --result '<json>'",
    ],
    [
      { status: "blocked", reason: "in-doubt", openSteps: [step({ status: "in-doubt", n: 2 }), waiting("event", "charge")] },
      "wf resolve signup-7f3k 'charge#2' --result '<json>'",
    ],
    [
      { status: "blocked", reason: "in-doubt", openSteps: [step({ status: "in-doubt", name: "-x" })] },
      "wf resolve --result '<json>' -- signup-7f3k -x",
    ],
    [{ status: "blocked", reason: "in-doubt", openSteps: [] }, "wf resume signup-7f3k"],
    [{ status: "failed", reason: null }, "wf retry signup-7f3k"],
    [{ status: "failed", reason: null, isUndone: true }, "wf rerun signup-7f3k"],
    [{ status: "blocked", reason: "diverged" }, "wf resume signup-7f3k --code original"],
    [{ status: "blocked", reason: "diverged", isPinned: true }, "wf resume signup-7f3k --code current"],
    [{ status: "blocked", reason: "diverged", isInCode: true }, "wf resume signup-7f3k"],
    [{ status: "blocked", reason: "definition-missing" }, "wf resume signup-7f3k"],
    [{ status: "blocked", reason: "definition-missing", isPinned: true }, "wf resume signup-7f3k --code current"],
    [{ status: "blocked", reason: null }, "wf resume signup-7f3k"],
    [{ status: "blocked", reason: "crash-loop" }, "wf restart signup-7f3k"],
    [{ status: "completed", reason: null }, null],
    [{ status: "cancelled", reason: null }, null],
  ] as const)("%j is %p", (given, command) => {
    expect(nextCommand(facts(given))).toBe(command);
  });

  test.each(EXECUTION_STATUSES.flatMap((status) => [...REASONS, null].map((reason) => [status, reason] as const)))(
    "is there or is null: %s, %s",
    (status, reason) => {
      const command = nextCommand(facts({ status, reason }));
      if (command !== null) expect(command).toMatch(/^wf [a-z]+/);
      if (isTerminal(status) && status !== "failed") expect(command).toBeNull();
    },
  );
});

describe("a word for the shell", () => {
  test.each(["plain", "it's", 'say "hi"', "$HOME `id` $(id)", "a b", "", "*", "~", "a;b&c|d", "日本語", "back\\slash", "x=1"])(
    "%p comes back as it was",
    (text) => {
      expect(wordsOf(`wf ${shellWord(text)}`)).toEqual(["wf", text]);
    },
  );

  test.each(["a\u202eb", "a\x1b[31m", "a\nb", "a\tb", "it's\u200b\\", "tag\u{e0041}1"])(
    "%j too, with all that cannot be seen written out",
    (text) => {
      const word = shellWord(text);
      expect(word).toMatch(/^\$'[\x20-\x7e]*'$/);
      expect(wordsOf(`wf ${word}`)).toEqual(["wf", text]);
    },
  );
});
