/** `wf resume`: lets paused, blocked or parked executions be taken up now. */
import type { Client } from "../../model/client.ts";
import type { ActOptions } from "../../model/clients/operations.ts";
import { choiceOption } from "../option-values.ts";
import { wakingCommand } from "../waking.ts";

const CODES = ["original", "current"] as const;

type Choose = (client: Client, id: string, how: ActOptions) => Promise<unknown>;

const CHOOSE: Readonly<Record<(typeof CODES)[number], Choose>> = {
  original: (client, id, how) => client.sources.pin(id, how),
  current: (client, id, how) => client.sources.unpin(id, how),
};

export const resume = wakingCommand(
  {
    usage: "resume [ids...]",
    summary: "take paused, blocked or parked executions up again, here",
    details:
      "An id may be a unique prefix, @last, or - for ids on standard input; without ids a filter or --all says which.\n" +
      "Finished steps are kept. A sleep that is not over yet goes on; code that still does not match is blocked again.\n" +
      "--code original has an execution go on with the code it began with, wherever it is taken up, until --code current.",
    options: { "--code <which>": "original: the code it began with, as it was kept · current: the code that is there now" },
    choices: { which: CODES },
    examples: [
      "wf resume @last",
      "wf resume signup-7f3k9q2m4d --hold 0",
      "wf resume signup-7f3k9q2m4d --code original",
      "wf resume --status paused --workflow billing --detach",
    ],
  },
  {
    verb: "resume",
    done: "resumed",
    statuses: ["paused", "blocked"],
    act: (options) => {
      const code = choiceOption(options, "code", CODES);
      return async (client, id, how) => {
        if (code !== undefined) await CHOOSE[code](client, id, how);
        return client.operations.resume(id, how);
      };
    },
  },
);
