import { describe, expect, test } from "bun:test";
import { type DaemonEvent, daemonLog } from "../../src/cli/supervisor-log.ts";
import { contextOf, NOW } from "./harness.ts";

const EVENTS: readonly DaemonEvent[] = [
  { event: "started", pid: 12, databaseFile: "/srv/\x1b.wf.db" },
  { event: "execution", executionId: "a-1", status: "sleeping", reason: "sleep", wakeAt: NOW + 1_000 },
  { event: "execution", executionId: "a-2", status: "completed", reason: null, wakeAt: null },
  { event: "exited", exit: { code: 1, signal: null }, restartInMs: 0 },
  { event: "exited", exit: { code: null, signal: "SIGKILL" }, restartInMs: 2_000 },
  { event: "outdated" },
  { event: "hung", silentMs: 60_000 },
  { event: "killed", graceMs: 10_000 },
  { event: "stopping", signal: "SIGTERM" },
  { event: "stopped" },
];

describe("the daemon's log", () => {
  test("is a line an event on standard error, with its time", async () => {
    const context = await contextOf();
    EVENTS.forEach(daemonLog(context.out, () => NOW));
    expect(context.stdout.text).toBe("");
    const lines = context.stderr.text.trimEnd().split("\n");
    expect(lines.every((line) => line.startsWith("2026-03-01T09:00:00.000Z "))).toBe(true);
    expect(lines.map((line) => line.slice(25))).toEqual([
      "worker 12 started on /srv/\\x1b.wf.db",
      "a-1 sleeping (sleep) until 2026-03-01T09:00:01.000Z",
      "a-2 completed",
      "worker ended with code 1; restarting now",
      "worker was killed by SIGKILL; restarting in 2s",
      "workflow files changed; starting a new worker once the old one has drained",
      "worker is hung: no heartbeat for 1m; killing it",
      "worker did not end within 10s; killing it",
      "SIGTERM received; draining, once more stops at once",
      "stopped",
    ]);
  });

  test("is a JSON line an event on standard output with -o json and jsonl", async () => {
    for (const format of ["json", "jsonl"] as const) {
      const context = await contextOf({ format });
      EVENTS.forEach(daemonLog(context.out, () => NOW));
      expect(context.stderr.text).toBe("");
      const documents = context.stdout.text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(documents.map(({ event }) => event)).toEqual(EVENTS.map(({ event }) => event));
      expect(documents[1]).toEqual({
        at: "2026-03-01T09:00:00.000Z",
        event: "execution",
        executionId: "a-1",
        status: "sleeping",
        reason: "sleep",
        wakeAt: "2026-03-01T09:00:01.000Z",
        message: "a-1 sleeping (sleep) until 2026-03-01T09:00:01.000Z",
      });
    }
  });

  test("is silent with -q", async () => {
    const context = await contextOf({ quiet: true });
    EVENTS.forEach(daemonLog(context.out, () => NOW));
    expect(context.stderr.text).toBe("");
  });
});
