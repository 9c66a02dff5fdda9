/** A command that does what a test says, for what the program does around commands. */
import type { Command, CommandContext, Invocation } from "../../src/cli/command.ts";
import type { CommandEntry } from "../../src/cli/registry.ts";
import { DEFAULT_POLICY } from "../../src/cli/signals.ts";
import { type Given, wf } from "./harness.ts";

export type Act = (context: CommandContext, invocation: Invocation) => Promise<number> | number;

export const entryOf = (act: Act, given: Partial<CommandEntry> = {}): CommandEntry => {
  const command: Command = {
    usage: "act [words...]",
    summary: "do as the test says",
    options: { "--loud": "a flag" },
    examples: ["wf act"],
    run: async (invocation, context) => act(context, invocation),
  };
  return {
    name: "act",
    summary: command.summary,
    group: "Looking",
    load: () => Promise.resolve(command),
    signals: DEFAULT_POLICY,
    isReading: false,
    runsWorkflows: true,
    config: "none",
    isHidden: false,
    ...given,
  };
};

/** Runs `wf act`, a command that does as the test says. */
export const acting = (line: string | readonly string[], act: Act, given: Given = {}, entry: Partial<CommandEntry> = {}) =>
  wf(line, { ...given, commands: [entryOf(act, entry)] });
