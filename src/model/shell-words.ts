/** What may be an argument of a process, and what is wrong with all else. Nothing that is not on the list is ever turned into text. */
import { fail } from "./errors.ts";
import { isSecret } from "./secret.ts";
import type { ShellValue, ShellWord } from "./shell.ts";

/** Linux refuses a longer one (MAX_ARG_STRLEN, 32 pages), and the message of the system says nothing of which. */
const MAX_WORD_BYTES = 131_071;
const MAX_WORDS = 10_000;

/** @throws ValidationError SHELL_REFUSED that says where */
export const wordOf = (where: string, value: unknown): string => {
  const problem = problemOf(value);
  if (problem !== undefined) throw fail("SHELL_REFUSED", { where, problem });
  const text = String(value as ShellWord);
  if (text.includes("\0")) throw fail("SHELL_REFUSED", { where, problem: "it holds a NUL character, which ends an argument" });
  // A text in UTF-8 has at most three bytes for each unit: most need not be counted.
  const bytes = text.length * 3 > MAX_WORD_BYTES ? new TextEncoder().encode(text).length : 0;
  if (bytes > MAX_WORD_BYTES) {
    throw fail("SHELL_REFUSED", { where, problem: `it has ${bytes} bytes, more than an argument can; give it as \`stdin\`` });
  }
  return text;
};

/** One argument for a word, any number for an array. @throws ValidationError SHELL_REFUSED */
export const wordsOf = (where: string, value: ShellValue): readonly string[] => {
  if (!Array.isArray(value)) return [wordOf(where, value)];
  if (value.length > MAX_WORDS) throw fail("SHELL_REFUSED", { where, problem: `it has ${value.length} parts, more than ${MAX_WORDS}` });
  // By index: a hole is undefined, which is refused, where `map` would pass over it.
  return Array.from({ length: value.length }, (_, index) => wordOf(`${where}, part ${index + 1}`, value[index]));
};

const problemOf = (value: unknown): string | undefined => {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "bigint":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : `${value} is no finite number`;
    case "object":
      if (value === null) return "null is no argument";
      if (isSecret(value)) return "a secret is no argument, which all users of the machine can see; `reveal()` it in `env` or `stdin`";
      return Array.isArray(value) ? "an array inside of an array is no argument" : "an object is no argument";
    default:
      return `${typeof value === "undefined" ? "undefined" : `a ${typeof value}`} is no argument`;
  }
};
