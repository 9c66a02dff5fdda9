/** `wf resume`: lets blocked or parked executions be taken up now. */
import { wakingCommand } from "../waking.ts";

export const resume = wakingCommand(
  {
    usage: "resume <ids...>",
    summary: "take blocked or parked executions up again, here",
    details:
      "An id may be a unique prefix, @last, or - for ids on standard input.\n" +
      "Finished steps are kept. A sleep that is not over yet goes on; code that still does not match is blocked again.",
    examples: ["wf resume @last", "wf resume signup-7f3k9q2m4d --hold 0", "wf status --status blocked -o ids | wf resume - --detach"],
  },
  (client, id) => client.resume(id),
);
