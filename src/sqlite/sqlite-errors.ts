/**
 * What SQLite's error numbers mean for us.
 *
 *     busy        another process holds the lock: try again
 *     unusable    the file cannot be used, whatever is tried: damaged, read-only, not a database
 *     systemic    disk full, I/O error, no memory: every write fails alike, and may succeed later
 *     the rest    the fault of the one statement: a constraint, a value that is too large
 *
 * The low byte of an extended number is the primary one (https://sqlite.org/rescode.html).
 */
import type { Problem } from "./problem.ts";

const ERROR = 1;
const PERM = 3;
const BUSY = 5;
const LOCKED = 6;
const NOMEM = 7;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const PROTOCOL = 15;
const CONSTRAINT = 19;
const NOTADB = 26;

const BUSY_NUMBERS: ReadonlySet<number | undefined> = new Set([BUSY, LOCKED, PROTOCOL]);
const SYSTEMIC_NUMBERS: ReadonlySet<number | undefined> = new Set([NOMEM, IOERR, FULL, PERM, READONLY, CORRUPT, CANTOPEN, NOTADB]);
/** A failed COMMIT with one of these has left nothing behind. After any other it is unknown what is on disk. */
const NOTHING_COMMITTED: ReadonlySet<number | undefined> = new Set([BUSY, LOCKED, PROTOCOL, FULL, CONSTRAINT]);

/** `undefined` for what is no error of SQLite. */
export function sqliteNumber(error: unknown): number | undefined {
  if (!(error instanceof Error) || error.name !== "SQLiteError") return undefined;
  const { errno } = error as { errno?: unknown };
  return typeof errno === "number" ? errno & 0xff : undefined;
}

export const isBusy = (error: unknown): boolean => BUSY_NUMBERS.has(sqliteNumber(error));

/** The row itself is at fault. */
export const isConstraint = (error: unknown): boolean => sqliteNumber(error) === CONSTRAINT;

/** SQLite refuses what it was told to do, in this file. */
export const isStatementsFault = (error: unknown): error is Error => {
  const number = sqliteNumber(error);
  return number === ERROR || number === CONSTRAINT;
};

/** The next write would fail in the same way: there is no point in finding out whose fault it was. */
export const isSystemic = (error: unknown): boolean => SYSTEMIC_NUMBERS.has(sqliteNumber(error));

export const isCommitUncertain = (error: unknown): boolean => !NOTHING_COMMITTED.has(sqliteNumber(error));

const RESTORE = "Keep the file and the -wal beside it as they are, and restore a backup, or move both away and start anew.";
const PERMISSIONS = "Check the permissions of the file and its folder, and that the disk is not mounted read-only.";

/** For the errors after which trying again is pointless. */
export function unusableProblem(error: unknown): Problem | undefined {
  switch (sqliteNumber(error)) {
    case NOTADB:
      return { problem: "it is not a database", next: "Give the right file with --db, or move this one away." };
    case CORRUPT:
      return { problem: `it is damaged (${codeOf(error)})`, next: RESTORE };
    case CANTOPEN:
      if (codeOf(error) !== "SQLITE_CANTOPEN_SYMLINK") return { problem: `it cannot be opened (${codeOf(error)})`, next: PERMISSIONS };
      return { problem: "it is a symbolic link", next: "Give the real file with --db." };
    case PERM:
    case READONLY:
      return { problem: `it cannot be written (${codeOf(error)})`, next: PERMISSIONS };
    default:
      return undefined;
  }
}

/** The same and more, for opening: whatever goes wrong there makes the file unusable now. */
export function openingProblem(error: unknown): Problem | undefined {
  const number = sqliteNumber(error);
  if (number === FULL) return { problem: "the disk is full", next: "Free some space and try again." };
  if (number === IOERR) return { problem: `reading or writing it failed (${codeOf(error)})`, next: "Check the disk, then try again." };
  if (number === NOMEM) return { problem: "there is not enough memory to open it", next: "Free some memory and try again." };
  return unusableProblem(error);
}

/** "unsupported file format", say: SQLite's most general number, which at the first look into a file can only be the file's fault. */
export const unreadableProblem = (error: unknown): Problem | undefined =>
  sqliteNumber(error) === ERROR && error instanceof Error
    ? { problem: `it cannot be read (${error.message})`, next: RESTORE }
    : openingProblem(error);

const codeOf = (error: unknown): string => {
  const { code, errno } = error as { code?: unknown; errno?: unknown };
  return typeof code === "string" ? code : `SQLite error ${String(errno)}`;
};
