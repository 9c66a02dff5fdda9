/** `wf history`: the steps of an execution, with attempts, durations and errors. */
import type { Command } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { resolveOne } from "../references.ts";
import { renderHistory } from "../render/history.ts";
import { lookOf } from "../render/look.ts";

export const history: Command = {
  usage: "history <id>",
  summary: "the steps of an execution with attempts, durations and errors",
  details:
    "An id may be a unique prefix, @last, or - for an id on standard input.\n" +
    "The bars show when each step ran within the time of the execution.",
  options: { "--full": "also input and outputs, every attempt, and whole stacks" },
  examples: ["wf history @last", "wf history signup-7f3k9q2m4d --full", "wf history @last --json"],
  async run({ args: [reference = ""], options }, context) {
    const client = await context.client();
    const view = await client.history(await resolveOne(reference, client, context));
    context.out.result(
      view,
      () => renderHistory(view, lookOf(context), { isFull: options["full"] === true }),
      () => [view.execution.id],
    );
    return EXIT.ok;
  },
};
