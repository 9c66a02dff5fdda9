/** `wf end`: what a script gives, and that it has ended. */
import { callThere } from "../call-there.ts";
import type { Command } from "../command.ts";
import { textOption } from "../option-values.ts";
import { readPayload } from "../payload.ts";

export const end: Command = {
  usage: "end",
  summary: "in a script: say its output, or that it has failed",
  details:
    "In a file of workflows/ it is noted, and holds when the script ends; without it the exit code says how it went, and\n" +
    "there is no output. After `wf begin` it ends the execution. --output is not the format here: nothing is printed.",
  options: {
    "--output <json>": "of the execution: JSON, @file, or - for standard input",
    "--failed": "it has failed; `wf retry`, or `wf begin` with the same id, goes on from what is finished",
  },
  examples: ["wf end", `wf end --output '{"rows": 12}'`, "wf end --failed"],
  formats: ["text"],
  async run({ options }, context) {
    const given = textOption(options, "output");
    const output = given === undefined ? undefined : await readPayload(given, "--output", context);
    const outputText = output === undefined ? null : JSON.stringify(output);
    return callThere({ command: "end", call: { failed: options["failed"] === true, outputText } }, context);
  },
};
