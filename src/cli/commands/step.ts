/** `wf step`: a command of a script that is run once. The short way to it is `script-main.ts`. */
import { callWords } from "../call-there.ts";
import type { Command } from "../command.ts";

export const step: Command = {
  usage: "step <name> [command...]",
  summary: "in a script: run a command once, and print the same ever after",
  details:
    "The command stands after --. Once it has ended with exit code 0 it is finished: called again in a later pass it is\n" +
    "not run, and its standard output and error output are printed again, to the byte. Any other exit code is passed on,\n" +
    "and the next pass runs it again. Of each stream the first MiB is kept. With --retry only the last attempt prints.\n" +
    "The second call of a name in one pass is another step; in parallel jobs, and where the order varies, give a --key.\n" +
    "Calls within the command of a step (`wf step` in a script that a step runs) have names of their own.\n" +
    "Exit codes: the command's; 124 --timeout passed, 126/127 not started, 5 the script parks and nothing is run,\n" +
    "6 cancelled, 7 in doubt, 75 not the pass that goes on.",
  options: {
    "--retry <n>": "try so many times more after a failure (default: WF_RETRY, or 0)",
    "--delay <duration>": "before the second attempt; it doubles from there (default: 1s)",
    "--timeout <duration>": "end an attempt that takes longer, with all that it has started",
    "--once": "begin it at most once: after a crash in the middle a person decides",
    "--key <text>": "which call of that name it is, instead of counting them",
  },
  examples: [
    'wf step dump -- sh -c "pg_dump shop | gzip > $file"',
    'wf step upload --retry 5 --timeout 10m -- curl -fT "$file" "$url"',
    'for f in *.png; do wf step convert --key "$f" -- convert "$f" "${f%.png}.jpg" & done; wait',
  ],
  formats: ["text"],
  run: ({ args, rest, options }, context) =>
    callWords("step", { args: args.slice(0, args.length - (rest?.length ?? 0)), options, rest }, context),
};
