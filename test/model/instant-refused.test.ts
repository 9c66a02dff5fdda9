/** Texts that are no instant: each is refused with its reason, and none is carried over into another day. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseInstant } from "../../src/model/instant.ts";

const NOW = Date.UTC(2026, 2, 1, 12);
const MAX = 8.64e15;

const problemOf = (text: string): string => {
  const parsed = parseInstant(text, NOW);
  if (parsed.ok) throw new Error(`${text} was read as ${parsed.at}`);
  return parsed.problem;
};

describe("a text is refused", () => {
  test.each([
    ["2026-02-30", "2026-02 has the days 1 to 28"],
    ["2024-02-30", "2024-02 has the days 1 to 29"],
    ["1900-02-29", "1900-02 has the days 1 to 28"],
    ["2026-04-31T00:00:00Z", "2026-04 has the days 1 to 30"],
    ["2026-01-00", "2026-01 has the days 1 to 31"],
    ["2026-00-01", "there is no month 00"],
    ["2026-13-01", "there is no month 13"],
    ["2026-03-01 24:00", "hours go from 00 to 23"],
    ["2026-03-01T23:60Z", "minutes go from 00 to 59"],
    ["2026-06-30T23:59:60Z", "seconds go from 00 to 59"],
    ["24:00", "hours go from 00 to 23"],
    ["12:60", "minutes go from 00 to 59"],
    ["12:00:60", "seconds go from 00 to 59"],
  ])("%j: %s", (text, reason) => {
    expect(problemOf(text)).toBe(`"${text}" does not exist: ${reason}`);
  });

  test.each([
    "",
    " ",
    "tomorrow",
    "2h",
    "1772355600",
    "2026",
    "2026-03",
    "2026-3-1",
    "20260301T090000Z",
    "03/01/2026",
    "2026-03-01Z",
    "2026-03-01T",
    "2026-03-01T09",
    "2026-03-01T9:0",
    "2026-03-01T09:00:00 Europe/Paris",
    "2026-03-01T09:00:00[Europe/Paris]",
    "2026-03-01T09:00:00+1:00",
    "2026-03-01T09:00:00+01:0",
    "2026-03-01  09:00",
    "09:30Z",
    "9",
    "9am",
    "-000000-01-01T00:00:00Z",
    "12026-01-01",
    "+2026-01-01",
    "2026-W09-7",
    "2026-03-01T09:00:00Z and more",
    "２０２６-03-01",
  ])("%j is not in any form", (text) => {
    expect(problemOf(text)).toBe(`"${text.trim()}" is not a time: write it as "2026-03-01T09:00:00Z", "2026-03-01 09:00" or "09:30"`);
  });

  test.each(["+275760-09-13T00:00:00.001Z", "-271821-04-19T23:59:59.999Z", "+999999-01-01T00:00:00Z", "2026-03-01T00:00:00+24:00"])(
    "%j is out of range",
    (text) => {
      expect(problemOf(text)).toStartWith(`"${text}" is out of range`);
    },
  );

  test("the problem shows a hostile text harmlessly and briefly", () => {
    expect(problemOf("\x1b]0;title\x07")).toStartWith('"\\x1b]0;title\\x07" is not a time');
    expect(problemOf("1:".repeat(1_000_000)).length).toBeLessThan(250);
  });

  test("no text makes it throw, and what it reads is an instant", () => {
    const nearText = fc.string({ unit: fc.constantFrom(..."0123456789-:+TZ ."), maxLength: 30 });
    const dateText = fc
      .tuple(fc.nat({ max: 9_999 }), fc.nat({ max: 14 }), fc.nat({ max: 33 }), fc.nat({ max: 25 }))
      .map(
        ([year, month, day, hour]) =>
          `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}T${hour}:00Z`,
      );
    fc.assert(
      fc.property(fc.oneof(nearText, dateText, fc.string({ unit: "binary" })), (text) => {
        const parsed = parseInstant(text, NOW);
        if (parsed.ok) expect(Number.isInteger(parsed.at) && Math.abs(parsed.at) <= MAX).toBe(true);
        else expect(parsed.problem).toMatch(/^".*" (?:is not a time|does not exist|is out of range): /);
      }),
      { numRuns: 2_000 },
    );
  });
});
