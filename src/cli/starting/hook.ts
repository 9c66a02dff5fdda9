/**
 * A hook of git that runs `wf check` before each commit: no commit with code that executions in flight cannot go on with.
 *
 * git says where its hooks are; a hook that is there is not touched.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { usage } from "../option-values.ts";
import { shQuoted } from "../service/quoting.ts";
import { createFile, type Made } from "./scaffold.ts";

/** @param wf its absolute path, for where it is on no PATH */
export const installHook = (root: string, wf: string): Made => {
  const file = hookFile(root);
  const top = git(root, "rev-parse", "--show-toplevel");
  const made = createFile(dirname(file), "pre-commit", textOf(relative(top, root), wf), 0o755);
  const path = relative(root, file);
  if (made.what === "kept") return { path, what: "kept", ...(hasCheck(file) ? {} : { note: "add this line to it: wf check -q" }) };
  chmodSync(file, 0o755); // whatever the umask says
  return { ...made, path };
};

/** In a line that is no comment; also that of `'/path/of/wf' check`. */
const hasCheck = (file: string): boolean => {
  try {
    return /^[^#\n]*\bwf'? check\b/m.test(readFileSync(file, "utf8"));
  } catch {
    return false; // a link to nowhere
  }
};

const hookFile = (root: string): string => resolve(root, git(root, "rev-parse", "--git-path", "hooks/pre-commit"));

/** @throws ValidationError where this is no repository, or there is no git */
const git = (root: string, ...args: readonly string[]): string => {
  const { status, stdout } = spawnSync("git", [...args], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  if (status === 0) return stdout.replace(/\n$/, "");
  throw usage("--hook needs a git repository here", "Type `git init`, then `wf init --hook`.");
};

/** Runs at the top of the repository, which need not be the project. */
const textOf = (folder: string, wf: string): string =>
  [
    "#!/bin/sh",
    "# Made by `wf init --hook`: do the executions in flight still fit the code?",
    ...(folder === "" ? [] : [`cd ${shQuoted(folder)} || exit`]),
    "command -v wf >/dev/null && exec wf check -q",
    `[ -x ${shQuoted(wf)} ] && exec ${shQuoted(wf)} check -q`,
    'echo "wf is not there: executions were not checked" >&2',
    "",
  ].join("\n");
