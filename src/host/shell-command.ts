/**
 * The program of a step as an absolute path, with its arguments.
 *
 * It is looked for once, by us: relative and empty entries of PATH mean whatever folder one stands in, and are passed over.
 */
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { fail } from "../model/errors.ts";
import type { ShellProgram } from "../model/shell.ts";

export interface CommandPlace {
  /** PATH of the command. */
  readonly path: string;
  /** Its folder, absolute. */
  readonly cwd: string;
  /** Where bash is looked for if it is not on PATH. Default: where systems have it. */
  readonly shells?: string;
}

/** For messages. */
export const nameOf = (program: ShellProgram): string => ("script" in program ? "bash" : program.command[0]);

/** @throws SHELL_UNSTARTED when there is no such program */
export const commandOf = (program: ShellProgram, place: CommandPlace): [string, ...string[]] => {
  if ("script" in program) return [...shellOf(place), program.script, "wf", ...program.args];
  const [name, ...args] = program.command;
  const found = name.includes("/") ? resolve(place.cwd, name) : onPath(name, place.path);
  if (found === undefined) throw fail("SHELL_UNSTARTED", { program: name, problem: "there is no such program on its PATH" });
  return [found, ...args];
};

/** `pipefail` is not a part of every `sh`. */
const shellOf = ({ path, shells = SYSTEM_PATH }: CommandPlace): [string, ...string[]] => {
  const bash = onPath("bash", path) ?? onPath("bash", shells);
  return bash === undefined ? ["/bin/sh", "-euc"] : [bash, "-euo", "pipefail", "-c"];
};

const SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin";

const onPath = (name: string, path: string): string | undefined =>
  path
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, name))
    .find(isProgram);

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
};
