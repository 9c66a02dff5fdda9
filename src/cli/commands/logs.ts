/** `wf logs`: what an execution has logged. */
import type { Client } from "../../model/client.ts";
import { LOG_LEVELS, type LogLevel } from "../../model/records.ts";
import type { LogView } from "../../model/views.ts";
import type { Command, CommandContext } from "../command.ts";
import { endOfLooking } from "../end-of-looking.ts";
import { EXIT, exitOfSignal } from "../exit-codes.ts";
import { followLogs, readLogs } from "../follow-logs.ts";
import { WITHOUT_IDS } from "../out-format.ts";
import { choiceOption, countOption } from "../option-values.ts";
import { resolveOne } from "../references.ts";
import { renderLogLine } from "../render/log-line.ts";
import { lookOf } from "../render/look.ts";

const MAX_LIMIT = 1_000_000;

export const logs: Command = {
  usage: "logs <id>",
  summary: "what an execution has logged",
  details:
    "An id may be a unique prefix, @last, or - for an id on standard input.\n" +
    "A line is `time level message data`. With --json it is one list; with -o jsonl, and with --follow, a document a line.",
  options: {
    "-f, --follow": "go on as it grows, until the execution is over or Ctrl-C",
    "--level <level>": `this level and above: ${LOG_LEVELS.join(", ")} (default: all)`,
    "--limit <count>": "the last so many",
  },
  choices: { level: LOG_LEVELS },
  examples: ["wf logs @last", "wf logs @last -f", "wf logs signup-7f3k9q2m4d --level warn --limit 20", "wf logs @last -o jsonl"],
  formats: WITHOUT_IDS,
  async run({ args: [reference = ""], options }, context) {
    const level = choiceOption(options, "level", LOG_LEVELS) ?? "debug";
    const limit = countOption(options, "limit", MAX_LIMIT);
    const client = await context.client();
    const id = await resolveOne(reference, client, context);
    const wanted = { id, level, limit };
    return options["follow"] === true ? follow(context, client, wanted) : show(context, client, wanted);
  },
};

interface Wanted {
  readonly id: string;
  readonly level: LogLevel;
  readonly limit: number | undefined;
}

const show = async (context: CommandContext, client: Client, wanted: Wanted): Promise<number> => {
  const { out } = context;
  const print = printer(context);
  let count = 0;
  // Without a limit lines are written as they are read; a log may be longer than the memory.
  if (out.format === "json" || wanted.limit !== undefined) {
    const entries = await lastOf(readLogs(client, wanted.id), wanted);
    count = entries.length;
    if (out.format === "json") out.result(entries, () => "");
    else entries.forEach(print);
  } else {
    for await (const entry of readLogs(client, wanted.id)) {
      if (context.signal.aborted) return exitOfSignal(context.signal.reason);
      if (!isLevel(entry, wanted.level)) continue;
      print(entry);
      count++;
    }
  }
  if (count === 0) out.idle("nothing was logged");
  return EXIT.ok;
};

/** The limit holds for what is there already. */
const follow = async (context: CommandContext, client: Client, wanted: Wanted): Promise<number> => {
  const print = printer(context);
  let after = 0;
  if (wanted.limit !== undefined) {
    const entries = await lastOf(readLogs(client, wanted.id), { ...wanted, onRead: (entry) => (after = entry.cursor) });
    entries.forEach(print);
  }
  for await (const entry of followLogs(client, wanted.id, context, after)) {
    if (isLevel(entry, wanted.level)) print(entry);
    if (context.signal.aborted) break;
  }
  return context.signal.aborted ? endOfLooking(context) : EXIT.ok;
};

const printer = (context: CommandContext): ((entry: LogView) => void) => {
  const look = lookOf(context);
  return (entry) => context.out.line(entry, () => renderLogLine(entry, look));
};

const lastOf = async (
  entries: AsyncIterable<LogView>,
  { level, limit = Infinity, onRead }: Pick<Wanted, "level" | "limit"> & { readonly onRead?: (entry: LogView) => void },
): Promise<readonly LogView[]> => {
  const kept: LogView[] = [];
  for await (const entry of entries) {
    onRead?.(entry);
    if (isLevel(entry, level)) kept.push(entry);
    // Not one at a time: each removal moves all the others.
    if (kept.length >= 2 * limit) kept.splice(0, kept.length - limit);
  }
  return kept.slice(-limit);
};

const isLevel = (entry: LogView, least: LogLevel): boolean => LOG_LEVELS.indexOf(entry.level) >= LOG_LEVELS.indexOf(least);
