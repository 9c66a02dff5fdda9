/**
 * A transaction in the user's PostgreSQL database.
 *
 * Where two attempts with one key run side by side (a process that has lost the execution and does not know it yet), the primary key lets
 * one commit and the other is rolled back whole. So whatever has made an attempt fail, the row is looked for before the failure counts.
 *
 *     begun ──error──► is the row there? ──yes──► its output is the result
 *                          └──no──► the error
 *     COMMIT sent ──error──► the server is asked what has become of that very transaction, until it knows
 */
import type { PostgresDatabase, PostgresQueries } from "../model/transaction.ts";
import { type Asked, encodeResult, endedByFunction } from "./asked.ts";
import { outcomeOf } from "./postgres-outcome.ts";
import { createTable, findOutput, isTableMissing, keepOutput, openRecord } from "./postgres-table.ts";

/** @returns the output's text: of this attempt, or of the one that has committed before */
export const transactPostgres = async (pool: PostgresDatabase, asked: Asked): Promise<string> => {
  try {
    return await attempt(pool, asked);
  } catch (error) {
    if (!isTableMissing(error)) throw error;
  }
  await createTable(pool);
  return attempt(pool, asked);
};

const attempt = async (pool: PostgresDatabase, asked: Asked): Promise<string> => {
  asked.signal?.throwIfAborted();
  let committing = undefined as string | undefined;
  const inside = async (tx: PostgresQueries): Promise<string> => {
    const { transaction, output } = await openRecord(tx, asked.key);
    if (output !== null) return output;
    const text = encodeResult(await asked.fn(tx as never), asked);
    asked.signal?.throwIfAborted();
    if (!(await keepOutput(tx, { key: asked.key, output: text, transaction }))) throw endedByFunction();
    asked.signal?.throwIfAborted();
    committing = transaction;
    return text;
  };
  try {
    return (await pool.begin(inside)) as string;
  } catch (error) {
    if (committing !== undefined) return outcomeOf(pool, asked, { transaction: committing, error });
    const output = await outputOfAnother(pool, asked.key, error);
    if (output === undefined) throw error;
    return output;
  }
};

/** Without a connection there is no answer to wait for: the next attempt begins with the same question. */
const outputOfAnother = async (pool: PostgresDatabase, key: string, error: unknown): Promise<string | undefined> => {
  const { code } = error as { readonly code?: unknown };
  if (typeof code === "string" && code.startsWith("ERR_POSTGRES_CONNECTION")) return undefined;
  return findOutput(pool, key).catch(() => undefined); // the error that led here says more
};
