/** `wf help`, `--help` and `--version`: the text for people, and the same as a document for programs. */
import type { Command } from "./command.ts";
import { commandHelp } from "./command-line.ts";
import { EXIT, EXIT_CODES } from "./exit-codes.ts";
import { FORMATS } from "./out-format.ts";
import { GLOBAL_OPTIONS } from "./global-options.ts";
import { helpTopic, TOPIC_NAMES } from "./help-topics.ts";
import { overviewHelp } from "./overview-help.ts";
import type { CommandEntry } from "./registry.ts";

export interface Help {
  readonly text: string;
  readonly document: unknown;
  readonly ids: readonly string[];
}

export const HELP: Command = {
  usage: "help [topic]",
  summary: "what there is, or a command or topic in detail",
  details: `Beside the commands there ${TOPIC_NAMES.length === 1 ? "is" : "are"}: ${TOPIC_NAMES.join(", ")}.`,
  examples: ["wf help", "wf help run", "wf help run --json", ...TOPIC_NAMES.map((name) => `wf help ${name}`)],
  run: () => Promise.resolve(EXIT.ok),
};

export const helpOnAll = (entries: readonly CommandEntry[], columns: number): Help => {
  const shown = entries.filter(({ isHidden }) => !isHidden);
  return {
    text: overviewHelp(entries, columns),
    document: {
      commands: shown.map(({ name, group, summary }) => ({ name, group, summary })),
      topics: TOPIC_NAMES,
      options: optionsOf(GLOBAL_OPTIONS),
    },
    ids: shown.map(({ name }) => name),
  };
};

/** Undefined when there is no such topic. */
export const helpOnTopic = (name: string): Help | undefined => {
  const text = helpTopic(name);
  return text === undefined ? undefined : { text, document: EXIT_CODES, ids: EXIT_CODES.map(({ code }) => String(code)) };
};

export const helpOnCommand = async (command: Command, columns: number): Promise<Help> => {
  const { usage, summary, details = null, options = {}, examples, formats = FORMATS } = command;
  const [name = ""] = usage.split(" ");
  return {
    text: await commandHelp(command, columns),
    document: {
      name,
      usage: `wf ${usage}`,
      summary,
      details,
      options: optionsOf(options),
      examples,
      // Where it depends on what is asked for, each is served by something.
      formats: typeof formats === "function" ? FORMATS : formats,
    },
    ids: [name],
  };
};

export const helpOnVersion = (version: string): Help => ({ text: version, document: { version }, ids: [version] });

const optionsOf = (table: Readonly<Record<string, string>>): readonly { readonly flags: string; readonly description: string }[] =>
  Object.entries(table).map(([flags, description]) => ({ flags, description }));
