/** When there is something to do next: an execution to take up, or a slot to start. */
import type { Queries } from "./query.ts";
import { nextWakeAt } from "./tables/due.ts";
import { nextSlotAt } from "./tables/schedules.ts";

export const nextDueAt = (db: Queries): number | null => {
  const [execution, slot] = [nextWakeAt(db), nextSlotAt(db)];
  return execution === null || slot === null ? (execution ?? slot) : Math.min(execution, slot);
};
