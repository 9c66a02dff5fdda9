/**
 * What `wf` alone shows: the commands in their groups, then the options that all of them take.
 *
 * Written without commander, which takes longer to load than the text to read: it parses, and helps with one command.
 */
import { GLOBAL_OPTIONS } from "./global-options.ts";
import type { CommandEntry } from "./registry.ts";

const ABOUT = "Durable workflows in TypeScript, one SQLite file, no server.";
const END = "wf help <command>     options and examples of a command\nwf help exit-codes    what the exit codes mean";
const OPTIONS = { ...GLOBAL_OPTIONS, "-V, --version": "show the version", "-h, --help": "show help" };
/** Narrower than this a description is not broken: it would be a column of single words. */
const MIN_WIDTH_TO_WRAP = 20;
const INDENT = "  ";
const GAP = "  ";

export const overviewHelp = (entries: readonly CommandEntry[], columns: number): string => {
  const shown = entries.filter(({ isHidden }) => !isHidden);
  const options = Object.entries(OPTIONS);
  const width = Math.max(...options.map(([flags]) => flags.length), ...shown.map(({ name }) => name.length));
  const item = (term: string, text: string): string => itemText(term.padEnd(width), text, columns);
  const groups = [...Map.groupBy(shown, ({ group }) => group)];
  const commands = groups.map(([group, members]) => [`${group}:`, ...members.map(({ name, summary }) => item(name, summary))].join("\n"));
  const optionLines = options.map(([flags, description]) => item(flags, description));
  return [ABOUT, "Usage: wf <command> [options]", ...commands, ["Global options:", ...optionLines].join("\n"), END].join("\n\n");
};

const itemText = (term: string, text: string, columns: number): string => {
  const start = `${INDENT}${term}${GAP}`;
  const room = columns - start.length;
  const lines = room < MIN_WIDTH_TO_WRAP ? [text] : wrapped(text, room);
  return start + lines.join(`\n${" ".repeat(start.length)}`);
};

/** Between words. */
const wrapped = (text: string, columns: number): readonly string[] => {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
};
