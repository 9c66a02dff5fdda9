/**
 * What is looked at before SQLite touches a database file, and the creation of one.
 *
 * Somebody else may have put the file there: a planted database names the code that `wf tick` would run, and a planted WAL or symbolic link
 * turns our writing against another file. What callers may rely on:
 *   1. The file and what SQLite keeps beside it (-wal, -shm, -journal) are regular files of this user, under one name each. The folder is
 *      this user's or root's.
 *   2. A new file is created readable and writable by this user alone, whatever the umask, and only if there was none.
 *   3. An empty file is never taken for an empty database unless creation was asked for and no WAL lies beside it.
 *   4. Nothing that exists is changed, and no file is opened: closing it again would drop the locks this process holds on it.
 */
import { accessSync, closeSync, constants, lstatSync, openSync, realpathSync, type Stats, statfsSync, statSync } from "node:fs";
import { fileSystemProblem } from "./file-system.ts";
import type { Problem } from "./problem.ts";

/** The inode a path leads to. A path that leads to another one later has been removed or replaced. */
export interface FileIdentity {
  readonly dev: number;
  readonly ino: number;
}

export interface FoundFile {
  /** Absolute, through no symbolic link. */
  readonly path: string;
  readonly identity: FileIdentity;
  /** Whether a WAL with something in it lies beside it. */
  readonly hasWal: boolean;
}

export interface CheckOptions {
  /** Make the file if there is none. */
  readonly create: boolean;
  readonly userId: number;
  readonly platform: string;
}

type Checked = { readonly found: FoundFile } | { readonly problem: Problem };

/** Creates the file if told to; the answer is about the file as it then is. */
export function checkFile(file: string, options: CheckOptions): Checked {
  const located = locate(file);
  if ("problem" in located) return located;
  const problem = folderProblem(located.folder, options) ?? companionProblem(located.path, options.userId);
  if (problem !== undefined) return { problem };
  // Before the file itself: another process that is just creating it makes the file first, its WAL last.
  const walBytes = sizeOf(`${located.path}-wal`);
  const stats = lstatSync(located.path, { throwIfNoEntry: false });
  if (stats !== undefined) return checkExisting(located.path, stats, walBytes, options);
  if (walBytes > 0) return { problem: orphanedWal(located.path) };
  if (!options.create) return { problem: { problem: "there is no database here yet", next: "`wf run` creates it." } };
  return createFile(located.path, options);
}

/** `S_ISVTX`, which node:fs does not name. */
const STICKY = 0o1000;

/** `undefined` when there is nothing at the path. */
export function identityOf(path: string): FileIdentity | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : { dev: stats.dev, ino: stats.ino };
}

export const isSameFile = (a: FileIdentity | undefined, b: FileIdentity | undefined): boolean =>
  a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;

/** Links among the folders above are followed here, once: SQLite is told to follow none. */
function locate(file: string): { readonly path: string; readonly folder: string } | { readonly problem: Problem } {
  const { folder: parent, name } = parts(file);
  // bun:sqlite trims the name it is given, and would open another file than the one that was checked.
  if (name !== name.trim() || name === "") {
    return { problem: { problem: "its name begins or ends with white space", next: "Give the file another name." } };
  }
  try {
    const folder = realpathSync(parent);
    return { folder, path: folder === "/" ? `/${name}` : `${folder}/${name}` };
  } catch (error) {
    return { problem: { problem: `its folder cannot be entered (${codeOf(error)})`, next: `Look at the folder ${parent}.` } };
  }
}

/** As `dirname` and `basename` would: loading node:path costs a tick with nothing due half a millisecond. */
function parts(file: string): { readonly folder: string; readonly name: string } {
  const bare = file.replace(/\/+$/, "");
  const at = bare.lastIndexOf("/");
  return { folder: at < 0 ? "." : bare.slice(0, at) || "/", name: bare.slice(at + 1) };
}

function folderProblem(folder: string, { userId, platform }: CheckOptions): Problem | undefined {
  const stats = statSync(folder);
  if (!stats.isDirectory()) return { problem: `${folder} is not a folder`, next: "Give a path inside a folder with --db." };
  if (stats.uid !== userId && stats.uid !== 0) {
    return { problem: `its folder belongs to another user (id ${stats.uid})`, next: "Run wf as that user, or in a folder of your own." };
  }
  // In one like /tmp, with the sticky bit, everybody may add files, but nobody may exchange those of others.
  if ((stats.mode & constants.S_IWOTH) !== 0 && (stats.mode & STICKY) === 0) {
    return { problem: `every user of this machine may exchange files in its folder ${folder}`, next: `chmod o-w ${folder}` };
  }
  if (!isAllowed(folder, constants.R_OK | constants.W_OK | constants.X_OK)) return readOnly(`its folder ${folder}`);
  return platform === "linux" ? fileSystemProblem(statfsSync(folder).type) : undefined;
}

/** A planted WAL would be read as the newest state of the database, and a symbolic link be written through. */
function companionProblem(path: string, userId: number): Problem | undefined {
  for (const suffix of ["-wal", "-shm", "-journal"]) {
    const stats = lstatSync(path + suffix, { throwIfNoEntry: false });
    if (stats === undefined) continue;
    const problem = foreignProblem(stats, userId);
    if (problem !== undefined) return { ...problem, problem: `${path}${suffix} beside it is unsafe: ${problem.problem}` };
  }
  return undefined;
}

function checkExisting(path: string, stats: Stats, walBytes: number, options: CheckOptions): Checked {
  const problem = foreignProblem(stats, options.userId);
  if (problem !== undefined) return { problem };
  if ((stats.mode & constants.S_IWOTH) !== 0) {
    return { problem: { problem: "every user of this machine may write to it", next: `Look who has changed it, then: chmod 600 ${path}` } };
  }
  if (!isAllowed(path, constants.R_OK | constants.W_OK)) return { problem: readOnly("it") };
  if (stats.size === 0 && walBytes > 0) return { problem: orphanedWal(path) };
  if (stats.size === 0 && !options.create) {
    return { problem: { problem: "it is empty", next: "Restore it from a backup, or remove it; `wf run` creates a new one." } };
  }
  return { found: { path, identity: { dev: stats.dev, ino: stats.ino }, hasWal: walBytes > 0 } };
}

function foreignProblem(stats: Stats, userId: number): Problem | undefined {
  if (stats.isSymbolicLink()) return { problem: "it is a symbolic link", next: "Give the real file with --db." };
  if (!stats.isFile()) return { problem: "it is not a file", next: "Give the path of a file with --db." };
  if (stats.uid !== userId) {
    return {
      problem: `it belongs to another user (id ${stats.uid})`,
      next: "Run wf as that user, or use a database of your own with --db.",
    };
  }
  if (stats.nlink > 1) {
    return { problem: "it has a second name (a hard link), which would have a WAL of its own", next: "Remove one of the two names." };
  }
  return undefined;
}

function createFile(path: string, options: CheckOptions): Checked {
  try {
    closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR | constants.O_NOFOLLOW, 0o600));
  } catch (error) {
    // Another process was faster: its file is as good.
    if (codeOf(error) !== "EEXIST") {
      const next = "Check the permissions of its folder and the space on the disk.";
      return { problem: { problem: `it cannot be created (${codeOf(error)})`, next } };
    }
  }
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return { problem: { problem: "it was removed while it was being created", next: "Try again." } };
  return checkExisting(path, stats, 0, options);
}

const orphanedWal = (path: string): Problem => ({
  problem: `it is missing or empty although ${path}-wal, which holds its newest changes, is there`,
  next: "Restore the file from a backup. Only if nothing in it matters, remove the -wal file.",
});

const readOnly = (what: string): Problem => ({
  problem: `${what} is read-only for this user`,
  next: "Give yourself the right to write (the file and its folder), or use another database with --db.",
});

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

const sizeOf = (path: string): number => lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;

const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : String(error);
};
