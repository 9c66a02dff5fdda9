/** What a desk is given, and whom it tells. */
import type { ProgressListener } from "../model/progress.ts";
import type { ExecutionRecord, StepRecord } from "../model/records.ts";
import type { Call } from "../replay/call.ts";
import type { ChildCare } from "./children.ts";
import type { Ledger } from "./ledger.ts";
import type { Runtime } from "./runtime.ts";

/** What it tells whoever decides. */
export interface DeskListener {
  /** A completion is on disk. */
  delivered(call: Call, record: StepRecord): void;
  panicked(error: Error): void;
  /** Its code threw outside of every promise that wf awaits. */
  stray(error: unknown): void;
  /** False once its process is stopping. */
  mayStart(call: Call): boolean;
  /** A step waits for its next attempt, or for a person. */
  rested(): void;
  /** Work is left for the next pass. */
  refused(call: Call): void;
}

export interface DeskParts {
  readonly execution: ExecutionRecord;
  readonly children: ChildCare;
  readonly runtime: Runtime;
  readonly ledger: Ledger;
  readonly onProgress: ProgressListener | undefined;
  readonly told: DeskListener;
}
