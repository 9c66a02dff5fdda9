/** The engine half of `RetentionClient`. */
import type { PruneOptions, PruneView, RetentionClient } from "../../model/clients/retention.ts";
import { fail } from "../../model/errors.ts";
import { durationMs } from "../../model/retry-settings.ts";
import { TERMINAL_STATUSES } from "../../model/status.ts";
import type { EngineParts } from "../family.ts";
import type { Removable } from "../store/retention.ts";
import { removeAll, type Removing, tallyAll } from "./removing.ts";

export class EngineRetention implements RetentionClient {
  readonly #parts: EngineParts;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  async prune(options: PruneOptions): Promise<PruneView> {
    const { store, host } = this.#parts;
    const { dryRun = false, purge = false, signal } = options;
    const what = removableOf(options, host.clock.now());
    const { clock, timers, outputFiles } = host;
    const removing: Removing = { store: store.retention, clock, timers, outputFiles, isOver: () => signal?.aborted === true };
    const { gone, isAll } = await (dryRun ? tallyAll : removeAll)(removing, what);
    if (!dryRun && isAll) await store.retention.sweepUp(host.clock.now(), true);
    const removed = TERMINAL_STATUSES.reduce((sum, status) => sum + gone[status], 0);
    const purged = purge && !dryRun && isAll && (await store.retention.purge());
    return { removed, statuses: gone, dryRun, purged, complete: isAll };
  }
}

/** @throws USAGE, DURATION_INVALID */
const removableOf = ({ olderThan, statuses = TERMINAL_STATUSES, workflow, keep = 0 }: PruneOptions, now: number): Removable => {
  if (olderThan === undefined && keep === 0)
    throw fail("USAGE", { problem: "What is to be removed?", next: "Give an age such as 30d, or how many are to be kept." });
  if (!Number.isInteger(keep) || keep < 0 || keep > 1_000_000)
    throw fail("USAGE", { problem: `keep takes a whole number from 0 to 1000000, not ${keep}` });
  // What ended in this very millisecond has been over for 0 ms.
  const before = now - (olderThan === undefined ? 0 : durationMs("olderThan", olderThan)) + 1;
  const of = (status: (typeof TERMINAL_STATUSES)[number]): number | null => (statuses.includes(status) ? before : null);
  const endedBefore = { completed: of("completed"), failed: of("failed"), cancelled: of("cancelled") };
  return { endedBefore, keep, ...(workflow === undefined ? {} : { workflow }) };
};
