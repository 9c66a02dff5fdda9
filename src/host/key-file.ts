/**
 * The file that holds the key for sensitive values: `.wf.key`, beside the database.
 *
 *     current key needed ──► there? ──yes──► ours, a plain file, closed to others? ──yes──► read
 *                              │ no                                      └─no──► KEY_UNUSABLE
 *                              └──► drawn, written to a file of another name, made durable, linked to its name
 *
 * What callers may rely on:
 *   1. A file of that name is never overwritten, however many processes make one at the same time: one wins, the others read its key.
 *   2. The key is on disk before anything is encrypted with it.
 *   3. No symbolic link is followed. A file that belongs to somebody else, or that others may read, is refused.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { fail } from "../model/errors.ts";
import { drawKey, type Key } from "./cipher.ts";
import { parseKey } from "./key-text.ts";
import { userId } from "./ownership.ts";

/** More is no list of keys. */
const MAX_BYTES = 65_536;

/** Lines of the file that are neither empty nor a comment; undefined when there is no such file. @throws KEY_UNUSABLE */
export const readKeyLines = (file: string): readonly string[] | undefined => {
  const descriptor = openExisting(file);
  if (descriptor === undefined) return undefined;
  try {
    refuseUnsafe(file, descriptor);
    const lines = readFileSync(descriptor, "utf8").split(/\r?\n/);
    return lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  } finally {
    closeSync(descriptor);
  }
};

/** The one key of the file; undefined when there is no such file. @throws KEY_UNUSABLE */
export const readKeyFile = (file: string): Key | undefined => {
  const lines = readKeyLines(file);
  if (lines === undefined) return undefined;
  if (lines.length !== 1) throw unusable(file, `holds ${lines.length} keys instead of one`, "Older keys belong into `.wf.key.previous`.");
  return parseKey(lines[0] ?? "", file);
};

/** @throws KEY_UNUSABLE */
export const makeKeyFile = (file: string): Key => {
  const key = drawKey();
  const draft = `${file}.${process.pid}-${key.id}`;
  try {
    writeDurably(draft, `${Buffer.from(key.bytes).toString("base64")}\n`);
    try {
      linkSync(draft, file); // fails when there is one by now, which no renaming does
      syncFolder(dirname(file));
    } finally {
      unlinkSync(draft);
    }
    return key;
  } catch (error) {
    const found = codeOf(error) === "EEXIST" ? readKeyFile(file) : undefined;
    if (found !== undefined) return found;
    throw unusable(file, `cannot be made (${codeOf(error)})`, "Make its folder writable, or give the key in WF_KEY.", error);
  }
};

/** Changes whenever the file does; undefined when there is none. */
export const stampOf = (file: string): string | undefined => {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stats === undefined ? undefined : [stats.dev, stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs].join(" ");
};

const openExisting = (file: string): number | undefined => {
  try {
    // Not to hang where somebody has put a pipe of that name.
    return openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    const isLink = codeOf(error) === "ELOOP" || codeOf(error) === "EMLINK";
    throw unusable(file, isLink ? "is a symbolic link" : `cannot be read (${codeOf(error)})`, "It must be a plain file of yours.", error);
  }
};

const refuseUnsafe = (file: string, descriptor: number): void => {
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) throw unusable(file, "is not a plain file", "Move it away; a new key is made when one is needed.");
  if (stats.size > MAX_BYTES) throw unusable(file, "is too large to be a key", "It holds one key: 32 bytes as base64.");
  const user = userId();
  if (user === null) return; // Windows has neither such owners nor such modes
  if (stats.uid !== user) throw unusable(file, "belongs to another user", "Run wf as its owner, or give the key in WF_KEY.");
  if ((stats.mode & 0o077) === 0) return;
  throw unusable(
    file,
    "can be read or written by others",
    `Close it: \`chmod 600 ${file}\`. If somebody may have seen it, change the key.`,
  );
};

const writeDurably = (file: string, text: string): void => {
  const descriptor = openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
  try {
    fchmodSync(descriptor, 0o600); // a umask may only have taken more away
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

const syncFolder = (folder: string): void => {
  const descriptor = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code ?? error);

const unusable = (where: string, problem: string, next: string, cause?: unknown): Error =>
  fail("KEY_UNUSABLE", { where, problem, next }, cause);
