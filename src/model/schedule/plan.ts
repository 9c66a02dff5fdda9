/**
 * Which slots of a schedule are to be started now, and when it is looked at next. Pure: the same facts give the same plan.
 *
 *     nextAt ── slot ── slot ── slot ── now ──► the slot after the last of these
 *                 └── missed ──┘     │
 *                                    └── started, by `catchUp`
 *
 * What callers may rely on:
 *   1. The next slot is the one after the last slot planned, never after `now`: a timer that fires early, or a clock that is put back,
 *      gives no slot twice.
 *   2. Every slot from `nextAt` to now is either started or counted as missed; those counted are at most `MAX_COUNTED` at a time.
 *   3. No plan starts more than `MAX_SLOTS`.
 */
import type { CatchUp } from "./config.ts";
import { lastSlot, lastSlots, slotAfter, slotsBetween, type Timing } from "./slots.ts";

export const MAX_SLOTS = 1_000;
/** A year of a schedule that runs every second would take minutes to count. */
export const MAX_COUNTED = 10_000;
/** What is later was missed. Five minutes leave room for cron jobs that tick every few minutes. */
export const ON_TIME_MS = 5 * 60_000;

export interface CatchUpPolicy {
  readonly timing: Timing;
  readonly catchUp: CatchUp;
  readonly windowMs: number;
}

export interface Plan {
  /** The earliest first. */
  readonly slots: readonly number[];
  readonly missed: number;
  /** Null: there is none any more. */
  readonly nextAt: number | null;
  /** The last slot planned; null when none has come. */
  readonly lastAt: number | null;
}

export const planSlots = ({ policy, nextAt, now }: { policy: CatchUpPolicy; nextAt: number; now: number }): Plan => {
  if (nextAt > now) return { slots: [], missed: 0, nextAt, lastAt: null };
  const { timing } = policy;
  const last = lastSlot(timing, { from: nextAt, upTo: now });
  const slots = startedOf(policy, { nextAt, last, now });
  const due = slotsBetween(timing, { after: nextAt - 1, upTo: last, limit: MAX_COUNTED }).length;
  return { slots, missed: Math.max(0, due - slots.length), nextAt: slotAfter(timing, last) ?? null, lastAt: last };
};

const startedOf = (
  { timing, catchUp, windowMs }: CatchUpPolicy,
  { nextAt, last, now }: { readonly nextAt: number; readonly last: number; readonly now: number },
): readonly number[] => {
  switch (catchUp) {
    case "skip":
      return now - last <= ON_TIME_MS ? [last] : [];
    case "latest":
      return now - last <= windowMs ? [last] : [];
    case "all":
      return lastSlots(timing, { after: Math.max(nextAt, now - windowMs) - 1, upTo: last, limit: MAX_SLOTS });
    default:
      return catchUp satisfies never;
  }
};
