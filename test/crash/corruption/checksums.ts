/**
 * Checksums as the store computes them, over the columns as SQL names them: for rigs that change a row and make its checksum right again,
 * as somebody does who can compute it. A row that is covered by no checksum (an event from before schema 2, say) has none.
 */
import type { Database, SQLQueryBindings } from "bun:sqlite";
import { checksum } from "../../../src/sqlite/checksum.ts";

/** In the order in which the store hashes them. */
const COVERED: Readonly<Record<string, readonly string[]>> = {
  executions: [
    ...["id", "workflow", "version", "source_hash", "status", "reason", "reason_detail", "wake_at", "input", "output", "error"],
    ...["created_at", "started_at", "finished_at", "deadline_at", "restarts", "panics", "panic_max_restarts", "panic_delay_ms"],
    ...["panic_factor", "panic_max_delay_ms", "parent_id", "tags", "steps"],
    ...["lease_owner", "lease_term", "pass", "cancel_requested_at", "cancel_reason"],
  ],
  steps: [
    ...["execution_id", "scope", "kind", "name", "n", "status", "ord", "attempt", "output", "error", "started_at", "finished_at"],
    "wake_at",
  ],
  events: ["execution_id", "id", "name", "payload", "sent_at"],
};

type Row = Record<string, SQLQueryBindings>;

const hasChecksum = (database: Database, table: string): boolean => {
  const columns = database.query<{ name: string }, []>(`SELECT name FROM pragma_table_info('${table}')`).all();
  return columns.some(({ name }) => name === "checksum");
};

/** Rows of `table` for which `where` holds; those that are right stay as they are. @returns how many were set */
export const recompute = (database: Database, table: string, where = "1"): number => {
  const columns = COVERED[table];
  if (columns === undefined || !hasChecksum(database, table)) return 0;
  const rows = database.query<Row, []>(`SELECT * FROM ${table} WHERE ${where}`).all();
  const key = columns.slice(0, table === "steps" ? 5 : 1).concat(table === "events" ? ["id"] : []);
  const set = database.query(`UPDATE ${table} SET checksum = ? WHERE ${key.map((name) => `${name} IS ?`).join(" AND ")}`);
  for (const row of rows) set.run(checksum(columns.map((name) => row[name])), ...key.map((name) => row[name] ?? null));
  return rows.length;
};

/** Whether what the store has written is what this file computes: it has to follow when the store changes. */
export const isInStep = (database: Database): boolean =>
  Object.entries(COVERED).every(([table, columns]) => {
    if (!hasChecksum(database, table)) return true;
    const rows = database.query<Row, []>(`SELECT * FROM ${table}`).all();
    return rows.length > 0 && rows.every((row) => row["checksum"] === checksum(columns.map((name) => row[name])));
  });
