/** `wf begin`: a script that is no file of the project makes its execution durable. */
import { callThere } from "../call-there.ts";
import type { Command } from "../command.ts";
import { buildInput } from "../input.ts";
import { textOption } from "../option-values.ts";
import { readPayload } from "../payload.ts";

export const begin: Command = {
  usage: "begin <name> [key=value...]",
  summary: "in a script outside of workflows/: begin an execution, or go on with it",
  details:
    "Prints the id, for WF_EXECUTION; `export` stands apart, since it would hide the exit code. The execution belongs to\n" +
    "the process of the script, and lives as long as it does; run the script again with the same --id, and what is\n" +
    "finished is not done again. Nobody else starts it: while it sleeps, run it again yourself, by cron say.\n" +
    "Exit code 75 while another script has that id. `wf end` completes the execution.",
  options: {
    "--id <id>": "of the execution (default: drawn, so that every run is another execution)",
    "-i, --input <json>": "input: JSON, @file, or - for standard input; key=value lays over it",
  },
  examples: ['WF_EXECUTION=$(wf begin deploy --id "deploy-$version") || exit; export WF_EXECUTION', "wf begin import file=customers.csv"],
  async run({ args, options }, context) {
    const [name = "", ...pairs] = args;
    const given = textOption(options, "input");
    const input = buildInput(pairs, given === undefined ? undefined : await readPayload(given, "--input", context));
    let begun = "";
    const show = ({ id }: { readonly id: string }): void => void (begun = id);
    const id = textOption(options, "id") ?? null;
    const code = await callThere({ command: "begin", call: { name, id, inputText: JSON.stringify(input), show } }, context);
    const { out } = context;
    const document = out.format === "json" || out.format === "jsonl" ? await (await context.client()).getStatus(begun) : null;
    out.result(
      document,
      () => begun,
      () => [begun],
    );
    return code;
  },
};
