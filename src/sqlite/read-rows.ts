/**
 * A person's query, on a connection of its own that cannot write.
 *
 * What callers may rely on:
 *   1. The file is opened for reading alone: no statement changes it, nor any other file.
 *   2. No more rows are read than were asked for, and whether there are more is told.
 *   3. An integer that JavaScript cannot hold comes as a bigint, a BLOB as bytes.
 */
import { Database } from "bun:sqlite";
import { quoted } from "../model/escape.ts";
import type { RowsView, SqlParameter } from "../model/maintenance.ts";
import { problemOfStatement } from "./one-statement.ts";
import type { Problem } from "./problem.ts";
import { connectionPragmas } from "./settings.ts";
import { openingProblem, sqliteNumber } from "./sqlite-errors.ts";

export interface RowsQuestion {
  readonly file: string;
  readonly sql: string;
  readonly parameters: Readonly<Record<string, SqlParameter>>;
  readonly limit: number;
}

/** A writer that checkpoints or recovers holds readers up for a moment. */
const BUSY_TIMEOUT_MS = 5_000;

export type Rows =
  | { readonly rows: RowsView }
  /** The statement is at fault. */
  | { readonly refused: Problem }
  /** The file is. */
  | { readonly unusable: Problem };

/** SQLITE_READONLY, of a statement that begins as one that reads: `WITH … DELETE`. */
const READONLY = 8;

const READS_ONLY = "Give one query in quotes; it reads, and changes nothing.";
const NAMES = "Views and their columns: `wf sql \"SELECT sql FROM sqlite_schema WHERE type = 'view'\"`.";

export function readRows({ file, ...question }: RowsQuestion): Rows {
  const problem = problemOfStatement(question.sql);
  if (problem !== undefined) return { refused: { problem, next: READS_ONLY } };
  let database: Database | undefined;
  try {
    database = new Database(file, { readonly: true, safeIntegers: true, strict: true });
    database.run(`${connectionPragmas(BUSY_TIMEOUT_MS)} PRAGMA query_only = ON;`);
    return rowsOf(database, question);
  } catch (error) {
    if (sqliteNumber(error) === READONLY) return { refused: { problem: "It would change the database", next: READS_ONLY } };
    const unusable = openingProblem(error);
    if (unusable !== undefined) return { unusable };
    if (isStatementsFault(error)) return { refused: { problem: `SQLite: ${error.message}`, next: NAMES } };
    throw error;
  } finally {
    database?.close();
  }
}

/** A name that is not there, a syntax error, a number out of range, a parameter that is missing. */
const isStatementsFault = (error: unknown): error is Error =>
  error instanceof Error && (sqliteNumber(error) !== undefined || /^(?:Missing|Unknown) parameter/.test(error.message));

type Row = Readonly<Record<string, unknown>>;

function rowsOf(database: Database, { sql, parameters, limit }: Omit<RowsQuestion, "file">): Rows {
  const statement = database.prepare<Row, [Record<string, SqlParameter>]>(sql);
  try {
    const columns = statement.columnNames;
    const twice = columns.find((name, at) => columns.indexOf(name) !== at);
    if (twice !== undefined) {
      return { refused: { problem: `Two columns are called ${quoted(twice)}`, next: "Give them names with AS." } };
    }
    const rows: unknown[][] = [];
    for (const row of statement.iterate({ ...parameters })) {
      if (rows.length === limit) return { rows: { columns, rows, isCut: true } };
      rows.push(columns.map((name) => exactly(row[name])));
    }
    return { rows: { columns, rows, isCut: false } };
  } finally {
    statement.finalize();
  }
}

const exactly = (value: unknown): unknown => {
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};
