/**
 * Goal: whatever happens to the processes that move executions, each finished step has run to its end once as far as anybody can see,
 * nothing is stuck, and results are those of an undisturbed run.
 *
 * Method: thousands of plays, each from a seed of its own. `SIM_SEED=7` plays one.
 */
import { expect, test } from "bun:test";
import { RIG_TIMEOUT_MS } from "../crash/tier.ts";
import { play } from "./play.ts";
import { seedsOf } from "./seeds.ts";

const seeds = seedsOf({ ci: 3_600, night: 60_000, soak: 5_000_000 });

test(
  `executions survive processes that die and processes that are robbed, in ${seeds.count} plays`,
  async () => {
    for (const seed of seeds) expect({ seed, violations: await play(seed) }).toEqual({ seed, violations: [] });
  },
  RIG_TIMEOUT_MS,
);
