/**
 * Which step came before which, told by their times and by the order of their completions.
 *
 * Times are whole milliseconds, and a step may take none: where two times are the same, the order of completions decides.
 */
import type { StepView } from "../../model/views.ts";
import { areOfOneMap } from "./place.ts";

export interface Timed {
  readonly step: StepView;
  /** Places in one row of all beginnings and ends. */
  readonly beginsAt: number;
  readonly endsAt: number;
}

interface End {
  readonly step: StepView;
  readonly at: number;
  readonly isEnd: boolean;
}

/** In the order in which they began. */
export function timed(steps: readonly StepView[]): readonly Timed[] {
  const places = new Map<StepView, { beginsAt: number; endsAt: number }>();
  steps
    .flatMap(endsOf)
    .sort(compare)
    .forEach(({ step, isEnd }, at) => {
      const place = places.get(step) ?? { beginsAt: at, endsAt: Number.POSITIVE_INFINITY };
      places.set(step, isEnd ? { ...place, endsAt: at } : place);
    });
  return [...places].map(([step, place]) => ({ step, ...place })).sort((a, b) => a.beginsAt - b.beginsAt);
}

/** A time that cannot be read, or was set back, is that of the beginning. */
const endsOf = (step: StepView): readonly End[] => {
  const begun = Date.parse(step.startedAt) || 0;
  const begin = { step, at: begun, isEnd: false };
  if (step.finishedAt === null) return [begin];
  return [begin, { step, at: Math.max(begun, Date.parse(step.finishedAt) || 0), isEnd: true }];
};

const compare = (one: End, other: End): number =>
  one.at - other.at || (one.step.order ?? Infinity) - (other.step.order ?? Infinity) || Number(one.isEnd) - Number(other.isEnd) || 0;

/** Items of one map go side by side, whatever the times say: how many at once is a matter of `concurrency`. */
export const isBefore = (one: Timed, other: Timed): boolean => one.endsAt < other.beginsAt && !areOfOneMap(one.step, other.step);
