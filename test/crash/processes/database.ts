/** What the file itself says, beside all that the engine says of it; and the few changes to it that make an owner look like another. */
import { Database, type SQLQueryBindings } from "bun:sqlite";
import { join } from "node:path";

/** Long enough for any honest writer, short enough to find out that a stopped one holds the lock. */
const LOCK_MS = 250;

export const rows = <Row>(folder: string, sql: string, ...values: readonly SQLQueryBindings[]): readonly Row[] =>
  using(folder, (database) => database.query<Row, SQLQueryBindings[]>(sql).all(...values));

/** False when another process holds the lock. */
export const change = (folder: string, sql: string, ...values: readonly SQLQueryBindings[]): boolean =>
  using(folder, (database) => {
    try {
      database.run(sql, [...values]);
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code === "SQLITE_BUSY") return false;
      throw error;
    }
  });

const using = <T>(folder: string, use: (database: Database) => T): T => {
  const database = new Database(join(folder, ".wf.db"), { readwrite: true });
  try {
    database.run(`PRAGMA busy_timeout = ${LOCK_MS}`);
    return use(database);
  } finally {
    database.close();
  }
};

export interface ExecutionFacts {
  readonly id: string;
  readonly status: string;
  readonly restarts: number;
  readonly owner: string | null;
}

export const executions = (folder: string): readonly ExecutionFacts[] =>
  rows(folder, "SELECT id, status, restarts, lease_owner AS owner FROM executions ORDER BY id");

/**
 * Breaches of "each step once, in its order": what the record of an execution of sequential steps must look like at its end. The order may
 * have gaps: a place is drawn anew for each try to write it down.
 */
export const historyBreaches = (folder: string, steps: number): readonly string[] => {
  // The key of the table holds a step once at most, so counting tells whether it is there at all.
  const recorded = rows<{ id: string; ofSteps: number; count: number; orders: number }>(
    folder,
    `SELECT execution_id AS id, count(*) AS count, sum(kind = 'step') AS ofSteps, count(DISTINCT ord) AS orders
       FROM steps WHERE status = 'completed' GROUP BY execution_id ORDER BY execution_id`,
  );
  return recorded.flatMap(({ id, ofSteps, count, orders }) => [
    ...(ofSteps === steps ? [] : [`${id}: ${ofSteps} steps are recorded instead of ${steps}`]),
    ...(orders === count ? [] : [`${id}: ${count} completions share ${orders} places in the order`]),
  ]);
};
