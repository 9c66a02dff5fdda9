/**
 * The part of the port to what is durable that takes whole executions out and in.
 *
 * What the engine may rely on:
 *   1. An execution is read in one moment, and only if all of it matches its checksums.
 *   2. It is kept in one transaction, whole, under a term that no owner has held here. Nobody owns it then.
 *   3. Nothing that is here is changed by it.
 */
import type { BundledExecution } from "../../model/bundle/content.ts";
import type { DecisionRecord } from "../../model/records.ts";

/** As it was stored, with nothing taken out of it. */
export type StoredBundle = Omit<BundledExecution, "withheld">;

export interface BundleStore {
  /** `undefined` when there is none of that id. @throws CORRUPT */
  read(id: string): Promise<StoredBundle | undefined>;
  /** Children that this one has started, the oldest first. */
  children(id: string): Promise<readonly string[]>;
  /** @param decision says who keeps it, and what it was @throws ID_TAKEN, and FOR_LOOKING when it would run without its values */
  keep(bundle: StoredBundle, decision: DecisionRecord): Promise<void>;
}
