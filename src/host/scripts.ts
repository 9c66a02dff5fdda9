/**
 * Starts scripts: an executable file of the project in a process group of its own, in the project's folder, with the environment of wf and
 * what the script is told.
 *
 * What callers may rely on:
 *   1. `wf` is found first on its PATH, and is the one that started it.
 *   2. It inherits nothing that a script around it was told (`model/scripts/environment.ts`).
 *   3. A file without a first line that names its interpreter is run by `sh`, as shells do it.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { fail } from "../model/errors.ts";
import { SCRIPT_ENVIRONMENT } from "../model/scripts/environment.ts";
import type { ScriptEnd, ScriptMachine, ScriptProcess, ScriptRequest } from "../model/scripts/machine.ts";
import { type GroupEnd, shellCodeOf, startGroup } from "./process-group.ts";
import { mayStartLater, problemOf } from "./unstarted.ts";

export interface ScriptPlace {
  /** The project's folder, absolute. */
  readonly root: string;
  readonly databaseFile: string;
}

/** Where the command `wf` of this very copy lies. */
const BIN = resolve(import.meta.dir, "../../bin");

export const scriptMachine = (place: ScriptPlace, env: NodeJS.ProcessEnv = process.env): ScriptMachine => ({
  start: (request) => start(request, { place, env }),
});

const start = async (
  { file, variables, onChunk }: ScriptRequest,
  { place, env }: { readonly place: ScriptPlace; readonly env: NodeJS.ProcessEnv },
): Promise<ScriptProcess> => {
  const path = join(place.root, file);
  try {
    const command: [string, ...string[]] = hasInterpreter(path) ? [path] : ["/bin/sh", path];
    const group = startGroup({ command, cwd: place.root, env: { ...inherited(env), ...ofPlace(place), ...variables }, onChunk });
    return { pid: group.pid, ended: group.ended.then(endOf), stop: () => group.stop() };
  } catch (error) {
    if (mayStartLater(error)) throw error;
    throw fail("SCRIPT_UNSTARTED", { file, problem: problemOf(error, PROBLEMS) }, error);
  }
};

const PROBLEMS = {
  ENOENT: "the file, or the interpreter that its first line names, is not there",
  E2BIG: "its input and the environment are too large together",
};

const ofPlace = ({ root, databaseFile }: ScriptPlace): Record<string, string> => ({
  [SCRIPT_ENVIRONMENT.project]: root,
  [SCRIPT_ENVIRONMENT.database]: databaseFile,
});

/** Variables by which scripts are told who they are. */
const OWN: ReadonlySet<string> = new Set(Object.values(SCRIPT_ENVIRONMENT));

const inherited = (env: NodeJS.ProcessEnv): Record<string, string> => {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !OWN.has(entry[0]) && !entry[0].startsWith(SCRIPT_ENVIRONMENT.inputPrefix),
  );
  const variables = Object.fromEntries(kept);
  // An empty one would add an empty entry, which means whatever folder one stands in.
  return { ...variables, PATH: [BIN, variables["PATH"] || "/usr/local/bin:/usr/bin:/bin"].join(delimiter) };
};

/** `#!`, or the head of a compiled program; texts without either have none. */
const hasInterpreter = (path: string): boolean => {
  const descriptor = openSync(path, "r");
  try {
    const head = new Uint8Array(4);
    readSync(descriptor, head, 0, 4, 0);
    return (head[0] === 0x23 && head[1] === 0x21) || head.some((byte) => byte === 0 || byte > 0x7e);
  } finally {
    closeSync(descriptor);
  }
};

const endOf = (end: GroupEnd): ScriptEnd => ({ exitCode: shellCodeOf(end), signal: end.signal, stderr: end.stderr.text() });
