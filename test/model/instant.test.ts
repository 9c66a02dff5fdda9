/** Instants: every accepted form means one point in time, in any zone, through every gap and repeated hour. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseInstant, toIso } from "../../src/model/instant.ts";

const NOW = Date.UTC(2026, 2, 1, 12);
const MAX = 8.64e15;

let zoneBefore: string | undefined;
beforeEach(() => {
  zoneBefore = process.env["TZ"];
});
afterEach(() => {
  if (zoneBefore === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zoneBefore;
});
const inZone = (zone: string): void => {
  process.env["TZ"] = zone;
};

const atOf = (text: string, now = NOW): number => {
  const parsed = parseInstant(text, now);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.at;
};
const isoOf = (text: string, now = NOW): string => new Date(atOf(text, now)).toISOString();

describe("a text with a zone", () => {
  test.each([
    ["2026-03-01T09:00:00Z", "2026-03-01T09:00:00.000Z"],
    ["2026-03-01T09:00:00.250Z", "2026-03-01T09:00:00.250Z"],
    ["2026-03-01T09:00:00.2Z", "2026-03-01T09:00:00.200Z"],
    ["2026-03-01T09:00:00,25Z", "2026-03-01T09:00:00.250Z"],
    ["2026-03-01T09:00:00.123999999Z", "2026-03-01T09:00:00.123Z"],
    ["2026-03-01T09:00Z", "2026-03-01T09:00:00.000Z"],
    ["2026-03-01t09:00z", "2026-03-01T09:00:00.000Z"],
    ["2026-03-01 09:00:00Z", "2026-03-01T09:00:00.000Z"],
    ["2026-03-01T09:00:00+01:00", "2026-03-01T08:00:00.000Z"],
    ["2026-03-01T09:00:00-0530", "2026-03-01T14:30:00.000Z"],
    ["2026-03-01T09:00:00+02", "2026-03-01T07:00:00.000Z"],
    ["2026-03-01 09:00:00 +01:00", "2026-03-01T08:00:00.000Z"],
    ["2026-03-01T00:00:00+23:59", "2026-02-28T00:01:00.000Z"],
    ["2026-03-01T09:00:00-00:00", "2026-03-01T09:00:00.000Z"],
    [" 2026-03-01T09:00:00Z\n", "2026-03-01T09:00:00.000Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
    ["2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
    ["0000-02-29T00:00:00Z", "0000-02-29T00:00:00.000Z"],
    ["-000004-02-29T00:00:00Z", "-000004-02-29T00:00:00.000Z"],
    ["+275760-09-13T00:00:00Z", "+275760-09-13T00:00:00.000Z"],
    ["+275760-09-13T01:00:00+01:00", "+275760-09-13T00:00:00.000Z"],
    ["1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"],
  ])("%j is %s, wherever the machine stands", (text, iso) => {
    for (const zone of ["UTC", "Europe/Paris", "America/New_York", "Asia/Kathmandu"]) {
      inZone(zone);
      expect(isoOf(text)).toBe(iso);
    }
  });

  test("what toIso writes is read as the same instant", () => {
    fc.assert(fc.property(fc.integer({ min: -MAX, max: MAX }), (ms) => expect(atOf(toIso(ms))).toBe(ms)));
  });

  test("an offset is taken off, whatever it is", () => {
    const offset = fc.record({ sign: fc.constantFrom(1, -1), hours: fc.nat({ max: 23 }), minutes: fc.nat({ max: 59 }) });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), offset, (ms, { sign, hours, minutes }) => {
        const two = (value: number): string => String(value).padStart(2, "0");
        const text = toIso(ms).replace("Z", `${sign > 0 ? "+" : "-"}${two(hours)}:${two(minutes)}`);
        expect(atOf(text)).toBe(ms - sign * (hours * 60 + minutes) * 60_000);
      }),
    );
  });
});

describe("a text without a zone", () => {
  test("is in the machine's zone, and a date alone is its midnight", () => {
    inZone("Europe/Paris");
    expect(isoOf("2026-03-01")).toBe("2026-02-28T23:00:00.000Z");
    expect(isoOf("2026-07-01")).toBe("2026-06-30T22:00:00.000Z");
    expect(isoOf("2026-03-01 09:00")).toBe("2026-03-01T08:00:00.000Z");
    expect(isoOf("2026-03-01T09:00:30.5")).toBe("2026-03-01T08:00:30.500Z");
    inZone("America/New_York");
    expect(isoOf("2026-03-01")).toBe("2026-03-01T05:00:00.000Z");
  });

  test("in a gap is the first instant after it", () => {
    inZone("Europe/Paris"); // 2026-03-29, 02:00 becomes 03:00 at 01:00 UTC
    expect(isoOf("2026-03-29 01:59:59.999")).toBe("2026-03-29T00:59:59.999Z");
    expect(isoOf("2026-03-29 02:00")).toBe("2026-03-29T01:00:00.000Z");
    expect(isoOf("2026-03-29 02:30")).toBe("2026-03-29T01:00:00.000Z");
    expect(isoOf("2026-03-29 02:59:59.999")).toBe("2026-03-29T01:00:00.000Z");
    expect(isoOf("2026-03-29 03:00")).toBe("2026-03-29T01:00:00.000Z");
    expect(isoOf("2026-03-29 03:00:00.001")).toBe("2026-03-29T01:00:00.001Z");
  });

  test("anywhere in a gap is its end to the millisecond", () => {
    inZone("Europe/Paris");
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_599_999 }), (intoMs) => {
        const wall = toIso(Date.UTC(2026, 2, 29, 2) + intoMs).slice(0, -1);
        expect(isoOf(wall)).toBe("2026-03-29T01:00:00.000Z");
      }),
    );
  });

  test("in a gap of half an hour, of a midnight, or of a whole day, too", () => {
    inZone("Australia/Lord_Howe"); // 2026-10-04, 02:00 becomes 02:30
    expect(isoOf("2026-10-04 02:10")).toBe("2026-10-03T15:30:00.000Z");
    inZone("America/Sao_Paulo"); // 2018-11-04, 00:00 becomes 01:00
    expect(isoOf("2018-11-04")).toBe("2018-11-04T03:00:00.000Z");
    inZone("Pacific/Apia"); // 2011-12-30 did not take place
    expect(isoOf("2011-12-30 15:00")).toBe("2011-12-30T10:00:00.000Z");
  });

  test("in a repeated hour is the first of the two", () => {
    inZone("Europe/Paris"); // 2026-10-25, 03:00 becomes 02:00 at 01:00 UTC
    expect(isoOf("2026-10-25 02:30")).toBe("2026-10-25T00:30:00.000Z");
    expect(isoOf("2026-10-25 03:00")).toBe("2026-10-25T02:00:00.000Z");
    inZone("America/New_York");
    expect(isoOf("2026-11-01 01:30")).toBe("2026-11-01T05:30:00.000Z");
  });

  test("is exact where the offset of old times had seconds", () => {
    inZone("Europe/Paris");
    expect(isoOf("1900-06-01 12:00")).toBe("1900-06-01T11:50:39.000Z");
  });

  test("shows as written on the machine's clock, or is the end of a gap", () => {
    const zones = fc.constantFrom(
      "UTC",
      "Europe/Paris",
      "America/New_York",
      "Asia/Kathmandu",
      "Australia/Lord_Howe",
      "Pacific/Apia",
      "Africa/Casablanca",
    );
    fc.assert(
      fc.property(zones, fc.integer({ min: 0, max: 2_000_000_000 }), (zone, seconds) => {
        inZone(zone);
        const wanted = toIso(seconds * 1_000).slice(0, 19);
        const at = atOf(wanted);
        const shown = localText(at);
        if (shown === wanted) return;
        expect(shown > wanted).toBe(true);
        expect(localText(at - 1_000) < wanted).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** As the machine's clock shows it, in the form of `toIso` without its end. */
function localText(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

describe("a time of day", () => {
  test("is the next such time, strictly later", () => {
    inZone("UTC");
    expect(isoOf("12:00:01", NOW)).toBe("2026-03-01T12:00:01.000Z");
    expect(isoOf("12:00", NOW - 1)).toBe("2026-03-01T12:00:00.000Z");
    expect(isoOf("12:00", NOW)).toBe("2026-03-02T12:00:00.000Z");
    expect(isoOf(" 12:30\n", NOW)).toBe("2026-03-01T12:30:00.000Z");
    expect(isoOf("9:30", NOW)).toBe("2026-03-02T09:30:00.000Z");
    expect(isoOf("00:00", NOW)).toBe("2026-03-02T00:00:00.000Z");
    expect(isoOf("23:59:59.5", NOW)).toBe("2026-03-01T23:59:59.500Z");
  });

  test("is one of the machine's zone, also when that has another date", () => {
    inZone("Asia/Tokyo"); // 21:00 there
    expect(isoOf("22:00")).toBe("2026-03-01T13:00:00.000Z");
    expect(isoOf("09:30")).toBe("2026-03-02T00:30:00.000Z");
    inZone("Pacific/Auckland"); // 01:00 of 2 March there
    expect(isoOf("09:30")).toBe("2026-03-01T20:30:00.000Z");
  });

  test("crosses the ends of months and years", () => {
    inZone("UTC");
    expect(isoOf("09:00", Date.UTC(2026, 1, 28, 10))).toBe("2026-03-01T09:00:00.000Z");
    expect(isoOf("09:00", Date.UTC(2024, 1, 28, 10))).toBe("2024-02-29T09:00:00.000Z");
    expect(isoOf("09:00", Date.UTC(2026, 11, 31, 10))).toBe("2027-01-01T09:00:00.000Z");
    expect(isoOf("09:00", Date.UTC(2026, 1, 28, 23, 59, 59, 999))).toBe("2026-03-01T09:00:00.000Z");
    expect(isoOf("09:00", Date.UTC(9999, 11, 31, 10))).toBe("+010000-01-01T09:00:00.000Z");
  });

  test("is 23 or 25 hours away where the clock changes in between", () => {
    inZone("Europe/Paris");
    const spring = atOf("2026-03-28 09:00");
    expect(atOf("09:00", spring) - spring).toBe(23 * 3_600_000);
    const autumn = atOf("2026-10-24 09:00");
    expect(atOf("09:00", autumn) - autumn).toBe(25 * 3_600_000);
  });

  test("in a gap is the end of the gap, and the day after once that is past", () => {
    inZone("Europe/Paris");
    expect(isoOf("02:30", Date.parse("2026-03-29T00:30:00Z"))).toBe("2026-03-29T01:00:00.000Z");
    expect(isoOf("02:30", Date.parse("2026-03-29T01:00:00Z"))).toBe("2026-03-30T00:30:00.000Z");
  });

  test("is later than now, by little more than a day at most, at any time in any zone", () => {
    const zones = fc.constantFrom("UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu");
    const clock = fc.tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }));
    fc.assert(
      fc.property(zones, fc.integer({ min: 0, max: 2e12 }), clock, (zone, now, [hour, minute]) => {
        inZone(zone);
        const awayMs = atOf(`${hour}:${String(minute).padStart(2, "0")}`, now) - now;
        expect(awayMs).toBeGreaterThan(0);
        expect(awayMs).toBeLessThanOrEqual(25 * 3_600_000);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("toIso", () => {
  test.each([
    [0, "1970-01-01T00:00:00.000Z"],
    [NOW, "2026-03-01T12:00:00.000Z"],
    [-1, "1969-12-31T23:59:59.999Z"],
    [MAX, "+275760-09-13T00:00:00.000Z"],
    [-MAX, "-271821-04-20T00:00:00.000Z"],
  ])("%d is %s", (ms, iso) => {
    expect(toIso(ms)).toBe(iso);
  });

  test.each([MAX + 1, -MAX - 1, Number.NaN, Infinity, -Infinity])("%d is refused by name", (ms) => {
    expect(() => toIso(ms)).toThrow(new RangeError(`${ms} is not an instant: from -8.64e15 to 8.64e15 milliseconds since 1970 are`));
  });

  test("the zone of the machine is irrelevant", () => {
    inZone("Asia/Kathmandu");
    expect(toIso(NOW)).toBe("2026-03-01T12:00:00.000Z");
  });
});
