/**
 * Who owns what, as far as this connection has looked.
 *
 * What was looked up stays known until somebody else has committed, which `epoch` tells: SQLite trusts its cache of pages by the same
 * sign, so looking again would give the same answer. Whatever changes an execution through this connection, or is undone, says so here.
 */
import type { Lease } from "../engine/store.ts";
import { fail } from "../model/fail-late.ts";
import type { WorkerRecord } from "../model/records.ts";
import type { Queries } from "./query.ts";
import { findLease, type StoredExecution } from "./tables/executions.ts";
import { ensureWorker } from "./tables/workers.ts";

interface Held {
  readonly lease: Lease;
  /** The row as it was written under this lease, where this connection has written it whole. */
  readonly stored: StoredExecution | undefined;
}

export class Fences {
  readonly #held = new Map<string, Held>();
  readonly #workers = new Set<string>();
  #epoch: number | undefined;

  /** At the start of each transaction. `epoch` changes when another connection has committed since the last. */
  begin(epoch: number): void {
    if (epoch !== this.#epoch) this.forgetAll();
    this.#epoch = epoch;
  }

  /** @throws LEASE_LOST when another has the right to move the execution, or nobody */
  assertHeld(db: Queries, lease: Lease): void {
    const { executionId, workerId, term } = lease;
    const known = this.#held.get(executionId)?.lease;
    if (known !== undefined && (known === lease || (known.workerId === workerId && known.term === term))) return;
    const current = findLease(db, executionId);
    if (current === undefined || current.owner !== workerId || current.term !== term) {
      throw fail("LEASE_LOST", { executionId, heldTerm: term, currentTerm: current?.term ?? null });
    }
    this.#held.set(executionId, { lease, stored: undefined });
  }

  /** The row of an execution whose lease is held, if it need not be read. */
  storedOf(executionId: string): StoredExecution | undefined {
    return this.#held.get(executionId)?.stored;
  }

  /** A row has been written whole. Kept no longer than the lease, so nothing of a parked execution stays. */
  remember(lease: Lease, stored: StoredExecution): void {
    this.#held.set(lease.executionId, { lease, stored });
  }

  /** Only a worker that is in the file can own anything. */
  assertWorker(db: Queries, worker: WorkerRecord, host: { now(): number; boot(): number }): void {
    if (this.#workers.has(worker.id)) return;
    ensureWorker(db, worker, host);
    this.#workers.add(worker.id);
  }

  forget(executionId: string): void {
    this.#held.delete(executionId);
  }

  forgetAll(): void {
    this.#held.clear();
    this.#workers.clear();
  }
}
