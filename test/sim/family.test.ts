/**
 * Goal: whatever happens to the processes that move them, families keep their promises: each child is there once, what is undone was done
 * and goes backwards, what must not run twice does not, nobody waits for what has ended, and nothing goes on without its parent.
 *
 * Method: as in `deaths.test.ts`, with `family-play.ts`. `SIM_SEED=7` plays one.
 */
import { expect, test } from "bun:test";
import { SeededChance } from "../../src/replay/chance.ts";
import { RIG_TIMEOUT_MS } from "../crash/tier.ts";
import { failing } from "./defects.ts";
import { playFamily } from "./family-play.ts";
import { seedsOf } from "./seeds.ts";

const seeds = seedsOf({ ci: 300, night: 40_000, soak: 2_000_000 });
const rough = seedsOf({ ci: 60, night: 10_000, soak: 1_000_000 });

test(
  `families survive processes that die and processes that are robbed, in ${seeds.count} plays`,
  async () => {
    for (const seed of seeds) expect({ seed, violations: await playFamily(seed) }).toEqual({ seed, violations: [] });
  },
  RIG_TIMEOUT_MS,
);

test(
  `families survive processes that are robbed all the time, in ${rough.count} plays`,
  async () => {
    for (const seed of rough) expect({ seed, violations: await playFamily(seed, { isRough: true }) }).toEqual({ seed, violations: [] });
  },
  RIG_TIMEOUT_MS,
);

test(
  `families survive a disk that is full now and then, in ${rough.count} plays`,
  async () => {
    for (const seed of rough) {
      const source = new SeededChance(`disk ${seed}`);
      const between = failing(() => source.random() < 0.1);
      expect({ seed, violations: await playFamily(seed, { between }) }).toEqual({ seed, violations: [] });
    }
  },
  RIG_TIMEOUT_MS,
);
