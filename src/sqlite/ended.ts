/**
 * What the end of an execution sets off, in the transaction that ends it.
 *
 *     its parent waits for it              the parent is due
 *     it was cancelled, or failed          its unfinished children are cancelled, and theirs
 *     it completed                         children that it waited for and left behind are cancelled; those it only started go on
 *     a schedule started it                the next one that waits behind it may begin
 *     it has never begun                   the start it had planned under a rate limit is free for another
 *
 * Detached children are nobody's.
 */
import type { CancelRequest } from "../engine/store.ts";
import { isTerminal } from "../model/status.ts";
import { admitNext } from "./admit.ts";
import type { Queries } from "./query.ts";
import { saveExecution, type StoredExecution, unfinishedChildren } from "./tables/executions.ts";
import { forgetPlan } from "./tables/starts.ts";
import { awaitedChildren, isWaitingForChild } from "./tables/steps.ts";
import { soundExecution } from "./transition.ts";
import { isParked } from "./wake.ts";

export interface EndParts {
  readonly now: number;
  /** Handed in, since cancelling a child is an end as well. */
  cancel(id: string, request: CancelRequest): void;
}

/** @returns whether other executions were touched */
export function afterEnd(db: Queries, { record }: StoredExecution, { now, cancel }: EndParts): boolean {
  if (!isTerminal(record.status)) return false;
  if (record.startedAt === null) forgetPlan(db, record.id);
  if (record.parentId !== null) wakeParent(db, record.parentId, { childId: record.id, now });
  if (record.schedule !== null) admitNext(db, record.schedule, now);
  const children = unfinishedChildren(db, record.id);
  if (children.length === 0) return record.parentId !== null || record.schedule !== null;
  const leftBehind = record.status === "completed" ? new Set(awaitedChildren(db, record.id)) : undefined;
  const reason = `its parent "${record.id}" has ${record.status === "cancelled" ? "been cancelled" : record.status}`;
  for (const id of children) if (leftBehind === undefined || leftBehind.has(id)) cancel(id, { at: now, reason });
  return true;
}

/** An owner sees the end of a child by itself; so does the next owner of one that is blocked. */
function wakeParent(db: Queries, parentId: string, { childId, now }: { readonly childId: string; readonly now: number }): void {
  if (!isWaitingForChild(db, parentId, childId)) return;
  const stored = soundExecution(db, parentId);
  if (stored === undefined || !isParked(stored)) return;
  const { record } = stored;
  if (record.status === "blocked" || record.status === "paused" || record.reason === "restart" || record.reason === "concurrency") return;
  saveExecution(db, { ...stored, record: { ...record, wakeAt: Math.min(record.wakeAt ?? now, now) } });
}
