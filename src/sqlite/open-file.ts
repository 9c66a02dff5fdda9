/**
 * Opens `.wf.db`, or says why not. One attempt, without waiting.
 *
 *     checks of the path ─► SQLite opens it ─► is it ours? ─► WAL and the other settings ─► schema as we made it?
 *           │                                     │                                              │
 *           └──────────── problem ◄───────────────┴──────────────────────────────────────────────┘
 *
 * What callers may rely on:
 *   1. A file that is refused stays as it is, to the last byte, and so does its WAL.
 *   2. SQLite follows no symbolic link.
 *   3. When another process holds the file, the error is one that `isBusy` knows, and nothing stays open.
 */
import { constants, Database } from "bun:sqlite";
import { checkContents, readOne } from "./content-checks.ts";
import { checkFile, type FileIdentity, type FoundFile, identityOf, isSameFile } from "./file-checks.ts";
import { fingerprintOf, schemaObjects } from "./fingerprint.ts";
import type { Problem } from "./problem.ts";
import { connectionPragmas, type Durability, filePragmas } from "./settings.ts";
import { isSchema, type Schema } from "./schema.ts";
import { isBusy, unreadableProblem } from "./sqlite-errors.ts";

export interface OpenFileOptions {
  readonly create: boolean;
  readonly durability: Durability;
  /** The highest schema version this wf knows. */
  readonly newest: number;
  /** How long SQLite itself waits for a lock, holding the event loop. */
  readonly busyTimeoutMs: number;
}

export interface OpenedFile {
  readonly database: Database;
  readonly path: string;
  readonly identity: FileIdentity;
  readonly schemaVersion: number;
}

export type Opening = { readonly opened: OpenedFile } | { readonly problem: Problem; readonly cause?: unknown };

const WITHOUT_LINKS = constants.SQLITE_OPEN_READWRITE | constants.SQLITE_OPEN_NOFOLLOW;

export function openFile(file: string, options: OpenFileOptions): Opening {
  const checked = checkFile(file, { create: options.create, userId: process.geteuid?.() ?? -1, platform: process.platform });
  if ("problem" in checked) return checked;
  const { found } = checked;
  let database: Database | undefined;
  try {
    database = new Database(found.path, WITHOUT_LINKS);
    const opening = prepare(database, found, options);
    if ("problem" in opening) closeUntouched(database, found);
    return opening;
  } catch (error) {
    if (database !== undefined) closeUntouched(database, found);
    const problem = isBusy(error) ? undefined : unreadableProblem(error);
    if (problem === undefined) throw error;
    return { problem, cause: error };
  }
}

function prepare(database: Database, found: FoundFile, options: OpenFileOptions): Opening {
  database.run(connectionPragmas(options.busyTimeoutMs));
  const contents = checkContents(database, found, options);
  if ("problem" in contents) return contents;
  if (!isSameFile(identityOf(found.path), found.identity)) {
    return { problem: { problem: "it was replaced while it was being opened", next: "Try again." } };
  }
  database.run(filePragmas(options.durability, process.platform));
  if (readOne(database, "PRAGMA journal_mode") !== "wal") {
    return { problem: { problem: "its file system does not allow a WAL", next: "Put it on a local disk with --db." } };
  }
  return { opened: { database, path: found.path, identity: found.identity, schemaVersion: contents.schemaVersion } };
}

/** Whether the schema is what the migrations make, told by its fingerprint. */
export const hasSchema = (database: Database, schema: Schema): boolean => isSchema(fingerprintOf(schemaObjects(database)), schema);

/**
 * The last connection to close a file moves the WAL into it and deletes the WAL. Not so while another one still reads, and a connection
 * that may only read cannot do it. So one such outlives the first.
 */
function closeUntouched(database: Database, { path, hasWal }: FoundFile): void {
  const guard = hasWal ? openGuard(path) : undefined;
  database.close();
  guard?.close();
}

function openGuard(path: string): Database | undefined {
  try {
    const guard = new Database(path, constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_NOFOLLOW);
    guard.run("BEGIN; SELECT count(*) FROM sqlite_schema;");
    return guard;
  } catch {
    // What cannot be read cannot be checkpointed either.
    return undefined;
  }
}
