/**
 * The options that every command takes, before or after its name, and the reading of argv before any command is loaded.
 */
import { quoted } from "../model/escape.ts";
import { fail } from "../model/errors.ts";
import type { Invocation } from "./command.ts";
import { FORMATS, type OutputFormat } from "./out-format.ts";

const VALUE_FLAGS: readonly string[] = ["--dir", "--db", "-o", "--output", "--env-file"];

export interface GlobalOptions {
  readonly dir: string | undefined;
  readonly db: string | undefined;
  readonly format: OutputFormat;
  /** Whether that was asked for; otherwise the project may say what it is. */
  readonly isFormatGiven: boolean;
  readonly quiet: boolean;
  readonly noColour: boolean;
  readonly utc: boolean;
}

/** @throws ValidationError for an unknown or contradictory output format */
export const readGlobals = (options: Invocation["options"], env: Readonly<Record<string, string | undefined>>): GlobalOptions => ({
  dir: filled("--dir", options["dir"]),
  db: filled("--db", options["db"]) ?? (env["WF_DB"] || undefined),
  format: readFormat(options),
  isFormatGiven: options["output"] !== undefined || options["json"] === true,
  quiet: options["quiet"] === true,
  noColour: options["color"] === false,
  utc: options["utc"] === true,
});

const filled = (flag: string, value: Invocation["options"][string]): string | undefined => {
  if (value === "") throw fail("USAGE", { problem: `${flag} is empty`, next: `Give ${flag} a path, or leave it out.` });
  return typeof value === "string" ? value : undefined;
};

function readFormat(options: Invocation["options"]): OutputFormat {
  const given = options["output"];
  const isJson = options["json"] === true;
  if (given === undefined) return isJson ? "json" : "text";
  const format = FORMATS.find((known) => known === given);
  if (format === undefined) {
    throw fail("USAGE", { problem: `Unknown output format ${quoted(String(given))}`, next: `-o takes ${FORMATS.join(", ")}.` });
  }
  if (isJson && format !== "json")
    throw fail("USAGE", { problem: `--json and -o ${format} contradict each other`, next: "Give one of them." });
  return format;
}

export interface SplitArgv {
  /** The command's name; undefined when there is none. */
  readonly name: string | undefined;
  /** All the others, in order. */
  readonly rest: readonly string[];
}

/** Takes the command's name out of argv: the first argument that is neither a flag nor the value of a global one. */
export const splitArgv = (argv: readonly string[]): SplitArgv => {
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? "";
    if (argument === "--") break;
    if (VALUE_FLAGS.includes(argument)) index++;
    else if (!argument.startsWith("-")) return { name: argument, rest: argv.toSpliced(index, 1) };
  }
  return { name: undefined, rest: argv };
};

/** The output format as far as it can be told without parsing, for usage errors: these too are JSON where JSON was asked for. */
export const sniffFormat = (argv: readonly string[]): OutputFormat => {
  const end = argv.indexOf("--");
  const before = end < 0 ? argv : argv.slice(0, end);
  if (before.includes("--json")) return "json";
  const named = before.flatMap((argument, index) => {
    if (argument === "-o" || argument === "--output") return [before[index + 1]];
    return [/^(?:--output=|-o=?)(.+)$/.exec(argument)?.[1]];
  });
  return FORMATS.find((format) => named.includes(format)) ?? "text";
};
