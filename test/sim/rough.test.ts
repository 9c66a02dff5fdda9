/**
 * Goal and method of `deaths.test.ts`, in worse places: a disk that is full now and then, and processes that are robbed in the middle of
 * every other move. `SIM_SEED=7` plays one.
 */
import { expect, test } from "bun:test";
import { SeededChance } from "../../src/replay/chance.ts";
import { RIG_TIMEOUT_MS } from "../crash/tier.ts";
import { failing } from "./defects.ts";
import { play } from "./play.ts";
import { seedsOf } from "./seeds.ts";

const seeds = seedsOf({ ci: 700, night: 20_000, soak: 2_000_000 });

test(
  `executions survive a disk that is full now and then, in ${seeds.count} plays`,
  async () => {
    for (const seed of seeds) {
      const source = new SeededChance(`disk ${seed}`);
      const between = failing(() => source.random() < 0.1);
      expect({ seed, violations: await play(seed, { between }) }).toEqual({ seed, violations: [] });
    }
  },
  RIG_TIMEOUT_MS,
);

test(
  `executions survive processes that are robbed all the time, in ${seeds.count} plays`,
  async () => {
    for (const seed of seeds) expect({ seed, violations: await play(seed, { isRough: true }) }).toEqual({ seed, violations: [] });
  },
  RIG_TIMEOUT_MS,
);
