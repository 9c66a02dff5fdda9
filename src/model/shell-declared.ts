/** What a script has said of its variables, as far as it makes a difference to what is assigned to them. */
import { DECLARING, INTEGERS } from "./shell-builtins.ts";
import type { CommandLine } from "./shell-command-line.ts";

export class Declared {
  readonly integers = new Set(INTEGERS);
  readonly lists = new Set<string>();
  /** Whether any variable is a map (`declare -A`). */
  hasMaps = false;

  /** @param word that has been read of the command, where `()` stands for a list */
  add(line: CommandLine, word: string): void {
    const [, name, , index, text] = /^([A-Za-z_]\w*)((\[.*?\])?\+?=(.*))?/s.exec(word) ?? [];
    if (name === undefined || (line.words.length > 0 && !DECLARING.has(line.name))) return;
    if (index !== undefined || text === "()") this.lists.add(name);
    if (line.words.length === 0) return;
    if (hasFlag(line, "A")) this.hasMaps = true;
    if (hasFlag(line, "in")) this.integers.add(name);
    if (hasFlag(line, "aA")) this.lists.add(name);
  }
}

/** Among the options of a command that declares. */
export const hasFlag = ({ words }: CommandLine, letters: string): boolean =>
  words.some((word) => new RegExp(`^-\\w*[${letters}]`).test(word));
