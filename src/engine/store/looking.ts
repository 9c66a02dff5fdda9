/**
 * The part of the port to what is durable that looks inside: the stream of all that happens, and figures over many executions.
 *
 * What the engine may rely on:
 *   1. Happenings come in the order of their commits. What is committed later has a greater cursor, whichever process wrote it.
 *   2. A page is read in one moment, and holds no more than was asked for.
 *   3. Figures read a bounded number of executions and steps; counts are exact.
 */
import type { ExecutionStatus, StepKind, StepStatus } from "../../model/status.ts";

/** A row of the stream, with what other tables still say about it; values and errors as the codec wrote them. */
export interface StoredHappening {
  readonly cursor: number;
  readonly at: number;
  readonly type: string;
  /** Null for a gap. */
  readonly executionId: string | null;
  readonly status: string | null;
  readonly reason: string | null;
  readonly wakeAt: number | null;
  readonly scope: string | null;
  readonly kind: string | null;
  readonly name: string | null;
  readonly n: number | null;
  readonly attempt: number | null;
  readonly workflow: string | null;
  readonly errorText: string | null;
  readonly eventId: string | null;
  readonly logSource: "user" | "wf" | null;
  readonly logMessage: string | null;
  readonly logDataText: string | null;
  readonly logStep: string | null;
  readonly decidedBy: string | null;
  readonly decisionDetail: string | null;
  readonly decisionReason: string | null;
  readonly panicCause: string | null;
}

export interface StoredHappenings {
  readonly rows: readonly StoredHappening[];
  /** Cursors of what is kept; 0 where there is nothing. */
  readonly oldest: number;
  readonly newest: number;
}

/** What figures are made of, of one execution. */
export interface ExecutionFigures {
  readonly id: string;
  readonly status: ExecutionStatus;
  readonly restarts: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

export interface StepFigures {
  readonly executionId: string;
  readonly kind: StepKind;
  readonly name: string;
  readonly status: StepStatus;
  readonly attempt: number;
  readonly startedAt: number;
  readonly finishedAt: number | null;
}

export interface WorkflowTotal {
  readonly workflow: string;
  readonly executions: number;
  /** By status; undefined where only the number is known. */
  readonly counts: Readonly<Partial<Record<ExecutionStatus, number>>> | undefined;
}

export interface TimeSpan {
  readonly from: number;
  readonly to: number;
  readonly buckets: number;
}

export interface LookingStore {
  /** Whether what happens is being written down. */
  isListening(): Promise<boolean>;
  /** From its commit on, all that happens is in the stream; the first time also what is known of the past. */
  listen(): Promise<void>;
  /** Nothing more comes into the stream. What is there stays. */
  endListening(): Promise<void>;
  happenings(after: number, limit: number): Promise<StoredHappenings>;
  /** The newest cursor, or the last one before an instant. */
  cursor(before: number | undefined): Promise<number>;
  /** The most numerous first. @param since of those created since then */
  totals(options: { readonly workflow?: string; readonly since?: number; readonly limit: number }): Promise<readonly WorkflowTotal[]>;
  /** The newest of a workflow. */
  executionFigures(workflow: string, since: number | undefined, limit: number): Promise<readonly ExecutionFigures[]>;
  /** Of some executions; no more than `limit` rows. */
  stepFigures(executionIds: readonly string[], limit: number): Promise<readonly StepFigures[]>;
  /** Which of some executions needed a second attempt of a step. */
  retriedAmong(executionIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** When the first was created; null where there is none. */
  oldestCreatedAt(workflow: string | undefined): Promise<number | null>;
  /** How many were created in each part of a span. */
  throughput(workflow: string | undefined, span: TimeSpan): Promise<readonly number[]>;
}
