/** `wf retry`: another try from the step that failed. */
import { wakingCommand } from "../waking.ts";

export const retry = wakingCommand(
  {
    usage: "retry [ids...]",
    summary: "try failed executions again from the step that failed, here",
    details:
      "An id may be a unique prefix, @last, or - for ids on standard input; without ids a filter or --all says which.\n" +
      "Mend the code first: it runs as it is now. Finished steps are kept and not run again.\n" +
      "What is blocked, out of attempts, or between two attempts is tried again as well. What was undone is not: `wf rerun`.",
    examples: [
      "wf retry @last",
      'wf retry import-7f3k9q2m4d --reason "fixed the parser"',
      "wf retry --workflow import --since 1d --detach",
    ],
  },
  {
    verb: "retry",
    done: "retried",
    statuses: ["failed"],
    act: () => (client, id, how) => client.operations.retry(id, how),
  },
);
