/** The public names of wflite, made from its sources: bun test/shipped/make.ts */

import type { Statement } from "bun:sqlite";

import type { z } from "zod";

interface EngineOptions {
    readonly store: Store;
    readonly host: Host;
    readonly role: WorkerRole;
    /** The process is somebody else's: errors of it that no execution can have made stay its own. Default false. */
    readonly isEmbedded?: boolean;
    /** Version of wflite, kept with the worker. */
    readonly version: string;
    /** Largest stored value in bytes of its text. Default 1 MiB, at most 64 MiB. */
    readonly maxValueBytes?: number;
    /** Retries and panics of workflows that say nothing of them. Default: those of `Workflow.define`. */
    readonly defaults?: ProjectDefaults;
    /** How long `tick` and `serve` leave what is over. Default: for ever. */
    readonly retention?: RetentionSettings;
    /** Carries `ctx.transaction` out. Default: it is refused. */
    readonly transact?: Transact;
    /** Runs the commands of `ctx.sh`. Default: they fail. */
    readonly shell?: Shell;
    /** Starts scripts. Default: an execution of one fails. */
    readonly scripts?: ScriptMachine;
    /** How long changed-looking code may stay away from the next recorded completion. Default 3,000. */
    readonly graceMs?: number;
    /** How long a running step may go on after `signal` or `close`. Default 10,000. */
    readonly drainGraceMs?: number;
    /** How long a function that waits on nothing may hold up a process that has other work. Default 600,000. */
    readonly stallMs?: number;
}

declare class WorkflowEngine implements Client {
    #private;
    readonly schedules: Client["schedules"];
    readonly operations: Client["operations"];
    readonly sources: Client["sources"];
    readonly retention: Client["retention"];
    readonly bundles: Client["bundles"];
    readonly looking: Client["looking"];
    constructor(options: EngineOptions);
    start<Input, Output>(workflow: WorkflowDefinition<Input, Output> | string, input: Input, options?: StartOptions): Promise<ExecutionHandle<Output>>;
    validate(workflow: WorkflowDefinition | string, input: unknown, options?: StartOptions): Promise<void>;
    /** Starts and carries to the end in this process. */
    execute<Input>(workflow: WorkflowDefinition<Input>, input: Input, options?: StartOptions & CarryOptions): Promise<ExecutionView>;
    carry(id: string, options?: CarryOptions): Promise<ExecutionView>;
    tick(options?: TickOptions): Promise<TickView>;
    serve(options: TickOptions & {
        readonly signal: AbortSignal;
    }): Promise<void>;
    resume(id: string): Promise<ExecutionView>;
    restart(id: string): Promise<ExecutionView>;
    resolveId(reference: string): Promise<string>;
    getStatus(id: string): Promise<ExecutionView>;
    overview(filter?: ListFilter): Promise<OverviewView>;
    list(filter?: ListFilter): Promise<readonly ExecutionView[]>;
    history(id: string): Promise<HistoryView>;
    logs(id: string, options?: {
        readonly after?: number;
        readonly limit?: number;
    }): Promise<readonly LogView[]>;
    why(id: string): Promise<WhyView>;
    workflows(): Promise<readonly WorkflowView[]>;
    sendEvent(executionId: string, name: string, payload?: unknown, options?: SendOptions): Promise<Disposition>;
    cancel(id: string, reason?: string): Promise<ExecutionView>;
    close(): Promise<void>;
}

interface Clock {
    /** Wall clock, ms since the epoch. Deadlines are kept and compared in it. */
    now(): number;
    /** Monotonic ms, for measuring durations in this process. */
    monotonic(): number;
    /** Ms since the machine booted, the same for all processes, moved by no clock change. */
    boot(): number;
}

/** From 0 up to 1. */
type Chance = () => number;

interface Cancel {
    (): void;
}

interface Timers {
    /** Runs `fn` once, at the earliest `ms` from now. `background` does not keep the process alive. */
    after(ms: number, fn: () => void, options?: {
        readonly background?: boolean;
    }): Cancel;
    /** Runs `fn` once the wall clock shows `at`; looks at least every 30 s, so clock changes and a sleeping laptop are noticed. */
    at(at: number, fn: () => void, options?: {
        readonly background?: boolean;
    }): Cancel;
    /** Runs `fn` in the next turn of the event loop, after all promise reactions of this one; in the order of the calls. */
    turn(fn: () => void): void;
}

interface Processes {
    readonly self: ProcessIdentity;
    /** `alive` and `dead` are certain; `unknown` for a process of another host. */
    liveness(identity: ProcessIdentity): "alive" | "dead" | "unknown";
}

interface LoadedWorkflow {
    readonly definition: WorkflowDefinition;
    /** Relative to the project's root. */
    readonly file: string;
    /** Content hash of that file. */
    readonly sourceHash: string;
}

interface BrokenFile {
    readonly file: string;
    readonly error: Error;
}

/** Where definitions come from. One broken file never hides the others. */
interface WorkflowFiles {
    /** Finds one by name; `hint` is the file where it was last. Broken files that may have held it are told. */
    find(name: string, hint?: string): Promise<{
        readonly found: LoadedWorkflow | undefined;
        readonly broken: readonly BrokenFile[];
    }>;
    all(): Promise<{
        readonly found: readonly LoadedWorkflow[];
        readonly broken: readonly BrokenFile[];
    }>;
    /**
     * Whether anything that was loaded has been edited since. A process cannot exchange its code: it gives its work back, and another begins.
     */
    isOutdated(): boolean;
    /**
     * `<root> <files>`, short: changes when a file comes, goes or is edited, and when the project is another.
     *
     * @param imports further files that count, relative to the root
     */
    mark(imports: readonly string[]): string;
    /** Files that loaded ones import, relative to the root. */
    imports(): readonly string[];
    readonly kept: KeptCode;
}

/** Sources as they were. */
interface KeptCode {
    /** What a workflow was loaded from, packed for keeping; undefined when it has been edited since, or is too large to be kept. */
    pack(workflow: LoadedWorkflow): Uint8Array | undefined;
    /**
     * The workflow of that name in a source that was packed. Nothing of it runs unless the source has that hash.
     *
     * @throws SOURCE_UNUSABLE
     */
    load(name: string, hash: string, packed: Uint8Array): Promise<LoadedWorkflow>;
    /** Whether `load` has left anything behind on this machine. */
    hasLeftovers(): boolean;
    /** Takes away what `load` has left behind, but for the sources of these hashes. */
    clear(needed: ReadonlySet<string>): void;
}

/** Files that hold the whole output of commands, of each execution its own. */
interface OutputFiles {
    /** Which of these executions have any. */
    having(ids: readonly string[]): readonly string[];
    /** Whether an id that differs only in its capitals has its files in the same place: the file system decides. */
    ignoresCase(id: string): boolean;
    /** Takes those of these executions out of the way, at once. Never throws. */
    setAside(ids: readonly string[]): void;
    /** Deletes what was set aside. Never rejects. */
    clear(): Promise<void>;
}

/**
 * An error that was thrown outside every promise and every context; the file is a hint for people, where one can be seen. `false` says that
 * it is nobody's here: then it ends the process, as it would without a listener.
 */
type StrayErrorListener = (error: unknown, file: string | null) => boolean | void;

/** Code that runs in it, and whatever that sets off, tells its stray errors to the listener of the context. */
interface StrayContext {
    run<T>(fn: () => T): T;
}

/** A call of `console`: its level, and the text that it prints, which is made when it is asked for. */
type ConsoleListener = (level: LogLevel, text: () => string) => void;

interface Host {
    readonly clock: Clock;
    readonly chance: Chance;
    readonly timers: Timers;
    readonly processes: Processes;
    readonly files: WorkflowFiles;
    /** Left out where no command leaves any, as in a simulation. */
    readonly outputFiles?: OutputFiles;
    /** Over the keys of this project. */
    readonly cipher: Cipher;
    /** Who acts here, for the history: `user@host`, or what WF_ACTOR says. */
    actor(): string;
    /** Calls `listener` when the event loop has nothing left to do although executions are not settled. */
    onIdle(listener: () => void): Cancel;
    onStrayError(listener: StrayErrorListener): Cancel;
    openStrayContext(listener: (error: unknown) => void): StrayContext;
    /** Hears what code of this process prints; the printing itself goes on as it was. */
    onConsole(listener: ConsoleListener): Cancel;
}

declare class StateManager {
    #private;
    constructor(store: Store);
    /** @throws EXECUTION_NOT_FOUND, CORRUPT */
    load(id: string): Promise<StoredHistory>;
    /** Under the lease that the write names. @throws LEASE_LOST, CORRUPT, errors of the system */
    save(write: OwnerWrite): Promise<void>;
    /** Every row of every execution that a pass would trust. */
    verify(): Promise<Verification>;
    /**
     * What has brought the store to the present format. A store that opens is up to date: migrations run before anything else sees it, each
     * in one transaction, and stored values with them.
     */
    migrate(): Promise<{
        readonly stateVersion: number;
        readonly migrations: readonly MigrationRecord[];
    }>;
}

/** What a store needs of the machine; `Host` has all of it. */
interface StoreHost {
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
interface Lease {
    readonly executionId: string;
    readonly workerId: string;
    readonly term: number;
}

/** What an owner changes about the state of its execution. */
type ExecutionChange = Partial<Pick<ExecutionRecord, "status" | "reason" | "reasonDetail" | "wakeAt" | "outputText" | "errorText" | "startedAt" | "finishedAt" | "panics" | "restarts" | "sourceHash" | "startSource" | "startSource" | "version">>;

/** One atomic unit of an owner's writing. */
interface OwnerWrite {
    readonly lease: Lease;
    /** Inserted, or replaced as a whole. */
    readonly steps?: readonly StepRecord[];
    readonly attempts?: readonly AttemptRecord[];
    readonly logs?: readonly LogRecord[];
    readonly panic?: PanicRecord | undefined;
    /** Takes an event for a wait, so that no other wait gets it. Refused (EVENT_TAKEN) when it is taken. */
    readonly consume?: {
        readonly eventId: string;
        readonly by: StepIdentity;
    };
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
    readonly startOver?: {
        readonly inputText: string;
    };
    /** With `release`: it parks although its cancellation was asked for: its owner knows, and undoes what it has done, or cannot. */
    readonly isUndoing?: boolean;
}

interface WaitingFor {
    readonly name: string;
    /** Default `event`. */
    readonly kind?: EventKind;
    readonly afterCursor: number;
}

interface ChildStart {
    readonly execution: ExecutionRecord;
    readonly limits?: FlowLimits | null;
    /** The owner of its parent takes it at once, where its limits allow that. */
    readonly claim: boolean;
    /** Called inside the transaction, perhaps more than once; the last call counts. Throwing refuses the whole write. */
    readonly tell: (creation: Creation) => void;
}

type Creation = {
    readonly created: true;
    readonly claimed: Claimed | undefined;
} | {
    readonly created: false;
    readonly existing: ExecutionRecord;
};

type PendingEvent = EventRecord & {
    /** Grows with every event of the store; 0 is before the first. */
    readonly cursor: number;
};

/** A definition as it was last seen, and whether its source is among those kept. */
type KnownWorkflow = WorkflowRecord & {
    readonly isSourceKept: boolean;
};

type Settle = (error: Error | undefined) => void;

interface Claimed {
    readonly lease: Lease;
    readonly execution: ExecutionRecord;
    /** Which pass this is, from 1. */
    readonly pass: number;
    readonly cancel: CancelRequest | null;
}

interface CancelRequest {
    readonly at: number;
    readonly reason: string | null;
}

/** An execution that a claim met and could not hand out, since its row is damaged. It is blocked, and the claim goes on. */
interface ClaimResult {
    readonly claimed: readonly Claimed[];
    readonly blocked: readonly {
        readonly id: string;
        readonly workflow: string;
    }[];
}

interface ClaimQuery {
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

interface ClaimOneQuery extends Pick<ClaimQuery, "worker" | "now"> {
    /** It may take a free place although others are in line before it. Default false. */
    readonly overtakes?: boolean;
}

/** Everything a replay needs, read in one go. */
interface StoredHistory {
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

interface VerifyPage extends Verification {
    /** Where the next page begins; undefined after the last. */
    readonly next: string | undefined;
}

interface Store {
    readonly schedules: ScheduleStore;
    readonly sources: SourceStore;
    readonly operations: OperationStore;
    readonly retention: RetentionStore;
    readonly bundles: BundleStore;
    readonly scripts: ScriptStore;
    readonly looking: LookingStore;
    submit(write: OwnerWrite, settle: Settle): void;
    registerWorker(worker: WorkerRecord): Promise<void>;
    /** Renews all leases of a worker: one row. */
    heartbeat(workerId: string, now: number, bootMs: number): Promise<void>;
    /** Gives back whatever it still owns and forgets it. */
    removeWorker(workerId: string, now: number): Promise<void>;
    workers(): Promise<readonly WorkerRecord[]>;
    /** Creates; with `claimFor` the creator is the owner from the start, in the same transaction. Existing ids answer with what is there. */
    create(execution: ExecutionRecord, options: {
        readonly claimFor?: WorkerRecord;
        readonly replace?: boolean;
        /** Kept to in the same transaction: it may have to wait for a place or a time, or not begin at all, and is not claimed then. */
        readonly limits?: FlowLimits | null;
    }): Promise<Creation>;
    /** Due executions, and those of dead workers: oldest wake first, ties by id. */
    claimDue(query: ClaimQuery): Promise<ClaimResult>;
    /** One execution, due or not. `undefined` when it is terminal, blocked, paused, or a live worker has it. */
    claimOne(id: string, query: ClaimOneQuery): Promise<Claimed | undefined>;
    /** Of the executions this worker owns: those that somebody asked to cancel. */
    cancelRequests(workerId: string): Promise<ReadonlyMap<string, CancelRequest>>;
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
    list(filter: ListFilter & {
        readonly limit: number;
    }): Promise<readonly ExecutionRecord[]>;
    counts(filter: Omit<ListFilter, "limit">): Promise<Readonly<Record<ExecutionStatus, number>>>;
    history(id: string): Promise<StoredHistory | undefined>;
    /** Everything a pass would trust of executions whose ids come after `after`, `limit` of them. Nothing is thrown for what is damaged. */
    verify(after: string, limit: number): Promise<VerifyPage>;
    /** What has been applied to this store, in order; the last is what it is now. */
    migrations(): Promise<readonly MigrationRecord[]>;
    logs(id: string, after: number, limit: number): Promise<readonly (LogRecord & {
        readonly cursor: number;
    })[]>;
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

/** As it was stored, with nothing taken out of it. */
type StoredBundle = Omit<BundledExecution, "withheld">;

interface BundleStore {
    /** `undefined` when there is none of that id. @throws CORRUPT */
    read(id: string): Promise<StoredBundle | undefined>;
    /** Children that this one has started, the oldest first. */
    children(id: string): Promise<readonly string[]>;
    /** @param decision says who keeps it, and what it was @throws ID_TAKEN, and FOR_LOOKING when it would run without its values */
    keep(bundle: StoredBundle, decision: DecisionRecord): Promise<void>;
}

/** A row of the stream, with what other tables still say about it; values and errors as the codec wrote them. */
interface StoredHappening {
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

interface StoredHappenings {
    readonly rows: readonly StoredHappening[];
    /** Cursors of what is kept; 0 where there is nothing. */
    readonly oldest: number;
    readonly newest: number;
}

/** What figures are made of, of one execution. */
interface ExecutionFigures {
    readonly id: string;
    readonly status: ExecutionStatus;
    readonly restarts: number;
    readonly startedAt: number | null;
    readonly finishedAt: number | null;
}

interface StepFigures {
    readonly executionId: string;
    readonly kind: StepKind;
    readonly name: string;
    readonly status: StepStatus;
    readonly attempt: number;
    readonly startedAt: number;
    readonly finishedAt: number | null;
}

interface WorkflowTotal {
    readonly workflow: string;
    readonly executions: number;
    /** By status; undefined where only the number is known. */
    readonly counts: Readonly<Partial<Record<ExecutionStatus, number>>> | undefined;
}

interface TimeSpan {
    readonly from: number;
    readonly to: number;
    readonly buckets: number;
}

interface LookingStore {
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
    totals(options: {
        readonly workflow?: string;
        readonly since?: number;
        readonly limit: number;
    }): Promise<readonly WorkflowTotal[]>;
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

/** Who does it, when and why. */
interface Act {
    readonly at: number;
    readonly by: string;
    readonly reason: string | null;
    readonly isDry: boolean;
}

/** A settlement with its value as text. */
type StoredSettlement = {
    readonly how: "result";
    readonly outputText: string;
} | {
    readonly how: "failed";
    readonly errorText: string;
} | {
    readonly how: "retry";
} | {
    readonly how: "skip";
};

/** An execution to be made of another. */
interface NewAgain {
    readonly execution: ExecutionRecord;
    readonly limits: FlowLimits | null;
}

interface NewFork extends NewAgain {
    /** Null: the step whose error ended the other. */
    readonly from: string | null;
    /** Steps by name, and what they gave. */
    readonly set: readonly {
        readonly step: string;
        readonly outputText: string;
    }[];
}

interface Decided {
    readonly name: string;
    readonly isAwaited: boolean;
}

interface NewDecision {
    readonly name: string | null;
    readonly approved: boolean;
    readonly eventId: string;
    readonly payloadText: string;
}

/** An approval that is waited for. */
interface OpenApproval {
    readonly executionId: string;
    readonly workflow: string;
    readonly scope: string;
    readonly name: string;
    readonly n: number;
    readonly message: string | null;
    readonly since: number;
    readonly until: number | null;
}

/** All throw EXECUTION_NOT_FOUND, and CORRUPT when a row it stands on is damaged. */
interface OperationStore {
    pause(id: string, act: Act): Promise<ExecutionRecord>;
    resume(id: string, act: Act): Promise<ExecutionRecord>;
    restart(id: string, act: Act): Promise<ExecutionRecord>;
    wake(id: string, act: Act & {
        readonly step: string | null;
    }): Promise<ExecutionRecord>;
    retry(id: string, act: Act): Promise<ExecutionRecord>;
    cancel(id: string, request: {
        readonly at: number;
        readonly reason: string | null;
    }, act: Act): Promise<ExecutionRecord>;
    resolve(id: string, settling: {
        readonly step: string;
        readonly settlement: StoredSettlement;
    }, act: Act): Promise<ExecutionRecord>;
    /** Gives the new one; when dry, the one it would be made of. @throws ID_TAKEN */
    fork(id: string, fork: NewFork, act: Act): Promise<ExecutionRecord>;
    rerun(id: string, again: NewAgain, act: Act): Promise<ExecutionRecord>;
    inbox(filter: {
        readonly workflow?: string;
        readonly limit: number;
    }): Promise<readonly OpenApproval[]>;
    decide(id: string, decision: NewDecision, act: Act): Promise<Decided>;
    decisions(id: string): Promise<readonly DecisionRecord[]>;
    /** What was asked of the executions that this worker owns, and is not answered. */
    requests(workerId: string): Promise<readonly RequestRecord[]>;
    /** The owner has done what was asked. */
    answered(requests: readonly RequestRecord[]): Promise<void>;
}

interface Place {
    readonly lane: string;
    /** How many of the lane may run at the same time. */
    readonly limit: number;
    readonly running: number;
    /** Of those that run: some. */
    readonly runningIds: readonly string[];
    /** How many that wait come before it; more than 10,000 are not counted. */
    readonly ahead: number;
}

/** What may go. */
interface Removable {
    /** Of each status: what ended before this instant; null for none of it. */
    readonly endedBefore: Readonly<Record<TerminalStatus, number | null>>;
    /** Of each workflow the newest so many of these statuses stay. */
    readonly keep: number;
    readonly workflow?: string;
}

/** Executions of one workflow that ended in one way, before an instant; of those that ended in it, those before `seq`. */
interface RemovableRange {
    readonly workflow: string;
    readonly status: TerminalStatus;
    readonly before: EndedAt;
}

interface EndedAt {
    readonly at: number;
    /** Place in the order of arrival. */
    readonly seq: number;
}

interface RemovablePage {
    readonly ids: readonly string[];
    /** Where the next page begins; undefined after the last. */
    readonly next: EndedAt | undefined;
}

interface Removal {
    /** How many of the ids that were given are done with: removed, or found to stay. */
    readonly handled: number;
    /** What is gone now, children included. */
    readonly gone: Readonly<Record<TerminalStatus, number>>;
    /** Those whose last row is deleted. */
    readonly deleted: readonly string[];
    /** Rows of what is gone are left to be deleted. */
    readonly isUnfinished: boolean;
}

interface RetentionStore {
    ranges(what: Removable): Promise<readonly RemovableRange[]>;
    /** Those of a range that may go, the one that ended first first. */
    page(range: RemovableRange, after: EndedAt, limit: number): Promise<RemovablePage>;
    /** What would go with these, themselves included. */
    tally(ids: readonly string[]): Promise<Readonly<Record<TerminalStatus, number>>>;
    /** One short transaction: first what an earlier one has left, then these, as far as it gets. Each is looked at once more. */
    remove(range: RemovableRange | undefined, ids: readonly string[]): Promise<Removal>;
    /**
     * Calls `act` with those of these ids that no execution has, while none can come to be. It is quick; it may be called more than once.
     *
     * @param ignoringCase an execution whose id differs only in its capitals has it, too
     */
    whileUnused(ids: readonly string[], act: (unused: readonly string[]) => void, options: {
        readonly ignoringCase: boolean;
    }): Promise<void>;
    /** Lanes, starts and sources that no execution needs any more. @param thorough sources too, for which all executions are looked at */
    sweepUp(now: number, thorough: boolean): Promise<void>;
    /** Writes the file anew, so that nothing of what was deleted is left in it. @returns false when a reader has kept the WAL from it */
    purge(): Promise<boolean>;
    /** Whether it is time to tidy up; if so, it is not again until `nextAt`, for any process. */
    takeTurn(now: number, nextAt: number): Promise<boolean>;
    /** It is time again from `at` on. */
    setTurn(at: number): Promise<void>;
}

interface ScheduleChange {
    /** Inserted, or replaced as a whole. */
    readonly put?: readonly ScheduleRecord[];
    readonly forget?: readonly string[];
    /** What the workflow files were when this was decided. */
    readonly filesMark?: string;
}

/** An execution to be, with another id in case its own is taken by something else. */
interface SlotExecution {
    readonly record: ExecutionRecord;
    readonly spareId: string;
    /** What its creation has to obey, once nothing of its schedule is in its way. */
    readonly limits: FlowLimits | null;
    /** Who started it by hand; it comes into its history with it. */
    readonly decision?: DecisionRecord;
}

interface SlotOrder {
    readonly schedule: string;
    /** Without it the schedule itself stays as it is: what a person starts by hand. */
    readonly advance?: {
        /** Refused when the schedule is not as it was planned from, or paused. */
        readonly from: Pick<ScheduleRecord, "nextAt" | "cron" | "timezone">;
        readonly nextAt: number | null;
        readonly lastSlotAt: number | null;
        readonly missed: number;
    };
    /** What to do while another execution of the schedule is not over. Those of one order come one after another, unless `allow`. */
    readonly overlap: Overlap;
    /** The earliest slot first. */
    readonly executions: readonly SlotExecution[];
    readonly now: number;
}

interface SlotsStarted {
    readonly created: readonly ExecutionRecord[];
    /** Ids of those that were there already. */
    readonly existing: readonly string[];
    readonly skipped: number;
    /** Executions that a live process has been asked to cancel. */
    readonly cancelling: readonly string[];
}

interface ScheduleStore {
    /** By name. */
    all(): Promise<readonly ScheduleRecord[]>;
    find(name: string): Promise<ScheduleRecord | undefined>;
    /**
     * Those with a slot to start now, the longest due first, and those whose last slot lies more than a day ahead: the clock was wrong
     * then. Paused ones are not among them.
     */
    due(now: number): Promise<readonly ScheduleRecord[]>;
    /** One transaction. `decide` may be asked more than once, each time with what is there. */
    change(decide: (schedules: readonly ScheduleRecord[]) => ScheduleChange): Promise<void>;
    filesMark(): Promise<string | undefined>;
    /** `undefined` when the schedule was not as it was planned from: nothing has happened then. */
    start(order: SlotOrder): Promise<SlotsStarted | undefined>;
    /** Those of the slots that have an execution. */
    ofSlots(schedule: string, slots: readonly number[]): Promise<readonly {
        readonly slot: number;
        readonly id: string;
    }[]>;
    /** Of each schedule, how many executions are not over. */
    unfinished(): Promise<ReadonlyMap<string, number>>;
    /** Makes those due that wait behind nothing any more, which only a deletion by hand can leave behind. */
    admit(now: number): Promise<void>;
}

/** Which pass of which execution a call belongs to: the term of its owner's lease. */
interface PassKey {
    readonly executionId: string;
    readonly term: number;
}

/** What the calls of a pass have left, for whoever carries it. */
interface ScriptPass {
    /** A wait could not be held, or the pass was stopped: the execution parks when the script ends. */
    readonly parks: boolean;
    /** The earliest end of its open waits. Null: only an event ends them, or there are none. */
    readonly wakeAt: number | null;
    /** The wait that ends first, for the reason of the execution; null when there is none: the execution is due at once. */
    readonly waitsFor: {
        readonly kind: "sleep" | "event" | "retry";
        readonly detail: string;
    } | null;
    /** What is waited for, for `OwnerWrite.waitingFor`: an event that has come since leaves the execution due. */
    readonly events: readonly {
        readonly name: string;
        readonly afterCursor: number;
    }[];
    /** Steps that still run, in processes that live: they outlive the script. */
    readonly running: readonly StepIdentity[];
    /** What `wf end` has said. */
    readonly ended: ScriptEnd | null;
    /** A step that begins at most once and was interrupted: the execution is blocked until a person settles it. */
    readonly inDoubt: StepIdentity | null;
}

interface ScriptEnd {
    /** As in `ExecutionRecord.outputText`; null when nothing was given. */
    readonly outputText: string | null;
    readonly failed: boolean;
}

/** How a call names its step: its repeats are counted, unless it has a key, which its scope holds then. */
interface ScriptStep {
    readonly scope: string;
    readonly kind: "shell" | "sleep" | "event";
    readonly name: string;
    readonly isKeyed: boolean;
}

/** The same call once more, which is not counted again. */
type CalledStep = ScriptStep | StepIdentity;

interface StepStart {
    readonly pass: PassKey;
    readonly step: CalledStep;
    readonly once: boolean;
    /** The process that runs it, which others look up. */
    readonly process: ProcessIdentity;
    /** The scope of the calls that its command makes: whenever it begins, those are counted anew. */
    readonly within?: (identity: StepIdentity) => string;
}

/** Nothing begins: the pass parks, or somebody has asked to cancel the execution. */
type NothingBegins = {
    readonly kind: "parked";
} | {
    readonly kind: "cancelled";
    readonly reason: string | null;
};

/** What is to be done with a call of a step. `row` is the step as it is stored now. */
type StepAnswer = NothingBegins
/** It is finished: `row` has its output. */
 | {
    readonly kind: "finished";
    readonly row: StepRecord;
}
/** It has been begun for this process. `left` is the command that a process which died in the middle of it may have left running. */
 | {
    readonly kind: "begun";
    readonly row: StepRecord;
    readonly left: ProcessIdentity | null;
}
/** Another process runs it, or is between two attempts. */
 | {
    readonly kind: "elsewhere";
    readonly row: StepRecord;
    readonly process: ProcessIdentity;
}
/** The call before it, of the same name and without a key, goes on in this very pass: which is which cannot be told. */
 | {
    readonly kind: "ambiguous";
    readonly row: StepRecord;
}
/** It has to wait for its next attempt. */
 | {
    readonly kind: "resting";
    readonly row: StepRecord;
    readonly until: number;
} | {
    readonly kind: "in-doubt";
    readonly row: StepRecord;
}
/** A person has said that it failed. */
 | {
    readonly kind: "failed";
    readonly row: StepRecord;
};

/** What is to be done with a call of a wait. */
type WaitAnswer = NothingBegins | {
    readonly kind: "over";
    readonly row: StepRecord;
} | {
    readonly kind: "waits";
    readonly row: StepRecord;
    readonly until: number | null;
};

interface WaitStart {
    readonly pass: PassKey;
    readonly step: CalledStep;
    /** From the first call on; null: without a limit. */
    readonly durationMs: number | null;
}

/** How an attempt has ended. Nothing is recorded unless the row still says that this process makes this attempt. */
interface StepEnd {
    readonly executionId: string;
    readonly row: StepRecord;
    readonly process: ProcessIdentity;
    readonly outcome: {
        readonly kind: "completed";
        readonly outputText: string;
    }
    /** With `retryAt` it is tried again. */
     | {
        readonly kind: "failed";
        readonly errorText: string;
        readonly retryAt: number | null;
    }
    /** The attempt does not count: the pass parks within it, or it was interrupted from outside. */
     | {
        readonly kind: "interrupted";
        readonly hasParked: boolean;
    };
}

/** The pass that goes on, or that parked last. */
interface PassNow {
    readonly pass: PassKey;
    /** Null when nobody owns it any more. */
    readonly owner: WorkerRecord | null;
    readonly origin: string | null;
}

interface ScriptBegin {
    /** As it is made if there is none of its id. */
    readonly execution: ExecutionRecord;
    /** The script's process. */
    readonly owner: WorkerRecord;
    /** Whether this call comes from that process. */
    comesFrom(process: ProcessIdentity): boolean;
}

type BeginAnswer = {
    readonly kind: "begun";
    readonly execution: ExecutionRecord;
    readonly isNew: boolean;
}
/** Another process owns it, and lives. */
 | {
    readonly kind: "owned";
    readonly execution: ExecutionRecord;
    readonly owner: ProcessIdentity;
} | {
    readonly kind: "refused";
    readonly execution: ExecutionRecord;
    /** `not-begun`: the id is that of an execution that came to be in another way. */
    readonly why: "over" | "blocked" | "paused" | "not-begun" | "other-input";
};

interface ScriptStore {
    /** @throws CORRUPT */
    passOf(executionId: string, term: number): Promise<ScriptPass>;
    /** Nothing begins in this pass any more; what runs is finished and recorded, waits that are held let go. */
    stopPass(executionId: string, term: number): Promise<void>;
    /** A wait ends now, if it still is one and the pass is still that one. @param which as `identityText` says it; null is the first */
    endWait(executionId: string, term: number, which: string | null): Promise<void>;
    /** @throws EXECUTION_NOT_FOUND, EXECUTION_OVER, LEASE_LOST */
    passNow(executionId: string): Promise<PassNow>;
    callStep(start: StepStart): Promise<StepAnswer>;
    /** The process of the command itself, so that what is left of it can be found. */
    noteCommand(executionId: string, row: StepRecord, command: ProcessIdentity): Promise<void>;
    /** The row as it is now; undefined when nothing was recorded. */
    endStep(end: StepEnd): Promise<StepRecord | undefined>;
    callWait(start: WaitStart): Promise<WaitAnswer>;
    /** From now on nothing begins in this pass: a wait cannot be held. Outside of a workflow file nobody owns the execution any more. */
    park(pass: PassKey): Promise<void>;
    isParked(pass: PassKey): Promise<boolean>;
    /** Within a workflow file its carrier ends it, when the script has ended. @returns whether it is over now */
    end(pass: PassKey, end: ScriptEnd & {
        readonly errorText: string | null;
    }): Promise<"noted" | "over" | "still-runs" | "parked">;
    begin(begin: ScriptBegin): Promise<BeginAnswer>;
}

interface StoredSource {
    readonly hash: string;
    readonly savedAt: number;
    readonly files: Uint8Array;
}

/** Where the next page of unfinished executions begins. */
interface UnfinishedCursor {
    readonly status: number;
    readonly createdAt: number;
    readonly seq: number;
}

interface UnfinishedPage {
    readonly executions: readonly {
        readonly id: string;
        readonly workflow: string;
    }[];
    /** Undefined after the last. */
    readonly next: UnfinishedCursor | undefined;
}

interface SourceStore {
    /** One that is there already stays as it is. */
    save(source: StoredSource): Promise<void>;
    find(hash: string): Promise<StoredSource | undefined>;
    /**
     * Whether an execution runs on the code of its start; a decision says who has changed that. Gives it as it is then; `undefined` when
     * there is none.
     *
     * @throws EXECUTION_OVER; SOURCE_NOT_KEPT, when it shall and there is none; CORRUPT
     */
    pin(id: string, isPinned: boolean, act: Act): Promise<ExecutionRecord | undefined>;
    /** Sources that executions which are not over are pinned to. */
    pinned(): Promise<ReadonlySet<string>>;
    /** Executions that are not over, status by status. One that changes its status meanwhile may come twice, or not at all. */
    unfinished(query: {
        readonly after?: UnfinishedCursor | undefined;
        readonly workflow?: string | undefined;
        readonly limit: number;
    }): Promise<UnfinishedPage>;
    /** Whether any execution is blocked since its workflow was missing or broken, and is to be looked at again later than `now`. */
    hasMissing(now: number): Promise<boolean>;
    /**
     * A workflow was looked for in these files and not found. Noted only where nobody waits for them already, who has perhaps not been tried
     * with them yet.
     */
    noteMissing(files: string): Promise<void>;
    /**
     * Makes those due, once for each text that stands for the workflow files. Gives how many.
     *
     * @param files as `WorkflowFiles.mark` gives it
     */
    retryMissing(files: string, now: number): Promise<number>;
}

/** Whoever has an engine binds it here once; the last binding counts. */
declare const bindClient: (opener: (() => Client | Promise<Client>) | undefined) => void;

declare const BundledExecutionSchema: z.ZodObject<{
    execution: z.ZodObject<{
        id: z.ZodString;
        workflow: z.ZodString;
        version: z.ZodInt;
        sourceHash: z.ZodNullable<z.ZodString>;
        status: z.ZodEnum<{
            pending: "pending";
            running: "running";
            sleeping: "sleeping";
            waiting: "waiting";
            paused: "paused";
            blocked: "blocked";
            completed: "completed";
            failed: "failed";
            cancelled: "cancelled";
        }>;
        reason: z.ZodNullable<z.ZodEnum<{
            paused: "paused";
            queued: "queued";
            sleep: "sleep";
            retry: "retry";
            restart: "restart";
            event: "event";
            child: "child";
            concurrency: "concurrency";
            diverged: "diverged";
            "in-doubt": "in-doubt";
            "definition-missing": "definition-missing";
            "crash-loop": "crash-loop";
            corrupt: "corrupt";
        }>>;
        reasonDetail: z.ZodNullable<z.ZodString>;
        wakeAt: z.ZodNullable<z.ZodInt>;
        inputText: z.ZodString;
        outputText: z.ZodNullable<z.ZodString>;
        errorText: z.ZodNullable<z.ZodString>;
        createdAt: z.ZodInt;
        startedAt: z.ZodNullable<z.ZodInt>;
        finishedAt: z.ZodNullable<z.ZodInt>;
        deadlineAt: z.ZodNullable<z.ZodInt>;
        restarts: z.ZodInt;
        panics: z.ZodInt;
        panic: z.ZodObject<{
            maxRestarts: z.ZodInt;
            delayMs: z.ZodInt;
            factor: z.ZodNumber;
            maxDelayMs: z.ZodInt;
        }, z.core.$strict>;
        parentId: z.ZodNullable<z.ZodString>;
        tags: z.ZodRecord<z.ZodString, z.ZodString>;
        priority: z.ZodInt;
        lane: z.ZodNullable<z.ZodString>;
        schedule: z.ZodNullable<z.ZodString>;
        scheduledFor: z.ZodNullable<z.ZodInt>;
        origin: z.ZodNullable<z.ZodString>;
        generation: z.ZodInt;
        startSource: z.ZodNullable<z.ZodString>;
        isPinned: z.ZodBoolean;
        isDetached: z.ZodBoolean;
    }, z.core.$strict>;
    pass: z.ZodInt;
    cancel: z.ZodNullable<z.ZodObject<{
        at: z.ZodInt;
        reason: z.ZodNullable<z.ZodString>;
    }, z.core.$strict>>;
    steps: z.ZodArray<z.ZodObject<{
        status: z.ZodEnum<{
            running: "running";
            sleeping: "sleeping";
            waiting: "waiting";
            completed: "completed";
            failed: "failed";
            cancelled: "cancelled";
            "in-doubt": "in-doubt";
            retrying: "retrying";
            skipped: "skipped";
        }>;
        order: z.ZodNullable<z.ZodInt>;
        attempt: z.ZodInt;
        outputText: z.ZodNullable<z.ZodString>;
        errorText: z.ZodNullable<z.ZodString>;
        startedAt: z.ZodInt;
        finishedAt: z.ZodNullable<z.ZodInt>;
        wakeAt: z.ZodNullable<z.ZodInt>;
        flags: z.ZodInt;
        detail: z.ZodNullable<z.ZodString>;
        scope: z.ZodString;
        kind: z.ZodEnum<{
            sleep: "sleep";
            event: "event";
            child: "child";
            step: "step";
            approval: "approval";
            shell: "shell";
            transaction: "transaction";
            compensation: "compensation";
        }>;
        name: z.ZodString;
        n: z.ZodInt;
    }, z.core.$strict>>;
    attempts: z.ZodArray<z.ZodObject<{
        attempt: z.ZodInt;
        startedAt: z.ZodInt;
        finishedAt: z.ZodInt;
        errorText: z.ZodString;
        scope: z.ZodString;
        kind: z.ZodEnum<{
            sleep: "sleep";
            event: "event";
            child: "child";
            step: "step";
            approval: "approval";
            shell: "shell";
            transaction: "transaction";
            compensation: "compensation";
        }>;
        name: z.ZodString;
        n: z.ZodInt;
    }, z.core.$strict>>;
    events: z.ZodArray<z.ZodObject<{
        id: z.ZodString;
        name: z.ZodString;
        kind: z.ZodEnum<{
            event: "event";
            approval: "approval";
        }>;
        payloadText: z.ZodString;
        sentAt: z.ZodInt;
        consumedBy: z.ZodNullable<z.ZodString>;
        consumedAt: z.ZodNullable<z.ZodInt>;
    }, z.core.$strict>>;
    logs: z.ZodArray<z.ZodObject<{
        at: z.ZodInt;
        level: z.ZodEnum<{
            debug: "debug";
            info: "info";
            warn: "warn";
            error: "error";
        }>;
        source: z.ZodEnum<{
            user: "user";
            wf: "wf";
        }>;
        message: z.ZodString;
        dataText: z.ZodNullable<z.ZodString>;
        step: z.ZodNullable<z.ZodString>;
    }, z.core.$strict>>;
    panics: z.ZodArray<z.ZodObject<{
        at: z.ZodInt;
        cause: z.ZodString;
    }, z.core.$strict>>;
    marks: z.ZodArray<z.ZodObject<{
        name: z.ZodString;
        value: z.ZodBoolean;
    }, z.core.$strict>>;
    decisions: z.ZodArray<z.ZodObject<{
        at: z.ZodInt;
        by: z.ZodString;
        action: z.ZodString;
        detail: z.ZodNullable<z.ZodString>;
        reason: z.ZodNullable<z.ZodString>;
    }, z.core.$strict>>;
    withheld: z.ZodNullable<z.ZodEnum<{
        redacted: "redacted";
        sensitive: "sensitive";
    }>>;
}, z.core.$strict>;

/** Each list in the order in which its rows came to be. */
type BundledExecution = z.infer<typeof BundledExecutionSchema>;

/** What `seal` gives is plain ASCII of letters, digits, `:`, `-` and `_`, different each time. */
interface Cipher {
    /** Makes sure that something can be sealed. @throws WfliteError KEY_UNUSABLE */
    ready(): void;
    /** @throws WfliteError KEY_UNUSABLE, when there is no key and none can be made */
    seal(text: string): string;
    /**
     * @throws WfliteError KEY_MISSING, KEY_UNUSABLE, when the key it was sealed with is not at hand
     * @throws Error when what was sealed has been changed
     */
    open(sealed: string): string;
}

interface StartOptions {
    /** 1 to 200 of `A-Za-z0-9._:@-`, first a letter or digit. Default: `<workflow>-<10 random base32>`. */
    readonly id?: string;
    readonly tags?: Readonly<Record<string, string>>;
    /** Start this much later. */
    readonly delay?: Duration;
    /** Start at this instant. */
    readonly at?: Date | number;
    /**
     * What to do when `id` exists. `return`: give the existing one; another input is an error. `replace`: cancel and delete it first. Default
     * `return`.
     */
    readonly ifExists?: "return" | "fail" | "replace";
    /** Instead of the workflow's. A whole number from -100 to 100, the highest first. */
    readonly priority?: number;
    /** This process takes it up at once, so that nobody else does, unless a limit makes it wait: call `carry` next. Default false. */
    readonly claim?: boolean;
}

interface ExecutionHandle<Output = unknown> {
    readonly id: string;
    readonly disposition: Disposition;
    /** Waits for the end. @throws the execution's error when it failed, CancelledError when it was cancelled */
    result(): Promise<Output>;
    status(): Promise<ExecutionView>;
    cancel(reason?: string): Promise<void>;
}

interface CarryOptions {
    /** How long a running step may go on after `signal`, in ms. Default 10,000. */
    readonly drainGraceMs?: number;
    /** Stay in this process for waits up to this long, in ms; `Infinity` stays to the end. Default 0. */
    readonly holdMs?: number;
    /** Aborting it parks the execution at the next commit. */
    readonly signal?: AbortSignal;
    /** One that throws is not called again. */
    readonly onProgress?: ProgressListener;
}

interface TickOptions extends CarryOptions {
    /** Executions carried at the same time. Default 100. */
    readonly concurrency?: number;
    /** Claim nothing more after this long. */
    readonly maxTimeMs?: number;
    /** Claim at most so many. */
    readonly maxExecutions?: number;
}

interface ListFilter {
    readonly statuses?: readonly ExecutionStatus[];
    readonly workflow?: string;
    readonly tags?: Readonly<Record<string, string>>;
    /** Created at or after this instant (epoch ms). */
    readonly since?: number;
    /** Newest first. Default 20, at most 10,000. */
    readonly limit?: number;
}

interface SendOptions {
    /** Told the id that the event has: the given one, or the one that was made for it. */
    readonly onId?: (id: string) => void;
    /** Makes a second sending harmless: it answers `existing`. */
    readonly id?: string;
    /** The payload is stored encrypted, and shown to nobody; the wait gets it plain. Default false. */
    readonly sensitive?: boolean;
}

interface Client {
    readonly schedules: ScheduleClient;
    readonly operations: OperationClient;
    readonly sources: SourceClient;
    readonly retention: RetentionClient;
    readonly bundles: BundleClient;
    readonly looking: LookingClient;
    start<Input, Output>(workflow: WorkflowDefinition<Input, Output> | string, input: Input, options?: StartOptions): Promise<ExecutionHandle<Output>>;
    /** Checks name, input and id as `start` would, and creates nothing. */
    validate(workflow: WorkflowDefinition | string, input: unknown, options?: StartOptions): Promise<void>;
    /**
     * Moves one execution as far as it goes, or watches it while another process does. Gives its state when it ends, parks or `signal`
     * aborts.
     */
    carry(id: string, options?: CarryOptions): Promise<ExecutionView>;
    /** One sweep over all that is due now. */
    tick(options?: TickOptions): Promise<TickView>;
    /** Serves deadlines and new executions as they come, until `signal` aborts or workflow files are edited; then drains. */
    serve(options: TickOptions & {
        readonly signal: AbortSignal;
    }): Promise<void>;
    /** Takes an id, a unique prefix of one, or `@last`. @throws EXECUTION_NOT_FOUND, ID_AMBIGUOUS */
    resolveId(reference: string): Promise<string>;
    getStatus(id: string): Promise<ExecutionView>;
    overview(filter?: ListFilter): Promise<OverviewView>;
    list(filter?: ListFilter): Promise<readonly ExecutionView[]>;
    history(id: string): Promise<HistoryView>;
    logs(id: string, options?: {
        readonly after?: number;
        readonly limit?: number;
    }): Promise<readonly LogView[]>;
    why(id: string): Promise<WhyView>;
    workflows(): Promise<readonly WorkflowView[]>;
    /** The event is kept until a wait takes it. */
    sendEvent(executionId: string, name: string, payload?: unknown, options?: SendOptions): Promise<Disposition>;
    /** Asks for cancellation; an execution that nobody moves is cancelled at once. */
    cancel(id: string, reason?: string): Promise<ExecutionView>;
    /** Lets a blocked or parked execution be taken up now. */
    resume(id: string): Promise<ExecutionView>;
    /** The same for one that is blocked after a crash loop; its count of panics starts over. */
    restart(id: string): Promise<ExecutionView>;
    close(): Promise<void>;
}

/** Why an execution can only be looked at: values of it are not in the bundle. */
type Withheld = "redacted" | "sensitive";

interface ExportOptions {
    /** Put placeholders of the same shape in the place of all values, messages and names of people. Default false. */
    readonly redact?: boolean;
    /** Told each line of the bundle, without its end; the next comes once it is done with the one before. */
    readonly write: (line: string) => void | Promise<void>;
}

interface ExportView {
    /** Their children among them, each once. */
    readonly executions: readonly {
        readonly id: string;
        readonly withheld: Withheld | null;
    }[];
    readonly sources: number;
    readonly redacted: boolean;
}

interface ImportOptions {
    /** Another id for the execution of a bundle that holds one. */
    readonly id?: string;
    /** Check all of it, and keep nothing. Default false. */
    readonly dryRun?: boolean;
}

interface ImportView {
    readonly executions: readonly ImportedView[];
    readonly sources: number;
    readonly dryRun: boolean;
}

interface ImportedView {
    readonly id: string;
    readonly workflow: string;
    /** As it is here: one that was not over is paused. */
    readonly status: ExecutionStatus;
    /** `existing`: the same is here already, and nothing was changed. */
    readonly disposition: "created" | "existing";
    /** It is here to be looked at, and never runs. */
    readonly withheld: Withheld | null;
}

interface BundleClient {
    /**
     * Writes executions, their children and the sources of their code as the lines of a bundle. Sensitive values are never in it.
     *
     * @throws EXECUTION_NOT_FOUND, CORRUPT when one of them is damaged
     */
    export(ids: readonly string[], options: ExportOptions): Promise<ExportView>;
    /**
     * Keeps the executions of a bundle, each in one transaction. What is over stays as it is; what is not arrives paused, so that nothing
     * runs in two places. Everything is checked before anything is kept.
     *
     * @param lines gives the lines of the bundle from the first, each time it is called
     * @throws BUNDLE_INVALID, ID_TAKEN when another execution of one of the ids is here
     */
    import(lines: () => AsyncIterable<string>, options?: ImportOptions): Promise<ImportView>;
}

interface HappeningsOptions {
    /** A cursor: only what comes after it. Default 0: all that is kept. */
    readonly after?: number;
    /** 1 to 10,000. Default 1,000. */
    readonly limit?: number;
}

/** Something that has happened. What does not belong to its type is null. */
interface HappeningView {
    /** Grows by every happening, in the order in which they were committed; never used twice in a file. */
    readonly cursor: number;
    /** When it was written. Clocks are set back: for the order there is the cursor. */
    readonly at: string;
    /**
     * `execution.<status>`, and `created` and `removed` in the place of a status; `step.<status>`; `attempt.failed`; `event.sent` and
     * `event.taken`; `log`; `decision`; `panic`; `gap`, where the stream had been ended. More may come.
     */
    readonly type: string;
    /** Null for a gap. */
    readonly executionId: string | null;
    /** Null when the execution has been removed since. */
    readonly workflow: string | null;
    /** Of an execution that does not run. */
    readonly reason: string | null;
    /** Of an execution or a step. */
    readonly wakeAt: string | null;
    readonly step: HappenedStep | null;
    /** Its payload is in no stream. */
    readonly event: {
        readonly id: string | null;
        readonly kind: string;
        readonly name: string;
    } | null;
    readonly log: {
        readonly level: LogLevel;
        readonly source: "user" | "wf" | null;
        readonly message: string | null;
        readonly data: unknown;
        readonly step: string | null;
    } | null;
    readonly decision: {
        readonly action: string;
        readonly by: string | null;
        readonly detail: string | null;
        readonly reason: string | null;
    } | null;
    /** Why an execution, a step or an attempt failed, as long as that is still its state; the cause of a panic. */
    readonly error: {
        readonly name: string;
        readonly message: string;
        readonly code: string | null;
    } | null;
}

interface HappenedStep {
    readonly scope: string;
    readonly kind: StepKind;
    readonly name: string;
    readonly n: number;
    readonly attempt: number;
}

interface HappeningsPage {
    readonly happenings: readonly HappeningView[];
    /** Where to go on: the cursor of the last of them, or what was asked for. */
    readonly cursor: number;
    /** How many between `after` and the first of them are no longer kept. */
    readonly lost: number;
}

interface StatisticsOptions {
    /** Only executions of this workflow; its steps are counted as well. */
    readonly workflow?: string;
    /** Created at or after this instant (epoch ms). Default: all that there are. */
    readonly since?: number;
    /** Of each workflow at most so many are read, the newest. 1 to 100,000. Default 2,000, of one workflow 10,000. */
    readonly sample?: number;
}

/** In ms; null where nothing has ended. */
interface DurationsView {
    readonly count: number;
    readonly p50Ms: number | null;
    readonly p95Ms: number | null;
    readonly maxMs: number | null;
}

interface WorkflowStatisticsView {
    readonly workflow: string;
    /** Created since then, all of them counted. */
    readonly executions: number;
    /** How many of them, the newest, all other figures are from. */
    readonly read: number;
    readonly counts: Readonly<Partial<Record<ExecutionStatus, number>>>;
    /** From start to end, of those that have completed or failed. */
    readonly durations: DurationsView;
    /** Failed, of those that have completed or failed: 0 to 1. Null where none has. */
    readonly failureRate: number | null;
    /** Of those read, how many needed more than one attempt of a step, or a restart: 0 to 1. Null where none was read. */
    readonly retryRate: number | null;
}

interface StepStatisticsView {
    readonly kind: StepKind;
    readonly name: string;
    /** Steps of this kind and name in the executions that were read, in all scopes. */
    readonly count: number;
    readonly failed: number;
    /** Those that needed more than one attempt. */
    readonly retried: number;
    /** Of the attempt that ended it; of a wait or sleep, how long it took. */
    readonly durations: DurationsView;
}

interface StatisticsView {
    readonly since: string | null;
    readonly workflows: readonly WorkflowStatisticsView[];
    /** Only where a workflow was asked for; the slowest first. */
    readonly steps: readonly StepStatisticsView[];
    /** How many rows these figures are from, 200,000 at most. */
    readonly stepsRead: number;
    /** Of the executions that were read. */
    readonly slowest: readonly {
        readonly id: string;
        readonly workflow: string;
        readonly status: ExecutionStatus;
        readonly durationMs: number;
        readonly startedAt: string;
    }[];
    /** How many executions were created in each part of the time, the oldest first. */
    readonly throughput: {
        readonly from: string;
        readonly to: string;
        readonly bucketMs: number;
        readonly counts: readonly number[];
    };
}

interface LookingClient {
    /**
     * What has happened after a cursor, the first first. Whoever goes on from `cursor` misses nothing and gets nothing twice, also while
     * others write. The newest 200,000 are kept.
     *
     * The first call begins the stream, with what the database still tells of its newest executions; before it nobody pays for it.
     *
     * @throws USAGE for a cursor that is ahead of the newest: the file is another one
     */
    happenings(options?: HappeningsOptions): Promise<HappeningsPage>;
    /** The newest cursor, 0 where nothing has happened yet. @param since instead, the last one before this instant (epoch ms) */
    cursor(since?: number): Promise<number>;
    /** Ends the stream until somebody asks for it again. What it holds stays. */
    endHappenings(): Promise<void>;
    /** Figures over executions: reads a bounded number of them, however many there are. */
    statistics(options?: StatisticsOptions): Promise<StatisticsView>;
}

interface ActOptions {
    /** Why, for the history. */
    readonly reason?: string;
    /** Only say whether it could be done. Default false. */
    readonly isDry?: boolean;
}

/** How a step is settled by hand. `skip`: the code gets `undefined` (a wait for an event: `null`). */
type Settlement = {
    readonly how: "result";
    readonly value: unknown;
} | {
    readonly how: "failed";
    readonly message?: string;
} | {
    readonly how: "retry";
} | {
    readonly how: "skip";
};

interface ForkOptions extends ActOptions {
    /** What had completed before this step is kept; it and what came after runs. Default: the step whose error ended the execution. */
    readonly from?: string;
    /** Another input; default: the same. */
    readonly input?: unknown;
    /** Results of steps, by name, that stand instead of what was recorded, or of running them. */
    readonly set?: Readonly<Record<string, unknown>>;
    /** Id of the new execution. Default: drawn. */
    readonly id?: string;
}

interface ApprovalDecision {
    /** Which approval. Default: the one that it waits for. */
    readonly name?: string;
    readonly approved: boolean;
    readonly note?: string;
}

interface DecidedView {
    readonly executionId: string;
    readonly name: string;
    readonly approved: boolean;
    readonly note: string | null;
    readonly by: string;
    /** False: it is kept until the execution asks. */
    readonly isAwaited: boolean;
}

/** A step is named by `name`, `name#n` for a repeat, and `scope/name` inside a scope. */
interface OperationClient {
    /** Holds it until `resume`: at once, or at the next commit of the process that has it. @throws EXECUTION_OVER */
    pause(id: string, options?: ActOptions): Promise<ExecutionView>;
    /** Lets a paused, blocked or parked execution be taken up now. @throws EXECUTION_OVER */
    resume(id: string, options?: ActOptions): Promise<ExecutionView>;
    /** The same; its count of crashes starts over. @throws EXECUTION_OVER */
    restart(id: string, options?: ActOptions): Promise<ExecutionView>;
    /** Ends its sleep or its wait before the next attempt now; with `step` that one, and the time-out of an event too. */
    wake(id: string, options?: ActOptions & {
        readonly step?: string;
    }): Promise<ExecutionView>;
    /** Another try from the step that failed, in place, on the code as it is now; finished steps are kept. */
    retry(id: string, options?: ActOptions): Promise<ExecutionView>;
    /** As `Client.cancel`, with an actor. */
    cancel(id: string, options?: ActOptions): Promise<ExecutionView>;
    /** Settles a step by hand. @throws STEP_NOT_FOUND, STEP_AMBIGUOUS, ACTION_REFUSED, EXECUTION_OWNED */
    resolve(id: string, step: string, settlement: Settlement, options?: ActOptions): Promise<ExecutionView>;
    /** A new execution that shares the history up to a step. Gives the new one; when dry, the one it would be made of. */
    fork(id: string, options?: ForkOptions): Promise<ExecutionView>;
    /** A new execution of the same workflow and input, which shares nothing. */
    rerun(id: string, options?: ActOptions & {
        readonly id?: string;
    }): Promise<ExecutionView>;
    /** Approvals that are waited for, the oldest first. Default limit 100. */
    inbox(filter?: {
        readonly workflow?: string;
        readonly limit?: number;
    }): Promise<readonly ApprovalView[]>;
    /** Approves or rejects. One that is not asked for yet is kept. @throws ACTION_REFUSED where it is not clear which, or it is decided */
    decide(id: string, decision: ApprovalDecision, options?: ActOptions): Promise<DecidedView>;
    /** What was done to it by hand, the first first. */
    decisions(id: string): Promise<readonly DecisionView[]>;
}

interface PruneOptions {
    /** Over for at least so long. Default with `keep`: however long; one of both is needed. */
    readonly olderThan?: Duration;
    /** Default: all three. */
    readonly statuses?: readonly TerminalStatus[];
    readonly workflow?: string;
    /** Of each workflow the newest so many of these statuses stay, whatever their age. 0 to 1,000,000. Default 0. */
    readonly keep?: number;
    /** Say what would go, and remove nothing. Default false. */
    readonly dryRun?: boolean;
    /** Write the file anew afterwards, so that nothing of what was deleted can be read from it: nobody can write meanwhile. Default false. */
    readonly purge?: boolean;
    /** Aborting it ends the removal between two short transactions. */
    readonly signal?: AbortSignal;
}

interface PruneView {
    /** Executions, children that went along included. */
    readonly removed: number;
    readonly statuses: Readonly<Record<TerminalStatus, number>>;
    readonly dryRun: boolean;
    /** Nothing that was deleted is left in the file; false also where it was not asked for. */
    readonly purged: boolean;
    /** False where `signal` has ended it early. */
    readonly complete: boolean;
}

interface RetentionClient {
    /**
     * Removes executions that are over, with all that belongs to them, in transactions of some 20 ms. A child goes with its parent, never
     * before it.
     *
     * @throws USAGE when neither `olderThan` nor `keep` is given, DURATION_INVALID
     */
    prune(options: PruneOptions): Promise<PruneView>;
}

interface ScheduleView {
    readonly workflow: string;
    readonly cron: string;
    readonly timezone: string;
    readonly overlap: "skip" | "queue" | "allow" | "cancel-previous";
    readonly catchUp: "skip" | "latest" | "all";
    readonly catchUpWindowMs: number;
    readonly jitterMs: number;
    /** Null when none is given, and for a sensitive workflow. */
    readonly input: unknown;
    readonly file: string;
    /** Null while it is paused, and when no slot is left. */
    readonly nextAt: string | null;
    /** The last slot that was looked at, started or not. */
    readonly lastSlotAt: string | null;
    /** Executions of it that are not over. */
    readonly unfinished: number;
    /** Slots left out since an earlier execution was not over. */
    readonly skipped: number;
    /** Slots left out since nothing looked in time. */
    readonly missed: number;
    readonly paused: {
        readonly at: string;
        readonly by: string;
        readonly reason: string | null;
    } | null;
    /** The last time somebody let it go on. */
    readonly resumed: {
        readonly at: string;
        readonly by: string;
    } | null;
    /** Why its slots cannot be started; they wait until it is mended. */
    readonly problem: string | null;
}

/** A slot in the future, or one that can be made up for. */
interface SlotView {
    readonly at: string;
    /** In the zone of the schedule, with its offset: `2026-03-29T03:00:00+02:00`. */
    readonly local: string;
    /** What a change of the clock does to it; null on all other days. */
    readonly note: string | null;
}

interface PreviewView {
    readonly workflow: string;
    readonly cron: string;
    readonly timezone: string;
    readonly slots: readonly SlotView[];
}

interface BackfillView {
    readonly workflow: string;
    readonly dryRun: boolean;
    readonly slots: readonly {
        readonly at: string;
        readonly local: string;
        readonly id: string;
        readonly disposition: Disposition;
    }[];
}

interface ScheduleClient {
    /** All that are found in the files, by name. */
    list(): Promise<readonly ScheduleView[]>;
    /** Its slots pass by until it is resumed; none of them is made up for. The reason is for the others. */
    pause(workflow: string, options?: {
        readonly reason?: string;
    }): Promise<ScheduleView>;
    /** Goes on with the next slot from now. */
    resume(workflow: string): Promise<ScheduleView>;
    /** One execution now, with the schedule's input, whatever else of it is not over. The reason comes into its history. */
    trigger(workflow: string, options?: {
        readonly reason?: string;
    }): Promise<ExecutionView>;
    /** The slots to come. `count` 1 to 1,000, default 10; `from` in epoch ms, default now. */
    preview(workflow: string, options?: {
        readonly count?: number;
        readonly from?: number;
    }): Promise<PreviewView>;
    /**
     * Executions for all slots from one instant to another, both included and in epoch ms, none in the future; slots that have one keep it.
     * They run one after another, unless the schedule allows overlap.
     *
     * @throws SCHEDULE_WINDOW when there are none, or more than 1,000
     */
    backfill(workflow: string, options: {
        readonly from: number;
        readonly to: number;
        readonly dryRun?: boolean;
        readonly reason?: string;
    }): Promise<BackfillView>;
}

/**
 * `ok`: it would go on. `diverged`: it would be blocked, since the code does not ask for what is recorded. `definition-missing`: its
 * workflow is not there or does not load. `damaged`: its stored state cannot be read, so nothing can be said of its code.
 */
declare const CHECK_VERDICTS: readonly ["ok", "diverged", "definition-missing", "damaged"];

type CheckVerdict = (typeof CHECK_VERDICTS)[number];

/** Something that the code asks for after all that is recorded. */
interface NextCall extends Pick<StepIdentity, "scope" | "kind" | "name" | "n"> {
    /** An earlier pass has begun it: a sleep that goes on, a step between two attempts. */
    readonly begun: boolean;
}

interface CheckView {
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

interface CheckOptions {
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

interface CheckReport {
    /** Without those of scripts. */
    readonly checked: number;
    /** Those whose verdict is not `ok`. */
    readonly problems: readonly CheckView[];
}

interface SourceClient {
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

/** Milliseconds, or a text such as "250ms", "90s", "1h30m", "3d". At least 0, at most 100 years. */
type Duration = number | string;

interface RetryConfig {
    /** Tries in all, the first included. 1 to 10,000. Default 3. */
    readonly attempts?: number | undefined;
    /** Before the second try. Default "1s". */
    readonly delay?: Duration | undefined;
    /** How the delay grows. Default "exponential". */
    readonly backoff?: "exponential" | "linear" | "constant" | undefined;
    /** Of the exponential growth, 1 or more. Default 2. */
    readonly factor?: number | undefined;
    /** No delay is longer. Default "5m". */
    readonly maxDelay?: Duration | undefined;
    /** Full jitter: wait a random part of the delay (AWS Architecture Blog, "Exponential Backoff And Jitter"). Default true. */
    readonly jitter?: boolean | undefined;
}

interface PanicConfig {
    /** Restarts without a finished step in between, before the execution is blocked. 0 to 1,000. Default 3. */
    readonly maxRestarts?: number | undefined;
    /** Default "5s". */
    readonly delay?: Duration | undefined;
    /** Default 2. */
    readonly factor?: number | undefined;
    /** Default "10m". */
    readonly maxDelay?: Duration | undefined;
}

/** How long to keep executions that are over: a duration, or "forever". */
type Keeping = Duration | "forever";

/** What `wf.config.ts` exports as default. All of it may be left out. */
interface WfliteConfig {
    /** `normal` gives up the last commits on a power loss for speed; never on a crash of the process. Default "full". */
    readonly durability?: "full" | "normal" | undefined;
    /** Largest stored value, in bytes of its text: 1,024 to 67,108,864. Default 1,048,576. */
    readonly maxValueBytes?: number | undefined;
    /** How long `wf run`, `wf wait` and the like stay for waits. Default "1m". */
    readonly hold?: Duration | undefined;
    /** What `-o` is when it is not given. Default "text". */
    readonly output?: "text" | "json" | "jsonl" | "ids" | undefined;
    /** Of schedules that name none: an IANA name such as "Europe/Paris". */
    readonly timezone?: string | undefined;
    /** Of every workflow, where it does not say otherwise, field by field. */
    readonly retry?: RetryConfig | undefined;
    /** Of every workflow, where it does not say otherwise, field by field. */
    readonly panic?: PanicConfig | undefined;
    readonly tick?: TickConfig | undefined;
    readonly daemon?: DaemonConfig | undefined;
    readonly retention?: RetentionConfig | undefined;
}

interface TickConfig {
    /** Executions carried at the same time, 1 to 10,000. Default 100. */
    readonly concurrency?: number | undefined;
    /** Stay for waits up to this long. Default "0s". */
    readonly hold?: Duration | undefined;
    /** Claim nothing more after this long. Default: no bound. */
    readonly maxTime?: Duration | undefined;
}

interface DaemonConfig {
    /** Executions carried at the same time, 1 to 10,000. Default 1,000. */
    readonly concurrency?: number | undefined;
    /** How long running steps may go on once it is told to end. Default "10s". */
    readonly grace?: Duration | undefined;
    /** Stay in memory for waits up to this long. Default "2s". */
    readonly hold?: Duration | undefined;
}

/** What may be removed of what is over. Default: nothing ever. */
interface RetentionConfig {
    readonly completed?: Keeping | undefined;
    readonly failed?: Keeping | undefined;
    readonly cancelled?: Keeping | undefined;
    /** The newest so many of each workflow stay, however old they are. Default 0. */
    readonly keep?: number | undefined;
}

/** Types `wf.config.ts`: `export default defineConfig({ hold: "5m" })`. It is checked when it is loaded. */
declare const defineConfig: (config: WfliteConfig) => WfliteConfig;

interface ChildOptions {
    /** Default: the workflow's name. */
    readonly name?: string;
    /** Default: made from the parent's id and the place of the call, so that a replay means the same child. */
    readonly id?: string;
    readonly tags?: Readonly<Record<string, string>>;
    /** Start this much later. */
    readonly delay?: Duration;
    /** A whole number from -100 to 100. Default: what its workflow says, else 0. */
    readonly priority?: number;
    /** It goes on whatever becomes of its parent. Default false: it is cancelled when its parent is cancelled or fails. */
    readonly detached?: boolean;
}

interface StartedChild {
    readonly id: string;
}

interface ApproveOptions {
    /** After this it counts as not approved. Default: no limit. */
    readonly timeout?: Duration;
    /** Shown to whoever decides. */
    readonly message?: string;
}

interface Approval {
    readonly approved: boolean;
    readonly note: string | null;
    /** Who has decided; null when nobody has in time. */
    readonly by: string | null;
    readonly timedOut: boolean;
}

interface MapOptions<Item> {
    /** How many items are worked on at the same time. Default: all. */
    readonly concurrency?: number;
    /** What identifies an item. Default: its index. Two items may not have the same. */
    readonly key?: (item: Item, index: number) => string | number;
}

/** A promise that was begun before, or a function that begins its work when the race starts. */
type Racer = PromiseLike<unknown> | ((ctx: WorkflowContext) => unknown);

type RacerValue<R> = R extends (...args: never) => infer Value ? Awaited<Value> : Awaited<R>;

/** Who settled first, and with what. */
type RaceResult<Racers extends Readonly<Record<string, Racer>>> = {
    [Name in keyof Racers & string]: {
        readonly winner: Name;
        readonly value: RacerValue<Racers[Name]>;
    };
}[keyof Racers & string];

interface WaitForEventOptions<Payload> {
    /** After this the wait gives `null`. Default: no limit. */
    readonly timeout?: Duration;
    /** Events whose payload does not fit are left alone and reported in the log. */
    readonly schema?: Schema<unknown, Payload>;
    /** Takes only events for which this is true. Must depend on the payload alone. */
    readonly match?: (payload: Payload) => boolean;
}

interface WorkflowEvent<Payload = unknown> {
    readonly id: string;
    readonly name: string;
    readonly payload: Payload;
    readonly sentAt: Date;
}

interface WorkflowContext {
    readonly executionId: string;
    readonly workflow: string;
    readonly version: number;
    /**
     * Which pass this is, from 1: a start, and one more for every time it was taken up again. Differs between passes; do not branch on it.
     */
    readonly attempt: number;
    /** Aborted when the execution is cancelled, passes its deadline, or leaves this process. */
    readonly signal: AbortSignal;
    readonly tags: Readonly<Record<string, string>>;
    /** The slot of its schedule, as it was planned; null for one that no schedule has started. */
    readonly scheduledFor: Date | null;
    readonly log: Log;
    /**
     * Runs `fn` once and records its result; later passes return the record without running it.
     *
     * What is returned is the stored value decoded again, so the first pass and a replay can never differ. A crash in the middle of `fn` runs
     * it again, with the same `idempotencyKey`.
     *
     * @throws what `fn` threw last, when all attempts have failed
     * @throws ValidationError when the name is not valid or the result cannot be stored
     */
    step<Output>(name: string, fn: (step: StepContext) => unknown, options: CheckedStepOptions<Output>): Promise<Output>;
    step<T>(name: string, fn: (step: StepContext) => T | Promise<T>, options?: StepOptions<T>): Promise<T>;
    /** Waits for a persisted deadline. Its identity is the name, never the duration. */
    sleep(duration: Duration): Promise<void>;
    sleep(name: string, duration: Duration): Promise<void>;
    /** Waits until an instant. One in the past ends at once. */
    sleepUntil(name: string, at: Date | number): Promise<void>;
    /** The oldest event of that name that nobody has taken yet, also one sent before the call; `null` after `timeout`. */
    waitForEvent<Payload = unknown>(name: string, options?: WaitForEventOptions<Payload>): Promise<WorkflowEvent<Payload> | null>;
    /** A person decides, with `wf approve` or `wf reject`. A decision that was made before the call counts. */
    approve(name: string, options?: ApproveOptions): Promise<Approval>;
    /**
     * Starts a child execution and waits for its output. The child and the record of this call are stored together.
     *
     * @throws the child's error when it failed, CancelledError when it was cancelled, ValidationError for an input it does not take
     */
    run(workflow: string, input?: unknown, options?: ChildOptions): Promise<unknown>;
    run<Input, Output>(workflow: Startable<Input, Output>, ...rest: InputArguments<Input, ChildOptions>): Promise<Output>;
    /** Only starts a child execution. @throws ValidationError for an input that it does not take */
    start(workflow: string, input?: unknown, options?: ChildOptions): Promise<StartedChild>;
    start<Input>(workflow: Startable<Input>, ...rest: InputArguments<Input, ChildOptions>): Promise<StartedChild>;
    /** Writes to a database of your own and records the step in one commit: exactly once, also across crashes. */
    readonly transaction: TransactionCall;
    /** Runs a command as a step: a child process whose arguments are values, and never text of a script. */
    readonly sh: ShellCall;
    /**
     * Runs `fn` for every item, each in a scope of its own, and gives the results in the order of the items. The items must be the same on
     * every pass: let a step give them. After the first error no further item begins.
     */
    map<Item, T>(name: string, items: readonly Item[], fn: (item: Item, ctx: WorkflowContext, index: number) => T | Promise<T>, options?: MapOptions<Item>): Promise<T[]>;
    /** Runs `fn` with a context of its own: names inside do not meet those outside. */
    scope<T>(name: string, fn: (ctx: WorkflowContext) => T | Promise<T>): Promise<T>;
    /**
     * The first to settle, the same on every pass. What the others wait for (sleeps, events, approvals, children) is let go of: it keeps the
     * execution from nothing any more. Steps of theirs that run, run to their end. Of functions, all that they go on to do is let go of, too.
     *
     * @throws the error of the first to settle, if that is what it came to
     */
    race<const Racers extends Readonly<Record<string, Racer>>>(racers: Racers): Promise<RaceResult<Racers>>;
    /**
     * True for executions that reach this point for the first time on code that has it; false, for good, for those that went past it before.
     */
    patched(id: string): boolean;
    /** Ends this history and starts over with an empty one, under the same id and with another input. Nothing after it runs. */
    continueAsNew(input: unknown): Promise<never>;
    /** Milliseconds since the epoch, the same on every pass: the time of the last completion this pass has seen (Temporal's rule). */
    now(): number;
    /** From 0 up to 1, the same on every pass. Seeded by the execution; not for secrets. */
    random(): number;
    /** A version 4 UUID, the same on every pass. Not for secrets. */
    uuid(): string;
}

declare const RetryConfigSchema2: z.ZodObject<{
    attempts: z.ZodOptional<z.ZodInt>;
    delay: z.ZodOptional<z.ZodUnion<readonly [z.ZodString, z.ZodNumber]>>;
    backoff: z.ZodOptional<z.ZodEnum<{
        exponential: "exponential";
        linear: "linear";
        constant: "constant";
    }>>;
    factor: z.ZodOptional<z.ZodNumber>;
    maxDelay: z.ZodOptional<z.ZodUnion<readonly [z.ZodString, z.ZodNumber]>>;
    jitter: z.ZodOptional<z.ZodBoolean>;
}, z.core.$strict>;

declare const PanicConfigSchema2: z.ZodObject<{
    maxRestarts: z.ZodOptional<z.ZodInt>;
    delay: z.ZodOptional<z.ZodUnion<readonly [z.ZodString, z.ZodNumber]>>;
    factor: z.ZodOptional<z.ZodNumber>;
    maxDelay: z.ZodOptional<z.ZodUnion<readonly [z.ZodString, z.ZodNumber]>>;
}, z.core.$strict>;

declare const WorkflowDefinitionSchema2: z.ZodObject<{
    name: z.ZodString;
    version: z.ZodOptional<z.ZodInt>;
    description: z.ZodOptional<z.ZodString>;
    input: z.ZodOptional<z.ZodCustom<Schema<unknown, unknown>, Schema<unknown, unknown>>>;
    output: z.ZodOptional<z.ZodCustom<Schema<unknown, unknown>, Schema<unknown, unknown>>>;
    retry: z.ZodOptional<z.ZodObject<{
        attempts: z.ZodOptional<z.ZodInt>;
        delay: z.ZodOptional<z.ZodUnion<readonly [z.ZodString, z.ZodNumber]>>;
        backoff: z.ZodOptional<z.ZodEnum<{
            exponential: "exponential";
            linear: "linear";
            constant: "constant";
        }>>;
        factor: z.ZodOptional<z.ZodNumber>;
        maxDelay: z.ZodOptional<z.ZodUnion<readonly [z.ZodString, z.ZodNumber]>>;
        jitter: z.ZodOptional<z.ZodBoolean>;
    }, z.core.$strict>>;
    panic: z.ZodOptional<z.ZodObject<{
        maxRestarts: z.ZodOptional<z.ZodInt>;
        delay: z.ZodOptional<z.ZodUnion<readonly [z.ZodString, z.ZodNumber]>>;
        factor: z.ZodOptional<z.ZodNumber>;
        maxDelay: z.ZodOptional<z.ZodUnion<readonly [z.ZodString, z.ZodNumber]>>;
    }, z.core.$strict>>;
    timeout: z.ZodOptional<z.ZodUnion<readonly [z.ZodString, z.ZodNumber]>>;
    sensitive: z.ZodOptional<z.ZodBoolean>;
    schedule: z.ZodOptional<z.ZodObject<{
        cron: z.ZodString;
        timezone: z.ZodOptional<z.ZodString>;
        overlap: z.ZodOptional<z.ZodEnum<{
            queue: "queue";
            skip: "skip";
            allow: "allow";
            "cancel-previous": "cancel-previous";
        }>>;
        catchUp: z.ZodOptional<z.ZodEnum<{
            skip: "skip";
            latest: "latest";
            all: "all";
        }>>;
        catchUpWindow: z.ZodOptional<z.ZodUnion<readonly [z.ZodString, z.ZodNumber]>>;
        jitter: z.ZodOptional<z.ZodUnion<readonly [z.ZodString, z.ZodNumber]>>;
        input: z.ZodOptional<z.ZodUnknown>;
    }, z.core.$strict>>;
    concurrency: z.ZodOptional<z.ZodObject<{
        limit: z.ZodInt;
        key: z.ZodOptional<z.ZodCustom<(input: unknown) => unknown, (input: unknown) => unknown>>;
        onLimit: z.ZodOptional<z.ZodEnum<{
            queue: "queue";
            skip: "skip";
            "cancel-oldest": "cancel-oldest";
        }>>;
    }, z.core.$strict>>;
    rateLimit: z.ZodOptional<z.ZodObject<{
        limit: z.ZodInt;
        period: z.ZodUnion<readonly [z.ZodString, z.ZodNumber]>;
        key: z.ZodOptional<z.ZodCustom<(input: unknown) => unknown, (input: unknown) => unknown>>;
    }, z.core.$strict>>;
    priority: z.ZodOptional<z.ZodUnion<readonly [z.ZodInt, z.ZodCustom<(input: unknown) => unknown, (input: unknown) => unknown>]>>;
    run: z.ZodCustom<(ctx: WorkflowContext, input: unknown) => unknown, (ctx: WorkflowContext, input: unknown) => unknown>;
}, z.core.$strict>;

interface WorkflowOptions<In extends Schema | undefined, Out extends Schema | undefined, Result> {
    /** Unique in the project. Letters, digits, `.`, `_`, `-`; at most 200. */
    readonly name: string;
    /** A whole number from 1. Default 1. */
    readonly version?: number;
    readonly description?: string;
    /** Checks and types the input; defaults and transforms apply once, at the start. */
    readonly input?: In;
    /** Checks and types what `run` returns. */
    readonly output?: Out;
    /** For every step that does not say otherwise. */
    readonly retry?: RetryConfig;
    readonly panic?: PanicConfig;
    /** Deadline of the whole execution, counted while parked. Default: none. */
    readonly timeout?: Duration;
    /** Started by the clock: at each slot one execution. Default: only when somebody starts it. */
    readonly schedule?: ScheduleConfig<SchemaInput<In>>;
    /** Its input and output are stored encrypted, and shown to nobody. Default false. */
    readonly sensitive?: boolean;
    /** How many of it run at the same time, over all processes. Default: no limit. */
    readonly concurrency?: ConcurrencyOptions<SchemaOutput<In>>;
    /** How many of it begin in a while; further ones begin later. Default: no limit. */
    readonly rateLimit?: RateLimitOptions<SchemaOutput<In>>;
    /** Among what is due the highest comes first. A whole number from -100 to 100, or a function of the input. Default 0. */
    readonly priority?: number | ((input: SchemaOutput<In>) => number);
    run(ctx: WorkflowContext, input: SchemaOutput<In>): Result | Promise<Result>;
}

interface WorkflowDefinition<Input = unknown, Output = unknown> extends Marked, FlowSettings {
    readonly name: string;
    readonly version: number;
    readonly description: string | null;
    readonly input: Schema<Input, unknown> | null;
    readonly output: Schema<unknown, Output> | null;
    readonly retry: RetryPolicy;
    readonly panic: PanicPolicy;
    /** What it says itself of the two above: the project's settings hold where it says nothing. */
    readonly given: {
        readonly retry?: RetryConfig | undefined;
        readonly panic?: PanicConfig | undefined;
    };
    readonly timeoutMs: number | null;
    readonly schedule: SchedulePolicy | null;
    readonly isSensitive: boolean;
    /** It is a script: an executable file, relative to the project's root, and what `wf step` retries where it does not say so itself. */
    readonly script?: {
        readonly file: string;
        readonly retry: number | null;
    };
    run(ctx: WorkflowContext, input: unknown): Output | Promise<Output>;
}

type OutputOf<Out, Result> = Out extends Schema ? SchemaOutput<Out> : Awaited<Result>;

/**
 * Makes a workflow.
 *
 * @throws ValidationError that names the field, when the definition is not valid
 */
declare const defineWorkflow: <const In extends Schema | undefined = undefined, const Out extends Schema | undefined = undefined, Result = unknown>(options: WorkflowOptions<In, Out, Result>) => WorkflowDefinition<SchemaInput<In>, OutputOf<Out, Result>>;

/** What all errors of wf have in common. */
declare class WfliteError extends Error {
    readonly name: string;
    /** Stable, for scripts: a key of the catalogue. */
    readonly code: string;
    /** What to do next, in one sentence. */
    readonly hint: string;
    constructor(message: string, facts: {
        code: string;
        hint: string;
        cause?: unknown;
    });
}

/** Bad input or a bad definition; nothing was created. */
declare class ValidationError extends WfliteError {
    readonly name: string;
}

/** A step or an execution ran out of time. */
declare class TimeoutError extends WfliteError {
    readonly name: string;
}

/** What a step's `signal` gives as reason, and what a parent sees of a cancelled child. */
declare class CancelledError extends WfliteError {
    readonly name: string;
}

/** A failure of the system below the workflow: disk full, out of memory, a killed process. */
declare class PanicError extends WfliteError {
    readonly name: string;
}

/** The code asks for other steps than those recorded. */
declare class DivergenceError extends WfliteError {
    readonly name: string;
}

/** A stored row does not match its checksum. */
declare class StateCorruptionError extends WfliteError {
    readonly name: string;
}

/** A command of `ctx.sh` has ended with an exit code that is not allowed. */
declare class ShellError extends WfliteError {
    readonly name: string;
    /** 128 and the signal's number when a signal has ended it. */
    exitCode: number;
    /** "SIGTERM" and the like; null when it has ended by itself. */
    signal: string | null;
    /** The end of its standard error; empty for a sensitive step. */
    stderr: string;
    /** It is not among the codes that are worth another attempt. */
    isPermanent: boolean;
}

/** This process is no longer the owner of the execution and may not write to it. */
declare class LeaseLostError extends WfliteError {
    readonly name: string;
}

/**
 * A permanent error: thrown inside a step it is never retried.
 *
 * @example throw new WorkflowError("No such customer", { code: "NO_CUSTOMER" })
 */
declare class WorkflowError extends Error {
    readonly name: string;
    readonly code: string | undefined;
    constructor(message: string, options?: {
        code?: string;
        cause?: unknown;
    });
}

/**
 * Thrown inside a step: try again, but not before `delay` (milliseconds, or a duration such as "30s"). The attempt counts.
 */
declare class RetryAfterError extends Error {
    readonly name: string;
    readonly delay: number | string;
    constructor(message: string, delay: number | string, options?: {
        cause?: unknown;
    });
}

/** What a `key` may give; `1` and `"1"` are the same lane. */
type FlowKey = string | number | boolean;

declare const ON_LIMIT: readonly ["queue", "skip", "cancel-oldest"];

type OnLimit = (typeof ON_LIMIT)[number];

interface ConcurrencyOptions<Input> {
    /** How many of a lane run at the same time. A whole number from 1 to 10,000. */
    readonly limit: number;
    /** Makes a lane for each of its values. Default: one lane for the workflow. */
    key?(input: Input): FlowKey;
    /**
     * What becomes of one that comes while `limit` are unfinished. `queue`: it waits for a place. `skip`: it is created as cancelled, with
     * the reason. `cancel-oldest`: the oldest are cancelled to make room. Default `queue`.
     */
    readonly onLimit?: OnLimit;
}

interface RateLimitOptions<Input> {
    /** How many begin in any `period`. A whole number from 1 to 10,000. */
    readonly limit: number;
    readonly period: Duration;
    /** Counts each of its values by itself. Default: all of the workflow together. */
    key?(input: Input): FlowKey;
}

/** As `WorkflowDefinition` has it, with every default filled in. */
interface FlowSettings {
    readonly concurrency: {
        readonly limit: number;
        readonly key: KeyOf | null;
        readonly onLimit: OnLimit;
    } | null;
    readonly rateLimit: {
        readonly limit: number;
        readonly periodMs: number;
        readonly key: KeyOf | null;
    } | null;
    readonly priority: number | ((input: unknown) => number);
}

type KeyOf = (input: unknown) => unknown;

/** What the creation of one execution has to obey. Not kept with it: limits are those of the newest start. */
interface FlowLimits {
    readonly concurrency: {
        readonly lane: string;
        readonly limit: number;
        readonly onLimit: OnLimit;
    } | null;
    readonly rate: {
        readonly lane: string;
        readonly limit: number;
        readonly periodMs: number;
    } | null;
}

/** One stored row, or a set of them, that is not as wf left it. */
interface DamageView {
    readonly executionId: string;
    /** `execution`, `step`, `event`, or `steps` when some are missing or two claim one place. */
    readonly what: "execution" | "step" | "steps" | "event";
    /** Name of the step, id of the event; null for the execution itself. */
    readonly name: string | null;
    readonly problem: string;
}

declare const isPanicError: (error: unknown) => boolean;

type Progress = {
    readonly type: "pass-started";
    readonly executionId: string;
    readonly workflow: string;
    readonly recorded: number;
} | {
    readonly type: "step-started";
    readonly executionId: string;
    readonly step: StepIdentity;
    readonly attempt: number;
    readonly at: number;
} | {
    readonly type: "step-completed";
    readonly executionId: string;
    readonly step: StepIdentity;
    readonly durationMs: number;
} | {
    readonly type: "step-failed";
    readonly executionId: string;
    readonly step: StepIdentity;
    readonly attempt: number;
    readonly attempts: number;
    readonly error: Error;
    /** When the next attempt starts; null when there is none. */
    readonly retryAt: number | null;
} | {
    readonly type: "holding";
    readonly executionId: string;
    readonly step: StepIdentity;
    readonly until: number | null;
}
/** It waits for a place among those that run at the same time. */
 | {
    readonly type: "in-line";
    readonly executionId: string;
    readonly place: PlaceProgress;
}
/** Something that is finished cannot be written now (a full disk, a lock). It is kept, and tried again. */
 | {
    readonly type: "not-stored";
    readonly executionId: string;
    readonly error: Error;
    readonly retryInMs: number;
}
/** A line that its script, or a command of it, has printed. */
 | {
    readonly type: "printed";
    readonly executionId: string;
    readonly stream: "stdout" | "stderr";
    readonly line: string;
    /** The step whose command has printed it; null for the script itself. */
    readonly step: string | null;
} | {
    readonly type: "log";
    readonly executionId: string;
    readonly entry: LogRecord;
} | {
    readonly type: "left";
    readonly executionId: string;
    readonly status: ExecutionStatus;
    readonly reason: Reason | null;
    readonly wakeAt: number | null;
};

interface PlaceProgress {
    readonly lane: string;
    readonly limit: number;
    readonly running: number;
    /** How many wait before it. */
    readonly ahead: number;
}

type ProgressListener = (progress: Progress) => void;

interface ProjectDefaults {
    readonly retry: RetryPolicy;
    readonly panic: PanicPolicy;
    /** Of schedules that name none. Default: that of the machine. */
    readonly timezone?: string | null;
}

declare const PanicConfigSchema: typeof PanicConfigSchema2;

declare const RetryConfigSchema: typeof RetryConfigSchema2;

declare const WorkflowDefinitionSchema: typeof WorkflowDefinitionSchema2;

declare const ExecutionResultSchema: typeof ExecutionResultSchema2;

declare const ExecutionStatusSchema: typeof ExecutionStatusSchema2;

declare const StepResultSchema: typeof StepResultSchema2;

declare const StepStatusSchema: typeof StepStatusSchema2;

/** The facts of `ctx`, without its calls. */
declare const WorkflowContextSchema: typeof WorkflowContextSchema2;

/**
 * Checks a value as the schema does, and wraps it into a `Secret`.
 *
 * @param schema of zod, or any Standard Schema
 * @returns a schema of zod: a field of a `z.object`, or by itself that of an input, output or payload
 */
declare const secretOf: typeof secretOf2;

/** What an execution does after a panic; fixed at its start, so that a crash loop is bounded even if its file no longer loads. */
interface PanicPolicy {
    readonly maxRestarts: number;
    readonly delayMs: number;
    readonly factor: number;
    readonly maxDelayMs: number;
}

interface ExecutionRecord {
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

/** The parts of a step's identity. Separate columns: no user string can collide with a generated key. */
interface StepIdentity {
    /** Path of the scopes around it, "" at the top; segments are escaped and joined with "/". */
    readonly scope: string;
    readonly kind: StepKind;
    readonly name: string;
    /** Which repeat of this name in this scope, from 1. */
    readonly n: number;
}

interface StepRecord extends StepIdentity {
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

/** An attempt that did not end in success. The last, successful attempt is the step's own row. */
interface AttemptRecord extends StepIdentity {
    readonly attempt: number;
    readonly startedAt: number;
    readonly finishedAt: number;
    readonly errorText: string;
}

/** A change of the schema that a database has been through. */
interface MigrationRecord {
    readonly number: number;
    readonly name: string;
    readonly appliedAt: number;
}

/** A failure of the system below an execution: its process died, the disk was full. */
interface PanicRecord {
    readonly at: number;
    /** For people. */
    readonly cause: string;
}

/** Something that a person has done to an execution. */
interface DecisionRecord {
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
interface RequestRecord {
    readonly seq: number;
    readonly executionId: string;
    readonly action: "pause" | "wake";
    /**
     * `pause`: what is shown while it is paused. `wake`: which wait is ended, as `identityText` says it; null is the first that has a time.
     */
    readonly detail: string | null;
}

/** What `ctx.patched` has answered once, and answers ever after. */
interface MarkRecord {
    readonly name: string;
    readonly value: boolean;
}

/** A plain event is the answer to a wait for it, one of kind approval the answer to an approval. */
type EventKind = "event" | "approval";

interface EventRecord {
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

declare const LOG_LEVELS: readonly ["debug", "info", "warn", "error"];

type LogLevel = (typeof LOG_LEVELS)[number];

interface LogRecord {
    readonly at: number;
    readonly level: LogLevel;
    /** `user` from `ctx.log`, `wf` from the engine itself. */
    readonly source: "user" | "wf";
    readonly message: string;
    readonly dataText: string | null;
    /** The step during which it was written, if any. */
    readonly step: string | null;
}

interface WorkflowRecord {
    readonly name: string;
    readonly version: number;
    /** Path of the file, relative to the project's root. */
    readonly file: string;
    readonly description: string | null;
    readonly sourceHash: string;
    readonly seenAt: number;
}

/** Who a process is, so precisely that no later process can be taken for it. */
interface ProcessIdentity {
    /** Machine and process-id namespace: only processes of one host can look each other up. */
    readonly host: string;
    readonly bootId: string;
    readonly pid: number;
    /** Start time of the process in the unit of the system, as text; a reused pid has another. */
    readonly startTime: string;
}

declare const WORKER_ROLES: readonly ["run", "tick", "daemon", "client"];

type WorkerRole = (typeof WORKER_ROLES)[number];

interface WorkerRecord extends ProcessIdentity {
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

type Result<T, E> = {
    readonly ok: true;
    readonly value: T;
} | {
    readonly ok: false;
    readonly error: E;
};

declare const ok: <T>(value: T) => {
    readonly ok: true;
    readonly value: T;
};

declare const err: <E>(error: E) => {
    readonly ok: false;
    readonly error: E;
};

/** The value, for callers to whom a failure is a bug. @throws the very error of a failed result */
declare function unwrap<T, E>(result: Result<T, E>): T;

/** When a step that failed is tried again; all defaults filled in. */
interface RetryPolicy {
    /** Tries in all, the first included: 1 to 10,000. */
    readonly attempts: number;
    /** Before the second try. */
    readonly delayMs: number;
    /** What each further delay is multiplied by, when `backoff` is exponential. */
    readonly factor: number;
    readonly maxDelayMs: number;
    readonly backoff: "exponential" | "constant" | "linear";
    readonly jitter: boolean;
}

/** What happens to a slot that comes while an earlier execution of the schedule is not over. */
declare const OVERLAPS: readonly ["skip", "queue", "allow", "cancel-previous"];

type Overlap = (typeof OVERLAPS)[number];

/** Which slots are made up for that came while nothing looked. */
declare const CATCH_UPS: readonly ["skip", "latest", "all"];

type CatchUp = (typeof CATCH_UPS)[number];

interface ScheduleConfig<Input = unknown> {
    /**
     * `minute hour day month weekday`, as in `"0 9 * * MON"`; six fields begin with the second. Also `@hourly`, `@daily`, `@weekly`,
     * `@monthly`, `@yearly`.
     */
    readonly cron: string;
    /** IANA name, as in `"Europe/Paris"`. Default: the zone of the machine that first sees the schedule, which is kept. */
    readonly timezone?: string | undefined;
    /**
     * While the execution of an earlier slot is not over: `skip` leaves the slot out, `queue` starts it afterwards, `allow` starts it at
     * once, `cancel-previous` cancels the earlier one and starts it then. Default `skip`.
     */
    readonly overlap?: Overlap | undefined;
    /**
     * After a stop: `skip` makes up for nothing, `latest` for the last slot, `all` for each, 1,000 at most. Default `latest`.
     */
    readonly catchUp?: CatchUp | undefined;
    /** Slots that are older are never made up for. 1 minute to 100 years. Default `"24h"`. */
    readonly catchUpWindow?: Duration | undefined;
    /** Each start is put off by a random part of this, so that not all schedules begin at once. At most a day. Default 0. */
    readonly jitter?: Duration | undefined;
    /** Input of every execution. Default: `{}`, or nothing where the workflow's schema wants that. */
    readonly input?: Input | undefined;
}

/** With its defaults filled in. */
interface SchedulePolicy {
    readonly cron: string;
    /** Null: the zone of the machine that first sees the schedule. */
    readonly timezone: string | null;
    readonly overlap: Overlap;
    readonly catchUp: CatchUp;
    readonly windowMs: number;
    readonly jitterMs: number;
    readonly input: unknown;
}

interface ScheduleRecord {
    /** That of its workflow: each has one at most. */
    readonly name: string;
    readonly workflow: string;
    readonly cron: string;
    /** IANA name. */
    readonly timezone: string;
    /** The workflow or its project names the zone; otherwise it is that of the machine which saw the schedule first. */
    readonly isOwnTimezone: boolean;
    readonly overlap: Overlap;
    readonly catchUp: CatchUp;
    readonly windowMs: number;
    readonly jitterMs: number;
    /** As it was written, for people; null for none. Executions get what the file says at their slot. */
    readonly inputText: string | null;
    /** Where it was found, relative to the project's root. */
    readonly file: string;
    /** The next slot; null when there is none any more. */
    readonly nextAt: number | null;
    /** The last slot that was looked at, started or not. */
    readonly lastSlotAt: number | null;
    /** Slots left out since the execution of an earlier one was not over. */
    readonly skipped: number;
    /** Slots left out since nothing looked in time. */
    readonly missed: number;
    readonly pausedAt: number | null;
    readonly pausedBy: string | null;
    readonly pausedReason: string | null;
    readonly resumedAt: number | null;
    readonly resumedBy: string | null;
    /** Why its slots cannot be started; they wait until it is mended. */
    readonly problem: string | null;
    readonly problemAt: number | null;
    /** When it was last found in its file. */
    readonly seenAt: number;
}

interface Schema<Input = unknown, Output = Input> {
    readonly "~standard": {
        readonly version: 1;
        readonly vendor: string;
        readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
        readonly types?: {
            readonly input: Input;
            readonly output: Output;
        } | undefined;
    };
}

type SchemaResult<Output> = {
    readonly value: Output;
    readonly issues?: undefined;
} | {
    readonly issues: readonly SchemaIssue[];
};

interface SchemaIssue {
    readonly message: string;
    readonly path?: readonly (PropertyKey | {
        readonly key: PropertyKey;
    })[] | undefined;
}

type SchemaInput<S> = S extends Schema<infer Input, unknown> ? Input : unknown;

type SchemaOutput<S> = S extends Schema<unknown, infer Output> ? Output : unknown;

declare const ExecutionStatusSchema2: z.ZodEnum<{
    pending: "pending";
    running: "running";
    sleeping: "sleeping";
    waiting: "waiting";
    paused: "paused";
    blocked: "blocked";
    completed: "completed";
    failed: "failed";
    cancelled: "cancelled";
}>;

declare const StepStatusSchema2: z.ZodEnum<{
    running: "running";
    sleeping: "sleeping";
    waiting: "waiting";
    completed: "completed";
    failed: "failed";
    cancelled: "cancelled";
    "in-doubt": "in-doubt";
    retrying: "retrying";
    skipped: "skipped";
}>;

declare const ErrorViewSchema: z.ZodObject<{
    name: z.ZodString;
    message: z.ZodString;
    code: z.ZodNullable<z.ZodString>;
    hint: z.ZodNullable<z.ZodString>;
    stack: z.ZodNullable<z.ZodString>;
    cause: z.ZodNullable<typeof ErrorViewSchema>;
}, z.core.$strip>;

declare const ExecutionResultSchema2: z.ZodObject<{
    id: z.ZodString;
    workflow: z.ZodString;
    version: z.ZodInt;
    status: z.ZodEnum<{
        pending: "pending";
        running: "running";
        sleeping: "sleeping";
        waiting: "waiting";
        paused: "paused";
        blocked: "blocked";
        completed: "completed";
        failed: "failed";
        cancelled: "cancelled";
    }>;
    reason: z.ZodNullable<z.ZodEnum<{
        paused: "paused";
        queued: "queued";
        sleep: "sleep";
        retry: "retry";
        restart: "restart";
        event: "event";
        child: "child";
        concurrency: "concurrency";
        diverged: "diverged";
        "in-doubt": "in-doubt";
        "definition-missing": "definition-missing";
        "crash-loop": "crash-loop";
        corrupt: "corrupt";
    }>>;
    reasonDetail: z.ZodNullable<z.ZodString>;
    wakeAt: z.ZodNullable<z.ZodISODateTime>;
    input: z.ZodUnknown;
    output: z.ZodUnknown;
    error: z.ZodNullable<z.ZodObject<{
        name: z.ZodString;
        message: z.ZodString;
        code: z.ZodNullable<z.ZodString>;
        hint: z.ZodNullable<z.ZodString>;
        stack: z.ZodNullable<z.ZodString>;
        cause: z.ZodNullable<typeof ErrorViewSchema>;
    }, z.core.$strip>>;
    createdAt: z.ZodISODateTime;
    startedAt: z.ZodNullable<z.ZodISODateTime>;
    finishedAt: z.ZodNullable<z.ZodISODateTime>;
    restarts: z.ZodInt;
    parentId: z.ZodNullable<z.ZodString>;
    tags: z.ZodRecord<z.ZodString, z.ZodString>;
    pinned: z.ZodBoolean;
    generation: z.ZodInt;
    disposition: z.ZodOptional<z.ZodEnum<{
        created: "created";
        existing: "existing";
    }>>;
}, z.core.$strip>;

declare const StepResultSchema2: z.ZodObject<{
    scope: z.ZodString;
    kind: z.ZodEnum<{
        sleep: "sleep";
        event: "event";
        child: "child";
        step: "step";
        approval: "approval";
        shell: "shell";
        transaction: "transaction";
        compensation: "compensation";
    }>;
    name: z.ZodString;
    n: z.ZodInt;
    status: z.ZodEnum<{
        running: "running";
        sleeping: "sleeping";
        waiting: "waiting";
        completed: "completed";
        failed: "failed";
        cancelled: "cancelled";
        "in-doubt": "in-doubt";
        retrying: "retrying";
        skipped: "skipped";
    }>;
    detail: z.ZodNullable<z.ZodString>;
    attempts: z.ZodArray<z.ZodObject<{
        attempt: z.ZodInt;
        startedAt: z.ZodISODateTime;
        finishedAt: z.ZodNullable<z.ZodISODateTime>;
        error: z.ZodNullable<z.ZodObject<{
            name: z.ZodString;
            message: z.ZodString;
            code: z.ZodNullable<z.ZodString>;
            hint: z.ZodNullable<z.ZodString>;
            stack: z.ZodNullable<z.ZodString>;
            cause: z.ZodNullable<typeof ErrorViewSchema>;
        }, z.core.$strip>>;
    }, z.core.$strip>>;
    output: z.ZodUnknown;
    error: z.ZodNullable<z.ZodObject<{
        name: z.ZodString;
        message: z.ZodString;
        code: z.ZodNullable<z.ZodString>;
        hint: z.ZodNullable<z.ZodString>;
        stack: z.ZodNullable<z.ZodString>;
        cause: z.ZodNullable<typeof ErrorViewSchema>;
    }, z.core.$strip>>;
    startedAt: z.ZodISODateTime;
    finishedAt: z.ZodNullable<z.ZodISODateTime>;
    wakeAt: z.ZodNullable<z.ZodISODateTime>;
    order: z.ZodNullable<z.ZodInt>;
}, z.core.$strip>;

/** The facts of `ctx`, without its calls. */
declare const WorkflowContextSchema2: z.ZodObject<{
    executionId: z.ZodString;
    workflow: z.ZodString;
    version: z.ZodInt;
    attempt: z.ZodInt;
    tags: z.ZodRecord<z.ZodString, z.ZodString>;
}, z.core.$strip>;

type ExecutionResult = z.infer<typeof ExecutionResultSchema2>;

type StepResult = z.infer<typeof StepResultSchema2>;

type OutputName = "stdout" | "stderr";

interface ScriptRequest {
    /** Relative to the project's root, which is where it runs. */
    readonly file: string;
    /** Beside those of wf itself; none of a script around it is inherited. */
    readonly variables: Readonly<Record<string, string>>;
    readonly onChunk: (name: OutputName, chunk: Uint8Array) => void;
}

interface ScriptEnd2 {
    /** 128 and the signal's number when a signal has ended it. */
    readonly exitCode: number;
    /** "SIGTERM" and the like; null when it has ended by itself. */
    readonly signal: string | null;
    /** Head and tail of its standard error. */
    readonly stderr: string;
}

interface ScriptProcess {
    readonly pid: number;
    /** After the exit of the script itself; never rejects. What it has started may still run. */
    readonly ended: Promise<ScriptEnd2>;
    /** TERM to the whole group, KILL after a grace; settles when nobody of it is left. */
    stop(): Promise<void>;
}

interface ScriptMachine {
    /** @throws SCRIPT_UNSTARTED, or the error of a system that has run out of something */
    start(request: ScriptRequest): Promise<ScriptProcess>;
}

/**
 * @param schema of zod, or any Standard Schema
 * @returns a schema of zod: a field of a `z.object`, or by itself that of an input, output or payload
 */
declare const secretOf2: <Input, Output>(schema: Schema<Input, Output>) => z.ZodType<Secret<Output>, Input | Secret<Output>>;

declare const MARK: unique symbol;

declare class Secret<T> {
    #private;
    constructor(value: T);
    /** The value itself. What is done with it from here on is up to the caller. */
    reveal(): T;
    toString(): string;
    toJSON(): string;
    [Symbol.toPrimitive](): string;
    get [MARK](): true;
}

/** Wraps a value; one that is a secret already stays as it is. */
declare const secret: <T>(value: T | Secret<T>) => Secret<T>;

/** Also of another copy of this package. */
declare const isSecret: (value: unknown) => value is Secret<unknown>;

/** How long executions that are over are kept, in milliseconds from their end; null is for ever. */
interface RetentionSettings {
    readonly completedMs: number | null;
    readonly failedMs: number | null;
    readonly cancelledMs: number | null;
    /** The newest so many of each workflow stay, however old they are. */
    readonly keep: number;
}

/** One argument. Anything else is refused: an object that came from JSON is a mistake, or somebody's trap. */
type ShellWord = string | number | boolean | bigint;

/** What stands in a template: one argument, or any number of them. */
type ShellValue = ShellWord | readonly ShellWord[];

interface ShellResult {
    /** As UTF-8, without one last line break; of a long one head and tail, with a line between them that says how much is missing. */
    readonly stdout: string;
    readonly stderr: string;
    /** 128 and the signal's number when a signal has ended it. */
    readonly exitCode: number;
    /** "SIGTERM" and the like; null when it has ended by itself. */
    readonly signal: string | null;
    /** Something of its output is not here. */
    readonly truncated: boolean;
    /** With `fullLog`: the file that has the whole, relative to the project. */
    readonly logFile?: string;
}

/** Those of any step but for its function and schema. */
type OptionsOfStep = Omit<StepOptions<ShellResult>, "output">;

interface ShellSettings extends OptionsOfStep {
    /** Where it runs, relative to the project's folder. Default: that folder. */
    readonly cwd?: string;
    /** Variables for it, beside those that are inherited. They are not stored. */
    readonly env?: Readonly<Record<string, ShellWord>>;
    /**
     * Names of the variables of wf's own environment that it sees; `LC_*` means all that begin so. Nothing else of it is inherited. Default:
     * PATH HOME USER LOGNAME SHELL LANG LC_* TZ TMPDIR TERM.
     */
    readonly inherit?: readonly string[];
    /** What it reads on standard input. Default: nothing. */
    readonly stdin?: string | Uint8Array;
    /** Exit codes that are no failure. Default [0]. */
    readonly allow?: readonly number[];
    /** Failing exit codes that are worth another attempt; the step fails at once with any other. Default: all of them. */
    readonly retryOn?: readonly number[];
    /** How much is kept of each of the two streams, in bytes: half of it from the head, half from the tail. Default 65,536. */
    readonly keptBytes?: number;
    /** Writes the whole output to `.wf/logs/<execution>/<step>.<attempt>.log`, readable for its owner only. Default false. */
    readonly fullLog?: boolean;
    /** Shows its lines on the terminal while it runs. Default true. */
    readonly stream?: boolean;
}

type ShellOptions = ShellSettings & ({
    /** For `bash -euo pipefail -c`, or `sh -eu -c` where there is no bash. */
    readonly script: string;
    /** "$1", "$2" … of the script. */
    readonly args?: readonly ShellWord[];
    readonly command?: never;
} | {
    /** A program and its arguments, without a shell. */
    readonly command: readonly [string, ...ShellWord[]];
    readonly script?: never;
    readonly args?: never;
});

type ShellTemplate = (script: TemplateStringsArray, ...values: readonly ShellValue[]) => Promise<ShellResult>;

interface ShellCall {
    /**
     * Runs a script whose values are its arguments. What is written is what the shell reads: of JavaScript's escapes only `` \` `` and `\${`
     * mean something else. A value may stand by itself, in a word or in quotes; an array is several arguments. The name of the step is the
     * script with `$1`, `$2` … for its values.
     *
     * @throws ShellError when it ends with a code that is not allowed and all attempts have failed
     * @throws ValidationError SHELL_REFUSED for a value that is no argument, or one in a place where it would be evaluated
     * @example const { stdout } = await ctx.sh`git rev-parse --verify ${branch}`
     */
    (script: TemplateStringsArray, ...values: readonly ShellValue[]): Promise<ShellResult>;
    /** The same with a name and options. */
    (name: string, options: ShellOptions): Promise<ShellResult>;
    /** For a template: a name of its own, and options. @example await ctx.sh.named("build", { timeout: "5m" })`make ${target}` */
    named(name: string, settings?: ShellSettings): ShellTemplate;
}

/** What is run: a script with its arguments, or a program with them. */
type ShellProgram = {
    readonly script: string;
    readonly args: readonly string[];
} | {
    readonly command: readonly [string, ...string[]];
};

/** All that a machine has to know to run it once. */
interface ShellRequest {
    readonly program: ShellProgram;
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly inherit: readonly string[];
    readonly stdin: string | Uint8Array | undefined;
    readonly keptBytes: number;
}

interface ShellWatch {
    /** When it is aborted the whole process group is ended; the promise settles when nobody of it is left. */
    readonly signal: AbortSignal;
    readonly onChunk?: ((name: "stdout" | "stderr", chunk: Uint8Array) => void) | undefined;
    /** Its full log: the parts of its path under the folder of logs. */
    readonly log?: {
        readonly executionId: string;
        readonly name: string;
    } | undefined;
}

/** What came of it, whatever that is. */
interface ShellEnd {
    readonly stdout: string;
    readonly stderr: string;
    readonly exitCode: number;
    readonly signal: string | null;
    readonly isTruncated: boolean;
    readonly logFile: string | null;
}

/** The machine: runs a request once. @throws SHELL_UNSTARTED, or the error of the system */
type Shell = (request: ShellRequest, watch: ShellWatch) => Promise<ShellEnd>;

/** Every `WorkflowDefinition` is one. */
interface Startable<Input = unknown, Output = unknown> {
    readonly name: string;
    readonly input: Schema<Input, unknown> | null;
    readonly output: Schema<unknown, Output> | null;
    run(ctx: never, input: unknown): Output | Promise<Output>;
}

/** What stands behind the workflow in a call: its input may be left out where it takes none, or anything. */
type InputArguments<Input, Options> = undefined extends Input ? [input?: Input, options?: Options] : [input: Input, options?: Options];

/** Makes a text of one version a text of the next. @throws Error for a text that is not of that version */
type UpgradeText = (text: string) => string;

declare const EXECUTION_STATUSES: readonly ["pending", "running", "sleeping", "waiting", "paused", "blocked", "completed", "failed", "cancelled"];

type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

declare const TERMINAL_STATUSES: readonly ["completed", "failed", "cancelled"];

type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

/** Why an execution that is neither running nor terminal does not move. */
declare const REASONS: readonly ["queued", "sleep", "retry", "restart", "event", "child", "concurrency", "paused", "diverged", "in-doubt", "definition-missing", "crash-loop", "corrupt"];

type Reason = (typeof REASONS)[number];

declare const STEP_STATUSES: readonly ["running", "retrying", "sleeping", "waiting", "completed", "failed", "in-doubt", "cancelled", "skipped"];

type StepStatus = (typeof STEP_STATUSES)[number];

declare const STEP_KINDS: readonly ["step", "sleep", "event", "child", "approval", "shell", "transaction", "compensation"];

type StepKind = (typeof STEP_KINDS)[number];

interface StepOptions<Output = unknown> {
    /** Overrides the workflow's `retry`, field by field. */
    readonly retry?: RetryConfig;
    /** Limit of one attempt. Its `signal` is aborted then, and the attempt fails with a `TimeoutError`. Default: none. */
    readonly timeout?: Duration;
    /** Validates and types what is stored. */
    readonly output?: Schema<unknown, Output>;
    /** Identifies the step instead of its place among calls of the same name; for calls in loops over changing data. */
    readonly key?: string | number;
    /**
     * Begun at most once: its start is on disk before its function runs. After a crash in the middle nobody knows whether it has happened:
     * `verify` is asked, else the execution is blocked, reason in-doubt, until `wf resolve`. `retry` has one attempt then, unless the step
     * itself says otherwise. Default false.
     */
    readonly once?: boolean;
    /** Asked after a crash in the middle of a `once` step: has it happened? `undefined`: it cannot be told. */
    readonly verify?: (step: StepContext) => VerifyAnswer<Output> | Promise<VerifyAnswer<Output>>;
    /**
     * Undoes the step when its execution fails, passes its deadline or is cancelled later: after those of the steps that completed after it.
     * It is a durable step of its own, with the workflow's `retry`; when its attempts are used up the execution is paused.
     */
    readonly compensate?: (result: Output, step: StepContext) => unknown;
    /** When all attempts have failed: throw the error into the workflow, or pause the execution until a person resumes it. Default `fail`. */
    readonly onExhausted?: "fail" | "pause";
    /** Its result is stored encrypted, and shown to nobody. Default false. */
    readonly sensitive?: boolean;
}

type VerifyAnswer<Output> = {
    readonly done: true;
    readonly result: Output;
} | {
    readonly done: false;
} | undefined;

/** Of a step with an `output` schema: what its function and `verify` give is anything, what comes out is what the schema makes of it. */
type CheckedStepOptions<Output> = Omit<StepOptions<Output>, "output" | "verify"> & {
    readonly output: Schema<unknown, Output>;
    readonly verify?: (step: StepContext) => VerifyAnswer<unknown> | Promise<VerifyAnswer<unknown>>;
};

/** What the function of a step is given. */
interface StepContext {
    /** Aborted at the step's timeout, when the execution is cancelled, and when its process loses the execution. */
    readonly signal: AbortSignal;
    /** From 1. */
    readonly attempt: number;
    /** The same for every attempt of this step of this execution, also after a crash: hand it to outside systems. */
    readonly idempotencyKey: string;
    readonly log: Log;
}

/** Kept with the execution; a message is written once, however often the code is replayed. */
type Log = {
    readonly [Level in LogLevel]: (message: string, data?: unknown) => void;
};

/** A `Database` of `bun:sqlite`. */
interface SqliteDatabase {
    readonly filename: string;
    readonly inTransaction: boolean;
    run(sql: string): unknown;
    query(sql: string): SqliteStatement;
}

interface SqliteStatement {
    get(...params: string[]): unknown;
    run(...params: string[]): unknown;
}

/** The client of a PostgreSQL server: an `SQL` of Bun, whose pool gives the transaction a connection of its own. */
interface PostgresDatabase extends PostgresQueries {
    readonly options: {
        readonly adapter?: string | undefined;
    };
    begin(fn: (tx: PostgresQueries) => unknown): Promise<unknown>;
}

interface PostgresQueries {
    unsafe(sql: string, params?: unknown[]): PromiseLike<unknown>;
}

/** What the function is given for such a client: with `SQL` of Bun, its `TransactionSQL`. */
type PostgresTransactionOf<Db> = Db extends {
    begin(options: string, fn: (tx: infer Tx) => unknown): unknown;
} ? Tx : never;

/** A SQLite transaction holds its connection and ends in the turn in which it began, so its function cannot wait for a promise. */
type NoPromise<T> = T extends PromiseLike<unknown> ? never : T;

interface TransactionOptions {
    /** Overrides the workflow's `retry`, field by field. */
    readonly retry?: RetryConfig;
    /** Limit of one attempt. What has not begun to commit by then never will. Default: none. */
    readonly timeout?: Duration;
    /** Identifies the step instead of its place among calls of the same name; for calls in loops over changing data. */
    readonly key?: string | number;
    /** When all attempts have failed: throw the error into the workflow, or pause the execution until a person resumes it. Default `fail`. */
    readonly onExhausted?: "fail" | "pause";
}

interface TransactionCall {
    /**
     * Runs `fn` in a transaction of a PostgreSQL database and commits what it writes together with its result: exactly once.
     *
     * All that `fn` does with `tx` is committed, or nothing is. It may begin more than once (after an error, or after a crash before the
     * commit), so it should do nothing but use `tx`. The result is kept in the table `wflite_transactions` of that database, which is made
     * on first use.
     *
     * @throws what `fn` or the database threw last, when all attempts have failed
     * @throws ValidationError TRANSACTION_REFUSED, VALUE_UNSUPPORTED or VALUE_TOO_LARGE; nothing has been committed
     */
    <Db extends PostgresDatabase, T>(name: string, db: Db, fn: (tx: PostgresTransactionOf<Db>) => T | Promise<T>, options?: TransactionOptions): Promise<T>;
    /** The same for a SQLite database: `tx` is `db`, inside a transaction, and `fn` may not be async. */
    <Db extends SqliteDatabase, T>(name: string, db: Db, fn: (tx: Db) => NoPromise<T>, options?: TransactionOptions): Promise<T>;
}

/** What carries one attempt out, whatever the database. */
type Transact = (db: unknown, 
/** Of the step: one and the same for all its attempts, and no other's. */
key: string, fn: (tx: never) => unknown, limits: TransactLimits) => Promise<unknown>;

interface TransactLimits {
    /** Largest result, in bytes of its text. */
    readonly maxValueBytes: number;
    /** Once it is aborted, no commit begins. */
    readonly signal?: AbortSignal | undefined;
}

interface Verification {
    readonly executions: number;
    readonly steps: number;
    readonly damaged: readonly DamageView[];
}

interface ErrorView {
    readonly name: string;
    readonly message: string;
    readonly code: string | null;
    readonly hint: string | null;
    readonly stack: string | null;
    readonly cause: ErrorView | null;
}

type Disposition = "created" | "existing";

interface ExecutionView {
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

interface AttemptView {
    readonly attempt: number;
    readonly startedAt: string;
    readonly finishedAt: string | null;
    readonly error: ErrorView | null;
}

interface StepView {
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
interface PanicView {
    readonly at: string;
    readonly cause: string;
}

interface HistoryView {
    readonly execution: ExecutionView;
    readonly steps: readonly StepView[];
    /** The first one first. */
    readonly panics: readonly PanicView[];
    /** What was done to it by hand, the first first. */
    readonly decisions: readonly DecisionView[];
}

/** Something that a person has done to an execution. */
interface DecisionView {
    readonly at: string;
    readonly by: string;
    readonly action: string;
    readonly detail: string | null;
    readonly reason: string | null;
}

/** An approval that is waited for. */
interface ApprovalView {
    readonly id: string;
    readonly workflow: string;
    readonly scope: string;
    readonly name: string;
    readonly n: number;
    readonly message: string | null;
    readonly since: string;
    readonly until: string | null;
}

interface OverviewView {
    readonly counts: Readonly<Record<ExecutionStatus, number>>;
    readonly executions: readonly ExecutionView[];
    readonly nextWakeAt: string | null;
    readonly lastTickAt: string | null;
    readonly warnings: readonly string[];
}

interface TickView {
    readonly claimed: number;
    readonly completed: number;
    readonly failed: number;
    readonly parked: number;
    readonly blocked: number;
    readonly cancelled: number;
    readonly nextWakeAt: string | null;
    readonly executions: readonly {
        readonly id: string;
        readonly workflow: string;
        readonly status: ExecutionStatus;
    }[];
}

interface WorkflowView {
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

interface LogView {
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
interface WhyView {
    readonly id: string;
    readonly status: ExecutionStatus;
    readonly reason: Reason | null;
    readonly text: string;
    /** What does not fit into a paragraph, in lines: how the code differs from the record. */
    readonly detail: string | null;
    readonly next: string | null;
}

declare const WORKFLOW_MARK = "~wflite.workflow.1";

/** Anything that `Workflow.define` has made. */
interface Marked {
    readonly [WORKFLOW_MARK]: true;
}

declare const Workflow: {
    /** Makes a workflow. @throws ValidationError that names the bad field */
    readonly define: <const In extends Schema | undefined = undefined, const Out extends Schema | undefined = undefined, Result = unknown>(options: WorkflowOptions<In, Out, Result>) => WorkflowDefinition<SchemaInput<In>, Out extends Schema<unknown, unknown> ? SchemaOutput<Out> : Awaited<Result>>;
    /** Creates an execution; it is taken up by this process or by the next tick. */
    readonly start: <Input, Output>(workflow: WorkflowDefinition<Input, Output>, ...[input, options]: InputArguments<Input, StartOptions>) => Promise<ExecutionHandle<Output>>;
    readonly cancel: (id: string, reason?: string) => Promise<ExecutionView>;
    readonly resume: (id: string) => Promise<ExecutionView>;
    readonly restart: (id: string) => Promise<ExecutionView>;
    /** Holds it until `resume`. */
    readonly pause: (id: string, options?: ActOptions) => Promise<ExecutionView>;
    /** Ends its sleep, or its wait before the next attempt, now. */
    readonly wake: (id: string, options?: ActOptions & {
        readonly step?: string;
    }) => Promise<ExecutionView>;
    /** Another try of a failed one, in place, from the step that failed. */
    readonly retry: (id: string, options?: ActOptions) => Promise<ExecutionView>;
    /** Settles a step by hand. */
    readonly resolve: (id: string, step: string, settlement: Settlement, options?: ActOptions) => Promise<ExecutionView>;
    /** A new execution that keeps what came before a step. */
    readonly fork: (id: string, options?: ForkOptions) => Promise<ExecutionView>;
    /** A new execution of the same workflow and input. */
    readonly rerun: (id: string, options?: ActOptions & {
        readonly id?: string;
    }) => Promise<ExecutionView>;
    /** Approvals that are waited for. */
    readonly inbox: (filter?: Pick<ListFilter, "workflow" | "limit">) => Promise<readonly ApprovalView[]>;
    /** Says yes or no to an approval. */
    readonly decide: (id: string, decision: ApprovalDecision, options?: ActOptions) => Promise<DecidedView>;
    readonly sendEvent: (id: string, name: string, payload?: unknown, options?: SendOptions) => Promise<Disposition>;
    readonly getStatus: (id: string) => Promise<ExecutionView>;
    readonly history: (id: string) => Promise<HistoryView>;
    readonly list: (filter?: ListFilter) => Promise<readonly ExecutionView[]>;
};

interface Place2 {
    readonly cwd: string;
    /** The project's folder. Default: the nearest one above `cwd`. */
    readonly dir?: string;
    /** The database file. Default: `.wf.db` in the project's folder. */
    readonly db?: string;
}

interface OpenOptions extends Partial<Place2> {
    readonly role?: WorkerRole;
    /** Make the database if there is none. Default true. */
    readonly create?: boolean;
    /** `normal` gives up the last commits on a power loss for speed; never on a crash of the process. Default: the project's, `full`. */
    readonly durability?: "full" | "normal";
    /** Largest stored value, in bytes. Default: the project's, 1 MiB. */
    readonly maxValueBytes?: number;
    /** Read the project's `wf.config.ts` and the variables `WF_*`. Default true. */
    readonly config?: boolean;
}

/**
 * An engine over a project's database, for programs. Binds it to the calls of `Workflow`. What the options say goes before the project's
 * settings.
 *
 * @throws ValidationError CONFIG_INVALID when `wf.config.ts` or a variable `WF_*` is not right
 */
declare const openEngine: (options?: OpenOptions) => Promise<Client>;

/** The pass has parked: every promise it still holds never settles, and whatever its code does later changes nothing. */
interface SleepInterrupt {
    readonly type: "parked";
    /** The durable waits it was left in. */
    readonly waits: readonly StepIdentity[];
}

interface ConnectionOptions {
    /** Make the file if there is none. */
    readonly create: boolean;
    /** `normal` may lose the last commits at a power loss, so that steps run twice. Default `full`. */
    readonly durability?: Durability;
    readonly host: StoreHost;
    /** Default: the newest. */
    readonly schema?: Schema2;
}

type Attempted<T> = {
    readonly done: true;
    readonly value: T;
} | {
    readonly done: false;
};

declare class DatabaseConnection implements Queries {
    #private;
    readonly path: string;
    /** The schema it was found with, before migrations; 0 for a new file. */
    foundSchema: number;
    /** Waits for processes that are creating or migrating the file, and brings it to the newest schema. */
    static open(file: string, options: ConnectionOptions): Promise<Result<DatabaseConnection, WfliteError>>;
    private constructor();
    query<Row>(sql: string): Query<Row>;
    /** Any number of statements at once, without parameters. */
    exec(sql: string): void;
    /**
     * One try, without waiting. `done` is false when another process holds the lock; nothing has happened then.
     *
     * @throws UncertainCommit when nobody can know whether it was committed; the next read tells
     */
    tryTransaction<T>(fn: () => T): Attempted<T>;
    tryRead<T>(fn: () => T): Attempted<T>;
    /** Tries until it has the lock. @throws BUSY after a minute */
    transaction<T>(fn: () => T): Promise<T>;
    /** A statement that takes no transaction around it: VACUUM. */
    alone(sql: string): Promise<void>;
    read<T>(fn: () => T): Promise<T>;
    /** Within a transaction: undoes what `fn` has written if it throws, and nothing else. */
    savepoint<T>(fn: () => T): T;
    get inTransaction(): boolean;
    /** Of the current transaction: another number than in the last one if another connection has committed since. */
    epoch(): number;
    /** How long to leave other processes alone before the next write transaction. */
    pauseMs(): number;
    /** Changes whenever another connection has committed. */
    dataVersion(): number;
    close(): void;
}

interface Migration {
    /** The schema version it makes: from 1, without gaps. */
    readonly number: number;
    readonly name: string;
    readonly sql: string;
    /** What SQL alone cannot do, after it and in the same transaction. It knows the tables as they are then, by SQL of its own. */
    readonly run?: (db: Queries) => void;
    /** For a new format of values: its number, and how each text of the one before becomes one of it. */
    readonly state?: {
        readonly version: number;
        readonly upgrade: UpgradeText;
    };
}

type SqlValue = string | number | null;

/** Bytes are bound where a statement names them; no row that is compared or summed holds any. */
type Parameters = Readonly<Record<string, SqlValue | Uint8Array | undefined>>;

/** What can be asked for statements: a connection. */
interface Queries {
    query<Row>(sql: string): Query<Row>;
}

declare class Query<Row> {
    #private;
    constructor(sql: string, statement: Statement);
    all(parameters?: Parameters): readonly Row[];
    get(parameters?: Parameters): Row | undefined;
    run(parameters?: Parameters): number;
    /**
     * By place, as SQLite numbers them, for statements that run once a step or an execution: a look-up for each name would be a tenth of
     * their cost. Gives the number of rows changed.
     */
    runValues(values: readonly SqlValue[]): number;
    finalize(): void;
}

declare class WorkflowRepository {
    #private;
    constructor(db: DatabaseConnection);
    find(name: string): Promise<Result<WorkflowRecord | undefined, WfliteError>>;
    list(): Promise<Result<readonly WorkflowRecord[], WfliteError>>;
    save(workflow: WorkflowRecord): Promise<Result<void, WfliteError>>;
    /** @returns whether there was one */
    delete(name: string): Promise<Result<boolean, WfliteError>>;
}

declare class ExecutionRepository {
    #private;
    constructor(db: DatabaseConnection);
    /** Fails with CORRUPT when its row is damaged. */
    find(id: string): Promise<Result<ExecutionRecord | undefined, WfliteError>>;
    list(filter?: ListFilter): Promise<Result<readonly ExecutionRecord[], WfliteError>>;
    /** Fails with ID_TAKEN when there is one of that id. */
    insert(record: ExecutionRecord): Promise<Result<void, WfliteError>>;
    /** With its steps, events and logs. Fails with USAGE while it is not over. @returns whether there was one */
    delete(id: string): Promise<Result<boolean, WfliteError>>;
}

declare class StepRepository {
    #private;
    constructor(db: DatabaseConnection);
    /** Fails with CORRUPT when its row is damaged. */
    find(executionId: string, step: StepIdentity): Promise<Result<StepRecord | undefined, WfliteError>>;
    /** Completions in their order, then those still open. */
    list(executionId: string): Promise<Result<readonly StepRecord[], WfliteError>>;
    /** Fails with EXECUTION_NOT_FOUND, or with EXECUTION_OWNED while a process is moving the execution. */
    save(executionId: string, step: StepRecord): Promise<Result<void, WfliteError>>;
}

interface Schema2 {
    readonly version: number;
    /** What `fingerprintOf` gives for it. */
    readonly fingerprint: string;
    /** The same of a file with the triggers of `feed-triggers.ts`. Without it such a file is refused. */
    readonly listening?: string;
    readonly migrations: () => Promise<readonly Migration[]>;
}

type Durability = "full" | "normal";

export { ActOptions, Approval, ApprovalDecision, ApprovalView, ApproveOptions, AttemptView, BackfillView, BundleClient, CancelledError, CarryOptions, CatchUp, CheckOptions, CheckReport, CheckVerdict, CheckView, CheckedStepOptions, ChildOptions, Client, ConcurrencyOptions, DatabaseConnection, DecidedView, DecisionView, Disposition, DivergenceError, Duration, EngineOptions, ErrorView, ExecutionHandle, ExecutionRepository, ExecutionResult, ExecutionResultSchema, ExecutionStatus, ExecutionStatusSchema, ExecutionView, ExportOptions, ExportView, FlowKey, ForkOptions, HistoryView, ImportOptions, ImportView, InputArguments, LeaseLostError, ListFilter, Log, LogView, MapOptions, NextCall, OnLimit, OpenOptions, OperationClient, Overlap, OverviewView, PanicConfig, PanicConfigSchema, PanicError, PanicView, PostgresDatabase, PreviewView, PruneOptions, PruneView, RaceResult, Racer, RateLimitOptions, Reason, Result, RetentionClient, RetryAfterError, RetryConfig, RetryConfigSchema, ScheduleClient, ScheduleConfig, ScheduleView, Secret, SendOptions, Settlement, ShellCall, ShellError, ShellOptions, ShellResult, ShellSettings, ShellTemplate, ShellValue, ShellWord, SleepInterrupt, SlotView, SourceClient, SqliteDatabase, StartOptions, Startable, StartedChild, StateCorruptionError, StateManager, StepContext, StepKind, StepOptions, StepRepository, StepResult, StepResultSchema, StepStatus, StepStatusSchema, StepView, TickOptions, TickView, TimeoutError, TransactionCall, TransactionOptions, ValidationError, Verification, VerifyAnswer, WaitForEventOptions, WfliteConfig, WfliteError, WhyView, Workflow, WorkflowContext, WorkflowContextSchema, WorkflowDefinition, WorkflowDefinitionSchema, WorkflowEngine, WorkflowError, WorkflowError as NonRetryableError, WorkflowEvent, WorkflowOptions, WorkflowRepository, WorkflowView, bindClient, defineConfig, defineWorkflow, err, isPanicError, isSecret, ok, openEngine, secret, secretOf, unwrap };
