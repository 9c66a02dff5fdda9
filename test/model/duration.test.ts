/** Durations as they are read: what is accepted means exactly what it says, and what is refused says why. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { MAX_DURATION_MS, parseDuration } from "../../src/model/duration.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS = [
  ["w", 7 * DAY],
  ["d", DAY],
  ["h", HOUR],
  ["m", MINUTE],
  ["s", SECOND],
  ["ms", 1],
] as const;

const msOf = (input: string | number): number => {
  const parsed = parseDuration(input);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.ms;
};
const problemOf = (input: unknown): string => {
  const parsed = parseDuration(input as string);
  if (parsed.ok) throw new Error(`${String(input)} was read as ${parsed.ms}`);
  return parsed.problem;
};

test("the longest duration is 100 years of 365.25 days", () => {
  expect(MAX_DURATION_MS).toBe(3_155_760_000_000);
});

describe("parseDuration accepts", () => {
  test.each([
    ["250ms", 250],
    ["1s", SECOND],
    ["90s", 90 * SECOND],
    ["1.5s", 1_500],
    ["5m", 5 * MINUTE],
    ["1h", HOUR],
    ["3d", 3 * DAY],
    ["2w", 14 * DAY],
    ["1h30m", 90 * MINUTE],
    ["1h 30m", 90 * MINUTE],
    ["1w2d3h4m5s6ms", 9 * DAY + 3 * HOUR + 4 * MINUTE + 5 * SECOND + 6],
    ["1w 2d 3h 4m 5s 6ms", 9 * DAY + 3 * HOUR + 4 * MINUTE + 5 * SECOND + 6],
    ["1.5h30m", 2 * HOUR],
    ["0.5d", 12 * HOUR],
    ["90m", 90 * MINUTE],
    ["0s", 0],
    ["0", 0],
    ["0ms", 0],
    ["007s", 7 * SECOND],
    ["  3d\n", 3 * DAY],
    ["1m1ms", MINUTE + 1],
    ["1.1s", 1_100],
    ["36525d", MAX_DURATION_MS],
    ["3155760000000ms", MAX_DURATION_MS],
  ])("%j as %d ms", (text, ms) => {
    expect(parseDuration(text)).toEqual({ ok: true, ms });
  });

  test.each([
    [0, 0],
    [1, 1],
    [90, 90],
    [MAX_DURATION_MS, MAX_DURATION_MS],
    [1.4, 1],
    [1.5, 2],
    [0.4, 0],
    [Number.MIN_VALUE, 0],
  ])("the number %d as %d ms", (input, ms) => {
    expect(parseDuration(input)).toEqual({ ok: true, ms });
  });

  test("parts of a millisecond rounded to the nearest", () => {
    expect([msOf("0.4ms"), msOf("0.6ms"), msOf("1.2344s"), msOf("1.2346s"), msOf("0.00001h")]).toEqual([0, 1, 1_234, 1_235, 36]);
  });

  test("minus zero as zero", () => {
    expect(Object.is(msOf(-0), 0)).toBe(true);
  });
});

describe("parseDuration refuses", () => {
  const EXAMPLE = 'a duration has units w, d, h, m, s or ms, as in "1h 30m"';
  const MONTHS = 'counts months or years, whose length depends on the date: write days, as in "30d"';

  test.each([
    ["", `an empty text is not a duration: ${EXAMPLE}`],
    ["   ", `an empty text is not a duration: ${EXAMPLE}`],
    ["90", '"90" needs a unit, such as "90s"; a number in code is milliseconds'],
    ["00", '"00" needs a unit, such as "00s"; a number in code is milliseconds'],
    [" 1.5 ", '"1.5" needs a unit, such as "1.5s"; a number in code is milliseconds'],
    ["1.25", '"1.25" needs a unit, such as "1.25s"; a number in code is milliseconds'],
    ["-5s", '"-5s" is negative: a duration is 0 or more'],
    ["- 5s", '"- 5s" is negative: a duration is 0 or more'],
    ["-90", '"-90" is negative: a duration is 0 or more'],
    ["30m1h", '"30m1h" is out of order: units go from large to small, as in "1h 30m"'],
    ["1ms1s", '"1ms1s" is out of order: units go from large to small, as in "1h 30m"'],
    ["1h1h", '"1h1h" gives "h" twice'],
    ["1m 2m 3s", '"1m 2m 3s" gives "m" twice'],
    ["1h 1m 1h", '"1h 1m 1h" is out of order: units go from large to small, as in "1h 30m"'],
    ["36525d1ms", '"36525d1ms" is longer than 100 years, the longest duration there is'],
    ["36526d", '"36526d" is longer than 100 years, the longest duration there is'],
    [`${"9".repeat(50)}w`, `"${"9".repeat(50)}w" is longer than 100 years, the longest duration there is`],
    ["P1DT2H", '"P1DT2H" is an ISO 8601 duration, which is not read here: write "1d 2h"'],
    ["PT1.5S", '"PT1.5S" is an ISO 8601 duration, which is not read here: write "1.5s"'],
    ["PT5S", '"PT5S" is an ISO 8601 duration, which is not read here: write "5s"'],
    ["P10W", '"P10W" is an ISO 8601 duration, which is not read here: write "10w"'],
    ["P12DT10H15M20.25S", '"P12DT10H15M20.25S" is an ISO 8601 duration, which is not read here: write "12d 10h 15m 20.25s"'],
    ["p2w", '"p2w" is an ISO 8601 duration, which is not read here: write "2w"'],
    ["PT5M", '"PT5M" is an ISO 8601 duration, which is not read here: write "5m"'],
    ["P1Y2M", '"P1Y2M" is an ISO 8601 duration, which is not read here: write it as "1d 12h"'],
    ["+PT5M", '"+PT5M" is an ISO 8601 duration, which is not read here: write "5m"'],
    ["-PT5M", '"-PT5M" is negative: a duration is 0 or more'],
    ["PT", '"PT" is an ISO 8601 duration, which is not read here: write it as "1d 12h"'],
    ["1y", `"1y" ${MONTHS}`],
    ["2 years", `"2 years" ${MONTHS}`],
    ["1mo", `"1mo" ${MONTHS}`],
    ["3 Months", `"3 Months" ${MONTHS}`],
    ["5M", `"5M" ${MONTHS}`],
    ["1 month", `"1 month" ${MONTHS}`],
    ["1 year", `"1 year" ${MONTHS}`],
    ["2yr", `"2yr" ${MONTHS}`],
    ["5 minutes", '"5 minutes" is not a duration: write "5m"'],
    ["1 h", '"1 h" is not a duration: write "1h"'],
    ["2H", '"2H" is not a duration: write "2h"'],
    ["10Sec", '"10Sec" is not a duration: write "10s"'],
    ["100 MS", '"100 MS" is not a duration: write "100ms"'],
    ["1 day 2 hrs", '"1 day 2 hrs" is not a duration: write "1d 2h"'],
    ["tomorrow", `"tomorrow" is not a duration: ${EXAMPLE}`],
    ["1,5s", `"1,5s" is not a duration: ${EXAMPLE}`],
    ["1,000ms", `"1,000ms" is not a duration: ${EXAMPLE}`],
    [".5s", `".5s" is not a duration: ${EXAMPLE}`],
    ["5.s", `"5.s" is not a duration: ${EXAMPLE}`],
    ["1.2.3s", `"1.2.3s" is not a duration: ${EXAMPLE}`],
    ["1e3ms", `"1e3ms" is not a duration: ${EXAMPLE}`],
    ["+5s", `"+5s" is not a duration: ${EXAMPLE}`],
    ["5s.", `"5s." is not a duration: ${EXAMPLE}`],
    ["1h,30m", `"1h,30m" is not a duration: ${EXAMPLE}`],
    ["10 parsecs", `"10 parsecs" is not a duration: ${EXAMPLE}`],
    ["s", `"s" is not a duration: ${EXAMPLE}`],
    ["1h30", `"1h30" is not a duration: ${EXAMPLE}`],
    ["٣d", `"٣d" is not a duration: ${EXAMPLE}`],
    ["NaN", `"NaN" is not a duration: ${EXAMPLE}`],
    ["Infinity", `"Infinity" is not a duration: ${EXAMPLE}`],
    ["1s\x1b[2J", `"1s\\x1b[2J" is not a duration: ${EXAMPLE}`],
  ])("%j: %s", (text, problem) => {
    expect(parseDuration(text)).toEqual({ ok: false, problem });
  });

  test.each([
    [-1, "-1 ms is negative: a duration is 0 or more"],
    [-0.1, "-0.1 ms is negative: a duration is 0 or more"],
    [-Infinity, "-Infinity ms is negative: a duration is 0 or more"],
    [Number.NaN, "NaN ms is not a duration: a number of milliseconds is expected"],
    [Infinity, "Infinity ms is longer than 100 years, the longest duration there is"],
    [MAX_DURATION_MS + 1, "3155760000001 ms is longer than 100 years, the longest duration there is"],
    [1e300, "1e+300 ms is longer than 100 years, the longest duration there is"],
  ])("the number %d: %s", (input, problem) => {
    expect(parseDuration(input)).toEqual({ ok: false, problem });
  });

  test.each([[undefined], [null], [{}], [[5]], [5n], [true], [new Date(0)], [Symbol("5s")]])(
    "%p, which is neither text nor number",
    (input) => {
      expect(problemOf(input)).toStartWith('a duration is a text such as "1h 30m" or a number of milliseconds, not ');
    },
  );

  test("a text of millions of characters quickly, and with a short sentence", () => {
    for (const text of [
      "1".repeat(2_000_000),
      "1s".repeat(1_000_000),
      "1 ".repeat(1_000_000),
      "1.".repeat(1_000_000),
      "a".repeat(2_000_000),
    ]) {
      expect(problemOf(text).length).toBeLessThan(250);
    }
  });

  test("any text with a sentence of one line that names it, and never throws", () => {
    const nearText = fc.string({ unit: fc.constantFrom(..."0123456789. \t-+PTsmhdwMy,\x1b"), maxLength: 20 });
    fc.assert(
      fc.property(fc.oneof(nearText, fc.string({ unit: "binary" })), (text) => {
        const parsed = parseDuration(text);
        if (parsed.ok) {
          expect(Number.isInteger(parsed.ms)).toBe(true);
          expect(parsed.ms).toBeGreaterThanOrEqual(0);
          expect(parsed.ms).toBeLessThanOrEqual(MAX_DURATION_MS);
        } else {
          expect(parsed.problem).toMatch(/^(?:"[^\n\x1b]*" |an empty text )/);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  const LONG_UNITS = {
    w: "wk wks week weeks",
    d: "day days",
    h: "hr hrs hour hours",
    m: "min mins minute minutes",
    s: "sec secs second seconds",
    ms: "msec msecs millis millisecond milliseconds",
  };

  test("a unit written out with the text to write instead, which is accepted", () => {
    const written = fc.tuple(
      fc.nat({ max: 500 }),
      fc.constantFrom(" ", ""),
      fc.constantFrom(...Object.entries(LONG_UNITS).flatMap(([unit, words]) => words.split(" ").map((word) => [word, unit] as const))),
      fc.boolean(),
    );
    fc.assert(
      fc.property(written, ([count, blank, [word, unit], isUpper]) => {
        const text = `${count}${blank}${isUpper ? word.toUpperCase() : word}`;
        expect(problemOf(text)).toEndWith(`is not a duration: write "${count}${unit}"`);
        expect(parseDuration(`${count}${unit}`).ok).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test("a long text without something to write, since that would be of its beginning only", () => {
    expect(problemOf(`${"0".repeat(58)}1 h`)).toBe(`"${"0".repeat(58)}1 …" is not a duration: ${EXAMPLE}`);
    expect(problemOf(`${"0".repeat(57)}1 h`)).toBe(`"${"0".repeat(57)}1 h" is not a duration: write "${"0".repeat(57)}1h"`);
  });
});

describe("parseDuration of any composed text", () => {
  const parts = fc
    .subarray([...UNITS], { minLength: 1 })
    .chain((units) => fc.tuple(...units.map(([name, ms]) => fc.nat({ max: 99 }).map((count) => ({ count, name, ms })))));

  test("is the sum of its parts, with or without blanks between them", () => {
    fc.assert(
      fc.property(parts, fc.constantFrom("", " ", "  ", "\t"), (chosen, blank) => {
        const text = chosen.map(({ count, name }) => `${count}${name}`).join(blank);
        expect(msOf(text)).toBe(chosen.reduce((sum, { count, ms }) => sum + count * ms, 0));
      }),
    );
  });

  test("is refused in any other order", () => {
    fc.assert(
      fc.property(
        parts.filter((chosen) => chosen.length > 1),
        (chosen) => {
          expect(
            problemOf(
              chosen
                .toReversed()
                .map(({ count, name }) => `${count}${name}`)
                .join(""),
            ),
          ).toContain("out of order");
        },
      ),
    );
  });
});
