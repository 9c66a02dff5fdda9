/**
 * How long to wait before the next try, after an error and after a panic.
 *
 * What callers may rely on:
 *   1. Every delay is a whole number of milliseconds, at least 0 and at most the policy's `maxDelayMs`, at any attempt.
 *   2. A retry with jitter waits any time from nothing to the full delay, all equally likely: executions that failed together come back
 *      spread out (full jitter; Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). Without jitter it waits
 *      exactly the full delay.
 *   3. A restart after a panic waits the full delay at least: a machine that ran out of something is not helped by an early restart.
 */
import { MAX_DURATION_MS } from "./duration.ts";
import type { PanicPolicy } from "./records.ts";

/** When a step that failed is tried again; all defaults filled in. */
export interface RetryPolicy {
  /** Tries in all, the first included: 1 to 10,000. */
  readonly attempts: number;
  /** Before the second try. */
  readonly delayMs: number;
  /** What each further delay is multiplied by, when `backoff` is exponential. */
  readonly factor: number;
  readonly maxDelayMs: number;
  readonly backoff: "exponential" | "constant" | "linear";
  readonly jitter: boolean;
}

export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 3,
  delayMs: 1_000,
  factor: 2,
  maxDelayMs: 300_000,
  backoff: "exponential",
  jitter: true,
};

export const DEFAULT_PANIC: PanicPolicy = { maxRestarts: 3, delayMs: 5_000, factor: 2, maxDelayMs: 600_000 };

/** A tenth keeps restarts of one moment apart, and is too little for a person to wonder about. */
const PANIC_SPREAD = 0.1;

/**
 * @param failedAttempt the try that failed, from 1
 * @param random gives numbers from 0 up to, and without, 1
 */
export function retryDelayMs(policy: RetryPolicy, failedAttempt: number, random: () => number): number {
  const fullMs = capped(growth(policy, failedAttempt), policy.maxDelayMs);
  return policy.jitter ? Math.min(Math.floor(random() * (fullMs + 1)), fullMs) : fullMs;
}

/**
 * @param consecutivePanics without a finished step in between, from 1
 * @param random gives numbers from 0 up to, and without, 1
 */
export function panicDelayMs(policy: PanicPolicy, consecutivePanics: number, random: () => number): number {
  const fullMs = capped(exponential(policy, consecutivePanics), policy.maxDelayMs);
  return capped(Math.floor(fullMs * (1 + PANIC_SPREAD * random())), policy.maxDelayMs);
}

function growth(policy: RetryPolicy, failedAttempt: number): number {
  switch (policy.backoff) {
    case "exponential":
      return exponential(policy, failedAttempt);
    case "linear":
      return policy.delayMs * failedAttempt;
    case "constant":
      return policy.delayMs;
    default:
      return policy.backoff satisfies never;
  }
}

/** Infinity when the power overflows, which the cap takes; but no delay, however often multiplied, is still none. */
const exponential = ({ delayMs, factor }: { readonly delayMs: number; readonly factor: number }, count: number): number =>
  delayMs === 0 ? 0 : delayMs * factor ** (count - 1);

const capped = (delayMs: number, maxDelayMs: number): number =>
  Math.max(0, Math.min(Math.round(delayMs), Math.floor(maxDelayMs), MAX_DURATION_MS));
