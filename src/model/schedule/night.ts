/** What a change of the clock does to a slot, for people who look ahead. */
import type { Timing } from "./slots.ts";

export type Night =
  /** The local time it was meant for does not exist that night. */
  | { readonly kind: "shifted"; readonly meantWall: number }
  /** Its local time comes twice that night; this is the first, and there is no second. */
  | { readonly kind: "once" }
  /** Its local time comes twice, and it runs both times. */
  | { readonly kind: "first-of-two" }
  | { readonly kind: "second-of-two" };

export const nightOf = ({ cron, zone }: Timing, slot: number): Night | undefined => {
  const last = zone.changeUpTo(slot);
  if (last?.at === slot && last.afterMs > last.beforeMs && !cron.isRhythm) {
    const meantWall = cron.next(slot + last.beforeMs - 1);
    if (meantWall !== undefined && meantWall < slot + last.afterMs) return { kind: "shifted", meantWall };
  }
  const wall = slot + zone.offsetMs(slot);
  if (last !== undefined && wall < last.at + last.beforeMs) return { kind: "second-of-two" };
  const next = zone.changeAfter(slot);
  if (next === undefined || wall < next.at + next.afterMs) return undefined;
  return { kind: cron.isRhythm ? "first-of-two" : "once" };
};
