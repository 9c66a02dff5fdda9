/**
 * JSON from the command line: the text itself, `@file`, or `-` for standard input.
 */
import type { CommandContext } from "./command.ts";
import { parseJsonInput } from "./input.ts";
import { jsonProblem } from "./json-problem.ts";
import { usage } from "./option-values.ts";

/** The same as standard input's. */
const MAX_BYTES = 16 * 1024 * 1024;

/** @param what the text is called in errors @throws ValidationError that says where the text stops being JSON */
export const readPayload = async (text: string, what: string, context: Pick<CommandContext, "readInput">): Promise<unknown> => {
  if (text === "-") return parse(await context.readInput(), "standard input");
  if (text.startsWith("@")) return parse(await readText(text.slice(1)), text.slice(1));
  return parse(text, what);
};

const parse = (text: string, where: string): unknown => {
  const problem = jsonProblem(text);
  if (problem === undefined) return parseJsonInput(text, where);
  throw usage(`${where} is not JSON: ${problem}`, hintFor(text));
};

/** A shell takes double quotes away, unless single ones stand around them. */
const hintFor = (text: string): string => {
  const trimmed = text.trim();
  if (trimmed === "") return "Give `{}` or `null` where there is nothing to say.";
  if (/^[[{]/.test(trimmed)) return `Put single quotes around the JSON, so that the shell leaves its double quotes: '{"stars": 5}'`;
  return `A text is JSON only in double quotes, with single ones around them: '"text"'. @file reads a file, - standard input.`;
};

const readText = async (file: string): Promise<string> => {
  try {
    const { readFile, stat } = await import("node:fs/promises");
    if ((await stat(file)).size <= MAX_BYTES) return await readFile(file, "utf8");
  } catch (error) {
    throw usage(`${file} cannot be read: ${(error as Error).message}`, "@ stands before the name of a file.");
  }
  throw usage(`${file} is larger than 16 MiB`, "Store the data in a file and send its name.");
};
