/**
 * What callers see: the JSON documents of the command and the API.
 *
 * Times are ISO-8601 UTC with milliseconds, durations are in `…Ms`, values are decoded. Fields are only ever added.
 */
import type { LogLevel } from "./records.ts";
import type { ExecutionStatus, Reason, StepKind, StepStatus } from "./status.ts";

export interface ErrorView {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
  readonly hint: string | null;
  readonly stack: string | null;
  readonly cause: ErrorView | null;
}

export type Disposition = "created" | "existing";

export interface ExecutionView {
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  readonly status: ExecutionStatus;
  readonly reason: Reason | null;
  readonly reasonDetail: string | null;
  readonly wakeAt: string | null;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: ErrorView | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly restarts: number;
  readonly parentId: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** It runs on the code of its start, whatever the files hold now. */
  readonly pinned: boolean;
  /** How often it has started over with `ctx.continueAsNew`. */
  readonly generation: number;
  readonly disposition?: Disposition;
}

export interface AttemptView {
  readonly attempt: number;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly error: ErrorView | null;
}

export interface StepView {
  readonly scope: string;
  readonly kind: StepKind;
  readonly name: string;
  readonly n: number;
  readonly status: StepStatus;
  /** What a wait is about: the id of a child, the message of an approval. */
  readonly detail: string | null;
  readonly attempts: readonly AttemptView[];
  readonly output: unknown;
  readonly error: ErrorView | null;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly wakeAt: string | null;
  readonly order: number | null;
  /** How it ended is what a person has said. */
  readonly settled?: boolean;
}

/** A restart that was not the workflow's fault: its process died, the disk was full. */
export interface PanicView {
  readonly at: string;
  readonly cause: string;
}

export interface HistoryView {
  readonly execution: ExecutionView;
  readonly steps: readonly StepView[];
  /** The first one first. */
  readonly panics: readonly PanicView[];
  /** What was done to it by hand, the first first. */
  readonly decisions: readonly DecisionView[];
}

/** Something that a person has done to an execution. */
export interface DecisionView {
  readonly at: string;
  readonly by: string;
  readonly action: string;
  readonly detail: string | null;
  readonly reason: string | null;
}

/** An approval that is waited for. */
export interface ApprovalView {
  readonly id: string;
  readonly workflow: string;
  readonly scope: string;
  readonly name: string;
  readonly n: number;
  readonly message: string | null;
  readonly since: string;
  readonly until: string | null;
}

export interface OverviewView {
  readonly counts: Readonly<Record<ExecutionStatus, number>>;
  readonly executions: readonly ExecutionView[];
  readonly nextWakeAt: string | null;
  readonly lastTickAt: string | null;
  readonly warnings: readonly string[];
}

export interface TickView {
  readonly claimed: number;
  readonly completed: number;
  readonly failed: number;
  readonly parked: number;
  readonly blocked: number;
  readonly cancelled: number;
  readonly nextWakeAt: string | null;
  readonly executions: readonly { readonly id: string; readonly workflow: string; readonly status: ExecutionStatus }[];
}

export interface WorkflowView {
  /** Null when the file does not load, so that its name is not known. */
  readonly name: string | null;
  readonly version: number | null;
  readonly file: string;
  readonly description: string | null;
  readonly schedule: string | null;
  /** Its limits and priority, for people; null for none. */
  readonly limits?: string | null;
  /** JSON Schema of the input; null when it has none or its library cannot give one. */
  readonly input: unknown;
  readonly error: ErrorView | null;
}

export interface LogView {
  /** Monotonic; `wf logs -f` goes on from it. */
  readonly cursor: number;
  readonly at: string;
  readonly level: LogLevel;
  readonly source: "user" | "wf";
  readonly message: string;
  readonly data: unknown;
  readonly step: string | null;
}

/** The answer to "why does it not move": one paragraph, and the command that moves it on. */
export interface WhyView {
  readonly id: string;
  readonly status: ExecutionStatus;
  readonly reason: Reason | null;
  readonly text: string;
  /** What does not fit into a paragraph, in lines: how the code differs from the record. */
  readonly detail: string | null;
  readonly next: string | null;
}
