/**
 * The places in a script where a value can stand, and which values may stand there.
 *
 *     plain      cp ${a} b         any number of words
 *     double     "to ${a}"         one word
 *     single     'to ${a}'         one word; `ansi` is the same inside of $'…'
 *     number     $(( ${n} + 1 ))   a number: what a shell counts with, or takes for the name of a variable, it evaluates, down to
 *                                  commands inside of a subscript
 *     nowhere    here-documents, backquotes, ${…}, and what a shell reads as a script
 *
 * A guard forbids the few texts that would mean something where all others do not.
 */
import type { ShellValue } from "./shell.ts";
import { EVALUATING_BUILTINS } from "./shell-builtins.ts";

export type Standing =
  | { readonly kind: "plain" | "double" | "single" | "ansi"; readonly guard?: Guard | undefined }
  /** Of a text in the variable of that name, where there is one. */
  | { readonly kind: "number"; readonly variable?: string | undefined }
  | { readonly kind: "nowhere"; readonly problem: string };

/**
 * option: `command` has an option that evaluates; operator: one more word makes it another expression; name: it is the name of the command;
 * list: a text in parentheses is read as one.
 */
export interface Guard {
  readonly against: "option" | "operator" | "name" | "list";
  readonly command: string;
}

export const nowhere = (problem: string): Standing => ({ kind: "nowhere", problem });

/** Where the shell counts with it: only two of the quotes keep a number as it is. */
export const counted = (quotes: Standing["kind"] | undefined, variable?: string): Standing =>
  quotes === "single" || quotes === "ansi"
    ? nowhere("the shell would evaluate it there, in quotes of that kind")
    : { kind: "number", variable };

/** @param words of the value @returns what is wrong with the value there */
export const misplaced = (standing: Standing, value: ShellValue, words: readonly string[]): string | undefined => {
  switch (standing.kind) {
    case "nowhere":
      return standing.problem;
    case "number":
      return isNumber(value) ? undefined : noNumber(standing.variable);
    case "plain":
      return guarded(standing.guard, words);
    case "double":
    case "single":
    case "ansi":
      if (Array.isArray(value)) return "an array is several arguments and cannot stand inside quotes";
      return guarded(standing.guard, words);
    default:
      return standing satisfies never;
  }
};

/** Also a text of digits: whatever a shell takes it for, there is nothing in it to evaluate. */
const isNumber = (value: ShellValue): boolean =>
  typeof value === "number" || typeof value === "bigint" || (typeof value === "string" && /^-?\d{1,18}$/.test(value));

const noNumber = (variable: string | undefined): string =>
  `the shell would evaluate it ${variable === undefined ? "there" : `where it reads \`${variable}\``}, also commands in a subscript, ` +
  "so it has to be a number; compare texts with = in [ … ]";

const guarded = (guard: Guard | undefined, words: readonly string[]): string | undefined => {
  if (guard === undefined) return undefined;
  const [first, ...others] = words;
  switch (guard.against) {
    case "option":
      if (first === undefined) return `an array without parts would leave its place to what follows, as an option of \`${guard.command}\``;
      return first.startsWith("-")
        ? `\`${guard.command}\` would take it for an option, and has one that evaluates; write -- before it`
        : undefined;
    case "operator":
      return others.length > 0 ? `several arguments there could be operators of \`${guard.command}\`` : undefined;
    case "name":
      return first !== undefined && EVALUATING_BUILTINS.has(first) ? `\`${first}\` would evaluate what follows it` : undefined;
    case "list":
      return first?.startsWith("(") === true ? `\`${guard.command}\` could take it for a list, and evaluate it` : undefined;
    default:
      return guard.against satisfies never;
  }
};
