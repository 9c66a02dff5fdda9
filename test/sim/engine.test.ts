/** The simulation itself: a seed plays the same every time, calm plays give what they should, and defects turn it red. */
import { describe, expect, test } from "bun:test";
import { childrenLater, forgetful, onceInMemory, shuffled, undoneUnrecorded, unwoken, withoutFence } from "./defects.ts";
import { playFamily } from "./family-play.ts";
import { type Play, play } from "./play.ts";

/** The first of so many seeds that is red. */
const firstRed = async (count: number, options: Play, plays = play): Promise<number | undefined> => {
  for (let seed = 1; seed <= count; seed++) if ((await plays(seed, options)).length > 0) return seed;
  return undefined;
};

test("calm runs give what their trees say", async () => {
  expect(await firstRed(20, { isCalm: true })).toBeUndefined();
});

test("a seed plays the same every time", async () => {
  for (const seed of [3, 9, 28, 34]) {
    const [first, second]: [string[], string[]] = [[], []];
    await play(seed, { trace: first });
    await play(seed, { trace: second });
    expect({ seed, trace: second }).toEqual({ seed, trace: first });
  }
});

test("the simulation turns red without the fence", async () => {
  expect(await firstRed(20, { between: withoutFence, isRough: true })).toBeDefined();
});

test("the simulation turns red when completions come back in another order", async () => {
  expect(await firstRed(60, { between: shuffled })).toBeDefined();
});

test("the simulation turns red when a finished step is forgotten", async () => {
  expect(await firstRed(60, { between: forgetful })).toBeDefined();
});

describe("families", () => {
  test("that nothing disturbs give what their trees say", async () => {
    expect(await firstRed(20, { isCalm: true }, playFamily)).toBeUndefined();
  });

  test("play the same every time", async () => {
    for (const seed of [2, 5, 11]) {
      const [first, second]: [string[], string[]] = [[], []];
      await playFamily(seed, { trace: first });
      await playFamily(seed, { trace: second });
      expect({ seed, trace: second }).toEqual({ seed, trace: first });
    }
  });

  test.each([
    ["when a child is not made in the transaction of its parent's step", childrenLater],
    ["when the end of a child wakes nobody", unwoken],
    ["when a compensation is not recorded", undoneUnrecorded],
    ["when the start of a step that must not run twice is not on disk before it begins", onceInMemory],
    ["when a finished step is forgotten", forgetful],
  ])("turn red %s", async (_, between) => expect(await firstRed(200, { between, isRough: true }, playFamily)).toBeDefined());
});
