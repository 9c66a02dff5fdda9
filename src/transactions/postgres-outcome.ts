/**
 * What has become of a transaction whose COMMIT was sent and not answered as it should be.
 *
 * A connection that breaks then leaves it open whether the COMMIT took place; it may even still be under way. The server knows the
 * transaction by its number, and says in the end that it is committed (the row is there) or aborted (the row never will be).
 */
import { fail } from "../model/errors.ts";
import type { PostgresDatabase } from "../model/transaction.ts";
import { type Asked, pause } from "./asked.ts";
import { askOutcome } from "./postgres-table.ts";

/** A server that restarts is back by then; one that is not is the engine's business, which waits longer. In ms. */
const LIMIT_MS = 10_000;

const MAX_PAUSE_MS = 200;

export interface Unanswered {
  /** PostgreSQL's number for it. */
  readonly transaction: string;
  /** What came instead of the answer. */
  readonly error: unknown;
}

/**
 * @returns the output's text, when it has committed
 * @throws the error that came, when it has not; TRANSACTION_UNKNOWN, a panic, when the server gives no answer in time
 */
export const outcomeOf = async (pool: PostgresDatabase, asked: Asked, { transaction, error }: Unanswered): Promise<string> => {
  const { clock } = asked.host;
  const startedAt = clock.monotonic();
  for (;;) {
    const { output, status } = await askOutcome(pool, asked.key, transaction);
    if (output !== null) return output;
    if (status === "aborted") throw error;
    const waitedMs = clock.monotonic() - startedAt;
    if (waitedMs >= LIMIT_MS) throw fail("TRANSACTION_UNKNOWN", { waitedMs }, error);
    await pause(asked, MAX_PAUSE_MS);
  }
};
