/**
 * What the end of an execution sets off, in the transaction that ends it.
 *
 *     an execution waits for it            that one is due: its parent, or another that has met its id
 *     it was cancelled, or failed          its unfinished children are cancelled, and theirs
 *     it completed                         children that it waited for and left behind are cancelled; those it only started go on
 *     a schedule started it                the next one that waits behind it may begin
 *     it has never begun                   the start it had planned under a rate limit is free for another
 *
 * Detached children are nobody's.
 */
import type { CancelRequest } from "../engine/store.ts";
import type { ExecutionRecord } from "../model/records.ts";
import { isTerminal } from "../model/status.ts";
import { admitNext } from "./admit.ts";
import type { Queries } from "./query.ts";
import { findExecution, saveExecution, type StoredExecution, unfinishedChildren } from "./tables/executions.ts";
import { forgetPlan } from "./tables/starts.ts";
import { awaitedChildren, waitingForChild } from "./tables/steps.ts";
import { isParked } from "./parked.ts";

export interface EndParts {
  readonly now: number;
  /** Handed in, since cancelling a child is an end as well. */
  cancel(id: string, request: CancelRequest): void;
}

/** @returns whether other executions were touched */
export function afterEnd(db: Queries, { record }: StoredExecution, { now, cancel }: EndParts): boolean {
  if (!isTerminal(record.status)) return false;
  if (record.startedAt === null) forgetPlan(db, record.id);
  const hasWoken = wakeWaiting(db, record.id, now);
  if (record.schedule !== null) admitNext(db, record.schedule, now);
  const children = unfinishedChildren(db, record.id);
  if (children.length === 0) return hasWoken || record.schedule !== null;
  const leftBehind = record.status === "completed" ? new Set(awaitedChildren(db, record.id)) : undefined;
  const reason = `its parent "${record.id}" has ${record.status === "cancelled" ? "been cancelled" : record.status}`;
  // One whose row is damaged stays as it is: it must not keep its parent from ending.
  const taken = children.filter((id) => (leftBehind === undefined || leftBehind.has(id)) && findExecution(db, id)?.isDamaged === false);
  for (const id of taken) cancel(id, { at: now, reason });
  return true;
}

/** An owner sees the end of a child by itself; so does the next owner of one that is blocked. @returns whether somebody was woken */
function wakeWaiting(db: Queries, childId: string, now: number): boolean {
  let hasWoken = false;
  for (const id of waitingForChild(db, childId)) {
    const stored = findExecution(db, id);
    if (stored === undefined || stored.isDamaged || !isParked(stored) || !isWakeable(stored.record)) continue;
    saveExecution(db, { ...stored, record: { ...stored.record, wakeAt: Math.min(stored.record.wakeAt ?? now, now) } });
    hasWoken = true;
  }
  return hasWoken;
}

/** The others look for the end of their children when they go on. */
const isWakeable = ({ status, reason }: ExecutionRecord): boolean =>
  status !== "blocked" && status !== "paused" && reason !== "restart" && reason !== "concurrency";
