/** A worker leaves: what it still owns goes back, due at once if it was running, and its row is forgotten. */
import { honourRequests } from "./operations/requests.ts";
import type { Queries } from "./query.ts";
import { findExecution, markDamaged, ownedBy, saveExecution } from "./tables/executions.ts";
import { forgetWorker } from "./tables/workers.ts";
import { released } from "./transition.ts";

export function removeWorker(db: Queries, workerId: string, now: number): void {
  for (const id of ownedBy(db, workerId, Number.MAX_SAFE_INTEGER)) {
    const stored = findExecution(db, id);
    if (stored === undefined) continue;
    if (stored.isDamaged) markDamaged(db, id, now);
    else saveExecution(db, released(stored, honourRequests(db, stored.record, now), now));
  }
  forgetWorker(db, workerId);
}
