/**
 * Goal: processes that are killed at any instant, several at a time, lose no slot of a schedule and start none twice.
 *
 * Method: schedules of every second that make up for all, of which one at a time is let go on. Ticks are started side by side, and most are
 * killed after a random while; the last ones may finish. Then each second from the first slot to the last has exactly one execution, which
 * is completed, and the next slot follows the last.
 */
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { type Playground, playground } from "../support/wf.ts";
import { RIG_TIMEOUT_MS, SEED, tiered } from "./tier.ts";

const ROUNDS = tiered({ ci: 24, night: 500, soak: 50_000 });
const SIDE_BY_SIDE = 4;
/** One is let go on in each round, so that all ticks of the round find the same slots to start, and several of them. */
const SCHEDULES = 8;
const BEHIND_MS = 60_000;

const WORKFLOWS = `import { Workflow } from "wflite";
  import { appendFileSync } from "node:fs";
  const every = (n) => Workflow.define({
    name: "every" + n,
    panic: { maxRestarts: 1_000, delay: "1ms", maxDelay: "1ms" },
    schedule: { cron: "* * * * * *", timezone: "UTC", catchUp: "all", catchUpWindow: "7d", overlap: "allow" },
    async run(ctx) {
      await ctx.step("note", () => appendFileSync("ran.txt", ctx.executionId + "\\n"));
    },
  });
  ${Array.from({ length: SCHEDULES }, (_, n) => `export const every${n} = every(${n});`).join("\n")}`;

/**
 * Starts ticks at once and kills most of them. Gives how many were killed in the middle.
 *
 * @param tookMs what one takes by itself: side by side they take longer
 */
const round = async (project: Playground, random: () => number, tookMs: number): Promise<number> => {
  let killed = 0;
  const ticks = Array.from({ length: SIDE_BY_SIDE }, () => project.start("tick"));
  await Promise.all(
    ticks.map(async ({ kill, done }) => {
      if (random() < 0.3) return done;
      const isOver = await Promise.race([done.then(() => true), Bun.sleep(tookMs * (0.1 + 0.9 * random())).then(() => false)]);
      if (!isOver) killed++;
      kill("SIGKILL");
      return done;
    }),
  );
  return killed;
};

interface Row {
  readonly schedule: string;
  readonly slot: number;
  readonly status: string;
}

const expectEverySecondOnce = (project: Playground, first: number): void => {
  const database = new Database(project.path(".wf.db"), { readonly: true });
  const rows = database.query<Row, []>("SELECT schedule, scheduled_for AS slot, status FROM executions ORDER BY slot").all();
  const schedules = database.query<{ name: string; next_at: number; missed: number; skipped: number }, []>("SELECT * FROM schedules").all();
  database.close();
  for (const { name, next_at, missed, skipped } of schedules) {
    const slots = rows.filter(({ schedule }) => schedule === name).map(({ slot }) => slot);
    const wanted = Array.from({ length: (next_at - first) / 1_000 }, (_, at) => first + at * 1_000);
    if (!Bun.deepEquals(slots, wanted)) expect({ seed: SEED, name, slots }).toEqual({ seed: SEED, name, slots: wanted });
    expect({ name, missed, skipped }).toEqual({ name, missed: 0, skipped: 0 });
  }
  expect(schedules).toHaveLength(SCHEDULES);
  expect(rows.filter(({ status }) => status !== "completed")).toEqual([]);
  expect(new Set(project.lines("ran.txt")).size).toBe(rows.length);
};

test(
  "killed ticks lose no slot and start none twice",
  async () => {
    const project = playground({ "every.ts": WORKFLOWS });
    const random = generator(SEED);
    try {
      await project.wf("tick");
      const from = performance.now();
      await project.wf("tick");
      const tookMs = performance.now() - from;
      const first = Math.floor(Date.now() / 1_000) * 1_000 - BEHIND_MS;
      // The tick that has read the file may have stood at a full second already.
      change(project, "DELETE FROM executions");
      change(project, `UPDATE schedules SET next_at = ${first}, missed = 0`);
      await rm(project.path("ran.txt"), { force: true });
      let killed = 0;
      for (let at = 0; at < ROUNDS; at++) {
        change(project, `UPDATE schedules SET paused_at = iif(name = 'every${at % SCHEDULES}', NULL, 1)`);
        killed += await round(project, random, tookMs);
      }
      // What a killed one had in hand is taken from it by later ticks.
      change(project, "UPDATE schedules SET paused_at = 1");
      for (let tick = 0; tick < 50; tick++) if ((await project.json<{ claimed: number }>("tick")).claimed === 0) break;
      expectEverySecondOnce(project, first);
      expect(killed).toBeGreaterThan(ROUNDS);
    } finally {
      project.remove();
    }
  },
  RIG_TIMEOUT_MS,
);

const change = (project: Playground, sql: string): void => {
  const database = new Database(project.path(".wf.db"));
  database.run("PRAGMA busy_timeout = 60000");
  database.run(sql);
  database.close();
};

/** A linear congruential generator (Numerical Recipes): good enough to spread kills. */
const generator = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
};
