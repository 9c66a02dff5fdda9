/**
 * The part of the port to what is durable that keeps the sources of workflows, as they were.
 *
 * What the engine may rely on:
 *   1. A source is kept once, under its hash, and never changed.
 *   2. Whether an execution is pinned changes nothing else of it, and what its owner writes meanwhile does not undo it.
 */
import type { ExecutionRecord } from "../../model/records.ts";
import type { Act } from "./operations.ts";

export interface StoredSource {
  readonly hash: string;
  readonly savedAt: number;
  readonly files: Uint8Array;
}

/** Where the next page of unfinished executions begins. */
export interface UnfinishedCursor {
  readonly status: number;
  readonly createdAt: number;
  readonly seq: number;
}

export interface UnfinishedPage {
  readonly executions: readonly { readonly id: string; readonly workflow: string }[];
  /** Undefined after the last. */
  readonly next: UnfinishedCursor | undefined;
}

export interface SourceStore {
  /** One that is there already stays as it is. */
  save(source: StoredSource): Promise<void>;
  find(hash: string): Promise<StoredSource | undefined>;
  /**
   * Whether an execution runs on the code of its start; a decision says who has changed that. Gives it as it is then; `undefined` when
   * there is none.
   *
   * @throws EXECUTION_OVER; SOURCE_NOT_KEPT, when it shall and there is none; CORRUPT
   */
  pin(id: string, isPinned: boolean, act: Act): Promise<ExecutionRecord | undefined>;
  /** Sources that executions which are not over are pinned to. */
  pinned(): Promise<ReadonlySet<string>>;
  /** Executions that are not over, status by status. One that changes its status meanwhile may come twice, or not at all. */
  unfinished(query: {
    readonly after?: UnfinishedCursor | undefined;
    readonly workflow?: string | undefined;
    readonly limit: number;
  }): Promise<UnfinishedPage>;
  /** Whether any execution is blocked since its workflow was missing or broken, and is to be looked at again later than `now`. */
  hasMissing(now: number): Promise<boolean>;
  /**
   * A workflow was looked for in these files and not found. Noted only where nobody waits for them already, who has perhaps not been tried
   * with them yet.
   */
  noteMissing(files: string): Promise<void>;
  /**
   * Makes those due, once for each text that stands for the workflow files. Gives how many.
   *
   * @param files as `WorkflowFiles.mark` gives it
   */
  retryMissing(files: string, now: number): Promise<number>;
}
