/**
 * What is looked at once SQLite has opened a file, before anything is written to it.
 *
 * The order matters: a file that is not ours must stay as it is to the last byte, so whether it is comes first. A thorough check of all
 * pages takes seconds on a large file and is left to `wf db check`.
 */
import type { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import type { FoundFile } from "./file-checks.ts";
import type { Problem } from "./problem.ts";
import { APPLICATION_ID, compareVersions, OLDEST_SQLITE } from "./settings.ts";

export interface Contents {
  /** 0: nothing in it yet. */
  readonly schemaVersion: number;
}

/** @param newest the highest schema version this wf knows */
export function checkContents(
  database: Database,
  found: FoundFile,
  { newest, create }: { readonly newest: number; readonly create: boolean },
): Contents | { readonly problem: Problem } {
  const engine = engineProblem(database);
  if (engine !== undefined) return { problem: engine };
  const { applicationId, schemaVersion, isEmpty } = readHeader(database);
  // Before it can pass for an empty one: what is left of a file that was cut off may say so.
  const size = sizeProblem(database, found);
  if (size !== undefined) return { problem: size };
  if (applicationId === 0 && schemaVersion === 0 && isEmpty) {
    return create ? { schemaVersion } : { problem: { problem: "it is empty", next: "`wf run` sets it up." } };
  }
  if (applicationId !== APPLICATION_ID) {
    return { problem: { problem: "it is the database of another program", next: "Give another file with --db, or move this one away." } };
  }
  if (schemaVersion > newest) {
    const problem = `it was written by a newer wf (schema ${schemaVersion}, this one knows ${newest})`;
    return { problem: { problem, next: "Update wflite." } };
  }
  if (schemaVersion < 1) return { problem: { problem: "its header is damaged (schema 0)", next: "Restore it from a backup." } };
  return { schemaVersion };
}

let engineVersion: string | undefined;

/** macOS lends programs its own, older library. */
function engineProblem(database: Database): Problem | undefined {
  engineVersion ??= String(readOne(database, "SELECT sqlite_version()"));
  return engineVersionProblem(engineVersion);
}

export function engineVersionProblem(version: string): Problem | undefined {
  if (compareVersions(version, OLDEST_SQLITE) >= 0) return undefined;
  return {
    problem: `SQLite ${version} can corrupt it when two processes write at once (mended in ${OLDEST_SQLITE})`,
    next: "Use a Bun that brings a newer SQLite.",
  };
}

/**
 * SQLite itself notices whole pages that are missing; a last page cut in the middle it would fill with zeros.
 *
 * The size is that of now: reading the header has rolled back what a rollback journal said was only half written, the very first page of a
 * file that was being created when the power failed among it.
 */
function sizeProblem(database: Database, { path, hasWal }: FoundFile): Problem | undefined {
  const sizeBytes = statSync(path).size;
  // A process that is writing grows the file; then there is a WAL.
  if (hasWal || sizeBytes % 4096 === 0 || sizeBytes % readPragma(database, "page_size") === 0) return undefined;
  return { problem: "it is damaged (cut off in the middle of a page)", next: "Restore it from a backup." };
}

interface Header {
  readonly applicationId: number;
  readonly schemaVersion: number;
  readonly isEmpty: boolean;
}

/**
 * The first access to the file: what is no database is told here.
 *
 * Read in one transaction, so that it is one moment of the file. Another process may be setting it up right now, and a file that had no
 * owner in one statement and has tables in the next would pass for the database of another program.
 */
function readHeader(database: Database): Header {
  database.run("BEGIN");
  try {
    const isEmpty = readOne(database, "SELECT count(*) FROM sqlite_schema") === 0; // takes the snapshot
    return { isEmpty, applicationId: readPragma(database, "application_id"), schemaVersion: readPragma(database, "user_version") };
  } finally {
    database.run("ROLLBACK");
  }
}

export const readPragma = (database: Database, name: string): number => Number(readOne(database, `PRAGMA ${name}`));

export function readOne(database: Database, sql: string): unknown {
  const statement = database.prepare(sql);
  try {
    return statement.values()[0]?.[0];
  } finally {
    statement.finalize();
  }
}
