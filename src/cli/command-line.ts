/**
 * One command's arguments and options, parsed by commander, and help.
 *
 * commander neither writes nor exits here: what it would print as help is given back as text, and a mistake is an error of the catalogue
 * with the nearest right word as its hint. One flat parser takes the command's own options and the global ones, so these may stand
 * anywhere. Lines that are plainly right do without it (`plain-line.ts`).
 */
import type { Command as Commander, CommanderError, Option } from "commander";
import { invariant } from "../model/errors.ts";
import { suggest } from "../model/suggest.ts";
import type { Command, Invocation, OptionTable } from "./command.ts";
import { flowing } from "./flowing.ts";
import { checkLengths, shortened } from "./lengths.ts";
import { usage } from "./option-values.ts";
import { GLOBAL_OPTIONS, globalsBeside } from "./global-options.ts";
import { type ReadLine, readPlainLine } from "./plain-line.ts";

interface HelpText {
  readonly kind: "help";
  readonly text: string;
}

export type ParsedLine =
  HelpText | { readonly kind: "invocation"; readonly invocation: Invocation; readonly globals: Invocation["options"] };

/** @throws ValidationError for an unknown option, a missing or a surplus argument */
export const parseCommandLine = async (command: Command, argv: readonly string[], columns: number): Promise<ParsedLine> => {
  const line = readPlainLine(command, argv) ?? (await readByCommander(command, argv, columns));
  if ("text" in line) return line;
  const { args, options, globals, written } = line;
  checkLengths(command, { args, options: written });
  return { kind: "invocation", invocation: { args, rest: afterDashes(argv), options }, globals };
};

/** Anything that may be written, mistakes included. */
export const readByCommander = async (command: Command, argv: readonly string[], columns: number): Promise<HelpText | ReadLine> => {
  const parser = await parserOf(command, columns);
  const help: string[] = [];
  parser.configureOutput({ writeOut: (text) => help.push(text), writeErr: () => {}, outputError: () => {} });
  try {
    parser.parse(argv, { from: "user" });
  } catch (error) {
    if (isCommanderError(error) && error.code === "commander.helpDisplayed") return { kind: "help", text: help.join("").trimEnd() };
    throw isCommanderError(error) ? asUsageError(error, parser, command) : error;
  }
  const all = parser.opts<Record<string, Invocation["options"][string]>>();
  const own = new Set(parser.options.filter((option) => !isGlobal(option)).map((option) => option.attributeName()));
  const pick = (isOwn: boolean): Invocation["options"] => Object.fromEntries(Object.entries(all).filter(([key]) => own.has(key) === isOwn));
  const written = parser.options.map((option) => ({ flags: option.flags, value: all[option.attributeName()] }));
  return { args: parser.args, options: pick(true), globals: pick(false), written };
};

const afterDashes = (argv: readonly string[]): readonly string[] | undefined =>
  argv.includes("--") ? argv.slice(argv.indexOf("--") + 1) : undefined;

export const commandHelp = async (command: Command, columns: number): Promise<string> => {
  const line = await parseCommandLine(command, ["--help"], columns);
  invariant(line.kind === "help", "--help shows help");
  return line.text;
};

const GLOBAL_HEADING = "Global options:";

async function parserOf(command: Command, columns: number): Promise<Commander> {
  const { Command: Parser } = await import("commander");
  const [name = "", ...args] = command.usage.split(" ");
  const parser = configured(new Parser(`wf ${name}`), columns);
  parser.description(command.details === undefined ? command.summary : `${command.summary}\n\n${flowing(command.details)}`);
  if (args.length > 0) parser.arguments(args.join(" "));
  await addOptions(parser, command.options ?? {}, "Options:");
  parser.helpOption("-h, --help", "show help");
  await addOptions(parser, globalsBeside(command.options), GLOBAL_HEADING);
  parser.configureHelp({ ...parser.configureHelp(), groupItems: ownFirst });
  parser.addHelpText("after", afterHelp(command));
  return parser.action(() => {});
}

/** Those of the command before the global ones, also where its only one is --help, which commander puts last. */
const ownFirst = <Item>(_: readonly Item[], items: readonly Item[], groupOf: (item: Item) => string): Map<string, Item[]> => {
  const groups = [...Map.groupBy(items, groupOf)];
  return new Map(groups.toSorted(([one], [other]) => Number(one === GLOBAL_HEADING) - Number(other === GLOBAL_HEADING)));
};

const configured = (parser: Commander, columns: number): Commander =>
  parser
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({ getOutHelpWidth: () => columns, getErrHelpWidth: () => columns, getOutHasColors: () => false })
    .configureHelp({ helpWidth: columns, minWidthToWrap: 20 });

async function addOptions(parser: Commander, table: OptionTable, heading: string): Promise<void> {
  const { Option } = await import("commander");
  for (const [flags, description] of Object.entries(table)) {
    const option = new Option(flags, description).helpGroup(heading);
    // commander would let a list take all arguments that follow; here the flag is given once for each.
    if (option.variadic) {
      option.variadic = false;
      option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
    }
    parser.addOption(option);
  }
}

const afterHelp = ({ examples }: Command): string => `\nExamples:\n${examples.map((example) => `  ${example}`).join("\n")}`;

const isGlobal = (option: Option): boolean => Object.hasOwn(GLOBAL_OPTIONS, option.flags);

const isCommanderError = (error: unknown): error is CommanderError =>
  error instanceof Error && String((error as Partial<CommanderError>).code).startsWith("commander.");

function asUsageError(error: CommanderError, parser: Commander, command: Command): Error {
  const name = command.usage.split(" ")[0];
  const help = name === "help" ? "See `wf help`." : `See \`wf help ${name}\`.`;
  const problem = shortened(error.message)
    .replace(/^error: /, "")
    .replace(/^./, (first) => first.toUpperCase());
  const flag = /^Unknown option '(--[^=']+)/.exec(problem)?.[1];
  if (flag === undefined) return usage(problem, help);
  const near = suggest(
    flag,
    parser.options.flatMap(({ long }) => (long === undefined || long === null ? [] : [long])),
  );
  return usage(problem, near === undefined ? help : `Did you mean ${near}? ${help}`);
}
