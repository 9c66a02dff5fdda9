/** `wf events`: the stream of all that happens. */
import type { Client } from "../../model/client.ts";
import type { HappeningView } from "../../model/clients/looking.ts";
import { isTerminal } from "../../model/status.ts";
import type { Command, CommandContext, Invocation } from "../command.ts";
import { endOfLooking } from "../end-of-looking.ts";
import { EXIT } from "../exit-codes.ts";
import { followEvents } from "../follow-events.ts";
import { WITHOUT_IDS } from "../out-format.ts";
import { sinceOption } from "../list-filter.ts";
import { forbidTogether, textOption, usage } from "../option-values.ts";
import { toJson } from "../out-json.ts";
import { resolveOne } from "../references.ts";
import { renderEventLine } from "../render/event-line.ts";
import { lookOf } from "../render/look.ts";

export const events: Command = {
  usage: "events [id]",
  summary: "the stream of all that happens",
  details:
    "A JSON document a line, in the order in which it was stored; on a terminal a\n" +
    "line to read. Whoever goes on from the cursor of the last line has missed\n" +
    "nothing and gets nothing twice. The first call begins the stream, with what is\n" +
    "known of the newest executions; --end ends it.",
  options: {
    "-f, --follow": "go on as it grows: from now on, or from --since",
    "--since <cursor>": 'what comes after this cursor, or since a time: "2h", "2026-03-01" (default: all that is kept)',
    "--type <types>": 'only these, with commas between: "execution", "step.failed", "log"',
    "--workflow <name>": "only of this workflow",
    "--end": "write down no more of it; what is there stays",
  },
  examples: [
    "wf events -f",
    "wf events --since 1h --type execution",
    "wf events @last -f",
    "wf events -f --since 4711 | jq -r .executionId",
  ],
  formats: WITHOUT_IDS,
  async run({ args: [reference], options }, context) {
    forbidTogether(options, ["end", "follow"]);
    const client = await context.client();
    if (options["end"] === true) {
      await client.looking.endHappenings();
      context.out.note("nothing more is written down, until `wf events` is asked again");
      return EXIT.ok;
    }
    const id = reference === undefined ? undefined : await resolveOne(reference, client, context);
    return show(context, client, { id, options });
  },
};

interface Wanted {
  readonly id: string | undefined;
  readonly options: Invocation["options"];
}

const show = async (context: CommandContext, client: Client, { id, options }: Wanted): Promise<number> => {
  const isWanted = filterOf(id, options);
  const isFollowing = options["follow"] === true;
  const look = lookOf(context);
  const print = (happening: HappeningView): void =>
    context.out.line(happening, () => (context.out.isTerminal ? renderEventLine(happening, look) : toJson(happening)));
  const stream = followEvents(client, context, {
    after: await startOf(context, client, { id, options }),
    isFollowing,
    isOver: async () => id !== undefined && isTerminal((await client.getStatus(id)).status),
    onLost: (count) => {
      if (options["since"] !== undefined) context.out.warn(`${count} older are no longer kept`);
    },
  });
  for await (const happening of stream) {
    if (isWanted(happening)) print(happening);
    if (context.signal.aborted) break;
  }
  return context.signal.aborted ? endOfLooking(context) : EXIT.ok;
};

/** A whole number is a cursor; whatever else is a time. */
const startOf = async (context: CommandContext, { looking }: Client, { id, options }: Wanted): Promise<number> => {
  const since = textOption(options, "since");
  if (since === undefined) return options["follow"] === true && id === undefined ? looking.cursor() : 0;
  if (/^\d+$/.test(since)) {
    const cursor = Number(since);
    if (Number.isSafeInteger(cursor)) return cursor;
    throw usage(`--since: ${since} is no cursor`, "Give that of a line, or a time.");
  }
  return looking.cursor(sinceOption(options, context.now()));
};

const filterOf = (id: string | undefined, options: Invocation["options"]): ((happening: HappeningView) => boolean) => {
  const types = textOption(options, "type")
    ?.split(",")
    .map((type) => type.trim());
  const workflow = textOption(options, "workflow");
  return ({ type, executionId, workflow: of }) =>
    (id === undefined || executionId === id) &&
    (workflow === undefined || of === workflow) &&
    (types === undefined || types.some((wanted) => type === wanted || type.startsWith(`${wanted}.`)));
};
