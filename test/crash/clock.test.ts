/**
 * Goal: a wall clock that jumps moves deadlines and nothing else. Nobody loses what it owns, nothing ends early, nothing hangs.
 *
 * Method: real processes under libfaketime, whose offset is changed while they run.
 */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TickView } from "../../src/model/views.ts";
import { eventually, type Playground, playground, type Running } from "../support/wf.ts";
import { Actor, endActors } from "./processes/actor-process.ts";
import { chanceFrom } from "./processes/chance.ts";
import { change, executions } from "./processes/database.ts";
import { type FalseClock, falseClock } from "./processes/false-clock.ts";
import type { Fault } from "./processes/faults.ts";
import { testNeeding } from "./processes/needing.ts";
import { judgeLines, readLedger, STEPS, type StepsInput } from "./processes/steps.ts";
import { RIG_TIMEOUT_MS, SEED, tiered } from "./tier.ts";
import { canFakeTime } from "./tools.ts";

const HOUR = 3_600;
const LOOKS = tiered({ ci: 200, night: 5_000, soak: 50_000 });

const NAP = `
import { appendFileSync } from "node:fs";
import { Workflow } from "wflite";
const note = (what) => appendFileSync(import.meta.dir + "/../naps", what + "\\n");
export default Workflow.define({
  name: "nap",
  async run(ctx, { ms }) {
    await ctx.step("before", () => note("before"));
    await ctx.sleep("nap", ms);
    await ctx.step("after", () => note("after"));
  },
});
`;

let at: Playground;
let clock: FalseClock;
let outside: string;
const started: Running[] = [];
const start = (...args: readonly string[]): Running => {
  const running = at.start(...args);
  started.push(running);
  return running;
};

const hasFalseTime = canFakeTime();
const needingFalseTime = testNeeding(hasFalseTime);

afterEach(async () => {
  for (const running of started) running.kill("SIGKILL");
  await Promise.all(started.splice(0).map(({ done }) => done));
  await endActors();
  at.remove();
});

const statusOf = (id: string): string | undefined => executions(at.folder).find((one) => one.id === id)?.status;
const completed = (id: string): Promise<unknown> => eventually(`${id} completes`, () => statusOf(id) === "completed");

describe("a wall clock that jumps", () => {
  beforeEach(() => {
    outside = mkdtempSync(join(tmpdir(), "wf-clock-"));
    if (!hasFalseTime) return;
    clock = falseClock(join(outside, "offset"));
    at = playground({ "nap.ts": NAP, "steps.ts": STEPS }, clock.env);
  });
  afterEach(() => rmSync(outside, { recursive: true, force: true }));

  const nap = (id: string, ms: number, ...more: readonly string[]): readonly string[] => ["run", "nap", "--id", id, `ms:=${ms}`, ...more];

  needingFalseTime(
    "an hour forward ends the sleeps that are due then: for a tick, and for a daemon that is running",
    async () => {
      expect((await at.wf(...nap("n", 0.5 * HOUR * 1_000, "--hold", "0"))).code).toBe(5);
      expect((await at.json<TickView>("tick")).claimed).toBe(0);
      clock.set(HOUR);
      expect(await at.json<TickView>("tick")).toMatchObject({ claimed: 1, completed: 1 });
      start("daemon");
      await at.wf(...nap("d", 0.5 * HOUR * 1_000, "--detach"));
      await eventually("it sleeps", () => statusOf("d") === "sleeping");
      clock.set(2 * HOUR);
      await completed("d");
      expect(at.lines("naps")).toEqual(["before", "after", "before", "after"]);
    },
    RIG_TIMEOUT_MS,
  );

  needingFalseTime(
    "two hours back stops neither a run in the middle of its steps nor a daemon, and ends no sleep early",
    async () => {
      const input: StepsInput = { steps: 20, stepMs: 40, napEvery: 0 };
      const run = start("run", "steps", "--id", "r", "--wait", "--input", JSON.stringify(input));
      const daemon = start("daemon");
      const sleeper = start(...nap("s", 1_500, "--wait"));
      await eventually("both are on their way", () => readLedger(at.folder).length > 4 && at.lines("naps").length > 0);
      clock.set(-2 * HOUR);
      expect((await run.done).code).toBe(0);
      await at.wf("run", "steps", "--id", "q", "--detach", "--input", JSON.stringify(input));
      await completed("q");
      await Bun.sleep(1_500);
      expect(at.lines("naps")).toEqual(["before"]);
      sleeper.kill("SIGTERM");
      expect((await sleeper.done).code).toBe(143);
      clock.set(0);
      await completed("s");
      expect(at.lines("naps")).toEqual(["before", "after"]);
      expect(judgeLines(readLedger(at.folder), input.steps, ["r", "q"])).toMatchObject({ violations: [], reruns: 0 });
      daemon.kill("SIGTERM");
      expect((await daemon.done).code).toBe(143);
    },
    RIG_TIMEOUT_MS,
  );

  /** Looks of a process with a false clock at what a live owner with the true one holds. */
  const looksOf = async (fault: Fault, looks: number): Promise<readonly TickView[]> => {
    const chance = chanceFrom(SEED);
    const [owner, rival] = [new Actor(), new Actor(clock.env)];
    await owner.ask({ do: "open", folder: at.folder });
    await owner.ask({ do: "start", workflow: "steps", ids: ["held"], input: { steps: 1, stepMs: 600_000, napEvery: 0 } });
    owner.tell({ do: "tick" });
    await eventually("it begins", () => readLedger(at.folder).length === 1);
    clock.set(24 * HOUR);
    await rival.ask({ do: "open", folder: at.folder, fault });
    const views: TickView[] = [];
    while (views.length < looks) {
      rival.tell({ do: "tick" });
      // A look that robs goes on to carry what it has taken, and would take as long.
      const view = await Promise.race([
        rival.answer<TickView>(),
        eventually("it is robbed", () => readLedger(at.folder).length > 1, 60_000),
      ]);
      if (typeof view !== "object") return [...views, { claimed: 1 } as TickView];
      views.push(view);
      clock.set(chance.pick([120, -120, 24 * HOUR, -24 * HOUR]));
    }
    return views;
  };

  needingFalseTime(
    `of others robs no live owner, two minutes or a day apart: ${LOOKS} looks (seed ${SEED})`,
    async () => {
      const views = await looksOf("none", LOOKS);
      expect(views.filter(({ claimed }) => claimed > 0)).toEqual([]);
      expect(views.length).toBeGreaterThanOrEqual(LOOKS);
      expect(executions(at.folder)).toMatchObject([{ id: "held", status: "running", restarts: 0 }]);
    },
    RIG_TIMEOUT_MS,
  );

  needingFalseTime(
    "robs a live owner where the wall clock decides, and that is found",
    async () => expect((await looksOf("wall-clock", 3)).filter(({ claimed }) => claimed > 0)).toHaveLength(1),
    RIG_TIMEOUT_MS,
  );
});

describe("a process id that is used again", () => {
  /** An execution whose owner was killed, and whose worker's row names another, living process. */
  const leftBehind = async (startTime: (ofTheLiving: string, ofTheDead: string) => string): Promise<Actor> => {
    at = playground({ "steps.ts": STEPS });
    const [owner, rival] = [new Actor(), new Actor()];
    await rival.ask({ do: "open", folder: at.folder });
    await rival.ask({ do: "start", workflow: "steps", ids: ["left"], input: { steps: 5, stepMs: 40, napEvery: 0 } });
    await owner.ask({ do: "open", folder: at.folder });
    owner.tell({ do: "tick" });
    await eventually("it begins", () => readLedger(at.folder).length > 2);
    const dead = startTimeOf(owner.pid);
    await owner.kill();
    const given = startTime(startTimeOf(process.pid), dead);
    expect(change(at.folder, "UPDATE workers SET pid = ?, start_time = ? WHERE pid = ?", process.pid, given, owner.pid)).toBe(true);
    return rival;
  };

  test("is known by its start time: what the dead one owned is taken at once", async () => {
    const rival = await leftBehind((_, ofTheDead) => ofTheDead);
    expect(await rival.ask<TickView>({ do: "tick" })).toMatchObject({ claimed: 1, completed: 1 });
    expect(executions(at.folder)).toMatchObject([{ status: "completed", restarts: 1 }]);
    expect(judgeLines(readLedger(at.folder), 5, ["left"]).violations).toEqual([]);
  });

  test("with the same start time is the same process, and keeps what it owns", async () => {
    const rival = await leftBehind((ofTheLiving) => ofTheLiving);
    expect(await rival.ask<TickView>({ do: "tick" })).toMatchObject({ claimed: 0 });
  });
});

/** Field 22 of the line, counted behind the name in brackets. */
const startTimeOf = (pid: number): string => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
};
