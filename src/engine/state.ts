/**
 * `StateManager`: the stored state of executions, as whoever looks after it needs it.
 *
 * What callers may rely on:
 *   1. `load` gives only what matches its checksums.
 *   2. `save` is atomic: all of it is on disk when it settles, or none of it.
 *   3. `verify` reads in pages, so that a large file holds nobody up, and throws for nothing that it finds.
 */
import { fail } from "../model/errors.ts";
import type { MigrationRecord } from "../model/records.ts";
import { STATE_VERSION } from "../model/state-version.ts";
import { type Verification, verifyAll } from "../model/verification.ts";
import type { OwnerWrite, Store, StoredHistory } from "./store.ts";

export class StateManager {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @throws EXECUTION_NOT_FOUND, CORRUPT */
  async load(id: string): Promise<StoredHistory> {
    const history = await this.#store.history(id);
    if (history === undefined) throw fail("EXECUTION_NOT_FOUND", { id });
    return history;
  }

  /** Under the lease that the write names. @throws LEASE_LOST, CORRUPT, errors of the system */
  save(write: OwnerWrite): Promise<void> {
    return new Promise((resolve, reject) => this.#store.submit(write, (error) => (error === undefined ? resolve() : reject(error))));
  }

  /** Every row of every execution that a pass would trust. */
  verify(): Promise<Verification> {
    return verifyAll((after, limit) => this.#store.verify(after, limit));
  }

  /**
   * What has brought the store to the present format. A store that opens is up to date: migrations run before anything else sees it, each
   * in one transaction, and stored values with them.
   */
  async migrate(): Promise<{ readonly stateVersion: number; readonly migrations: readonly MigrationRecord[] }> {
    return { stateVersion: STATE_VERSION, migrations: await this.#store.migrations() };
  }
}
