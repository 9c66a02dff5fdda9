/** Letting go of executions that are over. */
import type { Duration } from "../config.ts";
import type { TerminalStatus } from "../status.ts";

export interface PruneOptions {
  /** Over for at least so long. Default with `keep`: however long; one of both is needed. */
  readonly olderThan?: Duration;
  /** Default: all three. */
  readonly statuses?: readonly TerminalStatus[];
  readonly workflow?: string;
  /** Of each workflow the newest so many of these statuses stay, whatever their age. 0 to 1,000,000. Default 0. */
  readonly keep?: number;
  /** Say what would go, and remove nothing. Default false. */
  readonly dryRun?: boolean;
  /** Write the file anew afterwards, so that nothing of what was deleted can be read from it: nobody can write meanwhile. Default false. */
  readonly purge?: boolean;
  /** Aborting it ends the removal between two short transactions. */
  readonly signal?: AbortSignal;
}

export interface PruneView {
  /** Executions, children that went along included. */
  readonly removed: number;
  readonly statuses: Readonly<Record<TerminalStatus, number>>;
  readonly dryRun: boolean;
  /** Nothing that was deleted is left in the file; false also where it was not asked for. */
  readonly purged: boolean;
  /** False where `signal` has ended it early. */
  readonly complete: boolean;
}

export interface RetentionClient {
  /**
   * Removes executions that are over, with all that belongs to them, in transactions of some 20 ms. A child goes with its parent, never
   * before it.
   *
   * @throws USAGE when neither `olderThan` nor `keep` is given, DURATION_INVALID
   */
  prune(options: PruneOptions): Promise<PruneView>;
}
