/** `wf status` as a whole command: the overview, one execution, and `--watch`. */
import { describe, expect, test } from "bun:test";
import type { ListFilter } from "../../../src/model/client.ts";
import { fail } from "../../../src/model/errors.ts";
import type { OverviewView } from "../../../src/model/views.ts";
import { executionOf, ManualSignals, ManualTimers, NOW, settle, stepOf, wf } from "../harness.ts";
import { failed, overview, waiting } from "../render/views.ts";

const empty: OverviewView = {
  counts: { pending: 0, running: 0, sleeping: 0, waiting: 0, paused: 0, blocked: 0, completed: 0, failed: 0, cancelled: 0 },
  executions: [],
  nextWakeAt: null,
  lastTickAt: null,
  warnings: [],
};

const overviewClient = (view: OverviewView, filters: ListFilter[] = []) => ({
  overview: (filter: ListFilter) => {
    filters.push(filter);
    return Promise.resolve(view);
  },
});

describe("wf status", () => {
  test("shows counts, executions, what comes next and what is wrong, and says that there are more", async () => {
    const { code, stdout, stderr } = await wf("status", { client: overviewClient(overview) });
    expect(code).toBe(0);
    expect(stdout).toStartWith("1 waiting, 12 completed, 1 failed\n\nID                 WORKFLOW");
    expect(stdout).toContain("signup-7f3k9q2m4d  signup    failed   2026-03-01T08:59:59.000Z  Error: card declined\n");
    expect(stdout).toEndWith("! no tick or daemon for 3h: executions are due and nothing takes them up\n");
    expect(stderr).toBe("12 more: --limit 14 shows all\n");
  });

  test("tells a person the time of the place, and with --utc whole times in UTC", async () => {
    const shown = async (line: string) => (await wf(line, { client: overviewClient(overview), stdoutIsTerminal: true })).stdout;
    expect(await shown("status --no-color")).toContain("last tick  06:00:00 (3h ago)");
    expect(await shown("status --no-color --utc")).toContain("last tick  2026-03-01T06:00:00.000Z (3h ago)");
    expect(await shown("status --no-color --utc")).toContain("waiting  2026-03-03T09:00:00.000Z");
  });

  test("as JSON is the document of the client, whole", async () => {
    const { stdout, stderr } = await wf("status --json -q", { client: overviewClient(overview) });
    expect(JSON.parse(stdout)).toEqual(overview);
    expect(stderr).toBe("");
  });

  test("as ids is those of the executions, the newest first", async () => {
    const view = { ...overview, executions: [executionOf({ id: "b" }), executionOf({ id: "a" })] };
    expect((await wf("status -o ids", { client: overviewClient(view) })).stdout).toBe("b\na\n");
  });

  test("hands its filters to the client", async () => {
    const filters: ListFilter[] = [];
    const line = "status --status failed,blocked --workflow signup --tag team=a --tag region=eu --since 2h --limit 7";
    await wf(line, { client: overviewClient(overview, filters) });
    expect(filters).toEqual([
      { statuses: ["failed", "blocked"], workflow: "signup", tags: { team: "a", region: "eu" }, since: NOW - 7_200_000, limit: 7 },
    ]);
  });

  test.each(["status --status done", "status --limit none", "status --since never", "status --tag team", "status a-1 --status failed"])(
    "refuses `wf %s` with 2, and asks nothing",
    async (line) => {
      const { code, stdout, stderr } = await wf(line, { client: {} });
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toStartWith("error: ");
    },
  );
});

describe("without executions", () => {
  test("text is on standard error alone and says what to do", async () => {
    const { code, stdout, stderr } = await wf("status", { client: overviewClient(empty) });
    expect(code).toBe(0);
    expect(stdout).toBe("");
    expect(stderr).toBe("no executions yet: `wf list` shows what can be started with `wf run <workflow>`\n");
  });

  test("a filter that fits none is told as such", async () => {
    const none = await wf("status --status failed", { client: overviewClient(empty), stderrIsTerminal: true });
    expect(none.stderr).toBe("no execution fits\n");
  });

  test("JSON is the same document as ever", async () => {
    expect(JSON.parse((await wf("status --json", { client: overviewClient(empty) })).stdout)).toEqual(empty);
  });
});

describe("before anything was run", () => {
  const problem = fail("DB_UNUSABLE", { file: "/project/.wf.db", problem: "there is no database here yet", next: "`wf run` creates it." });
  const none = (error: Error) => ({ opener: { openProject: () => Promise.reject(error) } });

  test("there is nothing to show, which is no error", async () => {
    const { code, stdout, stderr } = await wf("status", none(problem));
    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toStartWith("no executions yet");
    expect(JSON.parse((await wf("status --json", none(problem))).stdout)).toEqual(empty);
    expect((await wf("list --json", none(problem))).stdout).toBe("[]\n");
  });

  test("an id is not there, and a watch has nothing to watch", async () => {
    expect((await wf("status @last", none(problem))).code).toBe(4);
    expect((await wf("status --watch", none(problem))).code).toBe(8);
  });

  test("another problem stays one", async () => {
    for (const line of ["status", "list"]) expect((await wf(line, none(fail("BUSY", { file: "f", waitedMs: 5_000 })))).code).toBe(75);
  });

  test("a database that is there and cannot be used is told", async () => {
    const opener = { ...none(problem).opener, locateProject: () => ({ root: "/project", databaseFile: import.meta.path }) };
    for (const line of ["status", "list"]) expect((await wf(line, { opener })).code).toBe(8);
  });
});

const executionClient = (history: typeof failed, next: string | null = null) => ({
  resolveId: () => Promise.resolve(history.execution.id),
  getStatus: () => Promise.resolve(history.execution),
  history: () => Promise.resolve(history),
  why: () => Promise.resolve({ id: history.execution.id, status: history.execution.status, reason: null, text: "", next }),
});

describe("wf status <id>", () => {
  test("shows a failed one with its step, its error and the next command, with 0: it was found", async () => {
    const { code, stdout } = await wf("status sign", { client: executionClient(failed, "wf run signup") });
    expect(code).toBe(0);
    expect(stdout).toStartWith("id         signup-7f3k9q2m4d\n");
    expect(stdout).toContain(
      '\nfailed in  step "charge", attempt 3 of 3\nerror      Error: card declined\n               at workflows/pay.ts:12:5\n',
    );
    expect(stdout).toEndWith("\nnext       wf run signup\n");
  });

  test("as JSON is the document of the client, and the history is not asked for", async () => {
    const { history: _, why: __, ...client } = executionClient(waiting);
    expect(JSON.parse((await wf("status @last --json", { client })).stdout)).toEqual(waiting.execution);
    expect((await wf("status @last -o ids", { client })).stdout).toBe("signup-7f3k9q2m4d\n");
  });

  test("of one that is not there is 4", async () => {
    const client = { resolveId: (id: string) => Promise.reject(fail("EXECUTION_NOT_FOUND", { id, suggestion: "signup-1" })) };
    const { code, stdout, stderr } = await wf("status signpu-1", { client });
    expect(code).toBe(4);
    expect(stdout).toBe("");
    expect(stderr).toContain('Did you mean "signup-1"?');
  });

  test("takes the id from standard input", async () => {
    const asked: string[] = [];
    const client = {
      ...executionClient(waiting),
      resolveId: (reference: string) => {
        asked.push(reference);
        return Promise.resolve(waiting.execution.id);
      },
    };
    await wf("status - --json", { client, stdin: "sign\n" });
    expect(asked).toEqual(["sign"]);
  });
});

describe("wf status --watch", () => {
  test("of one execution shows its newest steps on a terminal", async () => {
    const over = { ...failed, steps: Array.from({ length: 12 }, (_, index) => stepOf({ name: `step ${index + 1}` })) };
    const { stdout } = await wf("status @last --watch --no-color", { client: executionClient(over), stdoutIsTerminal: true });
    expect(stdout).toContain("✓ step 12  120ms");
    expect(stdout).toContain("step 3  ");
    expect(stdout).not.toContain("step 2  ");
  });

  test("in a pipe appends a line when something changes, until Ctrl-C", async () => {
    const [timers, signals] = [new ManualTimers(), new ManualSignals()];
    const views = [[waiting.execution], [waiting.execution], [executionOf()]];
    let looked = 0;
    const client = { overview: () => Promise.resolve({ ...overview, executions: views[Math.min(looked++, 2)] ?? [] }) };
    const running = wf("status --watch", { client, timers, signals });
    while (timers.waiting.length === 0) await settle();
    await timers.advance(3_000);
    signals.send("SIGINT");
    const { code, stdout } = await running;
    expect(code).toBe(130);
    expect(stdout.split("\n")).toEqual([
      '2026-03-01T09:00:00.000Z  signup-7f3k9q2m4d  signup  waiting  event "survey"',
      "2026-03-01T09:00:00.000Z  signup-7f3k9q2m4d  signup  completed",
      "",
    ]);
  });

  test("of one execution ends with it", async () => {
    const { code, stdout } = await wf("status @last --watch", { client: executionClient(failed) });
    expect(code).toBe(0);
    expect(stdout).toBe("2026-03-01T09:00:00.000Z  signup-7f3k9q2m4d  signup  failed  Error: card declined\n");
  });

  test("as JSON writes documents", async () => {
    const { stdout } = await wf("status @last --watch --json", { client: executionClient(failed) });
    expect(JSON.parse(stdout)).toEqual(failed.execution);
  });
});
