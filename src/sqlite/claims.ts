/** Claims of one process on one file: each a transaction of its own, asked for only where there is something to claim. */
import type { Claimed, ClaimOneQuery, ClaimQuery, ClaimResult } from "../engine/store.ts";
import { areHeld, claimDue, claimOne, type ClaimOutcome, forgetMended, hasWork } from "./claim.ts";
import { corruptExecution } from "./corrupt.ts";
import type { FamilyParts } from "./family.ts";
import type { RecoveryHost } from "./recover.ts";
import { ShutLanes } from "./shut-lanes.ts";

export interface ClaimsParts extends FamilyParts {
  /** Executions with rows that nobody can write to. */
  readonly unmarkable: RecoveryHost["unmarkable"];
  /** Loads the codec. */
  recoveryHost(): Promise<RecoveryHost>;
}

export class Claims {
  readonly #parts: ClaimsParts;
  readonly #shutLanes = new ShutLanes();

  constructor(parts: ClaimsParts) {
    this.#parts = parts;
  }

  async due(given: ClaimQuery): Promise<ClaimResult> {
    const { db, host, unmarkable, read } = this.#parts;
    if (unmarkable.size > 0) await read(() => forgetMended(db, unmarkable));
    const except = new Set([...(given.except ?? []), ...unmarkable]);
    const shutByMistake = await read(() => this.#shutLanes.find(db, host.boot(), unmarkable));
    const query = { ...given, except, shutByMistake, ignored: unmarkable };
    if (!(await read(() => hasWork(db, query, host)))) return { claimed: [], blocked: [] };
    const recovery = await this.#parts.recoveryHost();
    let outcome: ClaimOutcome;
    do {
      outcome = await this.#parts.change(
        undefined,
        () => claimDue(db, query, recovery),
        ({ claimed }) => areHeld(db, claimed),
      );
    } while (outcome.isCut && outcome.claimed.length + outcome.blocked.length === 0);
    return { claimed: outcome.claimed, blocked: outcome.blocked };
  }

  async one(id: string, query: ClaimOneQuery): Promise<Claimed | undefined> {
    const { db, change } = this.#parts;
    const recovery = await this.#parts.recoveryHost();
    // It may free what dead owners have, and that may end others.
    const claimed = await change(
      undefined,
      () => claimOne(db, { id, ...query }, recovery),
      (one) => areHeld(db, typeof one === "object" ? [one] : []),
    );
    if (claimed === "damaged") throw corruptExecution(id);
    return claimed;
  }
}
