/** Slots on nights when the clock is changed, as a person would check them. */
import { describe, expect, test } from "bun:test";
import { nightOf } from "../../../src/model/schedule/night.ts";
import { lastSlots, slotAfter, slotsBetween } from "../../../src/model/schedule/slots.ts";
import { at, shown, timing } from "./timings.ts";

const from = (cron: string, zone: string, after: string, limit: number): readonly string[] =>
  shown(slotsBetween(timing(cron, zone), { after: at(after), upTo: Number.POSITIVE_INFINITY, limit }));

describe("a gap in local time", () => {
  test("runs what falls into it at its first valid instant, once", () => {
    expect(from("30 2 * * *", "Europe/Paris", "2026-03-28T12:00:00Z", 2)).toEqual(["2026-03-29T01:00Z", "2026-03-30T00:30Z"]);
    expect(from("*/10 2 * * *", "Europe/Paris", "2026-03-28T12:00:00Z", 2)).toEqual(["2026-03-29T01:00Z", "2026-03-30T00:00Z"]);
  });

  test("runs once what falls into it and what stands at its end", () => {
    expect(from("0 2,3 * * *", "Europe/Paris", "2026-03-28T12:00:00Z", 2)).toEqual(["2026-03-29T01:00Z", "2026-03-30T00:00Z"]);
  });

  test("does not delay a rhythm", () => {
    expect(from("30 * * * *", "Europe/Paris", "2026-03-29T00:00:00Z", 3)).toEqual([
      "2026-03-29T00:30Z",
      "2026-03-29T01:30Z",
      "2026-03-29T02:30Z",
    ]);
  });
});

describe("a repeated hour", () => {
  test("runs a time of the clock the first time only", () => {
    expect(from("30 2 * * *", "Europe/Paris", "2026-10-24T12:00:00Z", 2)).toEqual(["2026-10-25T00:30Z", "2026-10-26T01:30Z"]);
  });

  test("runs a rhythm both times", () => {
    const both = ["2026-10-25T00:30Z", "2026-10-25T01:30Z", "2026-10-25T02:30Z"];
    expect(from("30 * * * *", "Europe/Paris", "2026-10-25T00:00:00Z", 3)).toEqual(both);
  });

  test("does not run again for somebody who asks in the middle of its second half", () => {
    expect(from("30 2 * * *", "Europe/Paris", "2026-10-25T01:10:00Z", 1)).toEqual(["2026-10-26T01:30Z"]);
  });
});

test("Lord Howe Island changes its clock by half an hour", () => {
  expect(from("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", 2)).toEqual(["2026-10-03T15:30Z", "2026-10-04T15:15Z"]);
  expect(from("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", 2)).toEqual(["2026-04-04T14:45Z", "2026-04-05T15:15Z"]);
});

test("a day that a whole country left out is run at its end", () => {
  expect(from("0 9 * * *", "Pacific/Apia", "2011-12-29T10:00:00Z", 3)).toEqual([
    "2011-12-29T19:00Z",
    "2011-12-30T10:00Z",
    "2011-12-30T19:00Z",
  ]);
});

test("29 February comes in leap years only", () => {
  expect(from("0 0 29 2 *", "Asia/Tokyo", "2026-01-01T00:00:00Z", 2)).toEqual(["2028-02-28T15:00Z", "2032-02-28T15:00Z"]);
});

test("both days count where the day of the month and of the week are given, as in cron", () => {
  expect(from("0 9 13 * FRI", "UTC", "2026-02-01T00:00:00Z", 3)).toEqual(["2026-02-06T09:00Z", "2026-02-13T09:00Z", "2026-02-20T09:00Z"]);
  expect(from("0 9 13 * +FRI", "UTC", "2026-02-01T00:00:00Z", 3)).toEqual(["2026-02-13T09:00Z", "2026-03-13T09:00Z", "2026-11-13T09:00Z"]);
});

test("the next slot is strictly later, also within its second", () => {
  const about = timing("0 9 * * *", "UTC");
  const slot = at("2026-03-02T09:00:00Z");
  expect([slotAfter(about, slot - 1), slotAfter(about, slot), slotAfter(about, slot + 1)]).toEqual([
    slot,
    slot + 86_400_000,
    slot + 86_400_000,
  ]);
});

test("the last slots of many are those nearest to the end", () => {
  const about = timing("* 3 * * MON", "Europe/Paris");
  const window = { after: at("2026-01-01T00:00:00Z"), upTo: at("2026-06-01T00:00:00Z") };
  const all = slotsBetween(about, { ...window, limit: 10_000 });
  for (const limit of [1, 59, 60, 61, 1_000, all.length, all.length + 1]) {
    expect(lastSlots(about, { ...window, limit })).toEqual(all.slice(-limit));
  }
});

describe("what a night does to a slot", () => {
  const kindAt = (cron: string, slot: string) => nightOf(timing(cron, "Europe/Paris"), at(slot))?.kind;

  test("is told for the nights when the clock is changed", () => {
    expect(nightOf(timing("30 2 * * *", "Europe/Paris"), at("2026-03-29T01:00:00Z"))).toEqual({
      kind: "shifted",
      meantWall: at("2026-03-29T02:30:00Z"),
    });
    expect(kindAt("30 2 * * *", "2026-10-25T00:30:00Z")).toBe("once");
    expect(kindAt("30 * * * *", "2026-10-25T00:30:00Z")).toBe("first-of-two");
    expect(kindAt("30 * * * *", "2026-10-25T01:30:00Z")).toBe("second-of-two");
  });

  test("is nothing for all others, and for what comes before or after on such a night", () => {
    expect(kindAt("30 2 * * *", "2026-03-28T01:30:00Z")).toBeUndefined();
    expect(kindAt("0 3 * * *", "2026-03-29T01:00:00Z")).toBeUndefined();
    expect(kindAt("0 * * * *", "2026-03-29T01:00:00Z")).toBeUndefined();
    expect(kindAt("0 3 * * *", "2026-10-25T02:00:00Z")).toBeUndefined();
    expect(kindAt("59 1 * * *", "2026-10-24T23:59:00Z")).toBeUndefined();
  });
});
