/**
 * Variables whose texts a script has evaluated: those it counts with, and those that hold the name of another.
 *
 *     n=${value}; (( n > 3 ))        n=${value}; [[ $n -gt 3 ]]        name=${value}; echo "${!name}"
 *
 * What is set to a value has then to be a number. Only what can be seen is: a variable that goes through another one, an argument or a file
 * cannot.
 */
import { DECLARING, EVALUATING_COMPARISONS } from "./shell-builtins.ts";
import { ASSIGNMENT, type CommandLine } from "./shell-command-line.ts";
import type { Declared } from "./shell-declared.ts";

export class Counted {
  readonly #names = new Set<string>();
  readonly #assigned: (readonly [name: string, value: number])[] = [];
  #arithmetic = "";
  #indexes = "";

  /** Of `(( … ))` and the like, as it is read. */
  add(text: string): void {
    this.#arithmetic += text;
  }

  /** A word of any command: `${!name}`; `${name@P}`, which expands its text once more; `${text:start:length}`; an index of a list. */
  addWord(word: string): void {
    for (const [, name = ""] of word.matchAll(/\$\{!?([A-Za-z_]\w*)(?:@P|(?<=!\w+)\})/g)) this.#names.add(name);
    for (const [, place = ""] of word.matchAll(/\$\{\w+:(?![-=?+])([^}]*)/g)) this.add(` ${place} `);
    for (const [, index = ""] of word.matchAll(/(?:\$\{[#!]?|^)[A-Za-z_]\w*\[([^\]]*)\]/g)) this.#indexes += ` ${index} `;
  }

  /** What `[[ … ]]` compares as numbers. */
  addTest(words: readonly string[]): void {
    for (const [index, word] of words.entries())
      if (EVALUATING_COMPARISONS.has(word)) this.add(` ${words[index - 1] ?? ""} ${words[index + 1] ?? ""} `);
  }

  /** A value that the command is about to be given. */
  value(line: CommandLine, index: number): void {
    for (const name of assignedBy(line)) this.#assigned.push([name, index]);
  }

  /** Values that have to be numbers, with the variable that is counted with. */
  found({ hasMaps }: Declared): ReadonlyMap<number, string> {
    // What is no index of a list is a key, any text. The length of a text, ${#x}, is a number whatever it is.
    const evaluated = this.#arithmetic + (hasMaps ? "" : this.#indexes);
    for (const [name] of evaluated.matchAll(/(?<!\$\{#)\b[A-Za-z_]\w*/g)) this.#names.add(name);
    return new Map(this.#assigned.filter(([name]) => this.#names.has(name)).map(([name, index]) => [index, name]));
  }
}

const assignedBy = ({ name, words, word, target, isList, of }: CommandLine): readonly string[] => {
  if (isList) return of === undefined ? [] : assignedBy(of);
  if (target !== undefined) return target === "<<<" && name === "read" ? words.slice(1) : [];
  if (name === "for" || name === "select") return words.slice(1, 2);
  if (name === "printf" && words[1] === "-v") return words.slice(2, 3);
  const variable = words.length === 0 || DECLARING.has(name) ? ASSIGNMENT.exec(word)?.[1] : undefined;
  return variable === undefined ? [] : [variable];
};
