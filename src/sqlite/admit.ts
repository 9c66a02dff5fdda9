/**
 * Letting the next execution of a schedule go on, once those of the earlier slots are over.
 *
 * Called by whatever ends an execution, in the same transaction: nobody has to look for those that wait.
 */
import type { ExecutionRecord } from "../model/records.ts";
import type { Queries } from "./query.ts";
import { findExecution, markDamaged, saveExecution } from "./tables/executions.ts";
import { isBusy, nextBehind } from "./tables/slots.ts";
import { due } from "./transition.ts";

/** Those whose rows are damaged are passed over; there are never more of them than executions. */
export function admitNext(db: Queries, schedule: string, now: number): void {
  if (isBusy(db, schedule)) return;
  for (let id = nextBehind(db, schedule); id !== undefined; id = nextBehind(db, schedule)) {
    const stored = findExecution(db, id);
    if (stored === undefined || (stored.isDamaged && !markDamaged(db, id, now))) return;
    if (stored.isDamaged) continue;
    return saveExecution(db, { ...stored, record: admitted(stored.record, now) });
  }
}

/**
 * Its time begins now: what it spent behind others is not its own. It has been due since it was made, so that a sweep that was under way
 * then takes it as well, and not one of them a minute.
 */
const admitted = (record: ExecutionRecord, now: number): ExecutionRecord => ({
  ...record,
  ...due(Math.min(now, record.createdAt)),
  deadlineAt: record.deadlineAt === null ? null : record.deadlineAt + Math.max(0, now - record.createdAt),
});
