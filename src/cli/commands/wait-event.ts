/** `wf wait-event`: a script waits for `wf send`. The short way to it is `script-main.ts`. */
import { callWords } from "../call-there.ts";
import type { Command } from "../command.ts";

export const waitEvent: Command = {
  usage: "wait-event <name>",
  summary: "in a script: wait for an event, and print its payload as JSON",
  details:
    "An event that was sent before is taken at once, the oldest first. In later passes the same payload is printed.\n" +
    "When the time is over nothing is printed, and the exit code is 124. While it waits the script parks: exit code 3\n" +
    "without a limit, 5 with one.",
  options: {
    "--timeout <duration>": "counted from the first call (default: no limit)",
    "--key <text>": "which call of that name it is, instead of counting them",
  },
  examples: ["answer=$(wf wait-event approval)", "wf wait-event paid --timeout 14d"],
  formats: ["text"],
  run: ({ args, options }, context) => callWords("wait-event", { args, options }, context),
};
