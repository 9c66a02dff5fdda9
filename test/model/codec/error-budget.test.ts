/** Cut texts keep to their room, to the byte, and never end in half a character. */

import { expect, test } from "bun:test";
import fc from "fast-check";

import { sizeOf, take, takeWhole } from "../../../src/model/codec/error-budget.ts";

const text = fc.string({ unit: fc.constantFrom("a", "é", "€", "😀", "\0", '"', "\n"), maxLength: 300, size: "max" });

test("a text takes at most its room and at most what is left, and is the whole or a beginning with a mark", () => {
  fc.assert(
    fc.property(text, fc.nat({ max: 600 }), fc.nat({ max: 600 }), (whole, maxBytes, bytes) => {
      const budget = { bytes };
      const taken = take(budget, whole, maxBytes);
      expect(taken === "" || sizeOf(taken) <= Math.min(maxBytes, bytes)).toBe(true);
      expect(taken.isWellFormed()).toBe(true);
      expect(budget.bytes).toBe(bytes - sizeOf(taken));
      const [, beginning = "", missing = "0"] = /^(.*)… \[(\d+) more characters\]$/s.exec(taken) ?? [null, taken];
      expect(taken === "" || (whole.startsWith(beginning) && beginning.length + Number(missing) === whole.length)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test("a text that just fits is whole, one byte less cuts it", () => {
  const whole = "€".repeat(100);
  expect(take({ bytes: 302 }, whole, 1_000)).toBe(whole);
  expect(take({ bytes: 301 }, whole, 1_000)).toEndWith("more characters]");
  expect(take({ bytes: 1_000 }, whole, 301)).toEndWith("more characters]");
});

test("a value is taken whole or not at all", () => {
  const budget = { bytes: 10 };
  expect([takeWhole(budget, [1, 2], 4), budget.bytes]).toEqual([false, 10]);
  expect([takeWhole(budget, [1, 2], 5), budget.bytes]).toEqual([true, 5]);
  expect([takeWhole(budget, "abcd", 99), budget.bytes]).toEqual([false, 5]);
});
