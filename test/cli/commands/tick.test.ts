import { describe, expect, test } from "bun:test";
import type { TickOptions } from "../../../src/model/client.ts";
import { fail } from "../../../src/model/errors.ts";
import type { TickView } from "../../../src/model/views.ts";
import { type Given, iso, ManualSignals, wf } from "../harness.ts";

const NOTHING: TickView = { claimed: 0, completed: 0, failed: 0, parked: 0, blocked: 0, cancelled: 0, nextWakeAt: null, executions: [] };
const SOME: TickView = {
  claimed: 4,
  completed: 1,
  failed: 1,
  parked: 1,
  blocked: 0,
  cancelled: 1,
  nextWakeAt: iso(7_380_000),
  executions: [
    { id: "a-1", workflow: "signup", status: "completed" },
    { id: "a-2", workflow: "signup", status: "failed" },
    { id: "b-1", workflow: "re\x1bport", status: "sleeping" },
    { id: "b-2", workflow: "report", status: "cancelled" },
  ],
};

const ticking = async (line: string, result: TickView = NOTHING, given: Given = {}) => {
  const ticks: TickOptions[] = [];
  const ran = await wf(line, {
    ...given,
    client: { tick: (options: TickOptions) => (ticks.push(options), Promise.resolve(result)), ...given.client },
  });
  return { ...ran, ticks };
};

describe("wf tick", () => {
  test("is silent when there was nothing to do", async () => {
    expect(await ticking("tick")).toMatchObject({ code: 0, stdout: "", stderr: "", opened: [{ role: "tick", create: false }] });
    expect(await ticking("tick", { ...NOTHING, nextWakeAt: iso(1) })).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  test("prints its document always, as JSON", async () => {
    expect(JSON.parse((await ticking("tick --json")).stdout)).toEqual(NOTHING);
    expect(JSON.parse((await ticking("tick --json", SOME)).stdout)).toEqual(SOME);
  });

  test("prints a line for each execution and a summary, and gives 0 whatever became of them", async () => {
    const { code, stdout } = await ticking("tick", SOME);
    expect(code).toBe(0);
    expect(stdout.replace(/^[^\w\d] |^[+xo] /gm, "* ")).toBe(
      [
        "* a-1  signup  completed",
        "* a-2  signup  failed",
        "* b-1  re\\x1bport  sleeping",
        "* b-2  report  cancelled",
        "4 executions: 1 completed, 1 failed, 1 cancelled, 1 parked; next due 2026-03-01T11:03:00.000Z (in 2h 3m)",
        "",
      ].join("\n"),
    );
  });

  test("prints ids", async () => {
    expect((await ticking("tick -o ids", SOME)).stdout).toBe("a-1\na-2\nb-1\nb-2\n");
    expect((await ticking("tick -o ids")).stdout).toBe("");
  });

  test("hands its options on, and what the project says where one was not given", async () => {
    const { ticks } = await ticking("tick --concurrency 5 --max-time 50s --max-executions 10 --hold 2s");
    expect(ticks).toEqual([{ concurrency: 5, maxTimeMs: 50_000, maxExecutions: 10, holdMs: 2_000, signal: expect.any(AbortSignal) }]);
    expect((await ticking("tick")).ticks).toEqual([{ concurrency: 100, holdMs: 0, signal: expect.any(AbortSignal) }]);
  });

  test("refuses options that are not right, and ticks not", async () => {
    for (const [line, message] of [
      ["tick --concurrency 0", "--concurrency takes a whole number from 1 to 10000"],
      ["tick --max-executions -1", "--max-executions takes a whole number"],
      ["tick --max-time soon", "--max-time: "],
      ["tick --hold 5", "--hold: "],
      ["tick --fail-on parked", "--fail-on takes failed, blocked"],
      ["tick now", "Too many arguments"],
    ] as const) {
      const { code, stderr, ticks } = await ticking(line);
      expect([line, code, ticks]).toEqual([line, 2, []]);
      expect(stderr).toContain(message);
    }
  });
});

describe("--fail-on", () => {
  test("gives 1 when such an execution came out, else 0", async () => {
    const withBlocked = { ...NOTHING, claimed: 1, blocked: 1 };
    expect((await ticking("tick --fail-on failed", SOME)).code).toBe(1);
    expect((await ticking("tick --fail-on blocked", SOME)).code).toBe(0);
    expect((await ticking("tick --fail-on failed,blocked", withBlocked)).code).toBe(1);
    expect((await ticking("tick --fail-on failed", withBlocked)).code).toBe(0);
    expect((await ticking("tick --fail-on failed,blocked")).code).toBe(0);
  });
});

describe("a tick that could not do its duty", () => {
  test("gives the code of the reason", async () => {
    const tick = (): Promise<never> => Promise.reject(fail("BUSY", { file: ".wf.db", waitedMs: 5_000 }));
    expect(await ticking("tick", NOTHING, { client: { tick } })).toMatchObject({
      code: 75,
      stderr: expect.stringContaining("locked by another process"),
    });
  });

  test("because of a signal prints what it has done and gives the signal's code", async () => {
    const signals = new ManualSignals();
    const tick = (): Promise<TickView> => {
      signals.send("SIGTERM");
      return Promise.resolve(SOME);
    };
    const { code, stdout } = await ticking("tick --fail-on failed --json", SOME, { signals, client: { tick } });
    expect(code).toBe(143);
    expect(JSON.parse(stdout)).toEqual(SOME);
  });
});
