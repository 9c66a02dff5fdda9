/** The next command: right for every state, and safe to paste whatever names and inputs hold; bash itself is asked. */
import { describe, expect, test } from "bun:test";
import { nextCommand, type NextFacts } from "../../src/model/next-command.ts";
import { shellWord } from "../../src/model/shell-word.ts";
import { EXECUTION_STATUSES, isTerminal, REASONS } from "../../src/model/status.ts";

const facts = (given: Partial<NextFacts> = {}): NextFacts => ({
  id: "signup-7f3k",
  workflow: "signup",
  status: "waiting",
  reason: "event",
  waits: [{ kind: "event", name: "survey" }],
  inputJson: "{}",
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
    [{ waits: [] }, null],
    [
      {
        waits: [
          { kind: "sleep", name: "trial" },
          { kind: "event", name: "paid" },
        ],
      },
      "wf send signup-7f3k paid '{}'",
    ],
    [{ waits: [{ kind: "approval", name: "release" }] }, "wf approve signup-7f3k"],
    [{ waits: [{ kind: "event", name: "-f" }] }, "wf send -- signup-7f3k -f '{}'"],
    [{ status: "waiting", reason: "child" }, null],
    [{ status: "running", reason: null }, "wf wait signup-7f3k"],
    [{ status: "pending", reason: "queued" }, "wf tick"],
    [{ status: "pending", reason: null }, "wf tick"],
    [{ status: "sleeping", reason: "retry" }, "wf tick"],
    [{ status: "paused", reason: "paused" }, "wf resume signup-7f3k"],
    [{ status: "blocked", reason: "diverged" }, "wf resume signup-7f3k"],
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

describe("after a failure", () => {
  const failed = (inputJson: string | null): string | null => nextCommand(facts({ status: "failed", reason: null, inputJson }));
  test.each([
    ["{}", "wf run signup"],
    ["null", "wf run signup"],
    ['{"name":"O\'Neill"}', `wf run signup -i '{"name":"O'\\''Neill"}'`],
    [`"${"x".repeat(298)}"`, `wf run signup -i '"${"x".repeat(298)}"'`],
    [`"${"x".repeat(299)}"`, "wf history signup-7f3k --full"],
    [null, "wf history signup-7f3k --full"],
  ])("with the input %p it is started again, or looked at", (input, command) => {
    expect(failed(input)).toBe(command);
  });
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
