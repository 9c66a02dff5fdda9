/**
 * One execution, with all that belongs to it, as it is in a backup.
 *
 * The backup itself is never written, nor migrated: a copy of it is brought to the present schema and read. What callers may rely on:
 *   1. Only an execution that is whole in the backup is taken.
 *   2. Terms begin above all that were given here, so a former owner cannot write into what was restored.
 */
import { Database } from "bun:sqlite";
import { rmSync } from "node:fs";
import { fail } from "../model/errors.ts";
import { unwrap } from "../model/result.ts";
import { STATE_VERSION } from "../model/state-version.ts";
import { copyDatabase } from "./backup.ts";
import { type ConnectionOptions, DatabaseConnection } from "./connection.ts";
import type { Queries, SqlValue } from "./query.ts";
import { SCHEMA } from "./schema.ts";
import { acceptExecution } from "./tables/execution-acceptance.ts";
import { deleteExecution, findExecution, saveExecution } from "./tables/executions.ts";
import { due } from "./transition.ts";
import { explained } from "./unusable.ts";
import { verifyExecution } from "./verify.ts";

/** Tables with rows of an execution; a column that numbers rows over all executions gets new numbers. */
const TABLES: readonly { readonly name: string; readonly key: string; readonly without: readonly string[] }[] = [
  { name: "executions", key: "id", without: ["seq"] },
  { name: "steps", key: "execution_id", without: [] },
  { name: "attempts", key: "execution_id", without: [] },
  { name: "events", key: "execution_id", without: ["seq"] },
  { name: "logs", key: "execution_id", without: ["cursor"] },
  { name: "panics", key: "execution_id", without: ["seq"] },
  { name: "marks", key: "execution_id", without: [] },
  { name: "decisions", key: "execution_id", without: ["seq"] },
];

type Row = Readonly<Record<string, SqlValue>>;

export type ExecutionRows = ReadonlyMap<string, readonly Row[]>;

/** @throws USAGE when it is not in the backup or damaged there too, DB_UNUSABLE for a file that is no backup of ours */
export async function readBackup(backup: string, id: string, scratch: string, options: ConnectionOptions): Promise<ExecutionRows> {
  const copies = ["", "-wal", "-shm", ...Array.from({ length: SCHEMA.version }, (_, at) => `.before-${at + 1}`)];
  const discard = (): void => copies.forEach((suffix) => rmSync(scratch + suffix, { force: true }));
  try {
    copyDatabase(backup, scratch, "draft");
    const copy = unwrap(await DatabaseConnection.open(scratch, { ...options, create: false }));
    try {
      if (findExecution(copy, id) === undefined) throw refused(id, backup, "is not in it", "Take another backup.");
      const { damaged } = verifyExecution(copy, id);
      if (damaged.length > 0) throw refused(id, backup, "is damaged there too", "Take an older backup.");
    } finally {
      copy.close();
    }
    return rowsOf(scratch, id);
  } catch (error) {
    throw explained(error, backup);
  } finally {
    discard();
  }
}

function rowsOf(file: string, id: string): ExecutionRows {
  const database = new Database(file, { readonly: true });
  try {
    const read = ({ name, key, without }: (typeof TABLES)[number]): Row[] =>
      database.query<Row, [string]>(`SELECT * FROM ${name} WHERE ${key} = ? ORDER BY ${without[0] ?? key}`).all(id);
    return new Map(TABLES.map((table) => [table.name, read(table)]));
  } finally {
    database.close();
  }
}

/** In a transaction. */
export function restoreExecution(
  db: Queries,
  id: string,
  rows: ExecutionRows,
  facts: { readonly term: number; readonly now: number },
): void {
  deleteExecution(db, id);
  for (const { name, without } of TABLES) {
    for (const row of rows.get(name) ?? []) insert(db, name, withoutKeys(name === "executions" ? unowned(row) : row, without));
  }
  // Its row was whole in the backup; without its owner it has another checksum.
  acceptExecution(db, id, { stepCount: rows.get("steps")?.length ?? 0, version: STATE_VERSION, check: () => {} });
  const stored = findExecution(db, id);
  if (stored === undefined) return;
  const { record } = stored;
  saveExecution(db, { ...stored, term: facts.term + 1, record: record.status === "running" ? { ...record, ...due(facts.now) } : record });
}

/** Whoever owned it when the backup was made does not own it here. */
const unowned = (row: Row): Row => ({ ...row, lease_owner: null });

const withoutKeys = (row: Row, keys: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([key]) => !keys.includes(key)));

/** The names of columns are those of the present schema, which the copy has been brought to. */
function insert(db: Queries, table: string, row: Row): void {
  const columns = Object.keys(row);
  db.query(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map((column) => `$${column}`).join(", ")})`).run(row);
}

const refused = (id: string, backup: string, problem: string, next: string): Error =>
  fail("USAGE", { problem: `Execution "${id}" cannot be restored from ${backup}: it ${problem}`, next });
