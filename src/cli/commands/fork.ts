/** `wf fork`: a new execution that shares the history of another up to a step. */
import type { ForkOptions } from "../../model/clients/operations.ts";
import { readHow, REASON_OPTION } from "../acting.ts";
import { reportOutcomes } from "../act-on-each.ts";
import { CARRY_OPTIONS, carryAndReport, DETACH_OPTION, readCarrySettings } from "../carry.ts";
import type { Command, CommandContext, Invocation } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { pairsOption, textOption, usage } from "../option-values.ts";
import { readPayload } from "../payload.ts";
import { resolveOne } from "../references.ts";

export const fork: Command = {
  usage: "fork <id>",
  summary: "start a new execution that keeps what came before a step",
  details:
    "What had completed before the step of --from is kept, with its results; the step and what came after it run, on the code as\n" +
    "it is now. The old execution stays as it is. Steps are named by name, name#2 for a repeat, scope/name inside a scope.",
  options: {
    "--from <step>": "the first step that runs (default: the one that failed the execution)",
    "--set <step=json...>": "a result that stands instead of a recorded one, or of running the step; may be repeated",
    "-i, --input <json>": "another input: JSON, @file, or - for standard input",
    "--id <id>": "id of the new execution (default: <workflow>-<random>)",
    ...REASON_OPTION,
    ...CARRY_OPTIONS,
    ...DETACH_OPTION,
    "--dry-run": "check that it can be done, and change nothing",
  },
  examples: [
    "wf fork @last --from charge",
    `wf fork order-7f3k9q2m4d --from ship --set 'charge={"paid":true}'`,
    "wf fork order-7f3k9q2m4d --from check --input @order.json --id order-again",
  ],
  async run({ args: [reference = ""], options }, context) {
    if (reference === "-" && options["input"] === "-") throw usage("Standard input cannot hold both the id and the input");
    const settings = readCarrySettings(options);
    const how = await readFork(options, context);
    const client = await context.client({ role: "run" });
    const id = await resolveOne(reference, client, context);
    const execution = await client.operations.fork(id, how);
    if (how.isDry !== true) return carryAndReport(context, client, execution.id, settings, "created");
    await reportOutcomes(context, [{ execution }], { isList: false });
    context.out.note("dry run: nothing was forked");
    return EXIT.ok;
  },
};

const readFork = async (options: Invocation["options"], context: CommandContext): Promise<ForkOptions> => {
  const from = textOption(options, "from");
  const id = textOption(options, "id");
  const input = textOption(options, "input");
  const set: Record<string, unknown> = {};
  for (const [step, json] of Object.entries(pairsOption(options, "set", "step=json") ?? {}))
    set[step] = await readPayload(json, `--set ${step}`, context);
  return {
    ...readHow(options),
    ...(from === undefined ? {} : { from }),
    ...(id === undefined ? {} : { id }),
    ...(input === undefined ? {} : { input: await readPayload(input, "--input", context) }),
    set,
  };
};
