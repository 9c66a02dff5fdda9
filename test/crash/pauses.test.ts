/**
 * Goal: a process that stands still keeps what it owns as long as anybody can see that it lives; and where nobody can, the one that is
 * taken over by mistake does no harm when it wakes.
 *
 * Method: SIGSTOP at random points of a pass, the row of its worker made to look as old or as foreign as can be, ticks of another process,
 * SIGCONT. Waiting for a real lease to run out would take 30 s a pause and show the same.
 */
import { describe, expect, test } from "bun:test";
import type { TickView } from "../../src/model/views.ts";
import { eventually } from "../support/wf.ts";
import { change, executions } from "./processes/database.ts";
import { onScene, pauseAsItIs, pauseAsStranger, type PauseFacts, type Scene } from "./processes/pause.ts";
import { readLedger, type StepsInput } from "./processes/steps.ts";
import { RIG_TIMEOUT_MS, SEED, tiered } from "./tier.ts";

const PAUSES = tiered({ ci: 30, night: 1_000, soak: 10_000 });
/** Of others at what a stopped owner holds. */
const LOOKS = tiered({ ci: 200, night: 5_000, soak: 50_000 });

/** On a stage of their own, so that the ledger stays short. */
const PER_SCENE = 200;

type Pause = (scene: Scene, ids: readonly string[], n: number) => Promise<PauseFacts>;

/** Until as many have met an owner as are asked for; one in some comes when it has just finished. */
const pauses = async (count: number, pause: Pause): Promise<readonly PauseFacts[]> => {
  const met: PauseFacts[] = [];
  for (let n = 0; met.length < count && n < 3 * count;) {
    await onScene(SEED + n, async (scene) => {
      for (const end = n + PER_SCENE; n < end && met.length < count && n < 3 * count; n++) {
        const facts = await pause(scene, [`p${n}-a`, `p${n}-b`], n);
        if (facts.owned > 0) met.push(facts);
        else expect(facts.violations).toEqual([]);
      }
    });
  }
  return met;
};

const expectSound = (met: readonly PauseFacts[], count: number): void => {
  expect({ seed: SEED, violations: met.flatMap(({ violations }) => violations) }).toEqual({ seed: SEED, violations: [] });
  expect(met.length).toBeGreaterThanOrEqual(count);
};

describe(`an owner that is stopped (seed ${SEED})`, () => {
  test.concurrent(
    `is never robbed while it can be seen to live: ${PAUSES} pauses`,
    async () => {
      const met = await pauses(PAUSES, pauseAsItIs);
      expectSound(met, PAUSES);
      expect(met.reduce((sum, { looks }) => sum + looks, 0)).toBeGreaterThanOrEqual(LOOKS);
    },
    RIG_TIMEOUT_MS,
  );

  test.concurrent(
    `and taken over, since it cannot be looked up, is refused when it goes on: ${PAUSES} pauses`,
    async () => expectSound(await pauses(PAUSES, (scene, ids, n) => pauseAsStranger(scene, ids, { overlap: n % 3 !== 0 })), PAUSES),
    RIG_TIMEOUT_MS,
  );

  test.concurrent(
    "does harm where its writes are not fenced, and that is found",
    async () => {
      const met = await pauses(6, (scene, ids) => pauseAsStranger(scene, ids, { overlap: true, fault: "unfenced" }));
      expect(met.flatMap(({ violations }) => violations).length).toBeGreaterThan(0);
    },
    RIG_TIMEOUT_MS,
  );
});

test.concurrent(
  "an owner whose step holds the event loop for seconds, without a heartbeat, is never robbed",
  () =>
    onScene(SEED, async ({ owner, rival, folder }) => {
      const input: StepsInput = { steps: 1, stepMs: 2_500, napEvery: 0, spins: true };
      await rival.ask({ do: "start", workflow: "steps", ids: ["spin"], input });
      await owner.ask({ do: "open", folder });
      owner.tell({ do: "tick" });
      await eventually("it begins", () => readLedger(folder).length > 0);
      let looks = 0;
      for (; readLedger(folder).length === 1; looks++) {
        change(folder, "UPDATE workers SET seen_at = 0, seen_boot_ms = 0 WHERE pid = ?", owner.pid);
        expect(await rival.ask<TickView>({ do: "tick" })).toMatchObject({ claimed: 0 });
        await Bun.sleep(15);
      }
      expect(looks).toBeGreaterThan(5);
      expect(await owner.answer<TickView>()).toMatchObject({ claimed: 1, completed: 1 });
      expect(executions(folder)).toMatchObject([{ id: "spin", status: "completed", restarts: 0 }]);
      expect(readLedger(folder).map(({ pid }) => pid)).toEqual([owner.pid, owner.pid]);
    }),
  RIG_TIMEOUT_MS,
);
