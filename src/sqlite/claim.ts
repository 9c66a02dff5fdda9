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
 *   5. Nothing is handed out beyond the limit of its lane, or before its rate limit lets it begin. What is due and may not is left waiting,
 *      and met again only when a place or its time has come.
 */
import type { Claimed, ClaimOneQuery, ClaimQuery, ClaimResult } from "../engine/store.ts";
import type { ExecutionRecord } from "../model/records.ts";
import { isOwnScript } from "../model/scripts/origin.ts";
import { isTerminal } from "../model/status.ts";
import { keepWaiting, mayEnter } from "./entry.ts";
import { liveOwner } from "./live-owner.ts";
import { type Candidate, CLAIM_MAX, type DueQuery, nextDue } from "./next-due.ts";
import type { OwnershipHost } from "./ownership.ts";
import { isInLine, shutIfFull } from "./places.ts";
import type { Queries } from "./query.ts";
import { goneOwners, recoverOne, recoverOrphans, type RecoveryHost, setAside } from "./recover.ts";
import { findExecution, findLease, saveExecution, type StoredExecution } from "./tables/executions.ts";
import { closeLane, openLane } from "./tables/lanes.ts";
import { ensureWorker, findWorker } from "./tables/workers.ts";
import { claimedOf, taken } from "./take.ts";

/** Those that somebody has repaired meanwhile are met again. */
export function forgetMended(db: Queries, unmarkable: Set<string>): void {
  for (const id of unmarkable) if (findExecution(db, id)?.isDamaged !== true) unmarkable.delete(id);
}

/** Whether a claim would find anything: only read, so that those who find nothing never ask for the write lock. */
export const hasWork = (db: Queries, query: DueQuery, host: OwnershipHost): boolean => {
  if ((query.shutByMistake?.length ?? 0) > 0) return true;
  const { candidates, idle } = nextDue(db, query);
  return candidates.length + idle.length > 0 || goneOwners(db, query.worker.id, host).length > 0;
};

export function claimDue(db: Queries, query: DueQuery, host: RecoveryHost): ClaimOutcome {
  const { worker, now, dueAt = now } = query;
  const blocked = [...recoverOrphans(db, host, { self: worker.id, dueAt: Math.min(now, dueAt) })];
  for (const lane of query.shutByMistake ?? []) openLane(db, lane);
  const found: Found = { claimed: [], blocked };
  let rest: DueQuery = query;
  for (let looked = 0; looked < CLAIM_MAX;) {
    const { candidates, idle } = nextDue(db, rest);
    for (const lane of idle) closeLane(db, lane);
    const before = found.claimed.length;
    for (const one of candidates) if (found.claimed.length < query.limit) takeOrLeave(db, one, query, host, found);
    looked += candidates.length;
    // Those that have to wait leave room in this claim for others.
    if (found.claimed.length === before + candidates.length || found.claimed.length >= query.limit) return { ...found, isCut: false };
    rest = without(rest, candidates, found.claimed);
  }
  return { ...found, isCut: true };
}

export interface ClaimOutcome extends ClaimResult {
  /** It has met so many that have to wait that there may be others, whom it has not met. */
  readonly isCut: boolean;
}

interface Found {
  readonly claimed: Claimed[];
  readonly blocked: { readonly id: string; readonly workflow: string }[];
}

function takeOrLeave(db: Queries, { id, isNext }: Candidate, query: DueQuery, host: RecoveryHost, { claimed, blocked }: Found): void {
  const stored = findExecution(db, id);
  if (stored === undefined) return;
  if (stored.isDamaged) {
    setAside(db, host, id, query.now);
    blocked.push({ id, workflow: stored.record.workflow });
    return;
  }
  // Taken a moment ago under the other rule, or found through an index that is damaged.
  if (stored.owner !== null || isTerminal(stored.record.status) || isOwnScript(stored.record)) return;
  const entry = mayEnter(db, stored, { now: query.now, isNext, ignored: host.unmarkable });
  if (!entry.may) return keepWaiting(db, stored, entry.waits, host);
  if (claimed.length === 0) ensureWorker(db, query.worker, host);
  claimed.push(take(db, stored, query));
}

/** As the next look of the same claim needs it: a longer one, so that many that have to wait are met in few looks. */
function without(query: DueQuery, met: readonly Candidate[], claimed: readonly Claimed[]): DueQuery {
  const except = new Set(query.except);
  for (const { id } of met) except.add(id);
  const suspects = query.suspects !== false && !claimed.some(({ execution }) => execution.panics > 0);
  return { ...query, except, limit: Math.min(CLAIM_MAX, 2 * met.length), suspects };
}

/** `damaged`: its row did not match its checksum and has been marked; the caller says so once that is on disk. */
export function claimOne(
  db: Queries,
  { id, ...query }: { readonly id: string } & ClaimOneQuery,
  host: RecoveryHost,
): Claimed | "damaged" | undefined {
  let stored = freed(db, id, { ...query, host });
  if (stored?.isDamaged === true) {
    setAside(db, host, id, query.now);
    return "damaged";
  }
  if (stored === undefined || !isMovable(stored.record)) return undefined;
  const asking = { now: query.now, ignored: host.unmarkable, isNext: query.overtakes === true };
  let entry = mayEnter(db, stored, asking);
  // What takes its place may be a dead process. Letting go of that may change this one, too: be it that its parent is cancelled.
  if (!entry.may && isInLine(entry.waits) && goneOwners(db, query.worker.id, host).length > 0) {
    recoverOrphans(db, host, { self: query.worker.id, dueAt: query.now });
    stored = findExecution(db, id) ?? stored;
    if (!isMovable(stored.record)) return undefined;
    entry = mayEnter(db, stored, asking);
  }
  if (!entry.may) {
    // Before its time it waits for that, and not in a line.
    if (stored.record.wakeAt !== null && stored.record.wakeAt <= query.now) keepWaiting(db, stored, entry.waits, host);
    return undefined;
  }
  ensureWorker(db, query.worker, host);
  return take(db, stored, query);
}

const isMovable = (record: ExecutionRecord): boolean => {
  const { status } = record;
  return !isTerminal(status) && status !== "blocked" && status !== "paused" && !isOwnScript(record);
};

/** Whether what was claimed is in the file; undefined when nothing was, which leaves no trace. */
export function areHeld(db: Queries, claimed: readonly Claimed[]): boolean | undefined {
  if (claimed.length === 0) return undefined;
  return claimed.every(({ lease }) => {
    const current = findLease(db, lease.executionId);
    return current?.owner === lease.workerId && current.term === lease.term;
  });
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
  const { lane } = next.record;
  if (lane !== null) shutIfFull(db, lane);
  return claimedOf(next);
}
