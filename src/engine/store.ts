/**
 * The port to what is durable.
 *
 * What the engine may rely on, and every store owes (`test/suites/store.ts` says it as tests):
 *   1. `submit` settles after its write is on disk, never before; writes reach the disk in the order of their `submit`.
 *   2. A write is applied whole or not at all, also across a crash.
 *   3. A write under a term that is no longer the execution's is refused with LEASE_LOST and changes nothing.
 *   4. A write that fails alone is refused alone.
 *   5. Terminal states are final, but for `operations.retry` and `resolve`, which take a failed execution up again under a new term.
 *   6. Of any number of processes that claim, one gets an execution; a live owner on this host is never robbed. Of executions that have
 *      panicked and made no progress since, a claim hands out one at most.
 *   7. The number of a panic is stored by the claim itself, before any code of the execution runs.
 *   8. A row that does not match its checksum is reported as CORRUPT by whatever loads it; other executions are not affected.
 */
import type { ListFilter } from "../model/client.ts";
import type { FlowLimits } from "../model/flow.ts";
import type {
  AttemptRecord,
  DecisionRecord,
  EventKind,
  EventRecord,
  ExecutionRecord,
  LogRecord,
  MarkRecord,
  MigrationRecord,
  PanicRecord,
  ProcessIdentity,
  StepIdentity,
  StepRecord,
  WorkerRecord,
  WorkflowRecord,
} from "../model/records.ts";
import type { ExecutionStatus } from "../model/status.ts";
import type { Verification } from "../model/verification.ts";
import type { BundleStore } from "./store/bundles.ts";
import type { LookingStore } from "./store/looking.ts";
import type { Place } from "./store/places.ts";
import type { OperationStore } from "./store/operations.ts";
import type { RetentionStore } from "./store/retention.ts";
import type { ScheduleStore } from "./store/schedules.ts";
import type { ScriptStore } from "./store/scripts.ts";
import type { SourceStore } from "./store/sources.ts";

/** What a store needs of the machine; `Host` has all of it. */
export interface StoreHost {
  now(): number;
  boot(): number;
  /** From 0 up to 1. */
  chance(): number;
  after(ms: number, fn: () => void): void;
  /** In the next turn of the event loop. */
  turn(fn: () => void): void;
  readonly self: ProcessIdentity;
  liveness(identity: ProcessIdentity): "alive" | "dead" | "unknown";
}

/** The right of one worker to move one execution. */
export interface Lease {
  readonly executionId: string;
  readonly workerId: string;
  readonly term: number;
}

/** What an owner changes about the state of its execution. */
export type ExecutionChange = Partial<
  Pick<
    ExecutionRecord,
    | "status"
    | "reason"
    | "reasonDetail"
    | "wakeAt"
    | "outputText"
    | "errorText"
    | "startedAt"
    | "finishedAt"
    | "panics"
    | "restarts"
    | "sourceHash"
    | "startSource"
    | "startSource"
    | "version"
  >
>;

/** One atomic unit of an owner's writing. */
export interface OwnerWrite {
  readonly lease: Lease;
  /** Inserted, or replaced as a whole. */
  readonly steps?: readonly StepRecord[];
  readonly attempts?: readonly AttemptRecord[];
  readonly logs?: readonly LogRecord[];
  readonly panic?: PanicRecord | undefined;
  /** Takes an event for a wait, so that no other wait gets it. Refused (EVENT_TAKEN) when it is taken. */
  readonly consume?: { readonly eventId: string; readonly by: StepIdentity };
  /** What this wait has taken waits again, as if it had not. */
  readonly giveBack?: StepIdentity;
  readonly change?: ExecutionChange;
  /** Gives the lease back in the same transaction. */
  readonly release?: boolean;
  /**
   * With `release`: the events it waits for, and how far the owner has looked. If one of them has arrived since, the execution is left due
   * (status pending, reason queued, wakeAt now of the change) instead, so no event can slip in between the last look and the parking.
   */
  readonly waitingFor?: readonly WaitingFor[];
  /** With `release`: the children whose end it waits for. If one is over already, the execution is left due, as for an event. */
  readonly waitingForChildren?: readonly string[];
  /** Created in the same transaction. */
  readonly children?: readonly ChildStart[];
  readonly marks?: readonly MarkRecord[];
  /** With `release`: its steps, attempts and marks are deleted, and it is due with this input, one generation later. */
  readonly startOver?: { readonly inputText: string };
  /** With `release`: it parks although its cancellation was asked for: its owner knows, and undoes what it has done, or cannot. */
  readonly isUndoing?: boolean;
}

export interface WaitingFor {
  readonly name: string;
  /** Default `event`. */
  readonly kind?: EventKind;
  readonly afterCursor: number;
}

export interface ChildStart {
  readonly execution: ExecutionRecord;
  readonly limits?: FlowLimits | null;
  /** The owner of its parent takes it at once, where its limits allow that. */
  readonly claim: boolean;
  /** Called inside the transaction, perhaps more than once; the last call counts. Throwing refuses the whole write. */
  readonly tell: (creation: Creation) => void;
}

export type Creation =
  { readonly created: true; readonly claimed: Claimed | undefined } | { readonly created: false; readonly existing: ExecutionRecord };

export type PendingEvent = EventRecord & {
  /** Grows with every event of the store; 0 is before the first. */
  readonly cursor: number;
};

/** A definition as it was last seen, and whether its source is among those kept. */
export type KnownWorkflow = WorkflowRecord & { readonly isSourceKept: boolean };

export type Settle = (error: Error | undefined) => void;

export interface Claimed {
  readonly lease: Lease;
  readonly execution: ExecutionRecord;
  /** Which pass this is, from 1. */
  readonly pass: number;
  readonly cancel: CancelRequest | null;
}

export interface CancelRequest {
  readonly at: number;
  readonly reason: string | null;
}

/** An execution that a claim met and could not hand out, since its row is damaged. It is blocked, and the claim goes on. */
export interface ClaimResult {
  readonly claimed: readonly Claimed[];
  readonly blocked: readonly { readonly id: string; readonly workflow: string }[];
}

export interface ClaimQuery {
  readonly worker: WorkerRecord;
  readonly now: number;
  readonly limit: number;
  /** Only what was due at this instant; keeps a sweep finite. Default: `now`. */
  readonly dueAt?: number;
  /** Never these: they have been taken in this sweep already. */
  readonly except?: ReadonlySet<string>;
  /** May one be among them that has panicked and not finished a step since? More than one never is. Default true. */
  readonly suspects?: boolean;
}

export interface ClaimOneQuery extends Pick<ClaimQuery, "worker" | "now"> {
  /** It may take a free place although others are in line before it. Default false. */
  readonly overtakes?: boolean;
}

/** Everything a replay needs, read in one go. */
export interface StoredHistory {
  readonly execution: ExecutionRecord;
  /** Recorded steps: completions in their order, then those still open. */
  readonly steps: readonly StepRecord[];
  readonly attempts: readonly AttemptRecord[];
  /** The first one first. */
  readonly panics: readonly PanicRecord[];
  /** What `patched` has answered. */
  readonly marks: readonly MarkRecord[];
  /** What people have done to it by hand, the first first. */
  readonly decisions: readonly DecisionRecord[];
}

export interface VerifyPage extends Verification {
  /** Where the next page begins; undefined after the last. */
  readonly next: string | undefined;
}

export interface Store {
  // ── families, each in a file of its own ──
  readonly schedules: ScheduleStore;
  readonly sources: SourceStore;
  readonly operations: OperationStore;
  readonly retention: RetentionStore;
  readonly bundles: BundleStore;
  readonly scripts: ScriptStore;
  readonly looking: LookingStore;

  // ── owners ──
  submit(write: OwnerWrite, settle: Settle): void;
  registerWorker(worker: WorkerRecord): Promise<void>;
  /** Renews all leases of a worker: one row. */
  heartbeat(workerId: string, now: number, bootMs: number): Promise<void>;
  /** Gives back whatever it still owns and forgets it. */
  removeWorker(workerId: string, now: number): Promise<void>;
  workers(): Promise<readonly WorkerRecord[]>;
  /** Creates; with `claimFor` the creator is the owner from the start, in the same transaction. Existing ids answer with what is there. */
  create(
    execution: ExecutionRecord,
    options: {
      readonly claimFor?: WorkerRecord;
      readonly replace?: boolean;
      /** Kept to in the same transaction: it may have to wait for a place or a time, or not begin at all, and is not claimed then. */
      readonly limits?: FlowLimits | null;
    },
  ): Promise<Creation>;
  /** Due executions, and those of dead workers: oldest wake first, ties by id. */
  claimDue(query: ClaimQuery): Promise<ClaimResult>;
  /** One execution, due or not. `undefined` when it is terminal, blocked, paused, or a live worker has it. */
  claimOne(id: string, query: ClaimOneQuery): Promise<Claimed | undefined>;
  /** Of the executions this worker owns: those that somebody asked to cancel. */
  cancelRequests(workerId: string): Promise<ReadonlyMap<string, CancelRequest>>;

  // ── anybody ──
  /** Marks for cancellation; cancels at once when nobody alive owns it. Gives the state after. */
  requestCancel(id: string, request: CancelRequest): Promise<ExecutionRecord | undefined>;
  /** Keeps an event and makes the execution due if it waits for that name. */
  addEvent(executionId: string, event: EventRecord): Promise<"created" | "existing" | "no-execution" | "over">;
  /** Events of that name and kind nobody has taken, oldest first. */
  pendingEvents(executionId: string, name: string, kind?: EventKind): Promise<readonly PendingEvent[]>;
  /** Adds a log line without owning the execution: what an execution did after it left, say. Unknown ids are ignored. */
  addLog(executionId: string, entry: LogRecord): Promise<void>;

  execution(id: string): Promise<ExecutionRecord | undefined>;
  /** Ids that start with `prefix`, at most `limit`. */
  idsStartingWith(prefix: string, limit: number): Promise<readonly string[]>;
  latestId(): Promise<string | undefined>;
  list(filter: ListFilter & { readonly limit: number }): Promise<readonly ExecutionRecord[]>;
  counts(filter: Omit<ListFilter, "limit">): Promise<Readonly<Record<ExecutionStatus, number>>>;
  history(id: string): Promise<StoredHistory | undefined>;
  /** Everything a pass would trust of executions whose ids come after `after`, `limit` of them. Nothing is thrown for what is damaged. */
  verify(after: string, limit: number): Promise<VerifyPage>;
  /** What has been applied to this store, in order; the last is what it is now. */
  migrations(): Promise<readonly MigrationRecord[]>;
  logs(id: string, after: number, limit: number): Promise<readonly (LogRecord & { readonly cursor: number })[]>;
  /** Undefined for one that does not wait for a place. */
  place(id: string): Promise<Place | undefined>;
  /** The worker that owns it, if any. */
  ownerOf(id: string): Promise<WorkerRecord | undefined>;
  isCancelRequested(id: string): Promise<boolean>;
  /** Earliest wake of all that no process owns, slots of schedules among them. */
  nextWakeAt(): Promise<number | null>;
  recordTick(now: number): Promise<void>;
  lastTickAt(): Promise<number | null>;
  saveWorkflow(workflow: WorkflowRecord): Promise<void>;
  workflow(name: string): Promise<KnownWorkflow | undefined>;
  /** Changes whenever another connection has committed; cheap enough to ask every few milliseconds. */
  dataVersion(): number;
  close(): Promise<void>;
}
