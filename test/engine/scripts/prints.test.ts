/** What a script prints, as lines: whole characters, the last state of a line that is written over, and bounded. */
import { describe, expect, test } from "bun:test";
import { Lines } from "../../../src/engine/scripts/lines.ts";
import { Prints } from "../../../src/engine/scripts/prints.ts";
import type { Progress } from "../../../src/model/progress.ts";
import type { LogRecord } from "../../../src/model/records.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const linesOf = (...chunks: readonly (string | Uint8Array)[]): readonly string[] => {
  const told: string[] = [];
  const lines = new Lines((line) => told.push(line));
  for (const chunk of chunks) lines.add(typeof chunk === "string" ? bytes(chunk) : chunk);
  lines.end();
  return told;
};

describe("lines", () => {
  test.each([
    [["a\nb\n"], ["a", "b"]],
    [["a\nb"], ["a", "b"]],
    [
      ["a", "b\nc", "\n"],
      ["ab", "c"],
    ],
    [["\n\n"], ["", ""]],
    [[""], []],
    [["a\r\nb\r\n"], ["a", "b"]],
    [["10%\r50%\r100%\ndone\n"], ["100%", "done"]],
  ])("%j are %j", (chunks, lines) => {
    expect(linesOf(...chunks)).toEqual(lines);
  });

  test("a character whose bytes come in two chunks is whole, and what is no text is shown as such", () => {
    const [euro, rest] = [bytes("€").subarray(0, 1), bytes("€").subarray(1)];
    expect(linesOf(euro, rest)).toEqual(["€"]);
    expect(linesOf(new Uint8Array([0x61, 0xff, 0x62]))).toEqual(["a\ufffdb"]);
  });

  test("one without an end comes in pieces", () => {
    expect(linesOf("x".repeat(100_000), "x".repeat(50_000)).map(({ length }) => length)).toEqual([65_536, 65_536, 18_928]);
  });
});

const printed = (print: (prints: Prints) => void): { readonly kept: readonly LogRecord[]; readonly shown: readonly Progress[] } => {
  const [kept, shown]: [LogRecord[], Progress[]] = [[], []];
  const prints = new Prints({
    ...{ executionId: "x", step: null, clock: { now: () => 7 } },
    keep: (entry) => kept.push(entry),
    onProgress: (progress) => shown.push(progress),
  });
  print(prints);
  prints.end();
  return { kept, shown };
};

test("each line is kept and shown, both streams by themselves", () => {
  const { kept, shown } = printed((prints) => {
    prints.add("stdout", bytes("half"));
    prints.add("stderr", bytes("oops\n"));
    prints.add("stdout", bytes(" a line\n"));
  });
  expect(kept.map(({ level, source, message, at }) => [level, source, message, at])).toEqual([
    ["info", "user", "oops", 7],
    ["info", "user", "half a line", 7],
  ]);
  expect(shown).toEqual([
    { type: "printed", executionId: "x", stream: "stderr", line: "oops", step: null },
    { type: "printed", executionId: "x", stream: "stdout", line: "half a line", step: null },
  ]);
});

test("a pass keeps 10,000 lines and says how many more there were; all are shown", () => {
  const { kept, shown } = printed((prints) => prints.add("stdout", bytes("a\n".repeat(10_003))));
  expect(shown).toHaveLength(10_003);
  expect(kept).toHaveLength(10_001);
  expect(kept.at(-1)).toMatchObject({ level: "warn", message: expect.stringContaining("3 more lines were not kept") });
});

test("a pass keeps 1 MiB of text", () => {
  const { kept } = printed((prints) => prints.add("stdout", bytes(`${"line ".repeat(12_000)}\n`.repeat(20))));
  expect(kept.filter(({ level }) => level === "info")).toHaveLength(18);
  expect(kept.at(-1)?.message).toContain("2 more lines were not kept");
});
