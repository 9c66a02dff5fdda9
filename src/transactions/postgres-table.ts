/**
 * The table `wflite_transactions` in a PostgreSQL database: for each transaction that has committed, what it gave.
 *
 * It is found by the search path of the user's connection, and made on first use, in the first schema of that path.
 */
import { fail } from "../model/errors.ts";
import type { PostgresQueries } from "../model/transaction.ts";

const TABLE = `
  CREATE TABLE IF NOT EXISTS wflite_transactions (
    key          text        NOT NULL PRIMARY KEY,
    output       text        NOT NULL,
    committed_at timestamptz NOT NULL DEFAULT clock_timestamp()
  )`;

/**
 * Also sees to it that the COMMIT is on disk when it is reported, whatever is the default of the database: the step's record, which follows
 * it, must not survive a crash of the server that the writes do not.
 */
const OPEN = `
  SELECT txid_current()::text AS transaction,
         (SELECT output FROM wflite_transactions WHERE key = $1::text) AS output,
         CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', true) END AS durable`;

/** Nothing is inserted when the transaction that was opened is no longer the one that is open. */
const KEEP = `
  INSERT INTO wflite_transactions (key, output)
  SELECT $1::text, $2::text WHERE txid_current()::text = $3::text
  RETURNING key`;

const FIND = "SELECT output FROM wflite_transactions WHERE key = $1::text";

const OUTCOME = `
  SELECT (SELECT output FROM wflite_transactions WHERE key = $1::text) AS output,
         txid_status($2::text::bigint) AS status`;

export interface OpenRecord {
  /** The server's number of the transaction. */
  readonly transaction: string;
  /** Of an earlier one with the same key. */
  readonly output: string | null;
}

/** The first query of a transaction. */
export const openRecord = async (tx: PostgresQueries, key: string): Promise<OpenRecord> => {
  const [row] = await rows<OpenRecord>(tx, OPEN, [key]);
  return row as OpenRecord;
};

export interface KeptOutput extends OpenRecord {
  readonly key: string;
  readonly output: string;
}

/** @returns false when the transaction was ended meanwhile */
export const keepOutput = async (tx: PostgresQueries, { key, output, transaction }: KeptOutput): Promise<boolean> =>
  (await rows(tx, KEEP, [key, output, transaction])).length === 1;

export const findOutput = async (pool: PostgresQueries, key: string): Promise<string | undefined> => {
  const [row] = await rows<{ output: string }>(pool, FIND, [key]);
  return row?.output;
};

export interface Outcome {
  readonly output: string | null;
  readonly status: "committed" | "aborted" | "in progress" | "no answer" | null;
}

/** An output can be missing beside "committed": then the COMMIT took place while the question was answered. */
export const askOutcome = async (pool: PostgresQueries, key: string, transaction: string): Promise<Outcome> => {
  try {
    const [row] = await rows<Outcome>(pool, OUTCOME, [key, transaction]);
    return row as Outcome;
  } catch {
    return { output: null, status: "no answer" };
  }
};

export const isTableMissing = (error: unknown): boolean =>
  stateOf(error) === "42P01" && (error as Error).message.includes("wflite_transactions");

/** Another connection has made it at the same moment; IF NOT EXISTS does not look so closely. */
const EXISTS = ["23505", "42P07", "42710"];

export const createTable = async (pool: PostgresQueries): Promise<void> => {
  try {
    await pool.unsafe(TABLE);
  } catch (error) {
    const state = stateOf(error);
    if (state !== undefined && EXISTS.includes(state)) return;
    if (state === undefined) throw error; // not from the server, so not about the table
    throw fail("TRANSACTION_TABLE", { problem: (error as Error).message }, error);
  }
};

/** The SQLSTATE that the server has sent; Bun has it under this name. */
const stateOf = (error: unknown): string | undefined => {
  const { errno } = error as { readonly errno?: unknown };
  return typeof errno === "string" ? errno : undefined;
};

const rows = async <Row>(db: PostgresQueries, sql: string, params: string[]): Promise<readonly Row[]> =>
  (await db.unsafe(sql, params)) as readonly Row[];
