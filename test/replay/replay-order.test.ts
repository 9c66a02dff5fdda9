/**
 * Goal: a replay decides exactly as the first walk did, whatever combinators the code uses, native ones and those of `ctx`, and never runs
 * a finished step again.
 *
 * Method: random trees of steps, sleeps and children with colliding names run once, completed in a random order. Then the record is cut at
 * every place, as a crash would, and walked again. Nothing sleeps; a failure names its seed.
 */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { keyOf } from "../../src/replay/identity.ts";
import { SeededChance } from "../../src/replay/chance.ts";
import { program, walk } from "./random-program.ts";

const seeded = (seed: number): (() => number) => {
  const chance = new SeededChance(String(seed));
  return () => chance.random();
};

test("a replay of the whole record takes the same way and ends the same", async () => {
  await fc.assert(
    fc.asyncProperty(program, fc.nat(), async (tree, seed) => {
      const live = await walk(tree, [], seeded(seed), 60);
      const replay = await walk(tree, live.history, seeded(seed + 1), 0);
      expect(replay.trace).toEqual([...live.trace]);
      expect(endOf(replay.end)).toEqual(endOf(live.end));
    }),
    { numRuns: 1500 },
  );
});

test("after a crash at any place the replay waits for what the first walk waited for, and asks for nothing that is recorded", async () => {
  await fc.assert(
    fc.asyncProperty(program, fc.nat(), async (tree, seed) => {
      const live = await walk(tree, [], seeded(seed), 40);
      for (let cut = 0; cut <= live.history.length; cut++) {
        const replay = await walk(tree, live.history.slice(0, cut), seeded(seed + 2), 0);
        const recorded = new Set(live.history.slice(0, cut).map(keyOf));
        expect(replay.calls.filter((key) => recorded.has(key))).toEqual([]);
        expect(replay.trace).toEqual(live.trace.slice(0, replay.trace.length));
        const open = live.openAfter.get(cut);
        if (open !== undefined && replay.end === undefined) expect([...replay.calls].sort()).toEqual([...open]);
      }
    }),
    { numRuns: 1500 },
  );
});

test("going on after a crash with another order of completions still replays the same from then on", async () => {
  await fc.assert(
    fc.asyncProperty(program, fc.nat(), fc.nat(), async (tree, seed, place) => {
      const first = await walk(tree, [], seeded(seed), place % 12);
      const second = await walk(tree, first.history, seeded(seed + 3), 60);
      const third = await walk(tree, second.history, seeded(seed + 4), 0);
      expect(third.trace).toEqual([...second.trace]);
      expect(endOf(third.end)).toEqual(endOf(second.end));
    }),
    { numRuns: 1000 },
  );
});

const endOf = (end: unknown): string =>
  JSON.stringify(end, (key, value: unknown) => (key === "unfinished" ? undefined : value instanceof Error ? value.message : value));
