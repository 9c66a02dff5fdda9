/**
 * What the end of an execution sets off, in the transaction that ends it.
 *
 *     an execution waits for it            that one is due: its parent, or another that has met its id
 *     it was cancelled, or failed          its unfinished children are cancelled, and theirs
 *     it completed, or starts over         children that it waited for and left behind are cancelled; those it only started go on
 *     a schedule started it                the next one that waits behind it may begin
 *     it has never begun                   the start it had planned under a rate limit is free for another
 *
 * Detached children are nobody's.
 */
import type { CancelRequest } from "../engine/store.ts";
import type { ExecutionRecord } from "../model/records.ts";
import { isTerminal } from "../model/status.ts";
import { admitNext } from "./admit.ts";
import type { OwnershipHost } from "./ownership.ts";
import type { Queries } from "./query.ts";
import { findExecution, saveExecution, type StoredExecution, unfinishedChildren } from "./tables/executions.ts";
import { forgetPlan } from "./tables/starts.ts";
import { awaitedChildren, waitingForChild } from "./tables/steps.ts";
import { type Ties, tiesOf } from "./tables/ties.ts";
import { isParked } from "./parked.ts";

export interface EndParts {
  readonly now: number;
  readonly host: Pick<OwnershipHost, "tellOwners">;
  /** Whoever owned it: its own process tells those who wait there. */
  readonly by?: string;
  /** Handed in, since cancelling a child is an end as well. */
  cancel(id: string, request: CancelRequest): void;
}

/** @returns whether other executions were touched */
export function afterEnd(db: Queries, { record }: StoredExecution, parts: EndParts, ties: Ties = tiesOf(db, record.id)): boolean {
  if (!isTerminal(record.status)) return false;
  if (record.startedAt === null) forgetPlan(db, record.id);
  const { now, cancel } = parts;
  const hasWoken = ties.isAwaited && wakeWaiting(db, record.id, parts);
  if (record.schedule !== null) admitNext(db, record.schedule, now);
  if (!ties.hasChildren) return hasWoken || record.schedule !== null;
  if (record.status === "completed") return endLeftBehind(db, record.id, parts) || hasWoken || record.schedule !== null;
  const children = soundOf(db, unfinishedChildren(db, record.id));
  const reason = `its parent "${record.id}" has ${record.status === "cancelled" ? "been cancelled" : record.status}`;
  for (const id of children) cancel(id, { at: now, reason });
  return children.length > 0 || hasWoken || record.schedule !== null;
}

/** From those it waits for, which are few, and not from all it has ever had. @returns whether there was one */
export function endLeftBehind(db: Queries, id: string, { now, cancel }: EndParts): boolean {
  const reason = `its parent "${id}" has gone on without it`;
  const leftBehind = soundOf(db, awaitedChildren(db, id)).filter((child) => isItsOwn(findExecution(db, child)?.record, id));
  for (const child of leftBehind) cancel(child, { at: now, reason });
  return leftBehind.length > 0;
}

const isItsOwn = (child: ExecutionRecord | undefined, parent: string): boolean =>
  child !== undefined && child.parentId === parent && !child.isDetached && !isTerminal(child.status);

/** One whose row is damaged stays as it is: it must not keep its parent from ending. */
const soundOf = (db: Queries, ids: readonly string[]): readonly string[] => ids.filter((id) => findExecution(db, id)?.isDamaged === false);

/** An owner sees the end of a child by itself; so does the next owner of one that is blocked. @returns whether somebody was woken */
function wakeWaiting(db: Queries, childId: string, { now, host, by }: EndParts): boolean {
  let hasWoken = false;
  for (const id of waitingForChild(db, childId)) {
    const stored = findExecution(db, id);
    if (stored !== undefined && stored.owner !== null && stored.owner !== by) host.tellOwners?.();
    if (stored === undefined || stored.isDamaged || !isParked(stored) || !isWakeable(stored.record)) continue;
    saveExecution(db, { ...stored, record: { ...stored.record, wakeAt: Math.min(stored.record.wakeAt ?? now, now) } });
    hasWoken = true;
  }
  return hasWoken;
}

/** The others look for the end of their children when they go on. */
const isWakeable = ({ status, reason }: ExecutionRecord): boolean =>
  status !== "blocked" && status !== "paused" && reason !== "restart" && reason !== "concurrency";
