/**
 * The port of the engine to what is durable, on one SQLite file.
 *
 * Every write goes through the committer's one queue, so that writes of one turn share a transaction and none overtakes another. Every read
 * sees one moment of the database.
 */
import type {
  CancelRequest,
  Claimed,
  ClaimOneQuery,
  ClaimQuery,
  ClaimResult,
  KnownWorkflow,
  Creation,
  OwnerWrite,
  PendingEvent,
  Settle,
  Store,
  StoredHistory,
  StoreHost,
  VerifyPage,
} from "../engine/store.ts";
import type { Place } from "../engine/store/places.ts";
import type { ListFilter } from "../model/client.ts";
import type {
  EventKind,
  EventRecord,
  ExecutionRecord,
  LogRecord,
  MigrationRecord,
  WorkerRecord,
  WorkflowRecord,
} from "../model/records.ts";
import { invariant } from "../model/errors.ts";
import { unwrap } from "../model/result.ts";
import type { ExecutionStatus } from "../model/status.ts";
import { Beside } from "./beside.ts";
import { requestCancel } from "./cancel.ts";
import { Claims } from "./claims.ts";
import { Committer } from "./committer.ts";
import { DatabaseConnection } from "./connection.ts";
import { createExecution, type CreateOptions } from "./create.ts";
import { type Delivery, deliverEvent } from "./deliver.ts";
import { familiesOf, type FamilyName } from "./families.ts";
import type { FamilyParts } from "./family.ts";
import type { Fences } from "./fences.ts";
import { historyOf } from "./history.ts";
import { removeWorker } from "./leave.ts";
import { countExecutions, listExecutions } from "./list.ts";
import { placeOf } from "./places.ts";
import { type RecoveryHost, recoveryHost } from "./recover.ts";
import type { Durability } from "./settings.ts";
import { pendingEvents } from "./tables/events.ts";
import { cancelRequests, findExecution, findLease, isCancelRequested, markDamaged } from "./tables/executions.ts";
import { idsStartingWith, latestId } from "./tables/execution-lookups.ts";
import { addLog, listLogs } from "./tables/logs.ts";
import { getMetaInstant, setMeta } from "./tables/meta.ts";
import { listMigrations } from "./tables/migrations.ts";
import { findWorker, listWorkers, markWorkerSeen, saveWorker } from "./tables/workers.ts";
import { knownWorkflow, saveWorkflow } from "./tables/workflows.ts";
import { nextDueAt } from "./next-wake.ts";
import { OwnerSubmission, type SubmissionParts } from "./submission.ts";
import { soundExecution } from "./transition.ts";
import { explained } from "./unusable.ts";
import { verifyPage } from "./verify.ts";

export interface SqliteStoreOptions {
  readonly file: string;
  readonly host: StoreHost;
  /** Make the file if there is none. */
  readonly create: boolean;
  /** Default `full`. */
  readonly durability?: Durability;
}

/** @throws DB_UNUSABLE when the file cannot be used, with what to do about it; BUSY when another process locks it for a minute */
export async function openSqliteStore({ file, ...options }: SqliteStoreOptions): Promise<Store> {
  const store = new SqliteStore(unwrap(await DatabaseConnection.open(file, options)), options.host);
  return Object.assign(store, familiesOf(store.parts()));
}

/** Whoever owns anything has claimed it, and that has loaded the codec. */
const notLoaded = (): string => invariant(false, "an owner ends others before it has claimed anything") as never;

class SqliteStore implements Omit<Store, FamilyName> {
  readonly #db: DatabaseConnection;
  readonly #host: StoreHost;
  readonly #beside: Beside;
  readonly #committer: Committer;
  readonly #submission: SubmissionParts;
  readonly #claims: Claims;
  readonly #unmarkable: RecoveryHost["unmarkable"] = new Set();
  /** How often this process has written what an owner has to hear of. */
  #told = 0;
  readonly #tellOwners = (): void => void this.#told++;
  #recovery: Promise<RecoveryHost> | undefined;

  constructor(db: DatabaseConnection, host: StoreHost) {
    this.#db = db;
    this.#host = host;
    this.#beside = new Beside(db.path, host);
    this.#committer = new Committer(db, host);
    this.#claims = new Claims({ ...this.parts(), unmarkable: this.#unmarkable, recoveryHost: () => this.#recoveryHost() });
    this.#submission = {
      db,
      host: recoveryHost(host, { encodeError: notLoaded, unmarkable: this.#unmarkable, tellOwners: this.#tellOwners }),
      damaged: (error, id) => this.#markIfDamaged(error, id),
    };
  }

  parts(): FamilyParts {
    const change: FamilyParts["change"] = (id, run, isStored) => this.#change(id, run, isStored);
    const alone = (sql: string): Promise<void> => this.#db.alone(sql);
    const read: FamilyParts["read"] = (fn) => this.#db.read(fn);
    return { db: this.#db, host: this.#host, beside: this.#beside, tellOwners: this.#tellOwners, read, alone, change };
  }

  submit(write: OwnerWrite, settle: Settle): void {
    this.#committer.add(new OwnerSubmission(this.#submission, write, settle));
  }

  async registerWorker(worker: WorkerRecord): Promise<void> {
    await this.#recoveryHost();
    return this.#run(() => saveWorker(this.#db, worker));
  }

  heartbeat(workerId: string, now: number, bootMs: number): Promise<void> {
    return this.#run(() => markWorkerSeen(this.#db, workerId, now, bootMs));
  }

  removeWorker(workerId: string, now: number): Promise<void> {
    return this.#change(undefined, () => removeWorker(this.#db, workerId, now));
  }

  workers(): Promise<readonly WorkerRecord[]> {
    return this.#db.read(() => listWorkers(this.#db));
  }

  async create(execution: ExecutionRecord, options: CreateOptions): Promise<Creation> {
    const isStored = ({ created }: Creation): boolean | undefined =>
      created ? findExecution(this.#db, execution.id)?.record.createdAt === execution.createdAt : undefined;
    const mayEnd = (options.limits?.concurrency?.onLimit ?? "queue") !== "queue" || options.replace === true;
    const host = mayEnd || options.claimFor !== undefined ? await this.#recoveryHost() : this.#host;
    return this.#change(execution.id, (fences) => createExecution(this.#db, execution, options, { host, fences }), isStored);
  }

  claimDue(query: ClaimQuery): Promise<ClaimResult> {
    return this.#claims.due(query);
  }

  claimOne(id: string, query: ClaimOneQuery): Promise<Claimed | undefined> {
    return this.#claims.one(id, query);
  }

  cancelRequests(workerId: string): Promise<ReadonlyMap<string, CancelRequest>> {
    return this.#db.read(() => cancelRequests(this.#db, workerId));
  }

  async requestCancel(id: string, request: CancelRequest): Promise<ExecutionRecord | undefined> {
    const host = await this.#recoveryHost();
    return this.#change(undefined, () => requestCancel(this.#db, { id, request }, host));
  }

  addEvent(executionId: string, event: EventRecord): Promise<Delivery> {
    return this.#change(executionId, () => deliverEvent(this.#db, executionId, event, this.#host.now()));
  }

  pendingEvents(executionId: string, name: string, kind: EventKind = "event"): Promise<readonly PendingEvent[]> {
    return this.#db.read(() => pendingEvents(this.#db, executionId, { name, kind }));
  }

  addLog(executionId: string, entry: LogRecord): Promise<void> {
    return this.#run(() => {
      if (findLease(this.#db, executionId) !== undefined) addLog(this.#db, executionId, entry);
    });
  }

  execution(id: string): Promise<ExecutionRecord | undefined> {
    return this.#db.read(() => soundExecution(this.#db, id)?.record);
  }

  idsStartingWith(prefix: string, limit: number): Promise<readonly string[]> {
    return this.#db.read(() => idsStartingWith(this.#db, prefix, limit));
  }

  latestId(): Promise<string | undefined> {
    return this.#db.read(() => latestId(this.#db));
  }

  list(filter: ListFilter & { readonly limit: number }): Promise<readonly ExecutionRecord[]> {
    return this.#db.read(() => listExecutions(this.#db, filter));
  }

  counts(filter: Omit<ListFilter, "limit">): Promise<Readonly<Record<ExecutionStatus, number>>> {
    return this.#db.read(() => countExecutions(this.#db, filter));
  }

  history(id: string): Promise<StoredHistory | undefined> {
    return this.#db.read(() => historyOf(this.#db, id));
  }

  verify(after: string, limit: number): Promise<VerifyPage> {
    return this.#db.read(() => verifyPage(this.#db, after, limit));
  }

  migrations(): Promise<readonly MigrationRecord[]> {
    return this.#db.read(() => listMigrations(this.#db));
  }

  logs(id: string, after: number, limit: number): Promise<readonly (LogRecord & { readonly cursor: number })[]> {
    return this.#db.read(() => listLogs(this.#db, id, { after, limit }));
  }

  place(id: string): Promise<Place | undefined> {
    return this.#db.read(() => placeOf(this.#db, id));
  }

  ownerOf(id: string): Promise<WorkerRecord | undefined> {
    return this.#db.read(() => {
      const owner = findLease(this.#db, id)?.owner;
      return typeof owner === "string" ? findWorker(this.#db, owner) : undefined;
    });
  }

  isCancelRequested(id: string): Promise<boolean> {
    return this.#db.read(() => isCancelRequested(this.#db, id));
  }

  nextWakeAt(): Promise<number | null> {
    return this.#db.read(() => nextDueAt(this.#db));
  }

  recordTick(now: number): Promise<void> {
    return this.#run(() => setMeta(this.#db, "last_tick_at", String(now)));
  }

  lastTickAt(): Promise<number | null> {
    return this.#db.read(() => getMetaInstant(this.#db, "last_tick_at"));
  }

  saveWorkflow(workflow: WorkflowRecord): Promise<void> {
    return this.#run(() => saveWorkflow(this.#db, workflow));
  }

  workflow(name: string): Promise<KnownWorkflow | undefined> {
    return this.#db.read(() => knownWorkflow(this.#db, name));
  }

  dataVersion(): number {
    return this.#db.dataVersion() + this.#told;
  }

  async close(): Promise<void> {
    await this.#committer.close();
    await this.#beside.close();
    this.#db.close();
  }

  /** A write that may move a lease: what is known of it is looked up again. Without an id it may be any. */
  #change<T>(executionId: string | undefined, run: (fences: Fences) => T, isStored?: (value: T) => boolean | undefined): Promise<T> {
    const write = (fences: Fences): T => {
      if (executionId === undefined) fences.forgetAll();
      else fences.forget(executionId);
      return run(fences);
    };
    return this.#run(write, isStored);
  }

  async #run<T>(write: (fences: Fences) => T, isStored?: (value: T) => boolean | undefined): Promise<T> {
    try {
      return await this.#committer.run(write, isStored);
    } catch (error) {
      throw explained(error, this.#db.path);
    }
  }

  /** The codec is loaded on first need. */
  #recoveryHost(): Promise<RecoveryHost> {
    this.#recovery ??= import("../model/codec/error.ts").then(({ encodeError }) => {
      this.#submission.host = recoveryHost(this.#host, { encodeError, unmarkable: this.#unmarkable, tellOwners: this.#tellOwners });
      return this.#submission.host;
    });
    return this.#recovery;
  }

  /** An owner that cannot write to a damaged execution cannot let go of it either. Marked, nobody owns it. */
  #markIfDamaged(error: Error, executionId: string): void {
    if ((error as { code?: unknown }).code !== "CORRUPT") return;
    const run = (fences: Fences): void => {
      fences.forget(executionId);
      markDamaged(this.#db, executionId, this.#host.now());
    };
    this.#committer.add({ run, settle: () => {} });
  }
}
