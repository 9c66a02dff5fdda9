/**
 * What a store keeps, as plain data: one type a table.
 *
 * Instants are milliseconds since the epoch. Values (`inputText`, `outputText`, `payloadText`) and errors (`errorText`) are the text the
 * codec wrote; they are decoded only where somebody looks at them.
 */
import type { ExecutionStatus, Reason, StepKind, StepStatus } from "./status.ts";

/** What an execution does after a panic; fixed at its start, so that a crash loop is bounded even if its file no longer loads. */
export interface PanicPolicy {
  readonly maxRestarts: number;
  readonly delayMs: number;
  readonly factor: number;
  readonly maxDelayMs: number;
}

export interface ExecutionRecord {
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  /** Content hash of the workflow's source file at the last pass; null before the first. */
  readonly sourceHash: string | null;
  readonly status: ExecutionStatus;
  readonly reason: Reason | null;
  readonly reasonDetail: string | null;
  /** When a tick or daemon takes it up; null when only a person or an event can move it. */
  readonly wakeAt: number | null;
  readonly inputText: string;
  readonly outputText: string | null;
  readonly errorText: string | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Deadline of the whole execution, counted while parked. */
  readonly deadlineAt: number | null;
  /** Restarts after a panic, in all. */
  readonly restarts: number;
  /** Panics since a step last completed. */
  readonly panics: number;
  readonly panic: PanicPolicy;
  readonly parentId: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** The parts of a step's identity. Separate columns: no user string can collide with a generated key. */
export interface StepIdentity {
  /** Path of the scopes around it, "" at the top; segments are escaped and joined with "/". */
  readonly scope: string;
  readonly kind: StepKind;
  readonly name: string;
  /** Which repeat of this name in this scope, from 1. */
  readonly n: number;
}

export interface StepRecord extends StepIdentity {
  readonly status: StepStatus;
  /** Place in the execution's sequence of completions, from 1; null until it has completed or failed for good. */
  readonly order: number | null;
  /** The latest attempt, from 1. */
  readonly attempt: number;
  readonly outputText: string | null;
  readonly errorText: string | null;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** End of a sleep, time-out of an event, next attempt of a retry. */
  readonly wakeAt: number | null;
}

/** An attempt that did not end in success. The last, successful attempt is the step's own row. */
export interface AttemptRecord extends StepIdentity {
  readonly attempt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly errorText: string;
}

/** A change of the schema that a database has been through. */
export interface MigrationRecord {
  readonly number: number;
  readonly name: string;
  readonly appliedAt: number;
}

/** A failure of the system below an execution: its process died, the disk was full. */
export interface PanicRecord {
  readonly at: number;
  /** For people. */
  readonly cause: string;
}

export interface EventRecord {
  /** Given by the sender or drawn; a second event with the same id is the same event. */
  readonly id: string;
  readonly name: string;
  readonly payloadText: string;
  readonly sentAt: number;
}

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogRecord {
  readonly at: number;
  readonly level: LogLevel;
  /** `user` from `ctx.log`, `wf` from the engine itself. */
  readonly source: "user" | "wf";
  readonly message: string;
  readonly dataText: string | null;
  /** The step during which it was written, if any. */
  readonly step: string | null;
}

export interface WorkflowRecord {
  readonly name: string;
  readonly version: number;
  /** Path of the file, relative to the project's root. */
  readonly file: string;
  readonly description: string | null;
  readonly sourceHash: string;
  readonly seenAt: number;
}

/** Who a process is, so precisely that no later process can be taken for it. */
export interface ProcessIdentity {
  /** Machine and process-id namespace: only processes of one host can look each other up. */
  readonly host: string;
  readonly bootId: string;
  readonly pid: number;
  /** Start time of the process in the unit of the system, as text; a reused pid has another. */
  readonly startTime: string;
}

export const WORKER_ROLES = ["run", "tick", "daemon", "client"] as const;
export type WorkerRole = (typeof WORKER_ROLES)[number];

export interface WorkerRecord extends ProcessIdentity {
  readonly id: string;
  readonly role: WorkerRole;
  /** Version of wflite it runs. */
  readonly version: string;
  readonly startedAt: number;
  /** Last heartbeat by the wall clock, shown to people. */
  readonly seenAt: number;
  /** Last heartbeat by the machine's boot clock, in ms, which no clock change moves. */
  readonly seenBootMs: number;
}
