/** Which slots are started, which are missed, and what comes next. */
import { describe, expect, test } from "bun:test";
import type { CatchUp } from "../../../src/model/schedule/config.ts";
import { MAX_COUNTED, MAX_SLOTS, ON_TIME_MS, planSlots } from "../../../src/model/schedule/plan.ts";
import { slotAfter } from "../../../src/model/schedule/slots.ts";
import { at, shown, timing } from "./timings.ts";

const DAY_MS = 86_400_000;

const policy = (cron: string, catchUp: CatchUp, windowMs = DAY_MS, zone = "UTC") => ({ timing: timing(cron, zone), catchUp, windowMs });

describe("a slot that has come", () => {
  test("is started, and the next one is planned", () => {
    const nextAt = at("2026-03-02T09:00:00Z");
    const plan = planSlots({ policy: policy("0 9 * * *", "latest"), nextAt, now: nextAt });
    expect(plan).toEqual({ slots: [nextAt], missed: 0, nextAt: nextAt + DAY_MS, lastAt: nextAt });
  });

  test("is not started a millisecond early, and stays the next one", () => {
    const nextAt = at("2026-03-02T09:00:00Z");
    expect(planSlots({ policy: policy("0 9 * * *", "all"), nextAt, now: nextAt - 1 })).toEqual({
      slots: [],
      missed: 0,
      nextAt,
      lastAt: null,
    });
  });

  test.each(["skip", "latest", "all"] as const)("is on time for a minute and more with %s", (catchUp) => {
    const nextAt = at("2026-03-02T09:00:00Z");
    const { slots, missed } = planSlots({ policy: policy("0 9 * * *", catchUp), nextAt, now: nextAt + 90_000 });
    expect([slots, missed]).toEqual([[nextAt], 0]);
  });
});

describe("slots that were missed", () => {
  const nextAt = at("2026-03-02T09:00:00Z");
  const now = at("2026-03-02T12:30:00Z");

  test("are left out and counted with skip", () => {
    const plan = planSlots({ policy: policy("0 * * * *", "skip"), nextAt, now });
    expect(plan).toEqual({ slots: [], missed: 4, nextAt: at("2026-03-02T13:00:00Z"), lastAt: at("2026-03-02T12:00:00Z") });
  });

  test("are made up for by the last of them with latest", () => {
    const plan = planSlots({ policy: policy("0 * * * *", "latest"), nextAt, now });
    expect([shown(plan.slots), plan.missed, plan.nextAt]).toEqual([["2026-03-02T12:00Z"], 3, at("2026-03-02T13:00:00Z")]);
  });

  test("are all started with all, the earliest first", () => {
    const { slots, missed } = planSlots({ policy: policy("0 * * * *", "all"), nextAt, now });
    expect([shown(slots), missed]).toEqual([["2026-03-02T09:00Z", "2026-03-02T10:00Z", "2026-03-02T11:00Z", "2026-03-02T12:00Z"], 0]);
  });

  test.each([
    ["latest", 1_800_000, [], 4],
    ["latest", 1_799_999 + 1, [], 4],
    ["latest", 1_800_000 + 1, ["2026-03-02T12:00Z"], 3],
    ["all", 5_400_000, ["2026-03-02T11:00Z", "2026-03-02T12:00Z"], 2],
  ] as const)("with %s are too old beyond a window of %d ms", (catchUp, windowMs, slots, missed) => {
    const later = now + (windowMs === 1_800_000 ? 1 : 0);
    const plan = planSlots({ policy: policy("0 * * * *", catchUp, windowMs), nextAt, now: later });
    expect([shown(plan.slots), plan.missed]).toEqual([[...slots], missed]);
  });

  test("with skip still start the last one within five minutes, since ticks come minutes apart", () => {
    const last = at("2026-03-02T12:00:00Z");
    const late = (ms: number) => planSlots({ policy: policy("0 * * * *", "skip"), nextAt, now: last + ms }).slots;
    expect([late(ON_TIME_MS), late(ON_TIME_MS + 1)]).toEqual([[last], []]);
  });

  test("are never started by more than a thousand, the last ones", () => {
    const { slots, missed } = planSlots({ policy: policy("* * * * *", "all", 30 * DAY_MS), nextAt: now - 2 * DAY_MS, now });
    expect([slots.length, slots[0], slots.at(-1), missed]).toEqual([MAX_SLOTS, now - 999 * 60_000, now, 2 * 1_440 + 1 - MAX_SLOTS]);
  });

  test("of years are counted up to a bound, without walking through them", () => {
    const began = performance.now();
    const plan = planSlots({ policy: policy("* * * * *", "latest", DAY_MS, "Europe/Paris"), nextAt: now - 5 * 365 * DAY_MS, now });
    expect([plan.slots, plan.missed, plan.nextAt]).toEqual([[now], MAX_COUNTED - 1, now + 60_000]);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

test("a schedule whose last slot has been has none any more", () => {
  const last = at("2026-03-02T09:00:00Z");
  const ending = {
    cron: { text: "", isRhythm: false, next: (wall: number) => (wall < last ? last : undefined) },
    zone: timing("0 9 * * *", "UTC").zone,
  };
  const plan = planSlots({ policy: { timing: ending, catchUp: "latest", windowMs: DAY_MS }, nextAt: last, now: last + 5 });
  expect(plan).toEqual({ slots: [last], missed: 0, nextAt: null, lastAt: last });
});

/**
 * A timer that fires 50 ms early, and a clock that is put back by as much after each start: what Solid Queue enqueues twice.
 *
 * The plan is given as an argument, so that the mistake itself can be seen to be noticed.
 */
const startsPerSlot = (plan: typeof planSlots): ReadonlyMap<number, number> => {
  const starts = new Map<number, number>();
  const about = policy("* * * * *", "latest");
  let next: number | null = at("2026-03-02T09:00:00Z");
  let clock = next - 50;
  for (let look = 0; look < 400 && next !== null; look++) {
    const planned = plan({ policy: about, nextAt: next, now: clock });
    for (const slot of planned.slots) starts.set(slot, (starts.get(slot) ?? 0) + 1);
    const isStarted = planned.slots.length > 0;
    next = planned.nextAt;
    clock += isStarted ? -50 : 25;
    if (look % 10 === 9 && next !== null) clock = Math.max(clock, next - 50);
  }
  return starts;
};

describe("a timer that fires early, and a clock that is put back", () => {
  test("start each slot once, since the next is counted from the slot and not from now", () => {
    const starts = startsPerSlot(planSlots);
    expect(starts.size).toBeGreaterThan(10);
    expect([...new Set(starts.values())]).toEqual([1]);
  });

  test("would start slots twice if it were counted from now: the test above can fail", () => {
    const afterNow: typeof planSlots = ({ policy, nextAt, now }) => {
      const isDue = nextAt - 50 <= now;
      return { slots: isDue ? [nextAt] : [], missed: 0, nextAt: isDue ? (slotAfter(policy.timing, now) ?? null) : nextAt, lastAt: null };
    };
    expect(Math.max(...startsPerSlot(afterNow).values())).toBeGreaterThan(1);
  });
});
