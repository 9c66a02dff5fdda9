/**
 * What a running step, sleep or event sees of the execution it belongs to, and of the process that owns it.
 */
import type { Cipher } from "../model/cipher.ts";
import type { Log } from "../model/context.ts";
import type { WorkflowDefinition } from "../model/definition.ts";
import type { ProgressListener } from "../model/progress.ts";
import type { EventKind, LogRecord, StepIdentity, StepRecord } from "../model/records.ts";
import type { Call } from "../replay/call.ts";
import type { ChildCare } from "./children.ts";
import type { Chance, Clock, Timers } from "./host.ts";
import type { OwnerWrite, PendingEvent } from "./store.ts";
import type { Wait } from "./waits.ts";

/** A step whose function is running. */
export interface RunningStep {
  readonly call: Call;
  /** The execution has left: its timers end, and its function is told if there is a reason to. Gives when its processes have ended. */
  shut(reason: Error | undefined): Promise<void> | undefined;
  failStray(error: Error): void;
  /** What a store shows while it runs. */
  runningRow(): StepRecord | undefined;
  /** Called now and then; called a second time it has been running for a while, and writes that row. False when it is done with that. */
  growOld(): boolean;
}

export type WriteParts = Omit<OwnerWrite, "lease">;

export interface StepFailure {
  readonly attempt: number;
  readonly attempts: number;
  readonly error: Error;
  readonly retryAt: number | null;
}

/** What becomes of the write of a completion. */
export interface CompletionListener {
  /** It is on disk; told also when the execution leaves meanwhile. */
  stored?(): void;
  /** It alone was refused. Without this a refusal ends the owner. */
  refused?(error: Error): void;
}

export const NOBODY: CompletionListener = {};

export interface Owner {
  readonly id: string;
  /** How often it has started over. */
  readonly generation: number;
  readonly children: ChildCare;
  readonly definition: WorkflowDefinition;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly chance: Chance;
  readonly maxValueBytes: number;
  readonly cipher: Cipher;
  /** The execution has left this process: write nothing, start nothing. */
  readonly isOver: boolean;

  /** Its function may be called now: the execution is here, and is not being undone. */
  mayBegin(call: Call): boolean;
  /** Writes a completion with its place in the order, then gives it to the pass. The record is the first of the write's `steps`. */
  complete(call: Call, build: (order: number) => WriteParts, told?: CompletionListener): void;
  write(parts: WriteParts, done: () => void, refused?: (error: Error) => void): void;
  /** Keeps an open row (a deadline) with the next write. */
  record(row: StepRecord): void;
  wait(wait: Wait): void;
  endWait(key: string): void;
  /** A step between two attempts. */
  rest(call: Call, wait: Wait, row: StepRecord): void;
  /** A resting step may begin its next attempt; false when its process is stopping. */
  wakeStep(call: Call): boolean;
  /** Writes a row that is only shown to people. */
  show(row: StepRecord): void;
  /** While something is looked up the execution does not park. */
  enter(): void;
  leave(): void;
  pendingEvents(name: string, kind: EventKind): Promise<readonly PendingEvent[]>;

  stepStarted(step: RunningStep, attempt: number, startedAt: number): void;
  stepFailed(identity: StepIdentity, failure: StepFailure): void;
  /** A failure of the system below the workflow: the execution is restarted later, and no attempt is lost. */
  panic(error: Error): void;
  warn(message: string): void;
  warnLate(what: string): void;
  stepLog(step: string): Log;
  readonly onProgress: ProgressListener | undefined;
  /** What a step has printed goes out with the next write. */
  keepPrint(entry: LogRecord): void;
  /** Calls code of the workflow so that errors it throws later, outside of promises, can be traced to this execution. */
  runUserCode<T>(fn: () => T): T;
}
