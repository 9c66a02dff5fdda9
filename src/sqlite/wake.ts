/** Making an execution due now: one that is parked or blocked. What runs, or is over, stays as it is. */
import type { ExecutionRecord } from "../model/records.ts";
import { isTerminal } from "../model/status.ts";
import type { Queries } from "./query.ts";
import { saveExecution, type StoredExecution } from "./tables/executions.ts";
import { due, soundExecution } from "./transition.ts";

/** @returns the state after; `undefined` when there is no such execution */
export function wakeExecution(
  db: Queries,
  id: string,
  { now, resetPanics }: { readonly now: number; readonly resetPanics: boolean },
): ExecutionRecord | undefined {
  const stored = soundExecution(db, id);
  if (stored === undefined || !isParked(stored)) return stored?.record;
  const record = { ...stored.record, ...due(now), panics: resetPanics ? 0 : stored.record.panics };
  saveExecution(db, { ...stored, record });
  return record;
}

/** In nobody's memory. One that is owned is woken by its owner, and that of a dead one by the next claim. */
export const isParked = ({ record, owner }: StoredExecution): boolean => owner === null && !isTerminal(record.status);
