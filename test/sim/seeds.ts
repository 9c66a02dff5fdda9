/** Which seeds are played: those of the tier, from 1 in the small one and from anywhere in the others, or the one that was asked for. */
import { SEED, type Tier, tiered } from "../crash/tier.ts";

export interface Seeds extends Iterable<number> {
  readonly count: number;
}

export const seedsOf = (counts: Readonly<Record<Tier, number>>): Seeds => {
  const only = process.env["SIM_SEED"];
  const count = only === undefined ? tiered(counts) : 1;
  const first = only === undefined ? SEED : Number(only);
  return {
    count,
    *[Symbol.iterator]() {
      for (let at = 0; at < count; at++) yield first + at;
    },
  };
};
