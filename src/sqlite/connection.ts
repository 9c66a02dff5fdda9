/**
 * A connection to `.wf.db`: opening, transactions, reads, closing.
 *
 * What callers may rely on:
 *   1. A write transaction is BEGIN IMMEDIATE and synchronous; a read sees one moment of the database.
 *   2. Before each of them the path still leads to the file that was opened; else DB_UNUSABLE, and nothing is written.
 *   3. A transaction finds the schema it was opened with: a database that a newer wf has migrated meanwhile is left alone.
 *   4. A lock of another process is waited for without holding the event loop, at most a minute, then BUSY.
 *   5. After a COMMIT whose outcome is unknown the next access is through a fresh handle, and what it reads is what is there.
 */
import type { StoreHost } from "../engine/store.ts";
import { fail, WfliteError } from "../model/errors.ts";
import { err, ok, type Result } from "../model/result.ts";
import { Courtesy } from "./courtesy.ts";
import { type FileIdentity, isSameFile } from "./file-checks.ts";
import { schemaObjects } from "./fingerprint.ts";
import { Handle, UncertainCommit } from "./handle.ts";
import { openFile } from "./open-file.ts";
import type { Queries, Query } from "./query.ts";
import { pause, whileBusy } from "./retry-busy.ts";
import { SCHEMA, type Schema } from "./schema.ts";
import { assertOlderSchema, assertSchema, bringUpToDate } from "./schema-setup.ts";
import type { Durability } from "./settings.ts";
import { isBusy } from "./sqlite-errors.ts";
import { explained, translated, unusable } from "./unusable.ts";

export interface ConnectionOptions {
  /** Make the file if there is none. */
  readonly create: boolean;
  /** `normal` may lose the last commits at a power loss, so that steps run twice. Default `full`. */
  readonly durability?: Durability;
  readonly host: StoreHost;
  /** Default: the newest. */
  readonly schema?: Schema;
}

export type Attempted<T> = { readonly done: true; readonly value: T } | { readonly done: false };

/** A disk that has failed so often in a row will fail again, and every try wears on it. */
const MAX_UNCERTAIN_COMMITS = 3;

const REPLACED = {
  problem: "it was removed or replaced while in use",
  next: "Put the file back, or start again; what was not stored yet is done again.",
};

export class DatabaseConnection implements Queries {
  readonly path: string;
  /** The schema it was found with, before migrations; 0 for a new file. */
  foundSchema = 0;
  readonly #options: ConnectionOptions;
  readonly #schema: Schema;
  readonly #identity: FileIdentity;
  readonly #courtesy = new Courtesy();
  /** Undefined after closing, and after a failure until the next access. */
  #handle: Handle | undefined;
  #isClosed = false;
  #isReady = false;
  /** When the schema was last seen to be ours. */
  #verifiedEpoch: number | undefined;
  #uncertainCommits = 0;
  #versionBase = 0;
  #lastVersion = 0;

  /** Waits for processes that are creating or migrating the file, and brings it to the newest schema. */
  static async open(file: string, options: ConnectionOptions): Promise<Result<DatabaseConnection, WfliteError>> {
    let connection: DatabaseConnection | undefined;
    try {
      connection = new DatabaseConnection(await whileBusy(options.host, file, () => openHandle(file, options)), options);
      await connection.#prepare();
      return ok(connection);
    } catch (thrown) {
      connection?.close();
      const error = explained(thrown, file);
      if (error instanceof WfliteError) return err(error);
      throw error;
    }
  }

  private constructor(handle: Handle, options: ConnectionOptions) {
    this.path = handle.path;
    this.#identity = handle.identity;
    this.#handle = handle;
    this.#options = options;
    this.#schema = options.schema ?? SCHEMA;
  }

  query<Row>(sql: string): Query<Row> {
    return this.#current().query<Row>(sql);
  }

  /** Any number of statements at once, without parameters. */
  exec(sql: string): void {
    this.#current().exec(sql);
  }

  /**
   * One try, without waiting. `done` is false when another process holds the lock; nothing has happened then.
   *
   * @throws UncertainCommit when nobody can know whether it was committed; the next read tells
   */
  tryTransaction<T>(fn: () => T): Attempted<T> {
    return this.#try(() => this.#write(fn));
  }

  tryRead<T>(fn: () => T): Attempted<T> {
    return this.#try(() => this.#usable().transaction("BEGIN", fn));
  }

  /** Tries until it has the lock. @throws BUSY after a minute */
  async transaction<T>(fn: () => T): Promise<T> {
    const { host } = this.#options;
    const pauseMs = this.pauseMs();
    if (pauseMs > 0) await pause(host, pauseMs);
    try {
      return await whileBusy(host, this.path, () => this.#write(fn));
    } catch (error) {
      throw translated(error instanceof UncertainCommit ? error.cause : error, this.path);
    }
  }

  /** A statement that takes no transaction around it: VACUUM. */
  async alone(sql: string): Promise<void> {
    try {
      await whileBusy(this.#options.host, this.path, () => this.#usable().exec(sql));
    } catch (error) {
      throw translated(error, this.path);
    }
  }

  async read<T>(fn: () => T): Promise<T> {
    try {
      return await whileBusy(this.#options.host, this.path, () => this.#usable().transaction("BEGIN", fn));
    } catch (error) {
      throw translated(error, this.path);
    }
  }

  /** Within a transaction: undoes what `fn` has written if it throws, and nothing else. */
  savepoint<T>(fn: () => T): T {
    return this.#current().savepoint(fn);
  }

  get inTransaction(): boolean {
    return this.#handle?.database.inTransaction === true;
  }

  /** Of the current transaction: another number than in the last one if another connection has committed since. */
  epoch(): number {
    return this.#versionBase + this.#lastVersion;
  }

  /** How long to leave other processes alone before the next write transaction. */
  pauseMs(): number {
    return this.#courtesy.pauseMs(this.#options.host.now());
  }

  /** Changes whenever another connection has committed. */
  dataVersion(): number {
    try {
      if (this.#handle !== undefined) this.#lastVersion = this.#handle.dataVersion();
    } catch (error) {
      // Whoever locks the file is about to change it; the next look will tell.
      if (!isBusy(error)) throw translated(error, this.path);
    }
    return this.#versionBase + this.#lastVersion;
  }

  close(): void {
    this.#isClosed = true;
    const handle = this.#handle;
    this.#handle = undefined;
    if (handle === undefined) return;
    try {
      // First without the write lock, which the second holds: others wait for what is left alone.
      handle.exec("PRAGMA wal_checkpoint(PASSIVE)");
      handle.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // Only tidying: what is in the WAL is as durable there.
    }
    handle.close();
  }

  async #prepare(): Promise<void> {
    const { host } = this.#options;
    // In one moment: another process may be migrating it.
    const look = () => ({ version: this.#current().schemaVersion(), found: schemaObjects(this.#current().database) });
    const { version, found } = await this.read(look);
    this.foundSchema = version;
    if (version > 0 && version < this.#schema.version) await assertOlderSchema(found, this.path, this.#schema, version);
    const isUpToDate = version >= this.#schema.version;
    if (!isUpToDate) await bringUpToDate(this, this.#schema, { now: host.now(), unique: String(host.self.pid) });
    await assertSchema(isUpToDate ? found : (await this.read(look)).found, this.path, this.#schema);
    this.#isReady = true;
  }

  #try<T>(access: () => T): Attempted<T> {
    try {
      return { done: true, value: access() };
    } catch (error) {
      if (isBusy(error)) return { done: false };
      throw translated(error, this.path);
    }
  }

  #write<T>(fn: () => T): T {
    const handle = this.#usable();
    try {
      const value = handle.transaction("BEGIN IMMEDIATE", () => {
        this.#noticeOthers(handle);
        return fn();
      });
      this.#uncertainCommits = 0;
      return value;
    } catch (error) {
      if (error instanceof UncertainCommit) {
        this.#uncertainCommits++;
        this.#drop(handle);
      }
      throw error;
    }
  }

  /** Inside the transaction, since only there nobody can migrate in between. */
  #noticeOthers(handle: Handle): void {
    this.#lastVersion = handle.dataVersion();
    const epoch = this.epoch();
    this.#courtesy.observe(epoch, this.#options.host.now());
    if (!this.#isReady || epoch === this.#verifiedEpoch) return;
    if (handle.schemaVersion() !== this.#schema.version) {
      throw unusable(this.path, { problem: "a newer wf has migrated it meanwhile", next: "Start again, with the newer wf." });
    }
    this.#verifiedEpoch = epoch;
  }

  /** For use within a transaction or read, where all has been checked. */
  #current(): Handle {
    if (this.#handle === undefined) throw fail("CLOSED", { what: this.path });
    return this.#handle;
  }

  /** A handle that is known to reach the file everybody else sees. */
  #usable(): Handle {
    if (this.#isClosed) throw fail("CLOSED", { what: this.path });
    if (this.#uncertainCommits >= MAX_UNCERTAIN_COMMITS) {
      const problem = `writing to it has failed ${MAX_UNCERTAIN_COMMITS} times in a row`;
      throw unusable(this.path, { problem, next: "Check the disk, then start again." });
    }
    if (this.#handle?.isReplaced() === true) throw unusable(this.path, REPLACED);
    if (this.#handle?.isWalReplaced(this.#options.host.now()) === true) this.#drop(this.#handle);
    this.#handle ??= this.#reopened();
    return this.#handle;
  }

  #drop(handle: Handle): void {
    this.#handle = undefined;
    // A new handle counts its versions anew, and whoever compares them shall see a change.
    this.#versionBase += this.#lastVersion + 1;
    this.#lastVersion = 0;
    handle.close();
  }

  /**
   * What the old handle has left in the WAL goes into the file itself first, by new writes and a new fsync: an fsync that has failed once
   * may report success the next time, with the data gone.
   */
  #reopened(): Handle {
    const handle = openHandle(this.path, { ...this.#options, create: false });
    try {
      if (!isSameFile(handle.identity, this.#identity)) throw unusable(this.path, REPLACED);
      handle.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      return handle;
    } catch (error) {
      handle.close();
      throw error;
    }
  }
}

function openHandle(file: string, options: ConnectionOptions): Handle {
  const { create, durability = "full", schema = SCHEMA } = options;
  const opening = openFile(file, { create, durability, newest: schema.version, busyTimeoutMs: 0 });
  if ("problem" in opening) throw unusable(file, opening.problem, opening.cause);
  return new Handle(opening.opened);
}
