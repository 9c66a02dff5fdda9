/**
 * Goal: a limit of executions at the same time holds over processes, whatever becomes of them, and no place is lost with one.
 *
 * Method: real processes sweep one file as fast as they can, and some are killed in the middle. A ledger that no transaction covers tells
 * who was inside at the same time.
 */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { eventually, type Playground, playground } from "../support/wf.ts";
import { Actor, endActors } from "./processes/actor-process.ts";
import { executions } from "./processes/database.ts";
import { gated, type GatedInput, judgeGate, noteKill, readGate } from "./processes/gated.ts";
import { RIG_TIMEOUT_MS, tiered } from "./tier.ts";

const PROCESSES = tiered({ ci: 16, night: 32, soak: 64 });
const EXECUTIONS = tiered({ ci: 120, night: 2_000, soak: 50_000 });
const KILLS = tiered({ ci: 6, night: 60, soak: 600 });
const LIMIT = 3;
const LANES = ["eu", "us"] as const;

let at: Playground;
beforeEach(() => {
  at = playground();
});
afterEach(async () => {
  await endActors();
  at.remove();
});

const opened = async (): Promise<Actor> => {
  const actor = new Actor();
  await actor.ask({ do: "open", folder: at.folder });
  return actor;
};

/** Lets all of them sweep, and kills some. Gives what the ledger tells in the end. */
const rush = async (limit: number, kills: number) => {
  at.write("workflows/gated.ts", gated(limit));
  const clerk = await opened();
  for (const lane of LANES) {
    const ids = Array.from({ length: EXECUTIONS / LANES.length }, (_, n) => `${lane}-${n}`);
    await clerk.ask({ do: "start", workflow: "gated", ids, input: { lane, stepMs: 5 } satisfies GatedInput });
  }
  const sweepers = await Promise.all(Array.from({ length: PROCESSES }, opened));
  for (const sweeper of sweepers) sweeper.tell({ do: "toil", concurrency: 10 });
  for (let n = 0; n < kills; n++) {
    await Bun.sleep(100);
    const victim = sweepers.shift();
    if (victim === undefined) break;
    noteKill(at.folder, victim.pid);
    await victim.kill();
    const next = await opened();
    next.tell({ do: "toil", concurrency: 10 });
    sweepers.push(next);
  }
  await eventually("all are through", () => executions(at.folder).every(({ status }) => status === "completed"), RIG_TIMEOUT_MS / 2);
  return readGate(at.folder);
};

describe(`${PROCESSES} processes over lanes of ${LIMIT}`, () => {
  test(
    `never have more inside, and carry all ${EXECUTIONS} through, though ${KILLS} of them are killed`,
    async () => {
      const { most, through } = await rush(LIMIT, KILLS);
      for (const lane of LANES) expect(most[lane]).toBeLessThanOrEqual(LIMIT);
      expect(through).toBe(EXECUTIONS);
    },
    RIG_TIMEOUT_MS,
  );

  test(
    "have more inside where there is no limit: the rig would see it",
    async () => {
      const { most } = await rush(0, 0);
      expect(Math.max(...Object.values(most))).toBeGreaterThan(LIMIT);
    },
    RIG_TIMEOUT_MS,
  );

  test("are judged by their ledger", () => {
    const lines = ["begin a eu 1", "begin b eu 2", "begin c us 1", "end a eu 1", "begin d eu 1", "kill 1", "begin e eu 3", "end e eu 3"];
    expect(judgeGate(lines)).toEqual({ most: { eu: 2, us: 1 }, through: 0 });
    expect(judgeGate([...lines, "begin a eu 4", "begin x eu 4", "end a eu 4"])).toEqual({ most: { eu: 3, us: 1 }, through: 1 });
  });
});
