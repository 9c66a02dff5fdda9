/** `wf inbox`: approvals that are waited for, in all executions. */
import type { ApprovalView } from "../../model/views.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { isNothingYet } from "../nothing-yet.ts";
import { countOption, textOption } from "../option-values.ts";
import { renderInbox } from "../render/inbox.ts";
import { lookOf } from "../render/look.ts";
import { tablesFor } from "../render/table.ts";

const MAX = 10_000;

export const inbox: Command = {
  usage: "inbox",
  summary: "approvals that are waited for",
  details: "The oldest first. `wf approve <id>` and `wf reject <id>` answer them.",
  options: { "--workflow <name>": "of this workflow", "--limit <count>": "at most so many (default: 100)" },
  examples: ["wf inbox", "wf inbox --workflow release --json", "wf inbox -o ids"],
  async run({ options }, context) {
    const workflow = textOption(options, "workflow");
    const limit = countOption(options, "limit", MAX);
    const filter = { ...(workflow === undefined ? {} : { workflow }), ...(limit === undefined ? {} : { limit }) };
    const approvals = await read(context, filter);
    const drawTable = await tablesFor(context.out);
    context.out.result(
      approvals,
      () => renderInbox(approvals, lookOf(context), drawTable),
      () => approvals.map(({ id }) => id),
    );
    if (approvals.length === 0) context.out.idle("nothing waits for approval");
    return EXIT.ok;
  },
};

const read = async (
  context: CommandContext,
  filter: { readonly workflow?: string; readonly limit?: number },
): Promise<readonly ApprovalView[]> => {
  try {
    return await (await context.client()).operations.inbox(filter);
  } catch (error) {
    if (isNothingYet(error, context)) return [];
    throw error;
  }
};
