import { describe, expect, test } from "bun:test";
import { messageReader, type WorkerMessage, writeMessage } from "../../src/cli/supervisor-messages.ts";

const MESSAGES: readonly WorkerMessage[] = [
  { type: "serving", graceMs: 250 },
  { type: "beat" },
  { type: "left", executionId: "a\n1", status: "sleeping", reason: "sleep", wakeAt: 5 },
  { type: "left", executionId: "b", status: "completed", reason: null, wakeAt: null },
];

describe("messages", () => {
  test("arrive as they were sent, wherever the pipe cuts them", () => {
    const text = MESSAGES.map(writeMessage).join("");
    for (let size = 1; size <= text.length; size++) {
      const read = messageReader();
      const arrived: WorkerMessage[] = [];
      for (let at = 0; at < text.length; at += size) arrived.push(...read(text.slice(at, at + size)));
      expect(arrived).toEqual([...MESSAGES]);
    }
  });

  test("that are none are passed over, and those behind them arrive", () => {
    const read = messageReader();
    const noise = [
      "",
      "hello",
      "null",
      "5",
      "[]",
      "{}",
      '{"type":"left"}',
      '{"type":"left","executionId":"a","status":"odd"}',
      '{"type":"later"}',
      '{"type":"serving","graceMs":"long"}',
    ];
    expect(read(`${noise.join("\n")}\n${writeMessage({ type: "beat" })}`)).toEqual([{ type: "beat" }]);
  });

  test("without end are not kept for ever", () => {
    const read = messageReader();
    for (let count = 0; count < 10; count++) expect(read("x".repeat(10_000))).toEqual([]);
    expect(read(`\n${writeMessage({ type: "beat" })}`)).toEqual([{ type: "beat" }]);
  });
});
