/**
 * Goal: however often and wherever the processes that carry executions are killed, nothing is lost, nothing finished runs again, and
 * nothing is stuck.
 *
 * Method: real processes over one file, SIGKILL at random moments, and a ledger that the bodies of the steps keep. The moments come from
 * the seed; what the machine does between them does not, so a seed repeats the plan and not the run.
 */
import { describe, expect, test } from "bun:test";
import { eventually, type Playground, playground } from "../support/wf.ts";
import { Actor } from "./processes/actor-process.ts";
import { chanceFrom } from "./processes/chance.ts";
import { executions } from "./processes/database.ts";
import { soak } from "./processes/soak.ts";
import { judgeLines, readLedger, STEPS } from "./processes/steps.ts";
import { killTicks } from "./processes/tick-kills.ts";
import { RIG_TIMEOUT_MS, SEED, TIER, tiered } from "./tier.ts";

const KILLS = tiered({ ci: 300, night: 10_000, soak: 100_000 });
const TICK_KILLS = tiered({ ci: 40, night: 400, soak: 4_000 });
/** Then a new file, so that what has to be judged stays short. */
const KILLS_A_FILE = 2_000;
const CONCURRENCY = 4;

describe(`workers that are killed at random (${TIER}, seed ${SEED})`, () => {
  test(
    `lose nothing, repeat nothing that was finished, and leave nothing stuck: ${KILLS} kills`,
    async () => {
      let [kills, restarts, reruns] = [0, 0, 0];
      for (let part = 0; kills < KILLS; part++) {
        const chance = chanceFrom(SEED + part);
        const facts = await soak({ chance, kills: Math.min(KILLS, KILLS_A_FILE), workers: 6, concurrency: CONCURRENCY, calmMs: 30_000 });
        expect({ ...facts, seed: SEED + part }).toMatchObject({ violations: [], unfinished: [] });
        expect(facts.calmedInMs).toBeLessThan(30_000);
        expect(facts.reruns).toBeLessThanOrEqual(facts.kills * CONCURRENCY);
        [kills, restarts, reruns] = [kills + facts.kills, restarts + facts.restarts, reruns + facts.reruns];
      }
      expect(kills).toBeGreaterThanOrEqual(KILLS);
      // Most kills have to hit somebody who owns something, or the rig shows nothing.
      expect(restarts).toBeGreaterThan(kills / 2);
      expect(reruns).toBeGreaterThan(kills / 10);
    },
    RIG_TIMEOUT_MS,
  );

  test(
    "are found out when they take a step for stored before it is",
    async () => {
      // The kill has to fall between the report and the commit, which is a matter of luck on a busy machine.
      let found: readonly string[] = [];
      for (let part = 0; part < 10 && found.length === 0; part++) {
        const chance = chanceFrom(SEED + part);
        const { violations } = await soak({ chance, kills: 15, workers: 4, concurrency: CONCURRENCY, calmMs: 3_000, fault: "hasty" });
        found = violations.filter((violation) => violation.includes("ran again after"));
      }
      expect(found).not.toEqual([]);
    },
    RIG_TIMEOUT_MS,
  );
});

describe(`wf tick, killed in a loop (seed ${SEED})`, () => {
  test.concurrent(
    `completes what it was given, each step recorded once: ${TICK_KILLS} kills`,
    async () => {
      const facts = await killTicks(TICK_KILLS, chanceFrom(SEED));
      expect({ violations: facts.violations, seed: SEED }).toEqual({ violations: [], seed: SEED });
      expect(new Set(facts.statuses)).toEqual(new Set(["completed"]));
      expect(facts.kills).toBeGreaterThanOrEqual(TICK_KILLS);
      expect(facts.restarts).toBeGreaterThan(TICK_KILLS / 2);
    },
    RIG_TIMEOUT_MS,
  );
});

const FATAL = `
import { appendFileSync } from "node:fs";
import { Workflow } from "wflite";
export default Workflow.define({
  name: "fatal",
  panic: { maxRestarts: 3, delay: "100ms", maxDelay: "200ms" },
  run: (ctx) => ctx.step("abort", () => { appendFileSync(import.meta.dir + "/../aborts", "abort\\n"); process.abort(); }),
});
`;

describe("a step that always kills its process", () => {
  const HEALTHY = Array.from({ length: 20 }, (_, n) => `h${String(n).padStart(2, "0")}`);
  const STEPS_EACH = 5;

  /** Twenty healthy executions and the one, all due at once; those before and behind it in the order of claiming. */
  const begin = async (): Promise<Playground> => {
    const at = playground({ "steps.ts": STEPS, "fatal.ts": FATAL });
    const [before, behind] = [HEALTHY.slice(0, 10), HEALTHY.slice(10)];
    const clerk = new Actor();
    await clerk.ask({ do: "open", folder: at.folder });
    const start = (workflow: string, ids: readonly string[]): Promise<unknown> =>
      clerk.ask({ do: "start", workflow, ids, input: { steps: STEPS_EACH, stepMs: 5, napEvery: 0 } });
    await start("steps", before);
    await start("fatal", ["fatal"]);
    await start("steps", behind);
    await clerk.kill();
    return at;
  };

  const expectBlockedAlone = async (at: Playground): Promise<void> => {
    expect(await at.json("status", "fatal")).toMatchObject({ status: "blocked", reason: "crash-loop", restarts: 3 });
    expect(at.lines("aborts")).toHaveLength(1 + 3);
    const why = await at.wf("why", "fatal");
    expect(why.stdout).toContain("died 4 times without finishing a step");
    expect(why.stdout).toContain("wf restart fatal");
    const others = executions(at.folder).filter(({ id }) => id !== "fatal");
    expect(others.map(({ id, status }) => `${id} ${status}`)).toEqual(HEALTHY.map((id) => `${id} completed`));
    expect(judgeLines(readLedger(at.folder), STEPS_EACH, HEALTHY).violations).toEqual([]);
  };

  const isOver = (at: Playground): boolean => executions(at.folder).every(({ status }) => status === "completed" || status === "blocked");

  test.concurrent(
    "is restarted three times by ticks, then blocked, while twenty others finish",
    async () => {
      const at = await begin();
      try {
        const codes: number[] = [];
        await eventually("all is over", async () => codes.push((await at.wf("tick")).code) > 0 && isOver(at), 60_000);
        expect(codes.filter((code) => code !== 0)).toHaveLength(1 + 3);
        await expectBlockedAlone(at);
      } finally {
        at.remove();
      }
    },
    RIG_TIMEOUT_MS,
  );

  test.concurrent(
    "is restarted three times under a daemon, which serves twenty others meanwhile",
    async () => {
      const at = await begin();
      const daemon = at.start("daemon");
      try {
        await eventually("all is over", () => isOver(at), 60_000);
        await expectBlockedAlone(at);
      } finally {
        daemon.kill("SIGTERM");
        await daemon.done;
        at.remove();
      }
    },
    RIG_TIMEOUT_MS,
  );
});
