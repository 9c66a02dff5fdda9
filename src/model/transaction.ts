/**
 * `ctx.transaction`: which databases it takes, and what its function is given.
 *
 * Databases are shapes here, not classes: no driver is loaded for a type, and an object is what it can do.
 */
import type { Duration, RetryConfig } from "./config.ts";

/** A `Database` of `bun:sqlite`. */
export interface SqliteDatabase {
  readonly filename: string;
  readonly inTransaction: boolean;
  run(sql: string): unknown;
  query(sql: string): SqliteStatement;
}

export interface SqliteStatement {
  get(...params: string[]): unknown;
  run(...params: string[]): unknown;
}

/** The client of a PostgreSQL server: an `SQL` of Bun, whose pool gives the transaction a connection of its own. */
export interface PostgresDatabase extends PostgresQueries {
  readonly options: { readonly adapter?: string | undefined };
  begin(fn: (tx: PostgresQueries) => unknown): Promise<unknown>;
}

export interface PostgresQueries {
  unsafe(sql: string, params?: unknown[]): PromiseLike<unknown>;
}

/** What the function is given for such a client: with `SQL` of Bun, its `TransactionSQL`. */
export type PostgresTransactionOf<Db> = Db extends { begin(options: string, fn: (tx: infer Tx) => unknown): unknown } ? Tx : never;

/** A SQLite transaction holds its connection and ends in the turn in which it began, so its function cannot wait for a promise. */
export type NoPromise<T> = T extends PromiseLike<unknown> ? never : T;

export interface TransactionOptions {
  /** Overrides the workflow's `retry`, field by field. */
  readonly retry?: RetryConfig;
  /** Limit of one attempt. What has not begun to commit by then never will. Default: none. */
  readonly timeout?: Duration;
  /** Identifies the step instead of its place among calls of the same name; for calls in loops over changing data. */
  readonly key?: string | number;
  /** When all attempts have failed: throw the error into the workflow, or pause the execution until a person resumes it. Default `fail`. */
  readonly onExhausted?: "fail" | "pause";
}

export interface TransactionCall {
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
  <Db extends PostgresDatabase, T>(
    name: string,
    db: Db,
    fn: (tx: PostgresTransactionOf<Db>) => T | Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
  /** The same for a SQLite database: `tx` is `db`, inside a transaction, and `fn` may not be async. */
  <Db extends SqliteDatabase, T>(name: string, db: Db, fn: (tx: Db) => NoPromise<T>, options?: TransactionOptions): Promise<T>;
}

/** What carries one attempt out, whatever the database. */
export type Transact = (
  db: unknown,
  /** Of the step: one and the same for all its attempts, and no other's. */
  key: string,
  fn: (tx: never) => unknown,
  limits: TransactLimits,
) => Promise<unknown>;

export interface TransactLimits {
  /** Largest result, in bytes of its text. */
  readonly maxValueBytes: number;
  /** Once it is aborted, no commit begins. */
  readonly signal?: AbortSignal | undefined;
}
