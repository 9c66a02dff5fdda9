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
  /** Among what is due the highest comes first. -100 to 100; ordinary is 0. */
  readonly priority: number;
  /** Who shares a limit of executions that run at the same time; null: no limit. */
  readonly lane: string | null;
  /** The schedule that started it. */
  readonly schedule: string | null;
  /** The slot of the schedule, as it was planned. */
  readonly scheduledFor: number | null;
  /** How it came to be, where nobody simply started it: `fork <id>`, `rerun <id>`, `schedule`, `backfill`, `trigger`. */
  readonly origin: string | null;
  /** How often it has started over with an empty history. */
  readonly generation: number;
  /** Content hash of its source when it began; kept for finishing on that code. */
  readonly startSource: string | null;
  /** It runs on the code of its start, whatever the file holds now. */
  readonly isPinned: boolean;
  /** Its parent's end does not concern it. */
  readonly isDetached: boolean;
}

/** What an execution is that nobody has asked anything special of. */
export const ORDINARY = {
  priority: 0,
  lane: null,
  schedule: null,
  scheduledFor: null,
  origin: null,
  generation: 0,
  startSource: null,
  isPinned: false,
  isDetached: false,
} as const satisfies Partial<ExecutionRecord>;

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
  /** Bits of `STEP_FLAGS`. */
  readonly flags: number;
  /** What a wait is about: the id of a child, the message of an approval. */
  readonly detail: string | null;
}

export const STEP_FLAGS = {
  /** Begun at most once: its start is on disk before its function runs. */
  once: 1,
  /** Undone by a compensation when its execution fails or is cancelled. */
  compensates: 2,
  /** Its result is what a person said. */
  settled: 4,
  /** Its results are stored encrypted, also one that a person gives. */
  sensitive: 8,
  /** A wait that took an event in the moment in which it lost its race: the event waits for another. */
  letGo: 16,
} as const;

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

/** Something that a person has done to an execution. */
export interface DecisionRecord {
  readonly at: number;
  /** `user@host`, or what WF_ACTOR says. */
  readonly by: string;
  /** The verb: `pause`, `retry`, `resolve` … */
  readonly action: string;
  /** To what, and how: a step, a new id. For people. */
  readonly detail: string | null;
  readonly reason: string | null;
}

/** What was asked of an execution that a process has in memory. */
export interface RequestRecord {
  readonly seq: number;
  readonly executionId: string;
  readonly action: "pause" | "wake";
  /**
   * `pause`: what is shown while it is paused. `wake`: which wait is ended, as `identityText` says it; null is the first that has a time.
   */
  readonly detail: string | null;
}

/** What `ctx.patched` has answered once, and answers ever after. */
export interface MarkRecord {
  readonly name: string;
  readonly value: boolean;
}

/** A plain event is the answer to a wait for it, one of kind approval the answer to an approval. */
export type EventKind = "event" | "approval";

export interface EventRecord {
  /** Given by the sender or drawn; a second event with the same id is the same event. */
  readonly id: string;
  readonly name: string;
  readonly payloadText: string;
  readonly sentAt: number;
  /** Default `event`. */
  readonly kind?: EventKind;
  /** The one wait it is for, as `identityText` says it; null or left out: the first of its name. */
  readonly target?: string | null;
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
