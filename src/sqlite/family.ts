/**
 * What a family of the store's methods is made of: the connection, the machine, and the one way to read and to write.
 *
 * What callers may rely on:
 *   1. `read` sees one moment of the database.
 *   2. `change` is one transaction, after all writes that were submitted before it; it may run more than once, always from the same state,
 *      and touches nothing but the database.
 */
import type { StoreHost } from "../engine/store.ts";
import type { Beside } from "./beside.ts";
import type { Fences } from "./fences.ts";
import type { Queries } from "./query.ts";

export interface FamilyParts {
  readonly db: Queries;
  readonly host: StoreHost;
  read<T>(fn: () => T): Promise<T>;
  /** A statement that takes no transaction around it: VACUUM. */
  alone(sql: string): Promise<void>;
  /** For writes that a power failure may take back. */
  readonly beside: Beside;
  /** See `OwnershipHost`. */
  readonly tellOwners: () => void;
  /**
   * @param executionId whose lease it may move; undefined when it may be any
   * @param isStored whether the file holds it, after a COMMIT that nobody can know the outcome of
   */
  change<T>(executionId: string | undefined, run: (fences: Fences) => T, isStored?: (value: T) => boolean | undefined): Promise<T>;
}
