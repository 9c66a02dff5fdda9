/** `wf restart`: another go for executions whose process has died too often. */
import { wakingCommand } from "../waking.ts";

export const restart = wakingCommand(
  {
    usage: "restart [ids...]",
    summary: "take executions up again that crashed too often, here",
    details:
      "An id may be a unique prefix, @last, or - for ids on standard input; without ids a filter or --all says which.\n" +
      "Finished steps are kept, and the count of crashes without a finished step starts over.",
    examples: ["wf restart @last", "wf restart import-7f3k9q2m4d --wait", "wf restart --all --detach"],
  },
  {
    verb: "restart",
    done: "restarted",
    statuses: ["blocked"],
    act: () => (client, id, how) => client.operations.restart(id, how),
  },
);
