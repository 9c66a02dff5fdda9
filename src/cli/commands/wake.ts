/** `wf wake`: ends a sleep, or the wait before another attempt, now. */
import { actingCommand } from "../acting.ts";
import { textOption } from "../option-values.ts";

export const wake = actingCommand(
  {
    usage: "wake [ids...]",
    summary: "end a sleep, or the wait before another attempt, now",
    details:
      "An id may be a unique prefix, @last, or - for ids on standard input; without ids a filter or --all says which.\n" +
      "It is the one that would end first, or the one that --step names. A wait for an event is not ended by this, except\n" +
      "with --step: then its time-out comes now, and the code is given null.",
    options: { "--step <name>": "this sleep, wait or step: name, name#2 for a repeat, scope/name" },
    examples: ["wf wake @last", "wf wake signup-7f3k9q2m4d --step trial", "wf wake --workflow signup --status sleeping --dry-run"],
  },
  {
    verb: "wake",
    done: "woken",
    statuses: ["sleeping"],
    act: (options) => {
      const step = textOption(options, "step");
      return (client, id, how) => client.operations.wake(id, step === undefined ? how : { ...how, step });
    },
    note: (executions) =>
      executions.length === 0
        ? undefined
        : executions.some(({ status }) => status === "running")
          ? "asked for: the process that has it goes on at once"
          : "due now: a daemon or `wf tick` takes it up",
  },
);
