/** `wf sleep`: a wait of a script that outlives its process. The short way to it is `script-main.ts`. */
import { callWords } from "../call-there.ts";
import type { Command } from "../command.ts";

export const sleep: Command = {
  usage: "sleep <name-or-duration> [duration]",
  summary: "in a script: wait, however long, also across restarts",
  details:
    "Counted from its first call. What is short is waited for in place (`wf run --hold`). Else it ends with exit code 5,\n" +
    "as does every call of wf after it, and the script is to end: with `set -e` it does by itself. A tick or daemon\n" +
    "starts it again when the time has come.\n" +
    'A name tells one from another whose duration has changed; without one it is "sleep".',
  options: { "--key <text>": "which call of that name it is, instead of counting them" },
  examples: ["wf sleep 3d", "wf sleep trial 2w"],
  formats: ["text"],
  run: ({ args, options }, context) => callWords("sleep", { args, options }, context),
};
