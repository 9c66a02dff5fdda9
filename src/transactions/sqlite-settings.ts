/**
 * How the user's connection is set while it is ours; afterwards it is as it was.
 *
 *     busy_timeout = 0       a lock is waited for outside, without holding the event loop
 *     synchronous = EXTRA    a commit is on disk when it is reported, also with a rollback journal. The step's record, which follows it,
 *                            must not survive a power loss that the writes do not
 *
 * Neither can be changed inside a transaction, or need be.
 */
import type { SqliteDatabase } from "../model/transaction.ts";

const EXTRA = 3;

export const withSettings = <T>(db: SqliteDatabase, fn: () => T): T => {
  const timeoutMs = numberOf(db.query("PRAGMA busy_timeout").get(), "timeout");
  const synchronous = numberOf(db.query("PRAGMA synchronous").get(), "synchronous");
  if (timeoutMs !== 0) db.run("PRAGMA busy_timeout = 0");
  if (synchronous < EXTRA) db.run(`PRAGMA synchronous = ${EXTRA}`);
  try {
    return fn();
  } finally {
    if (synchronous < EXTRA) db.run(`PRAGMA synchronous = ${synchronous}`);
    if (timeoutMs !== 0) db.run(`PRAGMA busy_timeout = ${timeoutMs}`);
  }
};

/** A connection can be set to give big integers. */
const numberOf = (row: unknown, column: string): number => Number((row as Record<string, unknown>)[column]);
