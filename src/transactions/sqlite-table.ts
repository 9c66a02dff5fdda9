/**
 * The table `wflite_transactions` in a SQLite database: for each transaction that has committed, what it gave.
 *
 * It is made in the transaction that first needs it.
 */
import { fail } from "../model/errors.ts";
import type { SqliteDatabase } from "../model/transaction.ts";

const TABLE = `
  CREATE TABLE main.wflite_transactions (
    key          TEXT NOT NULL PRIMARY KEY,
    output       TEXT NOT NULL,
    committed_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
  ) WITHOUT ROWID`;

const FIND = "SELECT output FROM main.wflite_transactions WHERE key = ?1";

const KEEP = "INSERT INTO main.wflite_transactions (key, output) VALUES (?1, ?2)";

/** What the transaction of that key gave, if it has committed. */
export const findOutput = (db: SqliteDatabase, key: string): string | undefined => {
  try {
    const row = db.query(FIND).get(key) as { readonly output: string } | null;
    return row?.output;
  } catch (error) {
    if (hasTable(db)) throw error;
    create(db);
    return undefined;
  }
};

export const keepOutput = (db: SqliteDatabase, key: string, output: string): void => void db.query(KEEP).run(key, output);

const hasTable = (db: SqliteDatabase): boolean =>
  db.query("SELECT 1 AS found FROM main.sqlite_schema WHERE name = 'wflite_transactions'").get() !== null;

const create = (db: SqliteDatabase): void => {
  assertNotOurs(db);
  try {
    db.run(TABLE);
  } catch (error) {
    throw fail("TRANSACTION_TABLE", { problem: (error as Error).message }, error);
  }
};

/** "wflt", which marks the file that holds the executions themselves; `src/sqlite/settings.ts` sets it. */
const APPLICATION_ID = 0x77_66_6c_74;

/** That file is refused by wf once it holds a foreign table. */
const assertNotOurs = (db: SqliteDatabase): void => {
  const row = db.query("PRAGMA main.application_id").get() as { readonly application_id: unknown };
  if (Number(row.application_id) !== APPLICATION_ID) return;
  throw fail("TRANSACTION_REFUSED", {
    problem: `${db.filename} is where wf keeps its executions, which it would not open again with a table that is not its own`,
    next: "Keep your own data in a database of its own.",
  });
};
