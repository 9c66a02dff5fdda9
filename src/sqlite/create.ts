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
import { liveOwner } from "./live-owner.ts";
import type { OwnershipHost } from "./ownership.ts";
import type { Queries } from "./query.ts";
import { deleteExecution, findExecution, insertExecution, type StoredExecution, unowned } from "./tables/executions.ts";
import { ensureWorker } from "./tables/workers.ts";
import { claimedOf, taken } from "./take.ts";

export type Creation =
  { readonly created: true; readonly claimed: Claimed | undefined } | { readonly created: false; readonly existing: ExecutionRecord };

export interface CreateOptions {
  readonly claimFor?: WorkerRecord;
  readonly replace?: boolean;
}

export function createExecution(db: Queries, record: ExecutionRecord, options: CreateOptions, host: OwnershipHost): Creation {
  const former = findExecution(db, record.id);
  if (former !== undefined && options.replace !== true) return existing(former);
  if (former !== undefined) removeFormer(db, former, host);
  const fresh = unowned(record, former?.term);
  const { claimFor } = options;
  if (claimFor !== undefined) ensureWorker(db, claimFor, host);
  const first = claimFor === undefined ? fresh : taken(fresh, claimFor.id, host.now());
  invariant(insertExecution(db, first), "an execution appeared inside a transaction");
  return { created: true, claimed: claimFor === undefined ? undefined : claimedOf(first) };
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
