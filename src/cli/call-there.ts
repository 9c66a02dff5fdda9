/** The calls of a script as ordinary commands, for help, completion, and whatever the short way does not read. */
import type { ScriptCall } from "../open-script.ts";
import type { CommandContext, OptionValue } from "./command.ts";
import { scriptCall } from "./script-call.ts";

type Named = "step" | "sleep" | "wait-event";

interface Words {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly rest?: readonly string[] | undefined;
}

export const callWords = (command: Named, { args, options, rest }: Words, context: CommandContext): Promise<number> => {
  const given = Object.entries(options).flatMap(([name, value]): [string, string | true][] =>
    typeof value === "string" || value === true ? [[name, value]] : [],
  );
  return callThere(scriptCall({ command, args, options: Object.fromEntries(given), rest }, process.env), context);
};

/** In the project of the command. */
export const callThere = async (call: ScriptCall, { root, databaseFile }: CommandContext): Promise<number> => {
  const { callScript } = await import("../open-script.ts");
  return callScript(call, { cwd: root, dir: root, db: databaseFile });
};
