/** Long texts on the command line: what is too long, what may be, and that none is shown whole. */
import { describe, expect, test } from "bun:test";
import { checkLengths, shortened } from "../../src/cli/lengths.ts";
import { wf } from "./harness.ts";

const long = (length: number): string => "x".repeat(length);
const check = (form: string, args: readonly string[], options: Readonly<Record<string, string | readonly string[]>> = {}): void =>
  checkLengths({ usage: form }, { args, options: Object.entries(options).map(([flags, value]) => ({ flags, value })) });

describe("a text on the command line", () => {
  test("has at most 2,000 characters, reasons and names alike", () => {
    check("send <id> <event> [json]", [long(2_000), long(2_000)], { "--reason <text>": long(2_000), "--tag <k=v...>": [long(2_000)] });
    expect(() => check("send <id> <event> [json]", ["a", long(2_001)])).toThrow("event has at most 2000 characters, and 2001 were given");
    expect(() => check("cancel [ids...]", ["a", "b", long(2_001)])).toThrow("ids has at most");
    expect(() => check("cancel [ids...]", [], { "--reason <text>": long(2_001) })).toThrow("--reason has at most 2000 characters");
    expect(() => check("run <workflow> [inputs...]", [], { "--tag <k=v...>": ["a=b", long(2_001)] })).toThrow("--tag has at most");
  });

  test("may be longer where it is a value or a file", () => {
    const options = { "-i, --input <json>": long(9_000), "--set <step=json...>": [long(9_000)], "--db <file>": long(3_000) };
    check("send <id> <event> [json]", ["a", "b", long(9_000)], options);
    check("run <workflow> [inputs...]", ["a", long(9_000), long(9_000)]);
  });

  test("that is too long is refused with 2 before anything is done, and is not shown", async () => {
    for (const line of [
      ["pause", "a-1", "--reason", long(2_001)],
      ["approve", "a-1", "--note", long(2_001)],
      ["send", "a-1", long(2_001)],
      ["schedule", "trigger", long(2_001)],
    ]) {
      const { code, stderr, opened } = await wf(line, { client: {} });
      expect([code, opened]).toEqual([2, []]);
      expect(stderr).toContain("at most 2000 characters");
      expect(stderr).not.toContain(long(300));
    }
  });

  test("that is wrong is cut where it is told", async () => {
    for (const line of [
      ["status", "--status", long(1_900)],
      ["status", "--limit", long(1_900)],
      ["status", "--tag", long(1_900)],
      ["schedule", long(1_900)],
      ["status", `--${long(5_000)}`],
      [long(5_000)],
      ["status", "-o", long(1_900)],
    ]) {
      const { code, stderr } = await wf(line, { client: {} });
      expect(code).toBe(2);
      expect(stderr).not.toContain(long(250));
    }
    expect(shortened("short")).toBe("short");
  });
});
