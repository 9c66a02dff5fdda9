/**
 * Which project a command works on: the nearest folder, from the current one up, that holds `wf.config.ts`, `.wf.db` or `workflows/`.
 *
 * A project is code that gets run, so what others have put in the way is not adopted (the trap that git closed with `safe.directory`):
 *   1. A folder above is passed over, with a note, when it or one of those belongs to anybody else, root included.
 *   2. The current folder may also be root's, as in a container image. Held by a third user it is passed over too; and when nothing better
 *      is found above, it is refused.
 *   3. Whatever is named by `dir` or `db` was asked for, and is taken as it is.
 */
import { dirname, join, resolve } from "node:path";
import { CONFIG_FILES } from "../model/configuration.ts";
import { fail, type WfliteError } from "../model/errors.ts";
import { err, ok, type Result } from "../model/result.ts";
import { quoted } from "../model/escape.ts";
import { type Inspect, inspectFile, userId } from "./ownership.ts";

export interface Project {
  /** Absolute, links resolved. */
  readonly root: string;
  readonly databaseFile: string;
  readonly hasDatabase: boolean;
  /** It need not exist. */
  readonly workflowsDir: string;
  /** What was passed over and why, for people. */
  readonly notes: readonly string[];
}

export interface ProjectOptions {
  readonly cwd: string;
  /** `--dir`, relative to `cwd`. */
  readonly dir?: string | undefined;
  /** `--db` or `WF_DB`, relative to `cwd`. */
  readonly db?: string | undefined;
}

/** The machine, as far as this decision goes. */
export interface Surroundings {
  readonly inspect: Inspect;
  /** Effective user id; null where there are none. */
  readonly userId: number | null;
}

const MARKERS = [
  ...CONFIG_FILES.map((name) => ({ name, kind: "file" }) as const),
  { name: ".wf.db", kind: "file" },
  { name: "workflows", kind: "folder" },
] as const;

const MACHINE: Surroundings = { inspect: inspectFile, userId: userId() };

export const findProject = (options: ProjectOptions, machine: Surroundings = MACHINE): Result<Project, WfliteError> => {
  const found = options.dir === undefined ? search(options.cwd, machine) : named(options.cwd, options.dir, machine);
  return found.ok ? withDatabase(found.value, options, machine) : found;
};

interface Found {
  readonly root: string;
  readonly notes: readonly string[];
}

const named = (cwd: string, dir: string, { inspect }: Surroundings): Result<Found, WfliteError> => {
  const root = resolve(cwd, dir);
  const seen = dir === "" ? undefined : inspect(root);
  if (seen?.kind === "folder") return ok({ root: seen.realPath, notes: [] });
  const problem = seen === undefined ? `There is no folder ${quoted(dir)}` : `${quoted(dir)} is not a folder`;
  return err(fail("USAGE", { problem, next: "Give --dir the project's folder." }));
};

const search = (cwd: string, machine: Surroundings): Result<Found, WfliteError> => {
  const notes: string[] = [];
  const start = machine.inspect(cwd)?.realPath ?? cwd;
  for (let folder = start, last = ""; folder !== last; last = folder, folder = dirname(folder)) {
    const markers = markersIn(folder, machine);
    if (markers.length === 0) continue;
    const stranger = strangerAmong([folder, ...markers], folder === start, machine);
    if (stranger === undefined) return ok({ root: folder, notes });
    notes.push(`${folder} holds a project, but ${stranger} belongs to another user: passed over`);
  }
  const refused = markersIn(start, machine).length > 0;
  return refused ? err(refusal(start, notes)) : ok({ root: start, notes });
};

const markersIn = (folder: string, { inspect }: Surroundings): string[] =>
  MARKERS.filter(({ name, kind }) => inspect(join(folder, name))?.kind === kind).map(({ name }) => join(folder, name));

const strangerAmong = (paths: readonly string[], isStart: boolean, { inspect, userId }: Surroundings): string | undefined => {
  if (userId === null) return undefined;
  const isFriend = (owner: number): boolean => owner === userId || (isStart && owner === 0);
  return paths.find((path) => !(inspect(path)?.owners ?? []).every(isFriend));
};

const refusal = (folder: string, notes: readonly string[]): WfliteError =>
  fail("USAGE", {
    problem: `Nothing is run from ${folder}: ${notes[0]?.replace(/: passed over$/, "") ?? "it belongs to another user"}`,
    next: "If you trust it, name it: `wf --dir .`",
  });

const withDatabase = (found: Found, { cwd, db }: ProjectOptions, { inspect }: Surroundings): Result<Project, WfliteError> => {
  const databaseFile = db === undefined ? join(found.root, ".wf.db") : resolve(cwd, db);
  const seen = inspect(databaseFile);
  const problem = databaseProblem(databaseFile, db, inspect);
  if (problem !== undefined)
    return err(fail("USAGE", { problem, next: "Give --db (or WF_DB) the database file; it is made if there is none." }));
  return ok({ ...found, databaseFile, hasDatabase: seen !== undefined, workflowsDir: join(found.root, "workflows") });
};

const databaseProblem = (file: string, db: string | undefined, inspect: Inspect): string | undefined => {
  if (db === "") return "The name of the database file is empty";
  if (inspect(file)?.kind === "folder") return `${quoted(file)} is a folder, not a database file`;
  if (inspect(dirname(file))?.kind !== "folder") return `There is no folder ${quoted(dirname(file))} for the database file`;
  return undefined;
};
