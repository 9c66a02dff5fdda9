/** `wf wait`: carries executions on, or watches them, until they end, park or are blocked. */
import type { Client } from "../../model/client.ts";
import { isTerminal } from "../../model/status.ts";
import type { ExecutionView } from "../../model/views.ts";
import { reportOutcomes } from "../act-on-each.ts";
import type { Carried } from "../carried.ts";
import { carryManyAndReport } from "../carry-many.ts";
import { CARRY_OPTIONS, type CarryMeans, carryOnce, readCarrySettings } from "../carry.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { choicesOption } from "../option-values.ts";
import { pause } from "../pause.ts";
import { readReferences } from "../references.ts";

const GOALS = ["completed", "parked", "blocked"] as const;
type Goal = (typeof GOALS)[number];

/** How often an execution is looked at that has stopped short of what is waited for. */
const LOOK_AGAIN_MS = 1_000;

export const wait: Command = {
  usage: "wait <ids...>",
  summary: "carry executions on here until they end, park or are blocked",
  details:
    "An id may be a unique prefix, @last, or - for ids on standard input.\n" +
    "An execution that another process carries is watched. Whatever --until says, one that has ended is waited for no longer.\n" +
    "With several ids the exit code is the worst of theirs: failed 1, blocked 7, cancelled 6, --timeout 124, waits 3, parked 5, then 0.",
  options: {
    "--until <states>": "what to wait for, of completed, parked and blocked, with commas between (default: all three)",
    ...CARRY_OPTIONS,
  },
  choices: { states: GOALS },
  examples: ["wf wait @last", "wf wait signup-7f3k9q2m4d --until completed --timeout 1h", "wf status --status running -o ids | wf wait -"],
  async run({ args, options }, context) {
    const { holdMs, timeoutMs } = readCarrySettings(options);
    const until = choicesOption(options, "until", GOALS) ?? GOALS;
    const references = await readReferences(args, context);
    if (references.length === 0) return nothing(context);
    const client = await context.client({ role: "run" });
    const ids = await resolveAll(client, references);
    return carryManyAndReport(context, {
      client,
      ids,
      holdMs: until.includes("parked") ? holdMs : Infinity,
      timeoutMs,
      isList: args.length > 1 || args[0] === "-",
      carry: (id, means) => waitFor(id, until, means, context),
    });
  },
};

/** Of standard input. */
const nothing = async (context: CommandContext): Promise<number> => {
  await reportOutcomes(context, []);
  context.out.idle("nothing to wait for");
  return EXIT.ok;
};

async function waitFor(id: string, until: readonly Goal[], means: CarryMeans, context: CommandContext): Promise<Carried> {
  for (;;) {
    const carried = await carryOnce(id, means);
    if (isReached(carried.execution, until) || means.deadline.signal.aborted) return carried;
    await pause({ after: context.after, signal: means.deadline.signal }, LOOK_AGAIN_MS);
  }
}

/** The end of an execution always counts: it will not change again. */
function isReached({ status }: ExecutionView, until: readonly Goal[]): boolean {
  if (isTerminal(status)) return true;
  if (status === "blocked") return until.includes("blocked");
  return status !== "running" && until.includes("parked");
}

/** All of them before any is carried: a mistyped id is told at once. */
async function resolveAll(client: Client, references: readonly string[]): Promise<readonly string[]> {
  const ids = new Set<string>();
  for (const reference of references) ids.add(await client.resolveId(reference));
  return [...ids];
}
