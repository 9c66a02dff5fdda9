/**
 * Chance for the corruption rigs: the same seed gives the same damage, so a failing case can be repeated by what it prints.
 */
export interface Dice {
  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number;
  of<T>(choices: readonly T[]): T;
  chance(probability: number): boolean;
}

/** mulberry32 (Tommy Ettinger, public domain). Each case has a generator of its own, so that one case can be run alone. */
export const diceOf = (seed: number, round = 0): Dice => {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(round + 1, 0x85ebca6b)) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  return {
    below: (end) => Math.floor(next() * end),
    chance: (probability) => next() < probability,
    of: (choices) => {
      const chosen = choices[Math.floor(next() * choices.length)];
      if (choices.length === 0) throw new Error("nothing to choose from");
      return chosen as (typeof choices)[number];
    },
  };
};
