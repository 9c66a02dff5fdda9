/**
 * One attempt of `ctx.transaction`: the user's writes and the step's result, in one transaction of the user's own database.
 *
 *     BEGIN ── is there a row for the key? ──yes──► its output is the result; the function is not run
 *                 └──no──► run the function ── insert the row (key, output) ── COMMIT ──► the output is the result
 *
 * What callers may rely on:
 *   1. The function's writes are on disk exactly when the row is: they are one transaction.
 *   2. Of any number of attempts with one key, one commits. All that end well give the result of that one.
 *   3. The result is decoded from the stored text, the first time as well.
 *   4. An attempt that fails has committed nothing, except where nobody can know: then it says so (TRANSACTION_UNKNOWN).
 *   5. The event loop is never held for a lock.
 *
 * So a process may die between the COMMIT and the step's record: the next attempt finds the row.
 */
import { createHash } from "node:crypto";
import { decodeValue } from "../model/codec/decode.ts";
import { fail } from "../model/errors.ts";
import type { PostgresDatabase, SqliteDatabase } from "../model/transaction.ts";
import type { Asked } from "./asked.ts";
import { transactPostgres } from "./postgres.ts";
import { transactSqlite } from "./sqlite.ts";

/**
 * @param key names the step; the same for all its attempts
 * @throws what the function or the database threw, and TRANSACTION_* of the catalogue
 */
export const transact = async (
  db: unknown,
  key: string,
  fn: (tx: never) => unknown,
  options: Omit<Asked, "key" | "fn">,
): Promise<unknown> => {
  const asked: Asked = { ...options, key: shortened(key), fn };
  const output = isSqlite(db) ? await transactSqlite(db, asked) : await transactPostgres(asPostgres(db), asked);
  return decodeValue(output, options.host.cipher);
};

/** PostgreSQL indexes no text beyond 2,704 bytes; keys are ASCII, and those of deep scopes are long. */
const KEY_MAX = 1_000;

const shortened = (key: string): string =>
  key.length <= KEY_MAX ? key : `${key.slice(0, KEY_MAX)}#${createHash("sha256").update(key).digest("hex")}`;

const isSqlite = (db: unknown): db is SqliteDatabase =>
  typeof db === "object" && db !== null && "inTransaction" in db && "query" in db && "run" in db;

/** The clients of Bun are functions. One that is a single connection may be inside a transaction of its user's, and cannot tell. */
const asPostgres = (db: unknown): PostgresDatabase => {
  if (typeof db !== "function" || !("begin" in db && "unsafe" in db && "options" in db))
    throw refused(`it was given ${db === null ? "null" : `a value of type ${typeof db}`} for a database`, GIVE);
  const { adapter = "an unknown database" } = (db as unknown as PostgresDatabase).options;
  if (adapter !== "postgres") throw refused(`it was given an SQL client for ${adapter}`, GIVE);
  if ("release" in db || "savepoint" in db) throw refused("it was given one connection of a client", "Give the client itself.");
  return db as unknown as PostgresDatabase;
};

const GIVE = "It takes a `Database` of bun:sqlite, or an `SQL` of bun for PostgreSQL.";

const refused = (problem: string, next: string): Error => fail("TRANSACTION_REFUSED", { problem, next });
