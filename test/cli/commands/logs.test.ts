/** `wf logs` as a whole command: all, the last, by level, and while it grows. */
import { describe, expect, test } from "bun:test";
import type { ExecutionStatus } from "../../../src/model/status.ts";
import type { LogView } from "../../../src/model/views.ts";
import { executionOf, iso, ManualSignals, ManualTimers, settle, wf } from "../harness.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;
const entries: LogView[] = Array.from({ length: 8 }, (_, index) => ({
  cursor: index + 1,
  at: iso(index),
  level: LEVELS[index % 4] ?? "info",
  source: "user",
  message: `m${index}`,
  data: null,
  step: null,
}));

const clientOf = (log: readonly LogView[], status: () => ExecutionStatus = () => "completed") => ({
  resolveId: () => Promise.resolve("a-1"),
  getStatus: () => Promise.resolve(executionOf({ status: status() })),
  logs: (_id: string, { after = 0, limit = 100 }) => Promise.resolve(log.filter(({ cursor }) => cursor > after).slice(0, limit)),
});
const client = clientOf(entries);
const messages = (stdout: string): readonly string[] => stdout.match(/\bm\d\b/g) ?? [];
const documents = (stdout: string): readonly unknown[] =>
  stdout
    .trim()
    .split("\n")
    .map((row) => JSON.parse(row) as unknown);

describe("wf logs", () => {
  test("shows a line an entry", async () => {
    const { code, stdout } = await wf("logs @last", { client });
    expect(code).toBe(0);
    expect(stdout.split("\n")[1]).toBe("2026-03-01T09:00:00.001Z info  m1");
    expect(messages(stdout)).toHaveLength(8);
  });

  test.each([
    ["debug", ["m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7"]],
    ["warn", ["m2", "m3", "m6", "m7"]],
    ["error", ["m3", "m7"]],
  ])("--level %s is that level and above", async (level, shown) => {
    expect(messages((await wf(`logs @last --level ${level}`, { client })).stdout)).toEqual(shown);
  });

  test.each([
    ["--limit 1", ["m7"]],
    ["--limit 3", ["m5", "m6", "m7"]],
    ["--limit 8", ["m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7"]],
    ["--limit 100", ["m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7"]],
    ["--limit 2 --level warn", ["m6", "m7"]],
  ])("%s is the last so many", async (flags, shown) => {
    expect(messages((await wf(`logs @last ${flags}`, { client })).stdout)).toEqual(shown);
  });

  test("as JSON is one list, as JSON lines a document a line", async () => {
    expect(JSON.parse((await wf("logs @last --json", { client })).stdout)).toEqual(entries);
    expect(documents((await wf("logs @last -o jsonl", { client })).stdout)).toEqual(entries);
    expect(JSON.parse((await wf("logs @last --json --limit 1", { client })).stdout)).toEqual(entries.slice(-1));
  });

  test("of an execution that logged nothing says so on standard error, and is an empty list as JSON", async () => {
    const { code, stdout, stderr } = await wf("logs @last", { client: clientOf([]), stderrIsTerminal: true });
    expect([code, stdout, stderr]).toEqual([0, "", "nothing was logged\n"]);
    expect((await wf("logs @last --json", { client: clientOf([]) })).stdout).toBe("[]\n");
  });

  test.each(["logs", "logs a --level loud", "logs a --limit 0"])("refuses `wf %s` with 2", async (line) => {
    expect((await wf(line, { client })).code).toBe(2);
  });
});

describe("wf logs --follow", () => {
  const begin = (line: string, log: LogView[], status: { value: ExecutionStatus }) => {
    const [timers, signals] = [new ManualTimers(), new ManualSignals()];
    return { timers, signals, running: wf(line, { client: clientOf(log, () => status.value), timers, signals }) };
  };
  const isPausing = async (timers: ManualTimers): Promise<void> => {
    while (timers.waiting.length === 0) await settle();
  };

  test("goes on until the execution is over, with 0", async () => {
    const [log, status] = [entries.slice(0, 2), { value: "running" as ExecutionStatus }];
    const { timers, running } = begin("logs @last -f", log, status);
    await isPausing(timers);
    log.push(...entries.slice(2, 4));
    await timers.advance(250);
    log.push(...entries.slice(4, 5));
    status.value = "failed";
    await timers.advance(250);
    const { code, stdout } = await running;
    expect(code).toBe(0);
    expect(messages(stdout)).toEqual(["m0", "m1", "m2", "m3", "m4"]);
  });

  test("goes on until Ctrl-C, with 130", async () => {
    const { timers, signals, running } = begin("logs @last -f", entries.slice(0, 1), { value: "running" });
    await isPausing(timers);
    signals.send("SIGINT");
    const { code, stdout } = await running;
    expect([code, messages(stdout)]).toEqual([130, ["m0"]]);
  });

  test("with --limit begins with the last so many, and then shows all that come", async () => {
    const [log, status] = [entries.slice(0, 4), { value: "running" as ExecutionStatus }];
    const { timers, running } = begin("logs @last -f --limit 1", log, status);
    await isPausing(timers);
    log.push(...entries.slice(4));
    status.value = "completed";
    await timers.advance(250);
    expect(messages((await running).stdout)).toEqual(["m3", "m4", "m5", "m6", "m7"]);
  });

  test("as JSON is a document a line", async () => {
    expect(documents((await wf("logs @last -f --json", { client })).stdout)).toEqual(entries);
  });
});
