/** Chance from a seed, so that the points a rig strikes at can be drawn again; what the machine does between them cannot. */
export interface Chance {
  /** From `least` up to, and without, `limit`; whole. */
  between(least: number, limit: number): number;
  pick<T>(among: readonly T[]): T;
}

/** Mulberry32. */
export const chanceFrom = (seed: number): Chance => {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, limit: number): number => least + Math.floor(next() * (limit - least));
  return {
    between,
    pick: (among) => {
      const one = among[between(0, among.length)];
      if (one === undefined) throw new Error("nothing to pick from");
      return one;
    },
  };
};
