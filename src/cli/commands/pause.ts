/** `wf pause`: holds executions until `wf resume`. */
import { actingCommand } from "../acting.ts";

export const pause = actingCommand(
  {
    usage: "pause [ids...]",
    summary: "hold executions until `wf resume`",
    details:
      "An id may be a unique prefix, @last, or - for ids on standard input; without ids a filter or --all says which.\n" +
      "What nobody moves is paused on the spot; a running one when its running steps have finished.\n" +
      "Its waits keep their times, and events that come are kept.",
    examples: ["wf pause @last", 'wf pause --workflow billing --reason "migration"', "wf pause --all --dry-run"],
  },
  {
    verb: "pause",
    done: "paused",
    statuses: ["pending", "running", "sleeping", "waiting", "blocked"],
    act: () => (client, id, how) => client.operations.pause(id, how),
    note: (executions) =>
      executions.some(({ status }) => status === "running")
        ? "asked for: a running one pauses when its running steps have finished"
        : undefined,
  },
);
