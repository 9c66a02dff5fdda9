/**
 * `Maintenance`: what can be done to a database as a whole, while executions go on or not, and what it says of it.
 *
 * The views are the JSON documents of `wf db` and `wf doctor`; fields are only ever added.
 */

/** One stored row, or a set of them, that is not as wf left it. */
export interface DamageView {
  readonly executionId: string;
  /** `execution`, `step`, `event`, or `steps` when some are missing or two claim one place. */
  readonly what: "execution" | "step" | "steps" | "event";
  /** Name of the step, id of the event; null for the execution itself. */
  readonly name: string | null;
  readonly problem: string;
}

export interface CheckView {
  readonly file: string;
  readonly ok: boolean;
  /** What SQLite finds wrong with its pages, at most 100 lines. */
  readonly pages: readonly string[];
  readonly executions: number;
  readonly steps: number;
  readonly damaged: readonly DamageView[];
  /** Where the counts that `wf status` shows are not what there is, at most 100. */
  readonly miscounts: readonly MiscountView[];
}

/** How many executions of a workflow are said to be in a status, and how many are. */
export interface MiscountView {
  readonly workflow: string;
  readonly status: string;
  readonly kept: number;
  readonly found: number;
}

export interface RecountView {
  /** What was wrong, and is right now. */
  readonly mended: readonly MiscountView[];
}

export interface StatsView {
  readonly file: string;
  readonly schema: number;
  readonly sqlite: string;
  readonly sizeBytes: number;
  readonly walBytes: number;
  /** Of `sizeBytes`: pages that deleted rows have left. `vacuum` gives them back. */
  readonly freeBytes: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly oldestExecutionAt: string | null;
  readonly migrations: readonly { readonly number: number; readonly name: string; readonly appliedAt: string }[];
}

export interface BackupView {
  readonly file: string;
  readonly backup: string;
  readonly sizeBytes: number;
}

export interface VacuumView {
  readonly file: string;
  readonly beforeBytes: number;
  readonly afterBytes: number;
}

export interface MigrateView {
  readonly file: string;
  readonly from: number;
  readonly to: number;
  /** The copy that was made before; null when nothing was to be done. */
  readonly copy: string | null;
}

/** How damage of one execution is mended. */
export type Repair =
  /** Damaged rows of steps are removed, so that these steps run again. */
  | { readonly how: "run-again" }
  /** Rows are taken as they are: somebody has looked at them. */
  | { readonly how: "accept" }
  /** The execution, with all that belongs to it, as it is in a backup. */
  | { readonly how: "restore"; readonly from: string };

export interface RepairView {
  readonly executionId: string;
  readonly how: Repair["how"];
  /** What was changed, a sentence each. */
  readonly done: readonly string[];
}

export type SqlParameter = string | number | null;

/** What a query has found. An integer beyond 2^53 is a bigint, a BLOB bytes. */
export interface RowsView {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** There are more rows than were asked for. */
  readonly isCut: boolean;
}

export interface QueryOptions {
  /** At most so many rows. */
  readonly limit: number;
  /** For `$name` in the statement, without the sign. */
  readonly parameters?: Readonly<Record<string, SqlParameter>>;
  /** Aborting gives `undefined`. */
  readonly signal?: AbortSignal;
}

export interface Maintenance {
  /**
   * An id, a unique prefix of one, or `@last`; also of an execution whose row is damaged.
   *
   * @param options `mayBeGone`: an id that is not there is given back as it is. Default false
   * @throws EXECUTION_NOT_FOUND, ID_AMBIGUOUS
   */
  resolveId(reference: string, options?: { readonly mayBeGone?: boolean }): Promise<string>;
  /** @param pages also let SQLite look at every page: seconds for a large file. Default true */
  check(options?: { readonly pages?: boolean }): Promise<CheckView>;
  /** @throws USAGE when nothing of it is damaged or this way does not mend it, EXECUTION_OWNED while a process has it */
  repair(executionId: string, repair: Repair, options?: { readonly dryRun?: boolean }): Promise<RepairView>;
  /** Counts all executions anew. Nobody can write meanwhile: a second for a million of them. */
  recount(options?: { readonly dryRun?: boolean }): Promise<RecountView>;
  /** A whole copy, without a WAL, readable by this user alone. @throws USAGE when there is a file of that name */
  backup(target: string): Promise<BackupView>;
  stats(): Promise<StatsView>;
  vacuum(): Promise<VacuumView>;
  migrate(): Promise<MigrateView>;
  /** One statement that reads, on a connection that cannot write. @throws USAGE for what is wrong with it */
  query(sql: string, options: QueryOptions): Promise<RowsView | undefined>;
  close(): Promise<void>;
}
