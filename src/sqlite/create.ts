/**
 * Creating an execution.
 *
 * What callers may rely on:
 *   1. An id is given once: whoever comes second is told what is there.
 *   2. With `claimFor` the creator owns it from its first moment; nobody else can take it up in between.
 *   3. Replacing deletes the old one and all that belongs to it, unless a live process is moving it. The terms of the new one begin above
 *      those of the old one, so that a former owner cannot write into it.
 *   4. What its limits do not let begin is not owned, whoever asked for it; it waits, or is over.
 */
import type { Creation } from "../engine/store.ts";
import { fail, invariant } from "../model/errors.ts";
import type { FlowLimits } from "../model/flow.ts";
import type { ExecutionRecord, WorkerRecord } from "../model/records.ts";
import { admitNext } from "./admit.ts";
import { requestCancel } from "./cancel.ts";
import { corruptExecution } from "./corrupt.ts";
import type { Fences } from "./fences.ts";
import { codecOf, countStart, limited, type LimitHost } from "./limits.ts";
import { liveOwner } from "./live-owner.ts";
import type { OwnershipHost } from "./ownership.ts";
import { shutIfFull } from "./places.ts";
import type { Queries } from "./query.ts";
import { deleteExecution, findExecution, insertExecution, type StoredExecution, unfinishedChildren, unowned } from "./tables/executions.ts";
import { forgetPlan } from "./tables/starts.ts";
import { claimedOf, taken } from "./take.ts";

export interface CreateOptions {
  readonly claimFor?: WorkerRecord;
  readonly replace?: boolean;
  readonly limits?: FlowLimits | null;
}

export interface CreateParts {
  readonly host: LimitHost;
  readonly fences: Fences;
}

export function createExecution(db: Queries, record: ExecutionRecord, options: CreateOptions, parts: CreateParts): Creation {
  const { claimFor } = options;
  if (claimFor !== undefined) parts.fences.assertWorker(db, claimFor, parts.host);
  if (options.limits != null) return createLimited(db, record, { ...options, limits: options.limits }, parts);
  // Tried before it is looked up: most ids are new.
  const first = firstState(record, 0, claimFor, parts.host);
  if (insertExecution(db, first)) return created(first, parts.fences);
  const former = makeWay(db, record.id, options, parts.host);
  if ("existing" in former) return existing(former.existing);
  if (former.hasEnded) parts.fences.forgetAll();
  if (former.hasEnded && claimFor !== undefined) parts.fences.assertWorker(db, claimFor, parts.host);
  const next = firstState(record, former.term, claimFor, parts.host);
  invariant(insertExecution(db, next), "an execution appeared inside a transaction");
  return created(next, parts.fences);
}

/** Looked up first: what its limits do to others they do for one that comes to be. */
function createLimited(
  db: Queries,
  wanted: ExecutionRecord,
  { limits, claimFor, replace }: CreateOptions & { readonly limits: FlowLimits },
  { host, fences }: CreateParts,
): Creation {
  const former = makeWay(db, wanted.id, { replace }, host);
  if ("existing" in former) return existing(former.existing);
  const { record, mayBegin, startAt, hasCancelled } = limited(db, wanted, limits, host);
  const hasEnded = hasCancelled || former.hasEnded;
  if (hasEnded) fences.forgetAll();
  if (hasEnded && claimFor !== undefined) fences.assertWorker(db, claimFor, host);
  const first = firstState(record, former.term, mayBegin ? claimFor : undefined, host);
  invariant(insertExecution(db, first), "an execution appeared inside a transaction");
  countStart(db, first.record, limits.rate, { wantedAt: wanted.wakeAt ?? wanted.createdAt, startAt });
  if (first.owner !== null && record.lane !== null) shutIfFull(db, record.lane);
  return created(first, fences);
}

/** @returns the execution that keeps the id, or the term above which a new one begins, and whether others have ended with the old one */
function makeWay(
  db: Queries,
  id: string,
  { replace = false }: { readonly replace?: boolean | undefined },
  host: LimitHost,
): { readonly existing: StoredExecution } | { readonly term: number; readonly hasEnded: boolean } {
  const former = findExecution(db, id);
  if (former === undefined) {
    deleteExecution(db, id); // what is left of one that is being removed
    return { term: 0, hasEnded: false };
  }
  if (!replace) return { existing: former };
  return { term: former.term, hasEnded: removeFormer(db, former, host) };
}

function firstState(record: ExecutionRecord, term: number, claimFor: WorkerRecord | undefined, host: OwnershipHost): StoredExecution {
  const fresh = unowned(record, term);
  return claimFor === undefined ? fresh : taken(fresh, claimFor.id, host.now());
}

function created(stored: StoredExecution, fences: Fences): Creation {
  if (stored.owner === null) return { created: true, claimed: undefined };
  const claimed = claimedOf(stored);
  fences.remember(claimed.lease, stored);
  return { created: true, claimed };
}

function existing({ record, isDamaged }: StoredExecution): Creation {
  if (isDamaged) throw corruptExecution(record.id);
  return { created: false, existing: record };
}

/** Its children end with it, and the next of its schedule may begin. Who waits for its id waits for the new one. */
function removeFormer(db: Queries, { record, owner }: StoredExecution, host: LimitHost): boolean {
  const live = liveOwner(db, owner, host);
  if (live !== undefined) throw fail("EXECUTION_OWNED", { id: record.id, action: "replace", pid: live.pid, host: live.host });
  const children = unfinishedChildren(db, record.id).filter((id) => findExecution(db, id)?.isDamaged === false);
  forgetPlan(db, record.id);
  deleteExecution(db, record.id);
  const request = { at: host.now(), reason: `its parent "${record.id}" has been replaced` };
  for (const id of children) requestCancel(db, { id, request }, { ...host, encodeError: codecOf(host) });
  if (record.schedule !== null) admitNext(db, record.schedule, host.now());
  return children.length > 0 || record.schedule !== null;
}
