/**
 * When a step ran, as a bar over the time of its execution:
 *
 *     ███░░░░░░░
 *     ░░░████░░░
 */
import type { Look } from "./look.ts";

export interface Timeline {
  readonly startAt: number;
  readonly endAt: number;
}

/** At least one cell is full, so that a step of a millisecond can be seen. */
export const bar = (from: number, until: number, timeline: Timeline, width: number, look: Look): string => {
  const lengthMs = Math.max(1, timeline.endAt - timeline.startAt);
  const cell = (at: number): number => ((at - timeline.startAt) / lengthMs) * width;
  const first = within(Math.floor(cell(from)), 0, width - 1);
  const last = within(Math.ceil(cell(until)), first + 1, width);
  const [full, empty] = look.isUnicode === false ? ["#", "."] : ["█", "░"];
  return look.style.dim(empty.repeat(first)) + full.repeat(last - first) + look.style.dim(empty.repeat(width - last));
};

const within = (value: number, least: number, most: number): number =>
  Number.isNaN(value) ? least : Math.min(Math.max(value, least), most);
