/**
 * An open database file: its statements, its transactions, and whether the path still leads to it.
 *
 * What callers may rely on:
 *   1. A transaction runs without a break and is over, committed or rolled back, when the call returns. Its function cannot be
 *      asynchronous: at an `await` other code would write into it.
 *   2. A COMMIT that fails so that nobody can know what is on disk throws `UncertainCommit`.
 *   3. Closing finalizes every statement, so that the file really is closed.
 */
import type { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { invariant } from "../model/invariant.ts";
import { readPragma } from "./content-checks.ts";
import { type FileIdentity, identityOf, isSameFile } from "./file-checks.ts";
import type { OpenedFile } from "./open-file.ts";
import { type Queries, Query } from "./query.ts";
import { isCommitUncertain } from "./sqlite-errors.ts";

/** After this the transaction may or may not be on disk. `cause` is SQLite's own error. */
export class UncertainCommit extends Error {
  override readonly name: string = "UncertainCommit";
  constructor(cause: unknown) {
    super("It is not known whether the last transaction is on disk", { cause });
  }
}

/** How long a WAL that was taken away and made anew may go unnoticed; what is committed meanwhile others would not see. */
const WAL_LOOK_MS = 100;

export class Handle implements Queries {
  readonly database: Database;
  readonly path: string;
  readonly identity: FileIdentity;
  readonly #queries = new Map<string, Query<unknown>>();
  #wal: FileIdentity | undefined;
  #walSeenAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor({ database, path, identity }: OpenedFile) {
    this.database = database;
    this.path = path;
    this.identity = identity;
    this.#wal = identityOf(`${path}-wal`);
  }

  query<Row>(sql: string): Query<Row> {
    let found = this.#queries.get(sql);
    if (found === undefined) {
      found = new Query(sql, this.database.prepare(sql));
      this.#queries.set(sql, found);
    }
    return found as Query<Row>;
  }

  exec(sql: string): void {
    this.database.run(sql);
  }

  transaction<T>(begin: "BEGIN" | "BEGIN IMMEDIATE", fn: () => T): T {
    invariant(!this.database.inTransaction, "a transaction was begun inside another");
    this.query(begin).run();
    let value: T;
    try {
      value = fn();
      invariant(!isThenable(value), "the function of a transaction is asynchronous");
      invariant(this.database.inTransaction, "SQLite ended a transaction by itself, and nobody noticed the error");
    } catch (error) {
      this.#rollback();
      throw error;
    }
    this.#commit();
    return value;
  }

  /** Within a transaction: undoes what `fn` has written if it throws, and nothing else. */
  savepoint<T>(fn: () => T): T {
    this.query("SAVEPOINT one_write").run();
    try {
      const value = fn();
      this.query("RELEASE one_write").run();
      return value;
    } catch (error) {
      // A full disk makes SQLite roll back the whole transaction by itself.
      if (this.database.inTransaction) {
        this.query("ROLLBACK TO one_write").run();
        this.query("RELEASE one_write").run();
      }
      throw error;
    }
  }

  /** Changes when another connection has committed. */
  dataVersion(): number {
    return this.query<{ data_version: number }>("PRAGMA data_version").get()?.data_version ?? 0;
  }

  schemaVersion(): number {
    return readPragma(this.database, "user_version");
  }

  /** A file that was deleted or replaced is still written through this handle, and everything written is lost. */
  isReplaced(): boolean {
    return !isSameFile(identityOf(this.path), this.identity);
  }

  /**
   * Whether the WAL this handle writes is no longer the one beside the file. An older SQLite in another process deletes it when it finds no
   * locks, and our locks are gone once anything in this process has read the file without SQLite.
   *
   * That it is there is asked every time; whether it is the same one only now and then: since Linux 6.13 a file whose times have been
   * looked at gets new ones with the next write, and the fsync after it has to write them too, which makes a commit a third slower
   * (measured: 120 against 160 µs).
   */
  isWalReplaced(now: number): boolean {
    const path = `${this.path}-wal`;
    if (this.#wal !== undefined && !existsSync(path)) return true;
    if (this.#wal !== undefined && Math.abs(now - this.#walSeenAt) < WAL_LOOK_MS) return false;
    this.#walSeenAt = now;
    const wal = identityOf(path);
    this.#wal ??= wal;
    return this.#wal !== undefined && !isSameFile(wal, this.#wal);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
    for (const query of this.#queries.values()) query.finalize();
    this.#queries.clear();
    this.database.close();
  }

  #commit(): void {
    try {
      this.query("COMMIT").run();
    } catch (error) {
      this.#rollback();
      throw isCommitUncertain(error) ? new UncertainCommit(error) : error;
    }
  }

  #rollback(): void {
    if (!this.database.inTransaction) return;
    try {
      this.query("ROLLBACK").run();
    } catch {
      // The error that led here says more; the handle is of no use and its owner will notice at the next BEGIN.
    }
  }
}

const isThenable = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
