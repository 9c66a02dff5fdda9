/**
 * Who runs a text as a script: builtins as `eval`, and shells, which may be behind programs that start others.
 *
 *     eval TEXT · source <(TEXT) · bash -euc TEXT · sudo sh -c TEXT · find … -exec sh -c TEXT · bash <<< TEXT · echo TEXT | sh
 */
import { EVALUATORS, SCRIPT_TAKERS, SHELLS, SOURCES, WRAPPERS } from "./shell-builtins.ts";
import type { CommandLine } from "./shell-command-line.ts";

/** How a text may get to a shell: as a word, as a file that is made of it, or by its standard input. */
export type Way = "word" | "file" | "input";

/** @returns the command that would run what comes this way as a script */
export const scriptOf = (line: CommandLine, way: Way): string | undefined => {
  const { name, words } = line;
  // What comes of a variable may be nothing, and then the next word is the name.
  const at = isUnsure(name) && EVALUATORS.has(words[1] ?? "") ? 1 : 0;
  if (EVALUATORS.has(words[at] ?? "")) return way === "input" ? undefined : `\`${words[at]}\``;
  if (SOURCES.has(name)) return isRead(line, way) ? `\`${name}\`` : undefined;
  if (way === "word" && SCRIPT_TAKERS.has(baseOf(name)) && /^(?:-\w*c|--command)$/.test(line.last)) return `\`${baseOf(name)} -c\``;
  return shellOf(words, way);
};

/** A program without its folder. */
export const baseOf = (name: string): string => name.slice(name.lastIndexOf("/") + 1);

const isUnsure = (word: string | undefined): boolean => word !== undefined && /^[$\0]/.test(word);

/** @param script that `scriptOf` has found */
export const refusalOf = (script: string): string => {
  const isElsewhere = script.endsWith(" -c`") || SHELLS.has(script.replaceAll("`", ""));
  const next = isElsewhere
    ? `give it to the script as an argument: bash -c 'echo "$1"' bash …`
    : `set a variable to it first, and name that in single quotes there: '"$x"'`;
  return `${script} would evaluate it; ${next}`;
};

/** By `source`. */
const isRead = ({ words, last }: CommandLine, way: Way): boolean =>
  (way === "file" && words.length === 1) || (way === "input" && /^(?:-|\/dev\/(?:stdin|fd\/0))$/.test(last));

/** @returns the shell that takes what comes this way for its script */
export const shellOf = (words: readonly string[], way: Way): string | undefined => {
  const mayBeLater = isUnsure(words[0]) || WRAPPERS.has(baseOf(words[0] ?? ""));
  const at = words.findIndex(
    (word, index) => SHELLS.has(baseOf(word)) && (index === 0 || mayBeLater || /^-(?:exec|execdir|ok|okdir)$/.test(words[index - 1] ?? "")),
  );
  const state = at < 0 ? "over" : stateOfShell(words.slice(at + 1));
  if (state === "over" || (way === "word" && state === "options")) return undefined;
  return `\`${baseOf(words[at] ?? "")}${state === "script" ? " -c" : ""}\``;
};

/** After its options a shell takes a script, or a file; and nothing else after that. */
const stateOfShell = (words: readonly string[]): "options" | "script" | "over" => {
  let state: "options" | "script" = "options";
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (SHELLS.has(word)) continue; // busybox sh
    if (!/^[-+$\0]/.test(word)) return "over";
    if (/^-[A-Za-z]*c[A-Za-z]*$/.test(word)) state = "script";
    if (/^(?:[-+][A-Za-z]*[oO]|--rcfile|--init-file)$/.test(word) && ++at === words.length) return "over";
  }
  return state;
};
