/** Every combination of what can be known of an owner. */
import { describe, expect, test } from "bun:test";
import { CLOCK_SKEW_MS, isOwnerGone, isWorkerGone, LEASE_MS, type OwnerFacts } from "../../src/sqlite/ownership.ts";
import { NOW, worker } from "../suites/store/samples.ts";
import { Machine } from "./machine.ts";

const AGES = [-1, 0, LEASE_MS, LEASE_MS + 1, LEASE_MS + CLOCK_SKEW_MS, LEASE_MS + CLOCK_SKEW_MS + 1, Number.MAX_SAFE_INTEGER];

const everyAge = (parts: Pick<OwnerFacts, "liveness" | "isSameBoot">): readonly OwnerFacts[] =>
  AGES.flatMap((bootAgeMs) => AGES.map((wallAgeMs) => ({ ...parts, bootAgeMs, wallAgeMs })));

describe("an owner", () => {
  test("that is alive is never gone, whatever its heartbeat says", () => {
    for (const isSameBoot of [true, false]) expect(everyAge({ liveness: "alive", isSameBoot }).filter(isOwnerGone)).toEqual([]);
  });

  test("that is dead is gone at once, whatever its heartbeat says", () => {
    for (const isSameBoot of [true, false]) {
      expect(everyAge({ liveness: "dead", isSameBoot }).every(isOwnerGone)).toBe(true);
    }
  });

  test("that is unknown on this boot is gone once the boot clock says that its lease is over; the wall clock says nothing", () => {
    const gone = everyAge({ liveness: "unknown", isSameBoot: true }).filter(isOwnerGone);
    expect(new Set(gone.map(({ bootAgeMs }) => bootAgeMs))).toEqual(new Set(AGES.filter((age) => age > LEASE_MS)));
    expect(gone).toHaveLength(AGES.filter((age) => age > LEASE_MS).length * AGES.length);
  });

  test("that is unknown elsewhere is gone once the wall clock says so beyond any skew; the boot clock says nothing", () => {
    const gone = everyAge({ liveness: "unknown", isSameBoot: false }).filter(isOwnerGone);
    const old = AGES.filter((age) => age > LEASE_MS + CLOCK_SKEW_MS);
    expect(new Set(gone.map(({ wallAgeMs }) => wallAgeMs))).toEqual(new Set(old));
    expect(gone).toHaveLength(old.length * AGES.length);
  });
});

describe("the facts of a worker's row", () => {
  test.each([
    ["the same boot, fresh by the boot clock, ancient by the wall clock", { bootId: "boot-1", seenBootMs: 1_000_000, seenAt: 0 }, false],
    [
      "the same boot, old by the boot clock, fresh by the wall clock",
      { bootId: "boot-1", seenBootMs: 1_000_000 - LEASE_MS - 1, seenAt: NOW },
      true,
    ],
    ["another boot, old by the boot clock, fresh by the wall clock", { bootId: "boot-2", seenBootMs: 0, seenAt: NOW }, false],
    ["another boot, fresh by the boot clock, ancient by the wall clock", { bootId: "boot-2", seenBootMs: 1_000_000, seenAt: 0 }, true],
  ] as const)("%s", (_, parts, isGone) => {
    const machine = new Machine();
    machine.liveness.set(111, "unknown");
    expect(isWorkerGone(worker("w", 111, parts), machine.host())).toBe(isGone);
  });
});
