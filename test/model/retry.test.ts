/** Delays: within bounds for any policy, attempt and chance, exact where no chance is wanted. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { MAX_DURATION_MS } from "../../src/model/duration.ts";
import type { PanicPolicy } from "../../src/model/records.ts";
import { DEFAULT_PANIC, DEFAULT_RETRY, panicDelayMs, type RetryPolicy, retryDelayMs } from "../../src/model/retry.ts";

const least = (): number => 0;
const most = (): number => 1 - Number.EPSILON / 2;
const middle = (): number => 0.5;
const exact: RetryPolicy = { ...DEFAULT_RETRY, jitter: false };

const anyChance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const anyDelay = fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: MAX_DURATION_MS }));
const anyFactor = fc.double({ min: 1, max: 1_000, noNaN: true });
const anyCount = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 10_000 }));
const anyRetry: fc.Arbitrary<RetryPolicy> = fc.record({
  attempts: fc.integer({ min: 1, max: 10_000 }),
  delayMs: anyDelay,
  factor: anyFactor,
  maxDelayMs: anyDelay,
  backoff: fc.constantFrom("exponential", "constant", "linear"),
  jitter: fc.boolean(),
});
const anyPanic: fc.Arbitrary<PanicPolicy> = fc.record({
  maxRestarts: fc.nat({ max: 1_000 }),
  delayMs: anyDelay,
  factor: anyFactor,
  maxDelayMs: anyDelay,
});

test("the defaults are those of the documentation", () => {
  expect(DEFAULT_RETRY).toEqual({ attempts: 3, delayMs: 1_000, factor: 2, maxDelayMs: 300_000, backoff: "exponential", jitter: true });
  expect(DEFAULT_PANIC).toEqual({ maxRestarts: 3, delayMs: 5_000, factor: 2, maxDelayMs: 600_000 });
});

describe("retryDelayMs", () => {
  test("exponential delays are multiplied by the factor up to the cap", () => {
    const delays = [1, 2, 3, 8, 9, 10, 11].map((attempt) => retryDelayMs(exact, attempt, least));
    expect(delays).toEqual([1_000, 2_000, 4_000, 128_000, 256_000, 300_000, 300_000]);
  });

  test("linear delays grow by the first one up to the cap, whatever the factor", () => {
    const linear: RetryPolicy = { ...exact, backoff: "linear", factor: 10, maxDelayMs: 3_500 };
    expect([1, 2, 3, 4, 5].map((attempt) => retryDelayMs(linear, attempt, least))).toEqual([1_000, 2_000, 3_000, 3_500, 3_500]);
  });

  test("constant delays stay, and are capped too", () => {
    const constant: RetryPolicy = { ...exact, backoff: "constant" };
    expect([1, 2, 10_000].map((attempt) => retryDelayMs(constant, attempt, least))).toEqual([1_000, 1_000, 1_000]);
    expect(retryDelayMs({ ...constant, maxDelayMs: 400 }, 1, least)).toBe(400);
  });

  test("without jitter chance is not asked", () => {
    const refuse = (): number => {
      throw new Error("asked");
    };
    expect(retryDelayMs(exact, 1, refuse)).toBe(1_000);
    expect(() => retryDelayMs(DEFAULT_RETRY, 1, refuse)).toThrow("asked");
  });

  test("jitter spreads evenly from nothing to the full delay, both included", () => {
    expect(retryDelayMs(DEFAULT_RETRY, 2, least)).toBe(0);
    expect(retryDelayMs(DEFAULT_RETRY, 2, middle)).toBe(1_000);
    expect(retryDelayMs(DEFAULT_RETRY, 2, most)).toBe(2_000);
    expect(retryDelayMs(DEFAULT_RETRY, 2, () => 1)).toBe(2_000);
  });

  test("the last of ten thousand attempts does not overflow", () => {
    expect(retryDelayMs(exact, 10_000, least)).toBe(300_000);
    expect(retryDelayMs({ ...exact, factor: 1_000 }, 10_000, least)).toBe(300_000);
    expect(retryDelayMs({ ...exact, delayMs: 0 }, 10_000, least)).toBe(0);
    expect(retryDelayMs({ ...exact, factor: 1, maxDelayMs: 999 }, 10_000, least)).toBe(999);
    expect(retryDelayMs({ ...exact, maxDelayMs: Infinity }, 10_000, least)).toBe(MAX_DURATION_MS);
  });

  test("a broken cap is never exceeded", () => {
    expect(retryDelayMs({ ...exact, maxDelayMs: 2.5 }, 1, least)).toBe(2);
  });

  test("a broken factor is rounded to whole milliseconds", () => {
    expect(retryDelayMs({ ...exact, delayMs: 1, factor: 1.5 }, 2, least)).toBe(2);
    expect(retryDelayMs({ ...exact, delayMs: 1, factor: 1.5 }, 3, least)).toBe(2);
    expect(panicDelayMs({ ...DEFAULT_PANIC, delayMs: 1 }, 1, most)).toBe(1);
  });

  test("for any policy, attempt and chance the delay is whole, not negative, and within the cap", () => {
    fc.assert(
      fc.property(anyRetry, anyCount, anyChance, (policy, attempt, chance) => {
        const delayMs = retryDelayMs(policy, attempt, () => chance);
        expect(Number.isInteger(delayMs)).toBe(true);
        expect(Object.is(delayMs, -0)).toBe(false);
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThanOrEqual(policy.maxDelayMs);
      }),
    );
  });

  test("with jitter no delay is longer than the one without", () => {
    fc.assert(
      fc.property(anyRetry, anyCount, anyChance, (policy, attempt, chance) => {
        const jittered = retryDelayMs({ ...policy, jitter: true }, attempt, () => chance);
        expect(jittered).toBeLessThanOrEqual(retryDelayMs({ ...policy, jitter: false }, attempt, least));
      }),
    );
  });

  test("without jitter a later attempt never waits less", () => {
    fc.assert(
      fc.property(anyRetry, fc.integer({ min: 1, max: 9_999 }), (policy, attempt) => {
        const steady = { ...policy, jitter: false };
        expect(retryDelayMs(steady, attempt + 1, least)).toBeGreaterThanOrEqual(retryDelayMs(steady, attempt, least));
      }),
    );
  });
});

describe("panicDelayMs", () => {
  test("each panic in a row doubles the delay up to the cap", () => {
    const delays = [1, 2, 3, 7, 8, 1_000].map((count) => panicDelayMs(DEFAULT_PANIC, count, least));
    expect(delays).toEqual([5_000, 10_000, 20_000, 320_000, 600_000, 600_000]);
  });

  test("a restart is never early, and at most a tenth late", () => {
    expect(panicDelayMs(DEFAULT_PANIC, 1, least)).toBe(5_000);
    expect(panicDelayMs(DEFAULT_PANIC, 1, middle)).toBe(5_250);
    expect(panicDelayMs(DEFAULT_PANIC, 1, most)).toBeLessThanOrEqual(5_500);
  });

  test("the cap holds with the spread added", () => {
    expect(panicDelayMs({ ...DEFAULT_PANIC, maxDelayMs: 5_100 }, 1, most)).toBe(5_100);
    expect(panicDelayMs({ ...DEFAULT_PANIC, maxDelayMs: 4_000 }, 1, most)).toBe(4_000);
  });

  test("for any policy, count and chance the delay is whole, within the cap, and at least the full one", () => {
    fc.assert(
      fc.property(anyPanic, anyCount, anyChance, (policy, count, chance) => {
        const delayMs = panicDelayMs(policy, count, () => chance);
        expect(Number.isInteger(delayMs)).toBe(true);
        expect(delayMs).toBeLessThanOrEqual(policy.maxDelayMs);
        expect(delayMs).toBeGreaterThanOrEqual(Math.min(policy.delayMs, policy.maxDelayMs));
        expect(delayMs).toBeGreaterThanOrEqual(panicDelayMs(policy, count, least));
      }),
    );
  });
});
