/**
 * Whether the shell would evaluate what stands in a word of a command: as a script, as a number, or as an option that does so.
 *
 * It is told what has been read of the command, up to the word in question. What a script does with its variables afterwards is its own
 * matter, but for those that it declares as integers and lists.
 */
import { DECLARING, EXPANDED_LATER, NAMING, OPTIONS_THAT_EVALUATE, PRINTERS, TESTS } from "./shell-builtins.ts";
import { ASSIGNMENT, type CommandLine, VALUE } from "./shell-command-line.ts";
import { type Declared, hasFlag } from "./shell-declared.ts";
import { baseOf, refusalOf, scriptOf, shellOf } from "./shell-script-takers.ts";
import type { Guard } from "./shell-standing.ts";

/** For every value: what is wrong with it, or that it has to be a number. */
export type Evaluation = { readonly problem: string } | "number";

/** Of the word that is being read. */
export const evaluationOf = (line: CommandLine, declared: Declared): Evaluation | Guard | undefined => {
  const { name, word } = line;
  if (line.isList) return ofList(line, declared);
  if (line.target !== undefined) return ofTarget(line, declared);
  if (/^[A-Za-z_]\w*\[[^\]]*$/.test(word)) return "number";
  const script = scriptOf(line, "word");
  if (script !== undefined) return { problem: refusalOf(script) };
  if (line.words.length === 0 || DECLARING.has(name) || name === "env") {
    const assigned = ofAssignment(line, declared);
    if (assigned !== undefined) return assigned;
  }
  if (line.words.length === 0) return word === "" ? { against: "name", command: name } : undefined;
  return ofVariables(line, declared) ?? ofOptions(line);
};

export const isGuard = (found: Evaluation | Guard | undefined): found is Guard => typeof found === "object" && "against" in found;

/** An evaluator reads what a command inside of one of its words prints, for certain or perhaps. */
export const evaluatesOutput = (line: CommandLine, declared: Declared, inner: CommandLine, isFile: boolean): Evaluation | undefined => {
  const isInput = line.target === "<<<" || (line.target === "<" && isFile);
  const script = line.target !== undefined && !isInput ? undefined : scriptOf(line, isInput ? "input" : isFile ? "file" : "word");
  if (script !== undefined) return { problem: refusalOf(script) };
  const outer = isFile || !PRINTERS.has(inner.name) ? undefined : evaluationOf(line, declared);
  return outer !== undefined && !isGuard(outer) ? outer : undefined;
};

const later = (name: string): Evaluation => ({
  problem:
    `the shell expands ${name} whenever it uses it, with the commands in it; ` +
    `set another variable to the value, and name that one: ${name}='$x'`,
});

const ofAssignment = (line: CommandLine, declared: Declared): Evaluation | Guard | undefined => {
  const { name, word } = line;
  const [, variable = "", , text = ""] = ASSIGNMENT.exec(word) ?? [];
  if (variable === "") return undefined;
  if (EXPANDED_LATER.has(variable)) return later(variable);
  const declares = DECLARING.has(name);
  if (declared.integers.has(variable) || (declares && hasFlag(line, "in"))) return "number";
  if (!declares) return undefined;
  if (hasFlag(line, "aA")) return "number";
  // `export` and `readonly` do not read a list in a text, unless they are told to.
  if (name === "export" || name === "readonly") return undefined;
  if (declared.lists.has(variable)) return "number";
  return name !== "local" && text === "" ? { against: "list", command: name } : undefined;
};

/** `x=( … )`: its words, and their subscripts. */
const ofList = ({ of, word }: CommandLine, declared: Declared): Evaluation | undefined => {
  if (/^\[[^\]]*$/.test(word)) return "number";
  const [, variable = ""] = ASSIGNMENT.exec(of?.word ?? "") ?? [];
  if (EXPANDED_LATER.has(variable)) return later(variable);
  const isInteger = declared.integers.has(variable) || (of !== undefined && DECLARING.has(of.name) && hasFlag(of, "in"));
  return isInteger ? "number" : undefined;
};

/** Commands that set variables by name. */
const ofVariables = (line: CommandLine, declared: Declared): Evaluation | Guard | undefined => {
  const { name, words, word, last } = line;
  const isPrinted = name === "printf" && words[1] === "-v";
  if (name === "for" || name === "select" || name === "read" || isPrinted) {
    const set = ofSet(name === "read" ? words.slice(1) : [words[isPrinted ? 2 : 1] ?? ""], declared);
    if (set !== undefined) return set;
  }
  if (TESTS.has(name)) return last === "-v" || last === VALUE ? "number" : { against: "operator", command: name };
  if (!NAMING.has(name) || (DECLARING.has(name) && ASSIGNMENT.test(word))) return undefined;
  if (name === "getopts") return words.length === 2 ? "number" : undefined;
  const isArgument = (name === "read" && /^-\w*[dipNntu]$/.test(last)) || (/^(?:mapfile|readarray)$/.test(name) && last === "-d");
  return isArgument ? undefined : "number";
};

const ofSet = (names: readonly string[], declared: Declared): Evaluation | undefined => {
  const variable = names.find((name) => EXPANDED_LATER.has(name));
  if (variable !== undefined) return later(variable);
  return names.some((name) => declared.integers.has(name)) ? "number" : undefined;
};

const ofTarget = (line: CommandLine, declared: Declared): Evaluation | undefined => {
  // A name of a file is expanded once more by bash; the number of a descriptor is not.
  if (line.target?.endsWith("&") === true) return "number";
  if (line.target !== "<<<") return undefined;
  const script = scriptOf(line, "input");
  if (script !== undefined) return { problem: refusalOf(script) };
  return line.name === "read" ? ofSet(line.words.slice(1), declared) : undefined;
};

/** Commands with an option that evaluates: a value could be that option, or what stands behind it. */
const ofOptions = ({ name, words, word, last }: CommandLine): Evaluation | Guard | undefined => {
  const command = baseOf(name);
  if (shellOf(words, "input") !== undefined) return words.includes("--") ? undefined : asOption(command, word);
  const option = OPTIONS_THAT_EVALUATE.get(command);
  if (option === undefined) return undefined;
  const takesNext = words.length > 1 && isOnlyOption(last, option) && isAmongOptions(words.slice(1, -1), command);
  if (takesNext) return command === "printf" || command === "wait" ? "number" : { problem: `\`${command} ${last}\` would evaluate it` };
  return isAmongOptions(words.slice(1), command) ? asOption(command, word) : undefined;
};

/** Digits are no option of those. */
const asOption = (command: string, word: string): Evaluation | Guard | undefined =>
  word === "" ? { against: "option", command } : word.startsWith("-") ? "number" : undefined;

/** Not with its argument in the same word. */
const isOnlyOption = (word: string, option: RegExp): boolean => word === option.exec(word)?.[0];

/** Whether what comes next may still be an option. */
const isAmongOptions = (words: readonly string[], command: string): boolean => {
  if (words.includes("--") || TAKES_NEXT.get(command)?.test(words.at(-1) ?? "")) return false;
  const others = words.filter((word, index) => !word.startsWith("-") && !TAKES_NEXT.get(command)?.test(words[index - 1] ?? ""));
  return others.every((word) => command === "env" && ASSIGNMENT.test(word));
};

const TAKES_NEXT: ReadonlyMap<string, RegExp> = new Map([
  ["printf", /^-v$/],
  ["wait", /^-\w*p$/],
  ["compgen", /^-\w*[oAGWFCXPS]$/],
  ["env", /^-\w*[uC]$/],
]);
