/**
 * A template as a script and its arguments.
 *
 *     ctx.sh`cp ${from} "to ${dir}" ${flags}`   ─►   cp "${_wf1?}" "to ${_wf2?}" "${_wf3?}" "$_wf4"     [from, dir, ...flags]
 *
 * The script is made of what stands in the source of the workflow and of numbers, never of a value. Its static text is taken as it is
 * written, since backslashes are the shell's; only what JavaScript forces to be escaped (a backquote, and `${`) is set free.
 */
import { fail } from "./errors.ts";
import type { ShellValue } from "./shell.ts";
import { carrying, written } from "./shell-carried.ts";
import { standingsOf } from "./shell-grammar.ts";
import { misplaced, type Standing } from "./shell-standing.ts";
import { wordsOf } from "./shell-words.ts";

export interface ReadTemplate {
  readonly script: string;
  readonly args: readonly string[];
}

interface Compiled {
  readonly parts: readonly string[];
  readonly standings: readonly Standing[];
  readonly name: string;
}

/** Of a step's name, DESIGN's limit. */
const MAX_NAME = 200;

/** A template of the source is one object however often it is reached. */
const compiled = new WeakMap<TemplateStringsArray, Compiled>();

export const isTemplate = (given: unknown): given is TemplateStringsArray =>
  Array.isArray(given) && Array.isArray((given as Partial<TemplateStringsArray>).raw) && Object.isFrozen(given);

/** The static text, with `$1`, `$2` … where the values stand. */
export const nameOfTemplate = (strings: TemplateStringsArray): string => compile(strings).name;

/** @param name of the step, for messages @throws ValidationError SHELL_REFUSED */
export const readTemplate = (name: string, strings: TemplateStringsArray, values: readonly ShellValue[]): ReadTemplate => {
  const { parts, standings } = compile(strings);
  if (parts.join("").trim() === "" && values.length === 0) throw fail("SHELL_REFUSED", { where: "ctx.sh", problem: "the script is empty" });
  const args: string[] = [];
  const pieces = [parts[0] ?? ""];
  for (const [index, standing] of standings.entries()) {
    const where = `value ${index + 1} of \`${name}\``;
    const value = values[index] as ShellValue;
    const words = wordsOf(where, value);
    const problem = misplaced(standing, value, words);
    if (problem !== undefined) throw fail("SHELL_REFUSED", { where, problem });
    const from = args.push(...words) - words.length;
    pieces.push(written(standing, from, words.length), parts[index + 1] ?? "");
  }
  return { script: `${carrying(args.length)}${pieces.join("")}`, args };
};

const compile = (strings: TemplateStringsArray): Compiled => {
  let known = compiled.get(strings);
  if (known === undefined) {
    const parts = strings.raw.map(unescaped);
    compiled.set(strings, (known = { parts, standings: standingsOf(parts), name: nameOf(parts) }));
  }
  return known;
};

/** Pairs of backslashes first: in `\\${` the second one is the shell's. */
const unescaped = (raw: string): string =>
  raw.replace(/\\(\\|`|\$(?=\{))/g, (whole, character: string) => (character === "\\" ? whole : character));

const nameOf = (parts: readonly string[]): string => {
  const text = parts.map((part, index) => (index === 0 ? part : `$${index}${part}`)).join("");
  const line = text
    .replace(/\\\n/g, " ")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .toWellFormed();
  return line.length > MAX_NAME ? `${line.slice(0, MAX_NAME - 1).trimEnd()}…`.toWellFormed() : line;
};
