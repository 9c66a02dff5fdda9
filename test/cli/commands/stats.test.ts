/** `wf stats` as a whole command: the workflows, one of them, and what there is to say of nothing. */
import { describe, expect, test } from "bun:test";
import type { DurationsView, StatisticsOptions, StatisticsView } from "../../../src/model/clients/looking.ts";
import { fail } from "../../../src/model/errors.ts";
import { iso, NOW, wf } from "../harness.ts";

const durations = (p50Ms: number | null, p95Ms = p50Ms, maxMs = p95Ms): DurationsView => ({ count: 9, p50Ms, p95Ms, maxMs });

const signup = {
  ...{ workflow: "signup", executions: 1_204, read: 1_204, counts: { completed: 1_180, failed: 20, waiting: 4 } },
  ...{ durations: durations(1_200, 8_000, 120_000), failureRate: 0.0167, retryRate: 0.0004 },
};
const order = {
  ...{ workflow: "order", executions: 3, read: 2, counts: { running: 3 } },
  ...{ durations: durations(null), failureRate: null, retryRate: 0 },
};

const viewOf = (given: Partial<StatisticsView> = {}): StatisticsView => ({
  ...{ since: null, workflows: [signup, order], steps: [], stepsRead: 0 },
  slowest: [{ id: "signup-1", workflow: "signup", status: "failed", durationMs: 120_000, startedAt: iso(-60_000) }],
  throughput: { from: iso(-86_400_000), to: iso(), bucketMs: 3_600_000, counts: [0, 1, 4, 8] },
  ...given,
});

const clientOf = (answer: (options: StatisticsOptions) => StatisticsView) => {
  const asked: StatisticsOptions[] = [];
  const statistics = (options: StatisticsOptions = {}): Promise<StatisticsView> => {
    asked.push(options);
    return Promise.resolve(answer(options));
  };
  return { asked, client: { looking: { statistics } } };
};

const rows = (stdout: string): readonly string[] => stdout.split("\n").map((row) => row.replace(/ {2,}/g, "  ").trimEnd());

describe("wf stats", () => {
  test("has a row for each workflow, the slowest executions, and how many came when", async () => {
    const { client } = clientOf(() => viewOf());
    const { code, stdout } = await wf("stats", { client, columns: 120, env: { LANG: "C.UTF-8" } });
    expect(code).toBe(0);
    expect(rows(stdout).map((row) => row.replace(/[▁▂▃▄▅▆▇█]{4}|[_.:=+*#-]{4}/, "BARS"))).toEqual([
      "WORKFLOW  EXECUTIONS  P50  P95  MAX  FAILED  RETRIED  NOW",
      "signup  1204  1.2s  8s  2m  1.7%  <0.1%  4 waiting, 1180 completed, 20 failed",
      "order  3  -  -  -  -  0%  3 running",
      "",
      "SLOWEST  WORKFLOW  TOOK  STATUS  STARTED",
      "signup-1  signup  2m  failed  2026-03-01T08:59:00.000Z",
      "",
      "started BARS since 2026-02-28T09:00:00.000Z, 1h each, at most 8",
      "",
      "order: from the newest 2 of 3 (--sample reads more)",
      "",
    ]);
  });

  test("of one workflow has its steps", async () => {
    const steps = [{ kind: "step", name: "charge", count: 8, failed: 2, retried: 4, durations: durations(250) }] as const;
    const { client } = clientOf(() => viewOf({ workflows: [signup], steps }));
    const { stdout } = await wf("stats signup", { client, columns: 120 });
    expect(rows(stdout)).toContain("STEP  KIND  COUNT  P50  P95  MAX  FAILED  RETRIED");
    expect(rows(stdout)).toContain("charge  step  8  250ms  250ms  250ms  25%  50%");
  });

  test("as JSON is the document, as ids the slowest", async () => {
    const { client } = clientOf(() => viewOf());
    expect(JSON.parse((await wf("stats --json", { client })).stdout)).toEqual(viewOf());
    expect((await wf("stats -o ids", { client })).stdout).toBe("signup-1\n");
  });

  test("hands workflow, time and sample on", async () => {
    const { asked, client } = clientOf(() => viewOf());
    await wf("stats signup --since 2h --sample 5", { client });
    expect(asked).toEqual([{ workflow: "signup", since: NOW - 7_200_000, sample: 5 }]);
    expect((await wf("stats --sample 0", { client })).code).toBe(2);
    expect((await wf("stats --since soon", { client })).code).toBe(2);
  });

  test("of a workflow that never ran is 4, with the nearest name; of one that did not run since then, 0", async () => {
    const { client } = clientOf(({ workflow, since }) =>
      viewOf(workflow === undefined ? {} : { workflows: since === undefined ? [] : [] }),
    );
    const unknown = await wf("stats sgnup", { client });
    expect([unknown.code, unknown.stderr]).toEqual([4, expect.stringContaining('Did you mean "signup"?')]);
    expect(await wf("stats signup --since 1h", { client, stderrIsTerminal: true })).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "nothing was run\n",
    });
  });

  test("where nothing was run so far says so", async () => {
    const statistics = () => Promise.reject(fail("DB_UNUSABLE", { file: "/project/.wf.db", problem: "there is none", next: "Run." }));
    expect(await wf("stats", { client: { looking: { statistics } }, stderrIsTerminal: true })).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "nothing was run\n",
    });
    expect(await wf("stats signup", { client: { looking: { statistics } } })).toMatchObject({ code: 8 });
  });
});
