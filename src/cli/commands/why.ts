/** `wf why`: what an execution waits for, since when, until when, and the command that moves it on. */
import type { Command } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { resolveOne } from "../references.ts";
import { lookOf } from "../render/look.ts";
import { renderWhy } from "../render/why.ts";

export const why: Command = {
  usage: "why <id>",
  summary: "why an execution does not move, and the command that moves it on",
  details: "An id may be a unique prefix, @last, or - for an id on standard input.",
  examples: ["wf why @last", "wf why signup-7f3k9q2m4d --json"],
  async run({ args: [reference = ""] }, context) {
    const client = await context.client();
    const view = await client.why(await resolveOne(reference, client, context));
    context.out.result(
      view,
      () => renderWhy(view, lookOf(context)),
      () => [view.id],
    );
    return EXIT.ok;
  },
};
