/** `wf schedule` as a whole command: what is asked of the client, what is shown, and what is refused. */
import { describe, expect, test } from "bun:test";
import type { BackfillView, PreviewView, ScheduleView } from "../../../src/model/clients/schedules.ts";
import { iso, type Given, wf } from "../harness.ts";

const REPORT: ScheduleView = {
  workflow: "report",
  cron: "0 9 * * *",
  timezone: "Europe/Paris",
  overlap: "skip",
  catchUp: "latest",
  catchUpWindowMs: 86_400_000,
  jitterMs: 0,
  input: null,
  file: "workflows/report.ts",
  nextAt: iso(3_600_000),
  lastSlotAt: iso(-3_600_000),
  unfinished: 0,
  skipped: 0,
  missed: 0,
  paused: null,
  resumed: null,
  problem: null,
};

const PREVIEW: PreviewView = {
  workflow: "report",
  cron: "30 2 * * *",
  timezone: "Europe/Paris",
  slots: [{ at: "2026-03-29T01:00:00.000Z", local: "2026-03-29T03:00:00+02:00", note: "02:30 does not exist" }],
};

const BACKFILL: BackfillView = {
  workflow: "report",
  dryRun: false,
  slots: [
    { at: iso(0), local: "2026-03-01T10:00:00+01:00", id: "report@a", disposition: "created" },
    { at: iso(1), local: "2026-03-01T11:00:00+01:00", id: "report@b", disposition: "existing" },
  ],
};

const schedule = async (line: string | readonly string[], all: readonly ScheduleView[] = [REPORT], given: Given = {}) => {
  const calls: unknown[][] = [];
  const answer =
    (name: string, view: unknown) =>
    (...args: unknown[]) => {
      calls.push([name, ...args]);
      return Promise.resolve(view);
    };
  const schedules = {
    list: answer("list", all),
    pause: answer("pause", { ...REPORT, nextAt: null, paused: { at: iso(-60_000), by: "ada", reason: "x\x1by" } }),
    resume: answer("resume", { ...REPORT, resumed: { at: iso(0), by: "ada" } }),
    trigger: answer("trigger", { id: "report-1", status: "pending" }),
    preview: answer("preview", PREVIEW),
    backfill: answer("backfill", BACKFILL),
  };
  const ran = await wf(typeof line === "string" ? `schedule ${line}` : ["schedule", ...line], { ...given, client: { schedules } });
  return { ...ran, calls };
};

describe("wf schedule list", () => {
  test("shows what each is, when it runs, and what it left out", async () => {
    const { code, stdout } = await schedule("list", [REPORT, { ...REPORT, workflow: "other", unfinished: 1, skipped: 2, missed: 3 }]);
    expect(code).toBe(0);
    expect(stdout.split("\n").map((line) => line.replace(/ {2,}/g, "|"))).toEqual([
      "WORKFLOW|CRON|ZONE|NEXT|LAST|STATE",
      "report|0 9 * * *|Europe/Paris|2026-03-01T10:00:00.000Z|2026-03-01T08:00:00.000Z",
      "other|0 9 * * *|Europe/Paris|2026-03-01T10:00:00.000Z|2026-03-01T08:00:00.000Z|1 not over, 2 skipped, 3 missed",
      "",
    ]);
  });

  test("says who has paused one and why its slots wait, with control characters shown", async () => {
    const paused = { ...REPORT, nextAt: null, paused: { at: iso(-60_000), by: "a\x1bda", reason: "why" }, problem: "bro\x1bken" };
    const { stdout } = await schedule("list", [paused]);
    expect(stdout).toContain("its slots wait: bro\\x1bken; paused by a\\x1bda 1m ago: why");
  });

  test("shows one in detail, and what is not there with its nearest name", async () => {
    expect((await schedule("list report")).stdout).toContain("catch up  latest, at most 1d late");
    const missing = await schedule("list reprot");
    expect(missing).toMatchObject({ code: 4 });
    expect(missing.stderr).toContain('Did you mean "report"?');
  });

  test("gives the documents as JSON, the names as ids, and says where there are none", async () => {
    expect(JSON.parse((await schedule("list --json")).stdout)).toEqual([REPORT]);
    expect((await schedule("list -o ids")).stdout).toBe("report\n");
    expect(await schedule("list", [])).toMatchObject({ code: 0, stdout: "", stderr: expect.stringContaining("no schedules yet") });
  });
});

describe("wf schedule pause, resume, trigger", () => {
  test("hand on the name and the reason, and show what has become of it", async () => {
    const paused = await schedule(["pause", "report", "--reason", "migration"]);
    expect(paused.calls).toEqual([["pause", "report", { reason: "migration" }]]);
    expect(paused.stdout).toContain("by ada 1m ago: x\\x1by");
    expect(paused.stdout).toContain("when it is resumed");
    expect((await schedule("pause report")).calls).toEqual([["pause", "report", {}]]);
    const resumed = await schedule("resume report");
    expect([resumed.calls, resumed.stdout]).toEqual([[["resume", "report"]], expect.stringContaining("by ada now")]);
  });

  test("tell the new execution", async () => {
    expect(await schedule("trigger report")).toMatchObject({ code: 0, stdout: "report-1 pending\n", calls: [["trigger", "report", {}]] });
    const { calls } = await schedule(["trigger", "report", "--reason", "the one of the night was lost"]);
    expect(calls).toEqual([["trigger", "report", { reason: "the one of the night was lost" }]]);
    expect((await schedule("trigger report -o ids")).stdout).toBe("report-1\n");
  });
});

describe("wf schedule preview", () => {
  test("shows each slot in its zone and in UTC, with the day and what the night does", async () => {
    const { stdout, calls } = await schedule("preview report --count 3 --from 2026-03-28T00:00:00Z");
    expect(calls).toEqual([["preview", "report", { count: 3, from: Date.UTC(2026, 2, 28) }]]);
    expect(stdout).toContain("2026-03-29 03:00:00 +02:00  Sun  2026-03-29 01:00:00Z  02:30 does not exist");
    expect((await schedule("preview report")).calls).toEqual([["preview", "report", {}]]);
  });
});

describe("wf schedule backfill", () => {
  const WINDOW = "--from 2026-03-01T00:00:00Z --to 2026-03-02T00:00:00Z";

  test("hands on the window, and tells what is new from what was there", async () => {
    const { stdout, stderr, calls } = await schedule(`backfill report ${WINDOW}`);
    expect(calls).toEqual([["backfill", "report", { from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 2, 2), dryRun: false }]]);
    expect(stdout).toMatch(/report@a +2026-03-01 10:00:00 \+01:00 +started\nreport@b .* there already/);
    expect(stderr).toContain("a daemon or `wf tick` takes them up");
    const why = await schedule([..."backfill report".split(" "), ...WINDOW.split(" "), "--reason", "the disk was full"]);
    expect(why.calls[0]?.[2]).toMatchObject({ reason: "the disk was full" });
    expect((await schedule(`backfill report ${WINDOW} -o ids`)).stdout).toBe("report@a\n");
  });

  test("says when it is a dry run", async () => {
    const { stderr, calls } = await schedule(`backfill report ${WINDOW} --dry-run`);
    expect(calls[0]?.[2]).toMatchObject({ dryRun: true });
    expect(stderr).toContain("dry run: nothing was started");
  });
});

test.each([
  ["", "missing required argument|Missing"],
  ["lst", 'Did you mean "list"?'],
  ["pause", "Name its workflow: wf schedule pause <workflow>"],
  ["backfill report", "Give --from and --to"],
  ["backfill report --from 2026-03-01", "Give --from and --to"],
  ["list --count 3", "wf schedule list takes no --count"],
  ["resume report --dry-run", "wf schedule resume takes no --dry-run"],
  ["preview report --count 0", "--count takes a whole number from 1 to 1000"],
  ["preview report --from soon", "--from: "],
])("wf schedule %s is a mistake, and nothing is done", async (line, words) => {
  const { code, stderr, calls } = await schedule(line.split(" ").filter(Boolean));
  expect([code, calls]).toEqual([2, []]);
  expect(stderr).toMatch(new RegExp(words.replace(/[?<>]/g, "\\$&")));
});
