/**
 * Which files may hold workflows: `workflows/**\/*.{ts,tsx,mts,js,mjs,cjs}` without tests and declarations, and scripts with a header;
 * nothing of `node_modules` and dot folders.
 *
 * What callers may rely on: paths are relative to the root, with "/", sorted; none leads out of the root, not by a link either; one folder
 * that cannot be read does not hide the others.
 */
import { type Dirent, readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathWithin } from "./paths.ts";
import { lookForScript } from "./script-files.ts";

export interface Discovery {
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
}

export interface Problem {
  readonly file: string;
  readonly problem: string;
}

/** Far more than a project has; a link into a large tree must not keep a command busy for minutes. */
const MAX_FILES = 5_000;
const MAX_ENTRIES = 50_000;

const FOLDER = "workflows";
const SOURCE = /\.(tsx?|mts|mjs|cjs|js)$/;
/** `.spec.` because `bun test` takes it for a test as well: outside of the runner such a file throws. */
const NOT_SOURCE = /\.(test|spec)\.[a-z]+$|\.d\.m?ts$/;

export const isWorkflowFile = (name: string): boolean => SOURCE.test(name) && !NOT_SOURCE.test(name) && !name.startsWith(".");

export const discover = (root: string, limits = { files: MAX_FILES, entries: MAX_ENTRIES }): Discovery => {
  const walk: Walk = { root: realpathSync(root), limits, entries: 0, visited: new Set(), files: [], problems: [] };
  const start = look(walk, FOLDER);
  if (start.kind === "folder") enter(walk, FOLDER, start.realPath);
  else if (start.kind === "outside") walk.problems.push({ file: FOLDER, problem: OUTSIDE });
  const byPath = (one: string, other: string): number => (one < other ? -1 : 1);
  return { files: walk.files.sort(byPath), problems: walk.problems.sort((one, other) => byPath(one.file, other.file)) };
};

interface Walk {
  readonly root: string;
  readonly limits: { readonly files: number; readonly entries: number };
  entries: number;
  /** Real paths of folders, against links that lead round in a circle. */
  readonly visited: Set<string>;
  readonly files: string[];
  readonly problems: Problem[];
}

const OUTSIDE = "it is a link to a place outside of the project, and those are not followed";

const enter = (walk: Walk, folder: string, realPath: string): void => {
  if (walk.visited.has(realPath)) return;
  walk.visited.add(realPath);
  for (const entry of entriesOf(walk, folder)) {
    if (walk.entries++ >= walk.limits.entries || walk.files.length >= walk.limits.files) return stopAt(walk, folder);
    visit(walk, folder, entry);
  }
};

const visit = (walk: Walk, folder: string, entry: Dirent): void => {
  const file = `${folder}/${entry.name}`;
  if (entry.isFile()) {
    if (mayHoldWorkflows(walk, file, entry.name)) walk.files.push(file);
    return;
  }
  if (entry.name.startsWith(".") || entry.name === "node_modules") return;
  if (!entry.isDirectory() && !entry.isSymbolicLink()) return;
  const target = look(walk, file);
  switch (target.kind) {
    case "folder":
      return enter(walk, file, target.realPath);
    case "file":
      if (mayHoldWorkflows(walk, file, entry.name)) walk.files.push(file);
      return;
    case "outside":
      if (target.isFolder || isWorkflowFile(entry.name)) walk.problems.push({ file, problem: OUTSIDE });
      return;
    case "gone":
      if (isWorkflowFile(entry.name)) walk.problems.push({ file, problem: "it is a link to nothing" });
      return;
    default:
      return target satisfies never;
  }
};

const mayHoldWorkflows = ({ root }: Walk, file: string, name: string): boolean =>
  isWorkflowFile(name) || (!name.startsWith(".") && !NOT_SOURCE.test(name) && lookForScript(join(root, file)) !== undefined);

type Target =
  | { readonly kind: "folder" | "file"; readonly realPath: string }
  | { readonly kind: "outside"; readonly isFolder: boolean }
  | { readonly kind: "gone" };

const look = (walk: Walk, file: string): Target => {
  try {
    const realPath = realpathSync(join(walk.root, file));
    const isFolder = statSync(realPath).isDirectory();
    if (pathWithin(walk.root, realPath) === undefined) return { kind: "outside", isFolder };
    return { kind: isFolder ? "folder" : "file", realPath };
  } catch {
    return { kind: "gone" };
  }
};

const entriesOf = (walk: Walk, folder: string): readonly Dirent[] => {
  try {
    return readdirSync(join(walk.root, folder), { withFileTypes: true });
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    walk.problems.push({ file: folder, problem: `the folder cannot be read (${String(code)})` });
    return [];
  }
};

/** Said once, however many folders are left. */
const stopAt = (walk: Walk, folder: string): void => {
  const problem = `there are more than ${walk.limits.files} workflow files (or ${walk.limits.entries} entries); the rest is not looked at`;
  if (!walk.problems.some((known) => known.problem === problem)) walk.problems.push({ file: folder, problem });
};
