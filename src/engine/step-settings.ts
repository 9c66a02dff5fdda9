/** What a step's options say of its attempts, over what its workflow says. */
import type { StepOptions } from "../model/context.ts";
import { parseDuration } from "../model/duration.ts";
import { fail } from "../model/errors.ts";
import { resolveRetry } from "../model/retry-settings.ts";
import type { RetryPolicy } from "../model/retry.ts";

export interface StepSettings {
  readonly policy: RetryPolicy;
  /** Limit of one attempt; null is none. */
  readonly timeoutMs: number | null;
}

/** Of the round that an attempt is in: after a pause, or a retry by hand, there are as many again. */
export const lastAttempt = ({ attempts }: RetryPolicy, attempt: number): number => Math.ceil(attempt / attempts) * attempts;

/** A step that begins at most once has one attempt, unless it says otherwise. @throws ValidationError */
export const settingsOf = (name: string, { retry, timeout, once }: StepOptions, workflow: RetryPolicy): StepSettings => {
  if (retry === undefined && timeout === undefined && once === undefined) return { policy: workflow, timeoutMs: null };
  const policy = resolveRetry(once === true ? { attempts: 1, ...retry } : retry, workflow);
  const parsed = timeout === undefined ? undefined : parseDuration(timeout);
  if (parsed?.ok === false) throw fail("DURATION_INVALID", { where: `timeout of step "${name}"`, problem: parsed.problem });
  return { policy, timeoutMs: parsed?.ok ? parsed.ms : null };
};
