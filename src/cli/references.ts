/**
 * The executions that a command is about: ids, unique prefixes, `@last`, or `-` for those on standard input.
 */
import type { Client } from "../model/client.ts";
import type { CommandContext } from "./command.ts";
import { usage } from "./option-values.ts";

/** What was written, `-` replaced by the words of standard input; none is looked up yet. */
export const readReferences = async (args: readonly string[], context: Pick<CommandContext, "readInput">): Promise<readonly string[]> => {
  if (!args.includes("-")) return args;
  const read = (await context.readInput()).split(/\s+/).filter((word) => word !== "");
  return args.flatMap((argument) => (argument === "-" ? read : [argument]));
};

/** The one execution of a command that takes one. @throws ValidationError when standard input holds none or several */
export const resolveOne = async (argument: string, client: Client, context: Pick<CommandContext, "readInput">): Promise<string> => {
  const [reference, ...others] = await readReferences([argument], context);
  if (reference === undefined) throw usage("Standard input holds no execution id");
  if (others.length > 0) throw usage(`Standard input holds ${others.length + 1} ids, and this command takes one`);
  return client.resolveId(reference);
};
