/** Real chance. */
import { expect, test } from "bun:test";
import { systemChance } from "../../src/host/chance.ts";
import { spawnScript } from "./spawned.ts";

test("numbers lie from 0 up to 1, spread evenly", () => {
  const tenths = new Array<number>(10).fill(0);
  for (let draw = 0; draw < 100_000; draw++) {
    const number = systemChance();
    expect(number >= 0 && number < 1).toBe(true);
    const tenth = Math.floor(number * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  // A tenth of 100,000 deviates by 95 (one sigma); ten sigmas do not happen.
  for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(950);
});

test("all 53 bits vary, and no number comes twice", () => {
  const numbers = Array.from({ length: 5_000 }, () => systemChance());
  expect(new Set(numbers).size).toBe(5_000);
  const lowest = numbers.filter((number) => (number * 2 ** 53) % 2 === 1).length;
  expect(Math.abs(lowest - 2_500)).toBeLessThan(360);
  expect(numbers.every((number) => Number.isInteger(number * 2 ** 53))).toBe(true);
});

test("two processes draw different numbers", async () => {
  const script = `import { systemChance } from "SRC/host/chance.ts"; console.log([systemChance(), systemChance()].join());`;
  const [one, other] = await Promise.all([spawnScript(script), spawnScript(script)]);
  expect(one.lines).toHaveLength(1);
  expect(one.lines).not.toEqual(other.lines);
});
