/**
 * Who owns what, as far as this connection has looked.
 *
 * A lease that was looked up stays known until somebody else has committed, which `epoch` tells: SQLite trusts its cache of pages by the
 * same sign, so looking again would give the same answer. Whatever changes leases through this connection, or is undone, says so here.
 */
import type { Lease } from "../engine/store.ts";
import { fail } from "../model/errors.ts";
import type { Queries } from "./query.ts";
import { findLease } from "./tables/executions.ts";

export class Fences {
  readonly #held = new Map<string, Lease>();
  #epoch: number | undefined;

  /** At the start of each transaction. `epoch` changes when another connection has committed since the last. */
  begin(epoch: number): void {
    if (epoch !== this.#epoch) this.forgetAll();
    this.#epoch = epoch;
  }

  /** @throws LEASE_LOST when another has the right to move the execution, or nobody */
  assertHeld(db: Queries, lease: Lease): void {
    const { executionId, workerId, term } = lease;
    const known = this.#held.get(executionId);
    if (known !== undefined && known.workerId === workerId && known.term === term) return;
    const current = findLease(db, executionId);
    if (current === undefined || current.owner !== workerId || current.term !== term) {
      throw fail("LEASE_LOST", { executionId, heldTerm: term, currentTerm: current?.term ?? null });
    }
    this.#held.set(executionId, lease);
  }

  forget(executionId: string): void {
    this.#held.delete(executionId);
  }

  forgetAll(): void {
    this.#held.clear();
  }
}
