/**
 * Goal: no window of `period` ever holds more than `limit` starts, each start comes as early as that allows, and none is forgotten.
 *
 * Method: every pattern of arrivals on a short clock, with a ticker that looks at every instant, at some, or late; the tables are in
 * memory. Longer ones, with delays and cancellations among them, are drawn by a seeded generator, and a failure names its seed.
 */
import { Database } from "bun:sqlite";
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { MIGRATIONS } from "../../src/sqlite/migrations.ts";
import { type Queries, Query } from "../../src/sqlite/query.ts";
import { beginOrPutOff, planFor, recordPlan } from "../../src/sqlite/rates.ts";
import { forgetPlan } from "../../src/sqlite/tables/starts.ts";

const database = new Database(":memory:");
for (const { sql } of MIGRATIONS) database.run(sql);
const statements = new Map<string, Query<unknown>>();
const db: Queries = {
  query<Row>(sql: string): Query<Row> {
    const known = statements.get(sql) ?? new Query<unknown>(sql, database.prepare(sql));
    statements.set(sql, known);
    return known as Query<Row>;
  },
};
afterAll(() => database.close());
beforeEach(clear);

function clear(): void {
  database.run("DELETE FROM starts");
  database.run("DELETE FROM lanes");
}

interface Arrival {
  readonly at: number;
  readonly wantedAt: number;
}

interface World {
  readonly limit: number;
  readonly periodMs: number;
  /** In the order of their creation. */
  readonly arrivals: readonly Arrival[];
  /** Whether somebody looks for what is due at an instant. */
  readonly looks: (now: number) => boolean;
  /** Which of them is cancelled at an instant, if it has not begun. */
  readonly cancels?: (now: number) => number | undefined;
  readonly until: number;
}

/** When each has begun; undefined for one that has not. */
function play({ limit, periodMs, arrivals, looks, cancels, until }: World): readonly (number | undefined)[] {
  clear();
  const rate = { lane: "x", limit, periodMs };
  const wakes = new Map<number, number>();
  const begun = new Array<number | undefined>(arrivals.length).fill(undefined);
  for (let now = 0; now <= until; now++) {
    arrivals.forEach(({ at, wantedAt }, n) => {
      if (at !== now) return;
      const startAt = planFor(db, rate, { wantedAt, now });
      recordPlan(db, rate, { id: `e${n}`, wantedAt, at: startAt, hasBegun: false });
      wakes.set(n, startAt);
    });
    const gone = cancels?.(now);
    if (gone !== undefined && wakes.delete(gone)) forgetPlan(db, `e${gone}`);
    if (!looks(now)) continue;
    // Oldest wake first, as a claim takes them.
    for (const [n, wakeAt] of [...wakes].sort((a, b) => a[1] - b[1] || a[0] - b[0])) {
      if (wakeAt > now) continue;
      const at = beginOrPutOff(db, `e${n}`, now);
      if (at === undefined) {
        wakes.delete(n);
        begun[n] = now;
      } else {
        expect(at).toBeGreaterThan(now);
        wakes.set(n, at);
      }
    }
  }
  return begun;
}

/** The fullest window. */
const most = (begun: readonly (number | undefined)[], periodMs: number): number => {
  const times = begun.filter((at) => at !== undefined);
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + periodMs).length));
};

/** What is possible: one after the other in their order, each as early as it may be. */
const earliest = (arrivals: readonly Arrival[], limit: number, periodMs: number): readonly number[] => {
  const times: number[] = [];
  for (const { wantedAt } of arrivals) times.push(Math.max(wantedAt, (times[times.length - limit] ?? -Infinity) + periodMs));
  return times;
};

/** Each number of arrivals from 0 to 2 at each of the first instants. */
function* patterns(instants: number): Generator<readonly Arrival[]> {
  for (let code = 0; code < 3 ** instants; code++) {
    const arrivals: Arrival[] = [];
    for (let at = 0, rest = code; at < instants; at++, rest = Math.floor(rest / 3)) {
      for (let n = 0; n < rest % 3; n++) arrivals.push({ at, wantedAt: at });
    }
    yield arrivals;
  }
}

const INSTANTS = 5;
const UNTIL = 60;

describe.each([1, 2, 3])("a limit of %d", (limit) => {
  test.each([1, 2, 3, 4])("in a period of %d: every pattern begins in order, as early as it may", (periodMs) => {
    for (const arrivals of patterns(INSTANTS)) {
      const begun = play({ limit, periodMs, arrivals, looks: () => true, until: UNTIL });
      expect(begun).toEqual([...earliest(arrivals, limit, periodMs)]);
    }
  });

  test.each([2, 3, 4])("in a period of %d: is held as well where nothing looks for a while, and all begin in the end", (periodMs) => {
    for (const arrivals of patterns(INSTANTS)) {
      for (const looks of [(now: number) => now >= 7, (now: number) => now % 3 === 2, (now: number) => now < 2 || now > 9]) {
        const begun = play({ limit, periodMs, arrivals, looks, until: 3 * UNTIL });
        expect(most(begun, periodMs)).toBeLessThanOrEqual(limit);
        expect(begun).not.toContain(undefined);
        expect([...begun].sort((a, b) => Number(a) - Number(b))).toEqual([...begun]);
      }
    }
  });
});

test("a line that was held up moves on one after the other, in order: nobody is sent to its end", () => {
  const arrivals = Array.from({ length: 20 }, () => ({ at: 0, wantedAt: 0 }));
  const begun = play({ limit: 1, periodMs: 10, arrivals, looks: (now) => now < 25 || now >= 77, until: 400 });
  expect(begun.slice(0, 6)).toEqual([0, 10, 20, 77, 87, 97]);
  expect(begun.at(-1)).toBe(77 + 16 * 10);
});

/** Mulberry32. */
const chanceOf = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

test("holds for any mixture of delayed starts, cancellations and late looks", () => {
  for (let seed = 1; seed <= 400; seed++) {
    const chance = chanceOf(seed);
    const pick = (below: number): number => Math.floor(chance() * below);
    const [limit, periodMs, count] = [1 + pick(4), 1 + pick(20), 1 + pick(30)];
    const arrivals = Array.from({ length: count }, () => {
      const at = pick(60);
      return { at, wantedAt: at + (chance() < 0.4 ? pick(80) : 0) };
    });
    const gone = new Set<number>();
    const cancels = (): number | undefined => {
      if (chance() > 0.1) return undefined;
      const n = pick(count);
      gone.add(n);
      return n;
    };
    const rate = chance();
    const begun = play({ limit, periodMs, arrivals, looks: (now) => now > 150 || chance() < rate, cancels, until: 1_500 });
    const window = most(begun, periodMs);
    const isForgotten = begun.some((at, n) => at === undefined && !gone.has(n));
    const isEarly = begun.some((at, n) => at !== undefined && at < (arrivals[n]?.wantedAt ?? 0));
    expect({ seed, isOver: window > limit, isForgotten, isEarly }).toEqual({ seed, isOver: false, isForgotten: false, isEarly: false });
  }
});

test("an end of what has not begun frees its start for those that are planned later", () => {
  const rate = { lane: "x", limit: 1, periodMs: 10 };
  const plan = (id: string, now: number): number => {
    const at = planFor(db, rate, { wantedAt: now, now });
    recordPlan(db, rate, { id, wantedAt: now, at, hasBegun: false });
    return at;
  };
  expect([plan("a", 0), plan("b", 0), plan("c", 0)]).toEqual([0, 10, 20]);
  forgetPlan(db, "b");
  forgetPlan(db, "c");
  expect(plan("d", 0)).toBe(10);
});

test("what began long ago is forgotten; what others count is not", () => {
  const rate = { lane: "x", limit: 2, periodMs: 10 };
  for (let now = 0; now < 1_000; now += 10) {
    const at = planFor(db, rate, { wantedAt: now, now });
    recordPlan(db, rate, { id: `e${now}`, wantedAt: now, at, hasBegun: true });
  }
  expect(database.query("SELECT count(*) AS n FROM starts").get()).toEqual({ n: 1 });
});

test("a clock that is put back holds nothing up for longer than two periods", () => {
  const rate = { lane: "x", limit: 1, periodMs: 10 };
  recordPlan(db, rate, { id: "a", wantedAt: 1_000_000, at: 1_000_000, hasBegun: true });
  expect(planFor(db, rate, { wantedAt: 5, now: 5 })).toBe(5);
  recordPlan(db, rate, { id: "b", wantedAt: 12, at: 12, hasBegun: true });
  expect(planFor(db, rate, { wantedAt: 5, now: 5 })).toBeLessThanOrEqual(25);
});
