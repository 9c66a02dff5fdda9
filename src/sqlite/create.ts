/**
 * Creating an execution.
 *
 * What callers may rely on:
 *   1. An id is given once: whoever comes second is told what is there.
 *   2. With `claimFor` the creator owns it from its first moment; nobody else can take it up in between.
 *   3. Replacing deletes the old one and all that belongs to it, unless a live process is moving it. The terms of the new one begin above
 *      those of the old one, so that a former owner cannot write into it.
 */
import type { Claimed } from "../engine/store.ts";
import { fail, invariant } from "../model/errors.ts";
import type { ExecutionRecord, WorkerRecord } from "../model/records.ts";
import { corruptExecution } from "./corrupt.ts";
import type { Fences } from "./fences.ts";
import { liveOwner } from "./live-owner.ts";
import type { OwnershipHost } from "./ownership.ts";
import type { Queries } from "./query.ts";
import { deleteExecution, findExecution, insertExecution, type StoredExecution, unowned } from "./tables/executions.ts";
import { claimedOf, taken } from "./take.ts";

export type Creation =
  { readonly created: true; readonly claimed: Claimed | undefined } | { readonly created: false; readonly existing: ExecutionRecord };

export interface CreateOptions {
  readonly claimFor?: WorkerRecord;
  readonly replace?: boolean;
}

export interface CreateParts {
  readonly host: OwnershipHost;
  readonly fences: Fences;
}

export function createExecution(db: Queries, record: ExecutionRecord, options: CreateOptions, parts: CreateParts): Creation {
  const { claimFor } = options;
  if (claimFor !== undefined) parts.fences.assertWorker(db, claimFor, parts.host);
  // Tried before it is looked up: most ids are new.
  const first = firstState(record, 0, claimFor, parts.host);
  if (insertExecution(db, first)) return created(first, parts.fences);
  const former = findExecution(db, record.id);
  invariant(former !== undefined, "an id is taken by nothing");
  if (options.replace !== true) return existing(former);
  removeFormer(db, former, parts.host);
  const next = firstState(record, former.term, claimFor, parts.host);
  invariant(insertExecution(db, next), "an execution appeared inside a transaction");
  return created(next, parts.fences);
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

function removeFormer(db: Queries, { record, owner }: StoredExecution, host: OwnershipHost): void {
  const live = liveOwner(db, owner, host);
  if (live !== undefined) throw fail("EXECUTION_OWNED", { id: record.id, action: "replace", pid: live.pid, host: live.host });
  deleteExecution(db, record.id);
}
