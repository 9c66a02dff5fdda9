/** `wf rerun`: the same workflow and input anew. */
import { textOption, usage } from "../option-values.ts";
import { wakingCommand } from "../waking.ts";

export const rerun = wakingCommand(
  {
    usage: "rerun [ids...]",
    summary: "start the same workflow with the same input anew, here",
    details:
      "An id may be a unique prefix, @last, or - for ids on standard input; without ids a filter or --all says which.\n" +
      "Each gets a new execution, which shares nothing with the old one: every step runs.",
    options: { "--id <id>": "id of the new execution, where it is one (default: <workflow>-<random>)" },
    examples: [
      "wf rerun @last",
      "wf rerun import-7f3k9q2m4d --id import-again",
      "wf rerun --workflow import --status failed --since 1d --detach",
    ],
  },
  {
    verb: "rerun",
    done: "started",
    statuses: ["failed", "cancelled"],
    check: (options, count) => {
      if (count > 1 && textOption(options, "id") !== undefined) throw usage(`--id is for one execution, and ${count} are to be started`);
    },
    act: (options) => {
      const id = textOption(options, "id");
      return (client, source, how) => client.operations.rerun(source, id === undefined ? how : { ...how, id });
    },
  },
);
