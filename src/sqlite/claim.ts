/**
 * Claiming: the right to move an execution goes to exactly one worker.
 *
 *     gone owners ──► their executions are released, with the panic counted ──► what is due, oldest first ──► taken, under a new term
 *
 * What callers may rely on:
 *   1. All of it is one transaction: of any number of claimers one gets an execution.
 *   2. An execution whose row is damaged is marked, reported and left out; the claim goes on with the others. One that cannot even be
 *      marked is remembered, and not met again by this process.
 *   3. A live owner is never robbed, however old its heartbeat.
 *   4. Of those that have panicked and made no progress since, a claim hands out one at most.
 */
import type { Claimed, ClaimQuery, ClaimResult } from "../engine/store.ts";
import { isTerminal } from "../model/status.ts";
import { liveOwner } from "./live-owner.ts";
import type { OwnershipHost } from "./ownership.ts";
import type { Queries } from "./query.ts";
import { goneOwners, recoverOne, recoverOrphans, type RecoveryHost } from "./recover.ts";
import { dueIds, findExecution, markDamaged, saveExecution, type StoredExecution } from "./tables/executions.ts";
import { ensureWorker, findWorker } from "./tables/workers.ts";
import { claimedOf, taken } from "./take.ts";

/** Bounds one transaction, however many a caller would take. */
const CLAIM_MAX = 1_000;

/** Those that somebody has repaired meanwhile are met again. */
export function forgetMended(db: Queries, unmarkable: Set<string>): void {
  for (const id of unmarkable) if (findExecution(db, id)?.isDamaged !== true) unmarkable.delete(id);
}

/** Whether a claim would find anything: only read, so that those who find nothing never ask for the write lock. */
export const hasWork = (db: Queries, query: ClaimQuery, host: OwnershipHost): boolean =>
  nextDue(db, query).length > 0 || goneOwners(db, query.worker.id, host).length > 0;

export function claimDue(db: Queries, query: ClaimQuery, host: RecoveryHost): ClaimResult {
  const { worker, now, dueAt = now } = query;
  const blocked = [...recoverOrphans(db, host, { self: worker.id, dueAt: Math.min(now, dueAt) })];
  const claimed: Claimed[] = [];
  for (const id of nextDue(db, query)) {
    const stored = findExecution(db, id);
    if (stored === undefined) continue;
    if (stored.isDamaged) {
      if (!markDamaged(db, id, now)) host.unmarkable.add(id);
      blocked.push({ id, workflow: stored.record.workflow });
      continue;
    }
    // Taken a moment ago under the other rule, or found through an index that is damaged.
    if (stored.owner !== null || isTerminal(stored.record.status)) continue;
    if (claimed.length === 0) ensureWorker(db, worker, host);
    claimed.push(take(db, stored, query));
  }
  return { claimed, blocked };
}

/** `damaged`: its row did not match its checksum and has been marked; the caller says so once that is on disk. */
export function claimOne(
  db: Queries,
  { id, ...query }: { readonly id: string } & Pick<ClaimQuery, "worker" | "now">,
  host: RecoveryHost,
): Claimed | "damaged" | undefined {
  const stored = freed(db, id, { ...query, host });
  if (stored === undefined) return undefined;
  if (stored.isDamaged) {
    markDamaged(db, id, query.now);
    return "damaged";
  }
  if (isTerminal(stored.record.status) || stored.record.status === "blocked") return undefined;
  ensureWorker(db, query.worker, host);
  return take(db, stored, query);
}

function nextDue(db: Queries, query: ClaimQuery): readonly string[] {
  const wanted = Math.min(query.limit, CLAIM_MAX);
  if (wanted <= 0) return [];
  const suspects = query.suspects === false ? [] : dueBut(db, query, { wanted: 1, areSuspects: true });
  return [...dueBut(db, query, { wanted: wanted - suspects.length, areSuspects: false }), ...suspects];
}

function dueBut(
  db: Queries,
  { now, dueAt = now, except }: ClaimQuery,
  { wanted, areSuspects }: { readonly wanted: number; readonly areSuspects: boolean },
): readonly string[] {
  const ids = dueIds(db, { dueAt, limit: wanted + (except?.size ?? 0), areSuspects });
  return (except === undefined ? ids : ids.filter((id) => !except.has(id))).slice(0, wanted);
}

/** The execution, if nobody owns it or its owner is gone. */
function freed(
  db: Queries,
  id: string,
  { now, host }: Pick<ClaimQuery, "worker" | "now"> & { readonly host: RecoveryHost },
): StoredExecution | undefined {
  const stored = findExecution(db, id);
  if (stored === undefined || stored.owner === null) return stored;
  if (liveOwner(db, stored.owner, host) !== undefined) return undefined;
  const worker = findWorker(db, stored.owner);
  if (worker !== undefined) recoverOne(db, host, { id, worker, dueAt: now });
  return findExecution(db, id);
}

function take(db: Queries, stored: StoredExecution, { worker, now }: Pick<ClaimQuery, "worker" | "now">): Claimed {
  const next = taken(stored, worker.id, now);
  saveExecution(db, next);
  return claimedOf(next);
}
