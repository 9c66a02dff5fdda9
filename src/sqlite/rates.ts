/**
 * Rate limits: at most `limit` executions of a lane begin in any `period`.
 *
 * A start is planned when its execution is created: in the order of the wished times, the k-th comes `period` after the (k - limit)-th at
 * the earliest. What really counts is when an execution is first taken, which may be later than planned (nothing ticked, no place was
 * free): so the limit is held there, against what has begun, and one that may not begin yet is planned anew. Its followers find that out
 * when their own time comes.
 *
 *     planned   0    60   120   180          limit 1, period 60
 *     nothing ticks until 130
 *     begun                130 ─ 190 ─ 250 ─ 310
 *
 * What callers may rely on: no window of `period` holds more than `limit` that have begun, by the wall clock that saw them begin.
 */
import type { FlowLimits } from "../model/flow.ts";
import type { Queries } from "./query.ts";
import { limitStarts, rateOf } from "./tables/lanes.ts";
import { beginStart, forgetOldStarts, nthBegun, plannedStart, planStart, putOffStart, type Start, startBefore } from "./tables/starts.ts";

type Rate = NonNullable<FlowLimits["rate"]>;

/** @returns the earliest instant at which it may begin, as things stand */
export function planFor(
  db: Queries,
  { lane, limit, periodMs }: Rate,
  { wantedAt, now }: { readonly wantedAt: number; readonly now: number },
): number {
  limitStarts(db, lane, limit, periodMs);
  forgetOldStarts(db, lane, now - periodMs);
  const before = startBefore(db, { lane, wantedAt, seq: Number.MAX_SAFE_INTEGER }, limit);
  return Math.max(wantedAt, ...after(before, periodMs), ...after(blocking(db, { lane, limit, periodMs }, wantedAt), periodMs));
}

export const recordPlan = (
  db: Queries,
  { lane }: Rate,
  plan: { readonly id: string; readonly wantedAt: number; readonly at: number; readonly hasBegun: boolean },
): void => planStart(db, { ...plan, lane });

/** @returns undefined for one that has no planned start; `now` when it could begin at once */
export function earliestStart(db: Queries, id: string, now: number): number | undefined {
  const start = plannedStart(db, id);
  return start === undefined ? undefined : whenOf(db, start, now);
}

/** @returns undefined when it begins now, which is noted; otherwise when to try again */
export function beginOrPutOff(db: Queries, id: string, now: number): number | undefined {
  const start = plannedStart(db, id);
  if (start === undefined) return undefined;
  const at = whenOf(db, start, now);
  if (at > now) putOffStart(db, start.seq, at);
  else beginStart(db, start.seq, now);
  return at > now ? at : undefined;
}

const whenOf = (db: Queries, start: Start, now: number): number => {
  const rate = rateOf(db, start.lane);
  return rate === undefined ? now : soonest(db, start, { lane: start.lane, ...rate }, now);
};

/** The window has room, and whoever comes before it has begun or had its time: nobody passes those that were put off. */
const soonest = (db: Queries, start: Start, rate: Rate, now: number): number =>
  Math.max(now, ...after(blocking(db, rate, now), rate.periodMs), ...after(startBefore(db, start, rate.limit), rate.periodMs));

/** The begun start that must be `period` ago for one more at `at`. Clocks are put back: what began later counts as well. */
const blocking = (db: Queries, { lane, limit, periodMs }: Rate, at: number): number | undefined =>
  nthBegun(db, { lane, after: at - periodMs, before: at + periodMs, nth: limit });

const after = (at: number | undefined, periodMs: number): readonly number[] => (at === undefined ? [] : [at + periodMs]);
