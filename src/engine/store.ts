/**
 * The port to what is durable.
 *
 * What the engine may rely on, and every store owes (`test/suites/store.ts` says it as tests):
 *   1. `submit` settles after its write is on disk, never before; writes reach the disk in the order of their `submit`.
 *   2. A write is applied whole or not at all, also across a crash.
 *   3. A write under a term that is no longer the execution's is refused with LEASE_LOST and changes nothing.
 *   4. A write that fails alone is refused alone.
 *   5. Terminal states are final.
 *   6. Of any number of processes that claim, one gets an execution; a live owner on this host is never robbed. Of executions that have
 *      panicked and made no progress since, a claim hands out one at most.
 *   7. The number of a panic is stored by the claim itself, before any code of the execution runs.
 *   8. A row that does not match its checksum is reported as CORRUPT by whatever loads it; other executions are not affected.
 */
import type { ListFilter } from "../model/client.ts";
import type {
  AttemptRecord,
  EventRecord,
  ExecutionRecord,
  LogRecord,
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
  readonly change?: ExecutionChange;
  /** Gives the lease back in the same transaction. */
  readonly release?: boolean;
  /**
   * With `release`: the events it waits for, and how far the owner has looked. If one of them has arrived since, the execution is left due
   * (status pending, reason queued, wakeAt now of the change) instead, so no event can slip in between the last look and the parking.
   */
  readonly waitingFor?: readonly WaitingFor[];
}

export interface WaitingFor {
  readonly name: string;
  readonly afterCursor: number;
}

export type PendingEvent = EventRecord & {
  /** Grows with every event of the store; 0 is before the first. */
  readonly cursor: number;
};

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

/** Everything a replay needs, read in one go. */
export interface StoredHistory {
  readonly execution: ExecutionRecord;
  /** Recorded steps: completions in their order, then those still open. */
  readonly steps: readonly StepRecord[];
  readonly attempts: readonly AttemptRecord[];
  /** The first one first. */
  readonly panics: readonly PanicRecord[];
}

export interface VerifyPage extends Verification {
  /** Where the next page begins; undefined after the last. */
  readonly next: string | undefined;
}

export interface Store {
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
    options: { readonly claimFor?: WorkerRecord; readonly replace?: boolean },
  ): Promise<
    { readonly created: true; readonly claimed: Claimed | undefined } | { readonly created: false; readonly existing: ExecutionRecord }
  >;
  /** Due executions, and those of dead workers: oldest wake first, ties by id. */
  claimDue(query: ClaimQuery): Promise<ClaimResult>;
  /** One execution, due or not. `undefined` when it is terminal, blocked, or a live worker has it. */
  claimOne(id: string, query: Pick<ClaimQuery, "worker" | "now">): Promise<Claimed | undefined>;
  /** Of the executions this worker owns: those that somebody asked to cancel. */
  cancelRequests(workerId: string): Promise<ReadonlyMap<string, CancelRequest>>;

  // ── anybody ──
  /** Marks for cancellation; cancels at once when nobody alive owns it. Gives the state after. */
  requestCancel(id: string, request: CancelRequest): Promise<ExecutionRecord | undefined>;
  /** Makes a parked or blocked execution due now. Resets the count of panics if told. */
  wake(id: string, options: { readonly now: number; readonly resetPanics: boolean }): Promise<ExecutionRecord | undefined>;
  /** Keeps an event and makes the execution due if it waits for that name. */
  addEvent(executionId: string, event: EventRecord): Promise<"created" | "existing" | "no-execution" | "over">;
  /** Events of that name nobody has taken, oldest first. */
  pendingEvents(executionId: string, name: string): Promise<readonly PendingEvent[]>;
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
  /** The worker that owns it, if any. */
  ownerOf(id: string): Promise<WorkerRecord | undefined>;
  isCancelRequested(id: string): Promise<boolean>;
  /** Earliest wake of all that no process owns. */
  nextWakeAt(): Promise<number | null>;
  recordTick(now: number): Promise<void>;
  lastTickAt(): Promise<number | null>;
  saveWorkflow(workflow: WorkflowRecord): Promise<void>;
  workflow(name: string): Promise<WorkflowRecord | undefined>;
  /** Changes whenever another connection has committed; cheap enough to ask every few milliseconds. */
  dataVersion(): number;
  close(): Promise<void>;
}
