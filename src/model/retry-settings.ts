/** From the retry and panic settings of a user to the policies that the engine follows. */
import type { Duration, PanicConfig, RetryConfig } from "./config.ts";
import { parseDuration } from "./duration.ts";
import { fail } from "./errors.ts";
import type { PanicPolicy } from "./records.ts";
import type { RetryPolicy } from "./retry.ts";

/** @throws ValidationError that names the field and the value */
export const resolveRetry = (config: RetryConfig | undefined, base: RetryPolicy): RetryPolicy => {
  if (config === undefined) return base;
  const attempts = config.attempts ?? base.attempts;
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > 10_000)
    throw invalid("retry.attempts", `${attempts} is not a whole number from 1 to 10000`);
  const factor = config.factor ?? base.factor;
  if (!(factor >= 1 && factor <= 1_000)) throw invalid("retry.factor", `${factor} is not a number from 1 to 1000`);
  return {
    attempts,
    factor,
    delayMs: milliseconds("retry.delay", config.delay, base.delayMs),
    maxDelayMs: milliseconds("retry.maxDelay", config.maxDelay, base.maxDelayMs),
    backoff: config.backoff ?? base.backoff,
    jitter: config.jitter ?? base.jitter,
  };
};

/** @throws ValidationError that names the field and the value */
export const resolvePanic = (config: PanicConfig | undefined, base: PanicPolicy): PanicPolicy => ({
  maxRestarts: config?.maxRestarts ?? base.maxRestarts,
  delayMs: milliseconds("panic.delay", config?.delay, base.delayMs),
  factor: config?.factor ?? base.factor,
  maxDelayMs: milliseconds("panic.maxDelay", config?.maxDelay, base.maxDelayMs),
});

const milliseconds = (where: string, duration: Duration | undefined, fallback: number): number =>
  duration === undefined ? fallback : durationMs(where, duration);

/** @throws ValidationError DURATION_INVALID that names the place and the value */
export const durationMs = (where: string, duration: Duration): number => {
  const parsed = parseDuration(duration);
  if (!parsed.ok) throw invalid(where, parsed.problem);
  return parsed.ms;
};

const invalid = (where: string, problem: string): Error => fail("DURATION_INVALID", { where, problem });
