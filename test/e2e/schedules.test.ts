/** Schedules as their users have them: files, cron jobs that tick, and real processes side by side. */
import { Database } from "bun:sqlite";
import { afterEach, describe, expect, test } from "bun:test";
import { utimesSync, writeFileSync } from "node:fs";
import { eventually, type Playground, playground } from "../support/wf.ts";

interface Schedule {
  readonly workflow: string;
  readonly nextAt: string | null;
  readonly missed: number;
  readonly skipped: number;
  readonly problem: string | null;
  readonly paused: { readonly by: string; readonly reason: string | null } | null;
}

const workflow = (schedule: string, body = "return 1", name = "report"): string =>
  `import { Workflow } from "wflite";
   import { appendFileSync } from "node:fs";
   export default Workflow.define({ name: "${name}", schedule: ${schedule}, run: async (ctx) => { ${body} } });`;

const NOTING = 'appendFileSync("ran.txt", ctx.executionId + "\\n"); return { slot: ctx.scheduledFor };';

let project: Playground;
afterEach(() => project.remove());

const schedules = () => project.json<readonly Schedule[]>("schedule", "list");

const inDatabase = <T>(fn: (database: Database) => T): T => {
  const database = new Database(project.path(".wf.db"));
  try {
    database.run("PRAGMA busy_timeout = 60000");
    return fn(database);
  } finally {
    database.close();
  }
};

/** As if nothing had looked since then. */
const stoppedSince = (instant: number): void => {
  inDatabase((database) => database.run("UPDATE schedules SET next_at = ?1, last_slot_at = NULL", [instant]));
};

const DAY_MS = 86_400_000;
const minuteAt = (instant: number): number => Math.floor(instant / 60_000) * 60_000;

describe("cron jobs that tick", () => {
  test("make the database of a project with a schedule, and of no other", async () => {
    project = playground({
      "plain.ts": `import { Workflow } from "wflite"; export default Workflow.define({ name: "plain", run: () => 1 });`,
    });
    expect((await project.wf("tick")).code).toBe(0);
    expect(await Bun.file(project.path(".wf.db")).exists()).toBe(false);
    project.write("workflows/report.ts", workflow('{ cron: "0 0 1 1 *" }'));
    expect(await project.wf("tick")).toMatchObject({ code: 0, stdout: "" });
    expect(await Bun.file(project.path(".wf.db")).exists()).toBe(true);
    expect((await schedules())[0]).toMatchObject({ workflow: "report", missed: 0 });
  });

  test("eight at once, after a stop of a day, start the latest minute and nothing else", async () => {
    project = playground({ "report.ts": workflow('{ cron: "* * * * *", timezone: "UTC" }', NOTING) });
    await project.wf("tick");
    const from = minuteAt(Date.now()) - DAY_MS;
    stoppedSince(from);
    const finished = await Promise.all(Array.from({ length: 8 }, () => project.wf("tick")));
    expect(finished.map(({ code }) => code)).toEqual(Array(8).fill(0));
    const ran = project.lines("ran.txt");
    // They may stand on both sides of a full minute: then there are two slots, each of which has run once.
    expect(ran.length).toBeLessThanOrEqual(2);
    expect(new Set(ran).size).toBe(ran.length);
    expect(ran[0]).toMatch(/^report@\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/);
    const rows = inDatabase((database) => database.query("SELECT scheduled_for FROM executions").all());
    expect(rows).toHaveLength(ran.length);
    expect((await schedules())[0]?.missed).toBeGreaterThanOrEqual(1_438);
  });

  test("notice a file that is new, edited or gone, and load none otherwise", async () => {
    project = playground({ "report.ts": `console.error("loaded"); ${workflow('{ cron: "0 0 1 1 *", timezone: "UTC" }')}` });
    const loads = async (): Promise<boolean> => (await project.wf("tick")).stderr.includes("loaded");
    expect([await loads(), await loads(), await loads()]).toEqual([true, false, false]);
    project.write("workflows/report.ts", `console.error("loaded"); ${workflow('{ cron: "0 0 2 1 *", timezone: "UTC" }')}`);
    expect([await loads(), await loads()]).toEqual([true, false]);
    expect((await schedules())[0]?.nextAt).toMatch(/-01-02T00:00:00.000Z$/);
    project.write("workflows/deep/other.ts", workflow('{ cron: "@yearly" }', "return 1", "other"));
    expect([await loads(), await loads()]).toEqual([true, false]);
    expect((await schedules()).map((one) => one.workflow)).toEqual(["other", "report"]);
    utimesSync(project.path("workflows/report.ts"), new Date(), new Date(0));
    expect([await loads(), await loads()]).toEqual([true, false]);
    await Bun.file(project.path("workflows/report.ts")).delete();
    expect(await loads()).toBe(false);
    expect((await schedules()).map((one) => one.workflow)).toEqual(["other"]);
  });

  test("notice a pattern that stands in a file beside the workflows", async () => {
    project = playground({ "report.ts": `import { CRON } from "../patterns.ts"; ${workflow("{ cron: CRON }")}` });
    writeFileSync(project.path("patterns.ts"), 'export const CRON = "0 0 1 1 *";');
    await project.wf("tick");
    writeFileSync(project.path("patterns.ts"), 'export const CRON = "0 0 1 6 *";');
    await project.wf("tick");
    const crons = inDatabase((database) => database.query("SELECT cron FROM schedules").all());
    expect(crons).toEqual([{ cron: "0 0 1 6 *" }]);
  });

  test("keep a slot whose file is broken, tell of it, and start it once it is mended", async () => {
    const good = workflow('{ cron: "0 * * * *", timezone: "UTC" }', NOTING);
    project = playground({ "report.ts": good });
    await project.wf("tick");
    project.write("workflows/report.ts", "export default {");
    stoppedSince(minuteAt(Date.now()) - (minuteAt(Date.now()) % 3_600_000) - 2 * 3_600_000);
    expect((await project.wf("tick")).code).toBe(0);
    expect((await schedules())[0]?.problem).toContain("workflows/report.ts");
    expect((await project.wf("status")).stdout + (await project.wf("status")).stderr).toContain('the slots of schedule "report" wait');
    expect(project.lines("ran.txt")).toEqual([]);
    project.write("workflows/report.ts", good);
    await project.wf("tick");
    expect(project.lines("ran.txt")).toHaveLength(1);
    expect((await schedules())[0]).toMatchObject({ problem: null, missed: 2 });
  });
});

describe("overlap between processes", () => {
  const body = `await ctx.step("work", async ({ signal }) => {
    appendFileSync("began.txt", ctx.executionId + "\\n");
    while (!signal.aborted && !existsSync("go")) await Bun.sleep(10);
  }); ${NOTING}`;

  /** The first slot is in the hands of one tick when another comes to a later one. */
  const overlapping = async (overlap: string): Promise<{ readonly first: string; readonly holding: Promise<unknown> }> => {
    const definition = workflow(`{ cron: "* * * * * *", timezone: "UTC", overlap: "${overlap}" }`, body);
    project = playground({ "report.ts": `import { existsSync } from "node:fs"; ${definition}` });
    await project.wf("tick");
    await nextSecond();
    const { done } = project.start("tick");
    const [first = ""] = await eventually("the first slot", () => project.lines("began.txt").length === 1 && project.lines("began.txt"));
    await nextSecond();
    return { first, holding: done };
  };

  const nextSecond = (): Promise<void> => Bun.sleep(1_050);
  const statusOf = async (id: string) => (await project.json<{ status: string; reason: string | null }>("status", id)).status;
  const others = (first: string): readonly string[] =>
    inDatabase((database) => database.query<{ id: string }, [string]>("SELECT id FROM executions WHERE id <> ?1").all(first)).map(
      ({ id }) => id,
    );

  test("skip leaves the slot out, and says so", async () => {
    const { first, holding } = await overlapping("skip");
    await project.wf("tick");
    expect(others(first)).toEqual([]);
    expect((await schedules())[0]?.skipped).toBeGreaterThanOrEqual(1);
    project.write("go", "");
    await holding;
    expect(await statusOf(first)).toBe("completed");
  });

  test("queue keeps the slot until the other process is done", async () => {
    const { first, holding } = await overlapping("queue");
    await project.wf("tick");
    const [second = ""] = others(first);
    expect(await project.json("status", second)).toMatchObject({ status: "pending", reason: "concurrency" });
    expect(project.lines("began.txt")).toEqual([first]);
    project.write("go", "");
    await holding;
    await project.wf("tick");
    expect(project.lines("ran.txt").slice(0, 2)).toEqual([first, second]);
  });

  test("cancel-previous ends what the other process runs, and begins then", async () => {
    const { first, holding } = await overlapping("cancel-previous");
    // Either of the two may take up the second, when the first is cancelled.
    const { done } = project.start("tick");
    await eventually("the end of the first", async () => (await statusOf(first)) === "cancelled");
    // The next slot would cancel it in turn.
    await project.wf("schedule", "pause", "report");
    project.write("go", "");
    await Promise.all([holding, done]);
    await project.wf("tick");
    expect(project.lines("ran.txt")).toEqual([...others(first)]);
  });
});

test("a project's own zone is that of schedules that name none", async () => {
  project = playground({ "report.ts": workflow('{ cron: "0 9 * * *" }') });
  writeFileSync(project.path("wf.config.ts"), 'export default { timezone: "Asia/Tokyo" };');
  await project.wf("tick");
  expect(await project.json("schedule", "list")).toMatchObject([{ timezone: "Asia/Tokyo" }]);
  writeFileSync(project.path("wf.config.ts"), 'export default { timezone: "America/Lima" };');
  await project.wf("tick");
  expect(inDatabase((database) => database.query("SELECT timezone FROM schedules").all())).toEqual([{ timezone: "America/Lima" }]);
  expect((await project.wf("list")).stdout).toContain("0 9 * * * America/Lima");
});

describe("a daemon", () => {
  test("starts slots as they come, and those of a file that is added meanwhile", async () => {
    project = playground({ "report.ts": workflow('{ cron: "* * * * * *", timezone: "UTC" }', NOTING) });
    const daemon = project.start("daemon");
    try {
      await eventually("two slots", () => project.lines("ran.txt").length >= 2);
      project.write("workflows/added.ts", workflow('{ cron: "* * * * * *", timezone: "UTC" }', NOTING, "added"));
      await eventually("a slot of the new file", () => project.lines("ran.txt").some((line) => line.startsWith("added@")));
    } finally {
      daemon.kill("SIGTERM");
    }
    expect((await daemon.done).code).toBe(143);
    const ran = project.lines("ran.txt");
    expect(new Set(ran).size).toBe(ran.length);
  });
});

describe("by hand", () => {
  test("a schedule is paused by somebody, for a reason, and resumed", async () => {
    project = playground({ "report.ts": workflow('{ cron: "* * * * *" }', NOTING) }, { WF_ACTOR: "ada" });
    expect((await project.wf("schedule", "pause", "report", "--reason", "migration")).stderr).toContain("wf schedule resume report");
    expect((await schedules())[0]).toMatchObject({ nextAt: null, paused: { by: "ada", reason: "migration" } });
    expect((await project.wf("schedule", "list")).stdout).toContain("paused by ada");
    stoppedSince(Date.now() - DAY_MS);
    await project.wf("tick");
    expect(project.lines("ran.txt")).toEqual([]);
    expect((await project.wf("schedule", "resume", "report")).code).toBe(0);
    expect((await schedules())[0]).toMatchObject({ paused: null });
  });

  test("one is triggered, and slots of the past are made up for", async () => {
    project = playground({ "report.ts": workflow('{ cron: "0 12 * * *", timezone: "UTC" }', NOTING) });
    const { stdout } = await project.wf("schedule", "trigger", "report", "-o", "ids");
    const dry = await project.wf(
      "schedule",
      "backfill",
      "report",
      "--from",
      "2026-03-01",
      "--to",
      "2026-03-03T23:00Z",
      "--dry-run",
      "-o",
      "ids",
    );
    const wet = await project.wf("schedule", "backfill", "report", "--from", "2026-03-01", "--to", "2026-03-03T23:00Z", "-o", "ids");
    expect(wet.stdout).toBe(dry.stdout);
    await project.wf("tick");
    expect(project.lines("ran.txt")).toEqual([stdout.trim(), ...wet.stdout.trim().split("\n")]);
  });

  test("what is wrong is said, with what is right, and the exit code of its kind", async () => {
    project = playground({ "report.ts": workflow('{ cron: "0 25 * * *" }') });
    const listed = await project.wf("list");
    expect(listed.stdout).toContain('the hour "25" of "0 25 * * *" is not right: it takes 0 to 23');
    expect((await project.wf("schedule", "pause", "nothing")).code).toBe(4);
    expect((await project.wf("schedule", "pause")).code).toBe(2);
    expect((await project.wf("schedule", "backfill", "nothing")).code).toBe(2);
    expect((await project.wf("schedule", "list", "--count", "3")).code).toBe(2);
  });
});
