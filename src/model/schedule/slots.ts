/**
 * The slots of a schedule: the instants at which it is to run.
 *
 *     wall clock   01:00    02:00 ┄┄ gap ┄┄ 03:00    04:00        a gap: what falls into it runs at its end, once
 *     wall clock   01:00    02:00 ── 02:00 ── 03:00               a repeated hour: times of the clock run the first time
 *
 * What callers may rely on:
 *   1. Times of the clock (`30 2 * * *`): each runs once a night, whatever the clock does. In a gap that is the first valid instant.
 *   2. Rhythms (`0 * * * *`, the hour has a wildcard) run by elapsed time: in both of the repeated hours, and not for an hour that is not.
 *   3. `slotAfter` is strictly later, and grows with the instant it is given. Slots are whole seconds.
 */
import type { Cron } from "./cron.ts";
import type { Zone, ZoneChange } from "./zone.ts";

/** When a schedule runs. */
export interface Timing {
  readonly cron: Cron;
  readonly zone: Zone;
}

/** Two changes a year for as long as any pattern waits, and room for zones with more. */
const MAX_CHANGES = 2_000;

/** The first slot after this instant; undefined when there is none any more. */
export const slotAfter = ({ cron, zone }: Timing, after: number): number | undefined => {
  let offsetMs = zone.offsetMs(after);
  let wall = Math.max(after + offsetMs, cron.isRhythm ? Number.NEGATIVE_INFINITY : lastHad(zone.changeUpTo(after)));
  let change = zone.changeAfter(after);
  for (let changes = 0; changes < MAX_CHANGES; changes++) {
    const next = cron.next(wall);
    if (next === undefined) return undefined;
    if (change === undefined || next - offsetMs < change.at) return next - offsetMs;
    const { at, afterMs } = change;
    if (!cron.isRhythm && next < at + afterMs) return at;
    wall = Math.max(at - 1 + afterMs, cron.isRhythm ? Number.NEGATIVE_INFINITY : lastHad(change));
    offsetMs = afterMs;
    change = zone.changeAfter(at);
  }
  return undefined;
};

/** After the clock was put back: the last local time that has been had already, up to a second. */
const lastHad = (change: ZoneChange | undefined): number =>
  change === undefined ? Number.NEGATIVE_INFINITY : change.at + change.beforeMs - 1;

/** The slots after one instant and up to another, the first of them first, `limit` at most. */
export const slotsBetween = (timing: Timing, { after, upTo, limit }: { after: number; upTo: number; limit: number }): readonly number[] => {
  const slots: number[] = [];
  for (let slot = slotAfter(timing, after); slot !== undefined && slot <= upTo && slots.length < limit; slot = slotAfter(timing, slot))
    slots.push(slot);
  return slots;
};

/** The last slot up to an instant, given an earlier one. Halving, so that a year of minutes costs no more than an hour of them. */
export const lastSlot = (timing: Timing, { from, upTo }: { readonly from: number; readonly upTo: number }): number => {
  let slot = from;
  let noneAfter = upTo;
  while (isDueBy(slotAfter(timing, slot), upTo)) {
    const middle = slot + Math.floor((noneAfter - slot) / 2);
    const later = slotAfter(timing, middle);
    if (later !== undefined && later <= upTo) slot = later;
    else noneAfter = middle;
  }
  return slot;
};

const isDueBy = (slot: number | undefined, instant: number): boolean => slot !== undefined && slot <= instant;

/**
 * The last `limit` slots after one instant and up to another, the first of them first. Where there are more, the stretch that holds enough
 * of them and not too many is found by halving.
 */
export const lastSlots = (timing: Timing, { after, upTo, limit }: { after: number; upTo: number; limit: number }): readonly number[] => {
  const most = limit * ROOM;
  let slots = slotsBetween(timing, { after, upTo, limit: limit + 1 });
  if (slots.length <= limit) return slots;
  let [early, late] = [after, upTo];
  do {
    const middle = early + Math.floor((late - early) / 2);
    slots = slotsBetween(timing, { after: middle, upTo, limit: most });
    if (slots.length === most) early = middle;
    else late = middle;
  } while ((slots.length < limit || slots.length === most) && late - early > 1);
  return slots.length < limit ? slotsBetween(timing, { after: early, upTo, limit: most }).slice(-limit) : slots.slice(-limit);
};

/** How many more than wanted may be walked over: the larger, the fewer halvings. */
const ROOM = 4;
