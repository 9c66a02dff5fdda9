/** `wf events` as a whole command: what is kept, since when, of whom, and while it grows. */
import { describe, expect, test } from "bun:test";
import type { HappeningView } from "../../../src/model/clients/looking.ts";
import type { ExecutionStatus } from "../../../src/model/status.ts";
import { executionOf, iso, ManualSignals, ManualTimers, settle, wf } from "../harness.ts";

const happening = (cursor: number, given: Partial<HappeningView> = {}): HappeningView => ({
  ...{ cursor, at: iso(cursor), type: "execution.created", executionId: "a-1", workflow: "signup", reason: null, wakeAt: null },
  ...{ step: null, event: null, log: null, decision: null, error: null },
  ...given,
});

const step = { scope: "", kind: "step", name: "charge", n: 1, attempt: 2 } as const;

const stream: HappeningView[] = [
  happening(1),
  happening(2, { type: "step.failed", step, error: { name: "Error", message: "no card", code: null } }),
  happening(3, { type: "log", log: { level: "warn", source: "user", message: "look", data: { n: 1 }, step: "charge" } }),
  happening(4, { executionId: "b-2", workflow: "order", type: "execution.waiting", reason: "event", wakeAt: iso(60_000) }),
  happening(5, { executionId: "b-2", workflow: "order", type: "event.sent", event: { id: "e", kind: "event", name: "paid" } }),
  happening(6, { type: "execution.failed", error: { name: "Error", message: "no card", code: null } }),
];

const clientOf = (
  told: readonly HappeningView[],
  { status = () => "failed" as ExecutionStatus, lost = 0, ended = [] as string[] } = {},
) => ({
  resolveId: (reference: string) => Promise.resolve(reference),
  getStatus: () => Promise.resolve(executionOf({ status: status() })),
  looking: {
    happenings: ({ after = 0, limit = 1_000 }) => {
      const happenings = told.filter(({ cursor }) => cursor > after).slice(0, limit);
      return Promise.resolve({ happenings, cursor: happenings.at(-1)?.cursor ?? after, lost: after < lost ? lost - after : 0 });
    },
    cursor: (since?: number) =>
      Promise.resolve(since === undefined ? (told.at(-1)?.cursor ?? 0) : told.filter(({ at }) => Date.parse(at) < since).length),
    endHappenings: () => Promise.resolve(void ended.push("ended")),
  },
});
const client = clientOf(stream);

const cursors = (stdout: string): readonly number[] =>
  stdout
    .split("\n")
    .filter((row) => row !== "")
    .map((row) => (JSON.parse(row) as HappeningView).cursor);

describe("wf events", () => {
  test("is a document a line, whatever form is asked for", async () => {
    for (const flags of ["", "--json", "-o jsonl"]) {
      const { code, stdout } = await wf(`events ${flags}`, { client });
      expect(code).toBe(0);
      expect(
        stdout
          .trim()
          .split("\n")
          .map((row) => JSON.parse(row) as unknown),
      ).toEqual(stream);
    }
  });

  test("is lines to read on a terminal", async () => {
    const { stdout } = await wf("events --utc", { client, stdoutIsTerminal: true, env: { NO_COLOR: "1" }, columns: 200 });
    expect(stdout.split("\n").map((row) => row.replace(/ {2,}/g, " "))).toEqual([
      "1 2026-03-01T09:00:00.001Z execution.created a-1",
      "2 2026-03-01T09:00:00.002Z step.failed a-1 charge (attempt 2) Error: no card",
      '3 2026-03-01T09:00:00.003Z log a-1 warn [charge] look { "n": 1 }',
      "4 2026-03-01T09:00:00.004Z execution.waiting b-2 (event) until 2026-03-01T09:01:00.000Z",
      "5 2026-03-01T09:00:00.005Z event.sent b-2 paid",
      "6 2026-03-01T09:00:00.006Z execution.failed a-1 Error: no card",
      "",
    ]);
  });

  test.each([
    ["--since 4", [5, 6]],
    ["--since 0", [1, 2, 3, 4, 5, 6]],
    ["--since 6", []],
    [`--since ${iso(3)}`, [3, 4, 5, 6]],
    ["--type execution", [1, 4, 6]],
    ["--type step.failed,log", [2, 3]],
    ["--type exec", []],
    ["--workflow order", [4, 5]],
    ["b-2", [4, 5]],
    ["b-2 --type event", [5]],
  ])("%s picks", async (flags, picked) => {
    expect(cursors((await wf(`events ${flags}`, { client })).stdout)).toEqual(picked);
  });

  test("says how many are no longer kept, and refuses what is neither cursor nor time", async () => {
    const lossy = clientOf(stream.slice(4), { lost: 4 });
    const { stdout, stderr } = await wf("events --since 1", { client: lossy });
    expect(cursors(stdout)).toEqual([5, 6]);
    expect(stderr).toContain("3 older are no longer kept");
    expect((await wf("events", { client: lossy })).stderr).toBe("");
    expect((await wf("events --since x", { client })).code).toBe(2);
    expect((await wf("events --since 99999999999999999999", { client })).code).toBe(2);
  });

  test("--end ends it, and excludes --follow", async () => {
    const ended: string[] = [];
    expect(await wf("events --end", { client: clientOf(stream, { ended }) })).toMatchObject({ code: 0, stdout: "" });
    expect(ended).toEqual(["ended"]);
    expect((await wf("events --end -f", { client })).code).toBe(2);
  });
});

describe("wf events --follow", () => {
  const begin = (line: string, told: HappeningView[], status: { value: ExecutionStatus } = { value: "running" }) => {
    const [timers, signals] = [new ManualTimers(), new ManualSignals()];
    return { timers, signals, running: wf(line, { client: clientOf(told, { status: () => status.value }), timers, signals }) };
  };
  const isPausing = async (timers: ManualTimers): Promise<void> => {
    while (timers.waiting.length === 0) await settle();
  };

  test.each([
    ["events -f", [4, 5, 6]],
    ["events -f --since 1", [2, 3, 4, 5, 6]],
    ["events -f --since 0 --type execution", [1, 4, 6]],
  ])("`%s` begins there and goes on until Ctrl-C, with 130", async (line, shown) => {
    const told = stream.slice(0, 3);
    const { timers, signals, running } = begin(line, told);
    await isPausing(timers);
    told.push(...stream.slice(3, 5));
    await timers.advance(250);
    told.push(...stream.slice(5));
    await timers.advance(250);
    signals.send("SIGINT");
    const { code, stdout } = await running;
    expect([code, cursors(stdout)]).toEqual([130, shown]);
  });

  test("of one execution tells all of it, and ends with it", async () => {
    const [told, status] = [stream.slice(0, 2), { value: "running" as ExecutionStatus }];
    const { timers, running } = begin("events a-1 -f", told, status);
    await isPausing(timers);
    told.push(...stream.slice(2));
    status.value = "failed";
    await timers.advance(250);
    const { code, stdout } = await running;
    expect([code, cursors(stdout)]).toEqual([0, [1, 2, 3, 6]]);
  });

  test("reads on at once where a page was full", async () => {
    const many = Array.from({ length: 2_500 }, (_, at) => happening(at + 1));
    expect(cursors((await wf("events", { client: clientOf(many) })).stdout)).toHaveLength(2_500);
  });
});
