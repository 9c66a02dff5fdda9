/** `wf cancel`: stops executions. */
import type { Client } from "../../model/client.ts";
import type { ActOptions } from "../../model/clients/operations.ts";
import { fail } from "../../model/errors.ts";
import type { ExecutionView } from "../../model/views.ts";
import { actingCommand } from "../acting.ts";

export const cancel = actingCommand(
  {
    usage: "cancel [ids...]",
    summary: "stop executions",
    details:
      "An id may be a unique prefix, @last, or - for ids on standard input; without ids a filter or --all says which.\n" +
      "A running step is told through its signal within a second; an execution that nobody moves is cancelled on the spot.\n" +
      "Its children are cancelled with it. Steps that say how are undone first, by a daemon or a tick where nobody moves it.\n" +
      "Ids that cannot be cancelled do not stop the others; the exit code is the worst of theirs.",
    examples: [
      "wf cancel @last",
      'wf cancel signup-7f3k9q2m4d --reason "wrong customer"',
      "wf cancel --workflow import --status waiting --dry-run",
      "wf status --status waiting -o ids | wf cancel - --dry-run",
    ],
  },
  {
    verb: "cancel",
    done: "cancelled",
    isFinal: true,
    statuses: ["pending", "running", "sleeping", "waiting", "paused", "blocked"],
    act: () => async (client, id, how) => unlessOver(await cancelled(client, id, how)),
    note: (executions) => {
      if (executions.some(({ status }) => status === "pending"))
        return "asked for: what it has done is undone first, by a daemon or `wf tick`";
      return executions.some(({ status }) => status !== "cancelled")
        ? "asked for: the process that has it is told, and stops it"
        : undefined;
    },
  },
);

const cancelled = (client: Client, id: string, { isDry, reason }: ActOptions): Promise<ExecutionView> =>
  isDry === true ? client.getStatus(id) : client.cancel(id, reason);

/** One that was cancelled before is as it was asked to be. @throws EXECUTION_OVER for one that ended otherwise */
const unlessOver = (execution: ExecutionView): ExecutionView => {
  const { id, status } = execution;
  if (status === "completed" || status === "failed") throw fail("EXECUTION_OVER", { id, status, action: "cancel" });
  return execution;
};
