/** Which output formats a command serves: one that makes no sense for it is refused before anything is done. */
import type { Command, Invocation } from "./command.ts";
import { usage } from "./option-values.ts";
import type { GlobalOptions } from "./options.ts";
import { FORMATS, type OutputFormat } from "./out-format.ts";

export const servedBy = ({ formats = FORMATS }: Pick<Command, "formats">, invocation: Invocation): readonly OutputFormat[] =>
  typeof formats === "function" ? formats(invocation) : formats;

/** @throws ValidationError when a format was asked for that the command does not serve */
export const checkFormat = (command: Command, invocation: Invocation, { format, isFormatGiven }: GlobalOptions): void => {
  const served = servedBy(command, invocation);
  if (!isFormatGiven || served.includes(format)) return;
  const [name = ""] = command.usage.split(" ");
  throw usage(
    `wf ${[name, ...(name === "db" ? invocation.args.slice(0, 1) : [])].join(" ")} has no -o ${format}`,
    `It serves ${served.join(", ")}.`,
  );
};

/** What the project's settings ask for holds where the command serves it. */
export const configuredFormat = (command: Command, invocation: Invocation, asked: OutputFormat): OutputFormat =>
  servedBy(command, invocation).includes(asked) ? asked : "text";
