/** The code of unfinished executions: whether it still fits, and what it was. */
import type { StepIdentity } from "../records.ts";
import type { ExecutionView } from "../views.ts";
import type { ActOptions } from "./operations.ts";

/**
 * `ok`: it would go on. `diverged`: it would be blocked, since the code does not ask for what is recorded. `definition-missing`: its
 * workflow is not there or does not load. `damaged`: its stored state cannot be read, so nothing can be said of its code.
 */
export const CHECK_VERDICTS = ["ok", "diverged", "definition-missing", "damaged"] as const;
export type CheckVerdict = (typeof CHECK_VERDICTS)[number];

/** Something that the code asks for after all that is recorded. */
export interface NextCall extends Pick<StepIdentity, "scope" | "kind" | "name" | "n"> {
  /** An earlier pass has begun it: a sleep that goes on, a step between two attempts. */
  readonly begun: boolean;
}

export interface CheckView {
  readonly id: string;
  readonly workflow: string;
  readonly verdict: CheckVerdict;
  /** Why it is not ok; a comparison has several lines. */
  readonly detail: string | null;
  /** Recorded completions. */
  readonly recorded: number;
  /** What it asks for next, in the order of the calls. Empty where it ends, or waits for something that is no step. */
  readonly next: readonly NextCall[];
  /** How its function ends, where nothing more is asked for. */
  readonly ends: "returns" | "throws" | null;
  /** It runs on the code of its start, which is kept; so nothing was replayed. */
  readonly pinned: boolean;
  /** Its workflow is a script: what that will ask for cannot be known without running it, so nothing was checked but that it is there. */
  readonly script: boolean;
}

export interface CheckOptions {
  /** Default: every execution that is not over. Those of these that are over are passed by. */
  readonly ids?: readonly string[];
  readonly workflow?: string;
  /** How long code may await something outside of a step before it counts as changed. Default 300. */
  readonly graceMs?: number;
  /** Aborting it ends the check between two executions. */
  readonly signal?: AbortSignal;
  /** Told of each, in order. What it throws ends the check. */
  readonly onChecked?: (checked: CheckView) => void;
}

export interface CheckReport {
  /** Without those of scripts. */
  readonly checked: number;
  /** Those whose verdict is not `ok`. */
  readonly problems: readonly CheckView[];
}

export interface SourceClient {
  /**
   * Replays executions against the code that is there now. No step is run and nothing is written, so it is safe beside whatever runs; but
   * the code of workflows outside of steps runs, as it does on every pass.
   */
  check(options?: CheckOptions): Promise<CheckReport>;
  /**
   * Has an execution run on the code of its start from its next pass on.
   *
   * @throws EXECUTION_NOT_FOUND, EXECUTION_OVER, SOURCE_NOT_KEPT
   */
  pin(id: string, options?: ActOptions): Promise<ExecutionView>;
  /** The opposite. @throws EXECUTION_NOT_FOUND, EXECUTION_OVER */
  unpin(id: string, options?: ActOptions): Promise<ExecutionView>;
}
