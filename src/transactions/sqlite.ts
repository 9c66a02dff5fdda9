/**
 * A transaction in the user's SQLite database.
 *
 * All of an attempt happens in one turn of the event loop, from BEGIN IMMEDIATE to COMMIT: the connection belongs to the user's other code
 * again before that can run. Only the wait for another connection's lock is outside, and holds nothing.
 */
import { fail } from "../model/errors.ts";
import type { SqliteDatabase } from "../model/transaction.ts";
import { type Asked, encodeResult, endedByFunction, pause } from "./asked.ts";
import { withSettings } from "./sqlite-settings.ts";
import { findOutput, keepOutput } from "./sqlite-table.ts";

/** Uniform: a growing wait would favour whoever came last. In ms. */
const MAX_JITTER_MS = 5;

/** A writer that holds the lock so long is stopped or hung; whoever waits for it should be told. In ms. */
const BUSY_LIMIT_MS = 60_000;

/** @returns the output's text: of this attempt, or of the one that has committed before */
export const transactSqlite = async (db: SqliteDatabase, asked: Asked): Promise<string> => {
  assertSynchronous(asked.fn);
  const { clock } = asked.host;
  const startedAt = clock.monotonic();
  for (;;) {
    asked.signal?.throwIfAborted();
    const output = attempt(db, asked);
    if (typeof output === "string") return output;
    const waitedMs = clock.monotonic() - startedAt;
    if (waitedMs >= BUSY_LIMIT_MS) throw fail("BUSY", { file: db.filename, waitedMs }, output.busy);
    await pause(asked, MAX_JITTER_MS);
  }
};

/** Another connection had the lock, and nothing is left of the attempt. */
interface Locked {
  readonly busy: unknown;
}

const attempt = (db: SqliteDatabase, asked: Asked): string | Locked => {
  if (db.inTransaction) throw fail("TRANSACTION_OPEN", { file: db.filename });
  return withSettings(db, () => {
    const refusal = triedBy(() => db.run("BEGIN IMMEDIATE"));
    if (refusal !== undefined) return refusal;
    try {
      const output = findOutput(db, asked.key) ?? runFunction(db, asked);
      // With a rollback journal it can be refused while another connection reads.
      return triedBy(() => db.run("COMMIT")) ?? output;
    } finally {
      if (db.inTransaction) db.run("ROLLBACK");
    }
  });
};

const triedBy = (run: () => unknown): Locked | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    if (isBusy(error)) return { busy: error };
    throw error;
  }
};

const SQLITE_BUSY = 5;

const isBusy = (error: unknown): boolean => {
  const { name, errno } = error as { name?: unknown; errno?: unknown };
  return name === "SQLiteError" && typeof errno === "number" && (errno & 0xff) === SQLITE_BUSY;
};

/** The savepoint is gone when the function has ended the transaction, even if it has begun another. */
const runFunction = (db: SqliteDatabase, asked: Asked): string => {
  db.run("SAVEPOINT wflite_transaction");
  const value = asked.fn(db as never);
  if (isThenable(value)) {
    // What becomes of it concerns nobody: the attempt has failed already.
    value.then(undefined, () => {});
    throw isAsync();
  }
  try {
    db.run("RELEASE wflite_transaction");
  } catch (error) {
    throw endedByFunction(error);
  }
  const output = encodeResult(value, asked);
  keepOutput(db, asked.key, output);
  return output;
};

/** Not even begun: what it does after its first wait would be committed outside of any transaction. */
const assertSynchronous = (fn: unknown): void => {
  if (Object.prototype.toString.call(fn) === "[object AsyncFunction]") throw isAsync();
};

const isAsync = (): Error =>
  fail("TRANSACTION_REFUSED", {
    problem: "its function is async, and a SQLite transaction ends in the turn in which it began",
    next: "Read and write without `await`; do what takes time in a step before it.",
  });

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
