/**
 * Everything that happens while an execution is carried, as one union of plain data.
 *
 * Spinners, plain lines and tests are readers of it; the engine knows none of them.
 */
import type { LogRecord, StepIdentity } from "./records.ts";
import type { ExecutionStatus, Reason } from "./status.ts";

export type Progress =
  | { readonly type: "pass-started"; readonly executionId: string; readonly workflow: string; readonly recorded: number }
  | {
      readonly type: "step-started";
      readonly executionId: string;
      readonly step: StepIdentity;
      readonly attempt: number;
      readonly at: number;
    }
  | { readonly type: "step-completed"; readonly executionId: string; readonly step: StepIdentity; readonly durationMs: number }
  | {
      readonly type: "step-failed";
      readonly executionId: string;
      readonly step: StepIdentity;
      readonly attempt: number;
      readonly attempts: number;
      readonly error: Error;
      /** When the next attempt starts; null when there is none. */
      readonly retryAt: number | null;
    }
  | { readonly type: "holding"; readonly executionId: string; readonly step: StepIdentity; readonly until: number | null }
  /** It waits for a place among those that run at the same time. */
  | { readonly type: "in-line"; readonly executionId: string; readonly place: PlaceProgress }
  /** Something that is finished cannot be written now (a full disk, a lock). It is kept, and tried again. */
  | { readonly type: "not-stored"; readonly executionId: string; readonly error: Error; readonly retryInMs: number }
  /** A line that its script, or a command of it, has printed. */
  | {
      readonly type: "printed";
      readonly executionId: string;
      readonly stream: "stdout" | "stderr";
      readonly line: string;
      /** The step whose command has printed it; null for the script itself. */
      readonly step: string | null;
    }
  | { readonly type: "log"; readonly executionId: string; readonly entry: LogRecord }
  | {
      readonly type: "left";
      readonly executionId: string;
      readonly status: ExecutionStatus;
      readonly reason: Reason | null;
      readonly wakeAt: number | null;
    };

export interface PlaceProgress {
  readonly lane: string;
  readonly limit: number;
  readonly running: number;
  /** How many wait before it. */
  readonly ahead: number;
}

export type ProgressListener = (progress: Progress) => void;
