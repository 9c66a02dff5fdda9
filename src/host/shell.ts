/**
 * Runs the command of a step once: in a process group of its own, with the arguments, the environment and the folder that the step says.
 *
 *     request ──► program found ──► group started ──► streams: kept, told, logged ──► its end
 *                                        └─ the signal is aborted, or the log cannot be written: the whole group is ended
 *
 * What callers may rely on:
 *   1. A script is for `bash -euo pipefail`, or `sh -eu` on a machine without bash; its values are arguments and never part of it.
 *   2. It sees the variables that are named, and no others of wf.
 *   3. After it has settled nobody of a group that was told to end does anything any more.
 *   4. What cannot be started for good is SHELL_UNSTARTED; a system that has run out of something throws its own error.
 */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { fail } from "../model/errors.ts";
import type { Shell, ShellEnd, ShellRequest, ShellWatch } from "../model/shell.ts";
import { type GroupEnd, type ProcessGroup, shellCodeOf, startGroup } from "./process-group.ts";
import { commandOf, nameOf } from "./shell-command.ts";
import { ShellLog } from "./shell-log.ts";
import { codeOf, mayStartLater, problemOf } from "./unstarted.ts";

export interface ShellMeans {
  /** What may be inherited. Default: the environment of wf. */
  readonly env?: NodeJS.ProcessEnv;
  /** From TERM to KILL. Default 5 s. */
  readonly graceMs?: number;
}

/** @param root of the project, absolute */
export const shellIn =
  (root: string, { env = process.env, graceMs }: ShellMeans = {}): Shell =>
  async (request, watch) => {
    watch.signal.throwIfAborted();
    const log = watch.log === undefined ? undefined : new ShellLog(root, watch.log);
    try {
      return await run(request, { watch, log, root, env, graceMs });
    } finally {
      log?.close();
    }
  };

interface Surroundings {
  readonly watch: ShellWatch;
  readonly log: ShellLog | undefined;
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly graceMs: number | undefined;
}

const run = async (request: ShellRequest, { watch, log, root, env, graceMs }: Surroundings): Promise<ShellEnd> => {
  const group = start(request, {
    ...{ cwd: resolve(root, request.cwd), env: variablesOf(request, env), graceMs },
    onChunk: (name, chunk) => {
      watch.onChunk?.(name, chunk);
      // Without its log it is not what was asked for: it ends, and fails.
      if (log?.write(name, chunk) === false) void group.stop();
    },
  });
  const stop = (): void => void group.stop();
  watch.signal.addEventListener("abort", stop, { once: true });
  const end = await group.ended;
  watch.signal.removeEventListener("abort", stop);
  if (watch.signal.aborted || log?.hasFailed === true) await group.stop();
  log?.finish();
  return endOf(end, log?.file ?? null);
};

interface Means {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly graceMs: number | undefined;
  readonly onChunk: NonNullable<ShellWatch["onChunk"]>;
}

const PROBLEMS = {
  ENOENT: "it, or the interpreter that its first line names, is not there",
  E2BIG: "its arguments and its environment are too large together; give what is large as `stdin`",
  ENOEXEC: "it is no program of this system",
};

const start = ({ program, stdin, keptBytes }: ShellRequest, { cwd, env, graceMs, onChunk }: Means): ProcessGroup => {
  const name = nameOf(program);
  if (!isFolder(cwd)) throw fail("SHELL_UNSTARTED", { program: name, problem: `there is no folder ${cwd}`, next: "`cwd` names one." });
  try {
    return startGroup({ command: commandOf(program, { path: env["PATH"] ?? "", cwd }), cwd, env, stdin, keptBytes, graceMs, onChunk });
  } catch (error) {
    if (mayStartLater(error) || codeOf(error) === "SHELL_UNSTARTED") throw error;
    throw fail("SHELL_UNSTARTED", { program: name, problem: problemOf(error, PROBLEMS) }, error);
  }
};

/** Names that end in `*` are beginnings. */
const variablesOf = ({ inherit, env }: ShellRequest, own: NodeJS.ProcessEnv): Record<string, string> => {
  const isInherited = (name: string): boolean =>
    inherit.some((pattern) => (pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
  const inherited = Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined && isInherited(entry[0]));
  return { ...Object.fromEntries(inherited), ...env };
};

const endOf = (end: GroupEnd, logFile: string | null): ShellEnd => {
  const { signal, stdout, stderr, isCutOff } = end;
  return {
    ...{ stdout: stdout.text(), stderr: stderr.text(), signal, logFile },
    exitCode: shellCodeOf(end),
    isTruncated: isCutOff || stdout.leftOut > 0 || stderr.leftOut > 0,
  };
};

const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};
