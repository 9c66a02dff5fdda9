/**
 * Trees of files: walking, copying, comparing. Symbolic links are taken as they are and never followed.
 *
 * This file defines no workflow; workflows beside it import it.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, copyFile, lstat, mkdir, readdir, readlink, rm, symlink, utimes } from "node:fs/promises";
import { join } from "node:path";

export interface Entry {
  /** Below the root of the tree; "" is the root itself. */
  readonly path: string;
  readonly kind: "folder" | "file" | "link" | "other";
  /** Permission bits. */
  readonly mode: number;
  readonly sizeBytes: number;
  readonly changedAt: Date;
}

/** A folder comes before what is in it, and names are sorted. */
export async function* walk(root: string, path = ""): AsyncGenerator<Entry> {
  const entry = await look(root, path);
  yield entry;
  if (entry.kind !== "folder") return;
  for (const name of (await readdir(join(root, path))).sort()) yield* walk(root, join(path, name));
}

const look = async (root: string, path: string): Promise<Entry> => {
  const stats = await lstat(join(root, path));
  const kind = stats.isDirectory() ? "folder" : stats.isFile() ? "file" : stats.isSymbolicLink() ? "link" : "other";
  return { path, kind, mode: stats.mode & 0o7777, sizeBytes: stats.size, changedAt: stats.mtime };
};

export interface Copied {
  readonly files: number;
  readonly sizeBytes: number;
  /** Sockets, pipes and devices. */
  readonly leftOut: readonly string[];
}

/** `to` must not exist yet. */
export const copyTree = async (from: string, to: string, signal: AbortSignal): Promise<Copied> => {
  const folders: Entry[] = [];
  const leftOut: string[] = [];
  let [files, sizeBytes] = [0, 0];
  for await (const entry of walk(from)) {
    signal.throwIfAborted();
    if (entry.kind === "folder") folders.push(entry);
    if (entry.kind === "other") leftOut.push(entry.path);
    if (entry.kind === "file") [files, sizeBytes] = [files + 1, sizeBytes + entry.sizeBytes];
    await copyEntry(entry, join(from, entry.path), join(to, entry.path));
  }
  // Last, and the innermost first: a folder without the right to write could not be filled, and filling it changes its time.
  for (const { path, mode, changedAt } of folders.reverse()) {
    await utimes(join(to, path), changedAt, changedAt);
    await chmod(join(to, path), mode);
  }
  return { files, sizeBytes, leftOut };
};

const copyEntry = async ({ kind, mode, changedAt }: Entry, from: string, to: string): Promise<void> => {
  switch (kind) {
    case "folder":
      await mkdir(to, { mode: 0o700 });
      return;
    case "file":
      await copyFile(from, to);
      await utimes(to, changedAt, changedAt);
      await chmod(to, mode);
      return;
    case "link":
      await symlink(await readlink(from), to);
      return;
    case "other":
      return;
    default:
      kind satisfies never;
  }
};

/** Nothing happens when there is nothing. */
export const removeTree = async (root: string): Promise<void> => {
  if (!(await exists(root))) return;
  // Each folder before it is read: nothing can be removed from one without the right to write.
  for await (const { kind, path } of walk(root)) if (kind === "folder") await chmod(join(root, path), 0o700);
  await rm(root, { recursive: true, force: true });
};

export const exists = async (path: string): Promise<boolean> => {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return false;
    throw error;
  }
};

/** @returns the paths in which two trees differ: by kind, permissions, content, or text of a link; "" is the root */
export const compareTrees = async (one: string, other: string, signal: AbortSignal): Promise<readonly string[]> => {
  const [left, right] = [await describeTree(one, signal), await describeTree(other, signal)];
  const paths = new Set([...left.keys(), ...right.keys()]);
  return [...paths].filter((path) => left.get(path) !== right.get(path)).sort();
};

const describeTree = async (root: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>> => {
  const descriptions = new Map<string, string>();
  for await (const { path, kind, mode } of walk(root)) {
    signal.throwIfAborted();
    const at = join(root, path);
    if (kind === "file") descriptions.set(path, `file ${mode.toString(8)} ${await sha256(at)}`);
    if (kind === "folder") descriptions.set(path, `folder ${mode.toString(8)}`);
    if (kind === "link") descriptions.set(path, `link ${await readlink(at)}`);
  }
  return descriptions;
};

const sha256 = async (file: string): Promise<string> => {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
};
