/** `wf resolve`: settles a step by hand. */
import type { Settlement } from "../../model/clients/operations.ts";
import { readHow, REASON_OPTION } from "../acting.ts";
import { CARRY_OPTIONS, carryAndReport, DETACH_OPTION, readCarrySettings } from "../carry.ts";
import type { Command, CommandContext, Invocation } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { forbidTogether, textOption, usage } from "../option-values.ts";
import { readPayload } from "../payload.ts";
import { resolveOne } from "../references.ts";
import { reportOutcomes } from "../act-on-each.ts";

export const resolve: Command = {
  usage: "resolve <id> <step>",
  summary: "settle a step by hand, and go on here",
  details:
    "For a step that is in doubt, out of attempts, between two attempts, left behind by a dead process, waiting, or that failed " +
    "its execution.\n" +
    "It is named by its name, name#2 for a repeat, scope/name inside a scope.\n" +
    "What was said stands in the history, with who, when and why.",
  options: {
    "--result <json>": "it has given this: JSON, @file, or - for standard input",
    "--failed": "it has failed: the error is thrown into the workflow",
    "--message <text>": "with --failed: what the error says",
    "--retry": "it runs once more",
    "--skip": "it is left out: the workflow is given undefined",
    ...REASON_OPTION,
    ...CARRY_OPTIONS,
    ...DETACH_OPTION,
    "--dry-run": "check that it can be done, and change nothing",
  },
  examples: [
    `wf resolve @last charge --result '{"paid": true}' --reason "seen at the bank"`,
    "wf resolve order-7f3k9q2m4d charge --retry",
    'wf resolve order-7f3k9q2m4d ship#2 --failed --message "lost in the post"',
  ],
  async run({ args: [reference = "", step = ""], options }, context) {
    if (reference === "-" && options["result"] === "-") throw usage("Standard input cannot hold both the id and the result");
    const settings = readCarrySettings(options);
    const settlement = await readSettlement(options, context);
    const how = readHow(options);
    const client = await context.client({ role: "run" });
    const id = await resolveOne(reference, client, context);
    const execution = await client.operations.resolve(id, step, settlement, how);
    if (!how.isDry) return carryAndReport(context, client, id, settings);
    await reportOutcomes(context, [{ execution }], { isList: false });
    context.out.note("dry run: nothing was settled");
    return EXIT.ok;
  },
};

const readSettlement = async (options: Invocation["options"], context: CommandContext): Promise<Settlement> => {
  forbidTogether(options, ["result", "failed", "retry", "skip"]);
  const result = textOption(options, "result");
  const message = textOption(options, "message");
  if (message !== undefined && options["failed"] !== true) throw usage("--message is for --failed");
  if (result !== undefined) return { how: "result", value: await readPayload(result, "--result", context) };
  if (options["failed"] === true) return message === undefined ? { how: "failed" } : { how: "failed", message };
  if (options["retry"] === true) return { how: "retry" };
  if (options["skip"] === true) return { how: "skip" };
  throw usage("How is it settled?", "Give --result <json>, --failed, --retry or --skip.");
};
