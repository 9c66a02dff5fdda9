/** When there is something to do next: an execution to take up, one in a line whose place is free, or a slot to start. */
import { linesOf } from "./places.ts";
import type { Queries } from "./query.ts";
import { nextWakeAt } from "./tables/due.ts";
import { nextSlotAt } from "./tables/schedules.ts";

export const nextDueAt = (db: Queries): number | null => {
  const times = [nextWakeAt(db), nextSlotAt(db), firstInLine(db)].filter((at) => at !== null);
  return times.length === 0 ? null : Math.min(...times);
};

const ANYBODY = { except: 0, of: () => true };

/** It has been due since it was created. */
const firstInLine = (db: Queries): number | null => linesOf(db, 1, ANYBODY).find(({ next }) => next.length > 0)?.next[0]?.at ?? null;
