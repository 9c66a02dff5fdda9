/**
 * Who owns what, as far as one transaction has looked.
 *
 * Nobody else can change a lease while the transaction holds the lock, so each execution is looked up once. Whatever changes a lease in the same
 * transaction says so here.
 */
import type { Lease } from "../engine/store.ts";
import { fail } from "../model/errors.ts";
import type { Queries } from "./query.ts";
import { findLease } from "./tables/executions.ts";

export class Fences {
  readonly #leases = new Map<string, { readonly owner: string | null; readonly term: number } | undefined>();

  /** @throws LEASE_LOST when another has the right to move the execution, or nobody */
  assertHeld(db: Queries, { executionId, workerId, term }: Lease): void {
    if (!this.#leases.has(executionId)) this.#leases.set(executionId, findLease(db, executionId));
    const current = this.#leases.get(executionId);
    if (current !== undefined && current.owner === workerId && current.term === term) return;
    throw fail("LEASE_LOST", { executionId, heldTerm: term, currentTerm: current?.term ?? null });
  }

  forget(executionId: string): void {
    this.#leases.delete(executionId);
  }

  forgetAll(): void {
    this.#leases.clear();
  }
}
