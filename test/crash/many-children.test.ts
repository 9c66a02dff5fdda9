/**
 * Goal: a parent with a hundred children keeps them in order, and runs each once, however often the command that carries them is killed and
 * by whatever they are taken up again.
 *
 * Method: real processes. `wf run` is killed with SIGKILL after so many bodies have run, then a few ticks are, and a daemon, and another
 * one finishes. Each body tells a ledger outside of the database.
 */
import { expect, test } from "bun:test";
import { eventually, type Playground, playground } from "../support/wf.ts";
import { chanceFrom } from "./processes/chance.ts";
import { descendants, isRunning } from "./processes/processes.ts";
import { RIG_TIMEOUT_MS, SEED, tiered } from "./tier.ts";

const CHILDREN = tiered({ ci: 100, night: 1_000, soak: 1_000 });
const CONCURRENCY = 10;
/** Of each kind: ticks, and daemons. */
const KILLS = tiered({ ci: 2, night: 10, soak: 30 });

const FAMILY = `
import { appendFileSync } from "node:fs";
import { Workflow } from "wflite";

const note = (line) => appendFileSync("ledger", line + "\\n");
const panic = { maxRestarts: 1000, delay: 1, maxDelay: 1 };

export const kid = Workflow.define({
  name: "kid",
  panic,
  async run(ctx, { n }) {
    await ctx.step("prepare", () => note("prepare " + n));
    return ctx.step("square", async () => {
      note("square " + n);
      await Bun.sleep(40);
      return n * n;
    });
  },
});

export const parent = Workflow.define({
  name: "parent",
  panic,
  run: (ctx, { children }) =>
    ctx.map("all", Array.from({ length: children }, (_, n) => n), (n, item) => item.run(kid, { n }), { concurrency: ${CONCURRENCY} }),
});
`;

/**
 * Starts a command and kills it, with all that belongs to it, once some more bodies have run. One that finds nothing due yet, since what
 * has died twice waits for a moment, is started again.
 */
const cutShort = async (at: Playground, words: readonly string[], bodies: number): Promise<void> => {
  const before = at.lines("ledger").length;
  const hasRun = (): boolean => at.lines("ledger").length >= before + bodies;
  for (let starts = 0; starts < 100 && !hasRun(); starts++) {
    const running = at.start(...words);
    let hasEnded = false;
    void running.done.then(() => (hasEnded = true));
    await eventually(`${bodies} bodies have run after ${before}`, () => hasEnded || hasRun());
    for (const pid of [running.pid, ...descendants(running.pid)]) if (isRunning(pid)) process.kill(pid, "SIGKILL");
    await running.done;
  }
};

test(
  `${CHILDREN} children survive the commands that carry them`,
  async () => {
    const chance = chanceFrom(SEED);
    const at = playground({ "family.ts": FAMILY });
    try {
      // What runs until the kill arrives comes on top.
      const bodies = (): number => chance.between(3, Math.floor((2 * CHILDREN) / (2 * KILLS + 4) / 2));
      await cutShort(at, ["run", "parent", "--id", "p", "--wait", `children:=${CHILDREN}`], bodies());
      await cutShort(at, ["run", "parent", "--id", "p", "--wait", `children:=${CHILDREN}`], bodies());
      for (let kill = 0; kill < KILLS; kill++) await cutShort(at, ["tick"], bodies());
      for (let kill = 0; kill < KILLS; kill++) await cutShort(at, ["daemon"], bodies());
      const daemon = at.start("daemon");
      await eventually("the parent is over", async () => (await at.json<{ status: string }>("status", "p")).status === "completed");
      daemon.kill("SIGTERM");
      await daemon.done;
      const { output, restarts } = await at.json<{ output: unknown; restarts: number }>("status", "p");
      expect(output).toEqual(Array.from({ length: CHILDREN }, (_, n) => n * n));
      expect(restarts).toBeGreaterThanOrEqual(2);
      const kids = await at.json<{ executions: readonly { status: string }[] }>("status", "--workflow", "kid", "--limit", "2000");
      expect(kids.executions.map(({ status }) => status)).toEqual(Array.from({ length: CHILDREN }, () => "completed"));
      const times = new Map<string, number>();
      for (const line of at.lines("ledger")) times.set(line, (times.get(line) ?? 0) + 1);
      expect(times.size).toBe(2 * CHILDREN);
      const again = [...times.values()].reduce((sum, n) => sum + n - 1, 0);
      // What was in the middle of something when its process died: so many at a time.
      expect(again).toBeLessThanOrEqual(CONCURRENCY * (2 + 2 * KILLS));
    } finally {
      at.remove();
    }
  },
  RIG_TIMEOUT_MS,
);
