/**
 * The answer to a key: what may come next on a line.
 *
 * The first line of it says of what kind: `words`, each on a line of its own with a description after a tab; `files` or `folders`, which
 * the shell knows better, with what stands before the name in the same word on the next line. A word that ends in "=" goes on.
 */
import { line } from "../render/safe.ts";
import { FORMATS } from "../out-format.ts";
import { globalsBeside } from "../global-options.ts";
import { splitArgv } from "../options.ts";
import type { Command } from "../command.ts";
import type { ProjectNames } from "../../open-names.ts";
import { type CommandEntry, COMMANDS } from "../registry.ts";
import { TOPIC_NAMES } from "../help-topics.ts";
import { type Asked, askedBy, longOf } from "./asked.ts";
import { type Candidate, candidatesFor, kindOf } from "./candidates.ts";

export interface Typed {
  /** After `wf`; the last one is being typed, and may be empty. */
  readonly words: readonly string[];
  readonly names: (place: { readonly dir?: string; readonly db?: string }) => ProjectNames;
  readonly commands?: readonly CommandEntry[];
}

export const complete = async ({ words, names, commands = COMMANDS }: Typed): Promise<string> => {
  const before = words.slice(0, -1);
  const { name, rest } = splitArgv(before);
  const command = name === undefined ? undefined : await load(name, commands);
  if (name !== undefined && command === undefined) return "words\n";
  const form = command ?? { usage: "wf <command>" };
  const asked = askedBy({ usage: form.usage, options: { ...form.options, ...HELP_OPTION, ...globalsBeside(form.options) } }, [
    ...(name === undefined ? before : rest),
    words.at(-1) ?? "",
  ]);
  if (asked.kind === "value" && kindOf(asked) !== "words") return `${kindOf(asked)}\n${asked.lead}\n`;
  const found = offered(asked, { name, command, names: () => names(placeOf(words)), commands });
  return `words\n${found.map(({ value, description }) => `${value}\t${line(description)}\n`).join("")}`;
};

const HELP_OPTION = { "-h, --help": "show help" };

const load = async (
  name: string,
  commands: readonly CommandEntry[],
): Promise<Pick<Command, "usage" | "options" | "choices" | "formats"> | undefined> => {
  if (name === "help")
    return { usage: "help [topic]", choices: { topic: [...shown(commands).map((entry) => entry.name), ...TOPIC_NAMES] } };
  return commands.find((entry) => entry.name === name)?.load();
};

interface Parts {
  readonly name: string | undefined;
  readonly command: Pick<Command, "options" | "choices" | "formats"> | undefined;
  readonly names: () => ProjectNames;
  readonly commands: readonly CommandEntry[];
}

const offered = (asked: Asked, { name, command, names, commands }: Parts): readonly Candidate[] => {
  if (asked.kind === "nothing") return [];
  if (asked.kind === "flag") return flags(asked, command);
  if (name === undefined && asked.placeholder === "command") return commandNames(asked.text, commands);
  const choices = asked.flag === "--output" ? formatsOf(command) : command?.choices?.[asked.placeholder];
  const found = candidatesFor({ ...asked, command: name ?? "" }, names(), choices);
  return found.map(({ value, description }) => ({ value: asked.lead + value, description }));
};

/** Which of them depends on more than is known while it is typed, where a command decides by its line. */
const formatsOf = (command: Parts["command"]): readonly string[] =>
  Array.isArray(command?.formats) ? (command.formats as string[]) : FORMATS;

const shown = (commands: readonly CommandEntry[]): readonly CommandEntry[] => commands.filter(({ isHidden }) => !isHidden);

const commandNames = (text: string, commands: readonly CommandEntry[]): readonly Candidate[] =>
  [...shown(commands), { name: "help", summary: "what there is, or a command or topic in detail" }]
    .filter(({ name }) => name.startsWith(text))
    .map(({ name, summary }) => ({ value: name, description: summary }));

const flags = ({ text, given }: Extract<Asked, { kind: "flag" }>, command: Parts["command"]): readonly Candidate[] =>
  Object.entries({ ...command?.options, ...HELP_OPTION, ...globalsBeside(command?.options) })
    .map(([form, description]) => ({ value: longOf(form), description }))
    .filter(({ value }) => value.startsWith(text) && !given.has(value));

/** Wherever it stands: the names are those of the project that the command will work on. */
const placeOf = (words: readonly string[]): { readonly dir?: string; readonly db?: string } => {
  const valueOf = (flag: string): string | undefined => {
    const at = words.lastIndexOf(flag);
    const inline = words.find((word) => word.startsWith(`${flag}=`))?.slice(flag.length + 1);
    return (at < 0 ? undefined : words[at + 1]) ?? inline;
  };
  const [dir, db] = [valueOf("--dir"), valueOf("--db")];
  return { ...(dir ? { dir } : {}), ...(db ? { db } : {}) };
};
