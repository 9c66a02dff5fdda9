/**
 * Goal: every pattern has exactly the slots that the rules give it, whatever any zone of the world does to its clock until 2032.
 *
 * Method: each change of each zone is found through `Intl`, and around it the slots of twelve patterns are compared with those that an
 * oracle finds minute by minute. The small tier looks at the hours around every change, the larger ones at the days.
 */
import { describe, expect, test } from "bun:test";
import { lastSlot, slotAfter, slotsBetween } from "../../../src/model/schedule/slots.ts";
import { parseZone } from "../../../src/model/schedule/zone.ts";
import { RIG_TIMEOUT_MS, tiered } from "../../crash/tier.ts";
import { type Change, changesOf, PATTERNS, slotsAround } from "./oracle.ts";
import { timing } from "./timings.ts";

const HOUR_MS = 3_600_000;
const ZONES = Intl.supportedValuesOf("timeZone");
const FROM = Date.UTC(2026, 0, 1);
const TO = Date.UTC(2033, 0, 1);
const CHANGES = changesOf(ZONES, FROM, TO);

/** Around a change, in hours. */
const REACH = tiered({ ci: 4, night: 36, soak: 72 });

describe("the changes of the clock", () => {
  test("are found where Intl finds them, in every zone", () => {
    expect(ZONES.length).toBeGreaterThan(400);
    expect(CHANGES.length).toBeGreaterThan(1_500);
    const found = ZONES.flatMap((name) => {
      const parsed = parseZone(name);
      if (!parsed.ok) throw new Error(parsed.problem);
      const changes: Change[] = [];
      for (
        let change = parsed.zone.changeAfter(FROM);
        change !== undefined && change.at < TO;
        change = parsed.zone.changeAfter(change.at)
      ) {
        expect(parsed.zone.changeUpTo(change.at)).toEqual(change);
        expect(parsed.zone.changeUpTo(change.at - 1)?.at).not.toBe(change.at);
        changes.push({ zone: name, ...change });
      }
      return changes;
    });
    expect(found).toEqual([...CHANGES]);
  });
});

describe("the slots around every change of the clock", () => {
  test.each(PATTERNS.map((pattern) => [pattern.text, pattern] as const))(
    "of %s are those of the oracle",
    (text, pattern) => {
      for (const change of CHANGES) {
        const from = change.at - REACH * HOUR_MS;
        const to = change.at + REACH * HOUR_MS;
        const slots = slotsBetween(timing(text, change.zone), { after: from - 1, upTo: to, limit: 10_000 });
        const wanted = slotsAround(change, pattern, { from, to });
        if (!Bun.deepEquals(slots, wanted)) expect({ ...change, slots: readable(slots) }).toEqual({ ...change, slots: readable(wanted) });
      }
    },
    RIG_TIMEOUT_MS,
  );

  test("are the same wherever the search begins, and halving finds the last of them", () => {
    for (const [index, change] of CHANGES.entries()) {
      const pattern = PATTERNS[index % PATTERNS.length] ?? PATTERNS[0]!;
      const about = timing(pattern.text, change.zone);
      const slots = slotsBetween(about, { after: change.at - 30 * HOUR_MS, upTo: change.at + 30 * HOUR_MS, limit: 1_000 });
      const [first] = slots;
      if (first === undefined) continue;
      expect(lastSlot(about, { from: first, upTo: change.at + 30 * HOUR_MS })).toBe(slots.at(-1) ?? Number.NaN);
      for (const start of [change.at - 1, change.at, change.at + 1, change.at + 59 * 60_000]) {
        const next = slots.find((slot) => slot > start);
        if (next !== undefined) expect(slotAfter(about, start)).toBe(next);
      }
    }
  });
});

describe("where Bun's own cron means the same", () => {
  /**
   * It shifts what falls into a gap by the length of the gap, takes a wildcard of minutes for a rhythm as well, and a stepped one of hours
   * for none: where that matters nothing is compared.
   */
  test("the next slot is the same, on ordinary days and when the clock is put back", () => {
    let compared = 0;
    for (const [index, change] of CHANGES.entries()) {
      for (const pattern of PATTERNS.filter(({ text }) => !text.startsWith("*/20"))) {
        const about = timing(pattern.text, change.zone);
        const isBack = change.afterMs < change.beforeMs && !pattern.text.includes("*/2");
        const starts = [
          change.at + 9 * 86_400_000 + index * 61_000,
          ...(isBack ? [change.at - 3 * HOUR_MS, change.at - 30 * 60_000, change.at] : []),
        ];
        for (const start of starts.slice(0, tiered({ ci: 1 + (index % 4), night: 4, soak: 4 }))) {
          const theirs = Bun.cron.parse(pattern.text, start, { tz: change.zone })?.getTime();
          if (hasGap(change.zone, start, theirs ?? start)) continue;
          compared++;
          const ours = slotAfter(about, start);
          if (ours !== theirs) expect([change.zone, pattern.text, start, ours]).toEqual([change.zone, pattern.text, start, theirs]);
        }
      }
    }
    expect(compared).toBeGreaterThan(10_000);
  });
});

const hasGap = (zone: string, from: number, to: number): boolean =>
  CHANGES.some(
    (change) =>
      change.zone === zone && change.afterMs > change.beforeMs && change.at > from - 24 * HOUR_MS && change.at <= to + 24 * HOUR_MS,
  );

const readable = (slots: readonly number[]): readonly string[] => slots.map((slot) => new Date(slot).toISOString());
