/** `wf tick`: one bounded sweep over what is due. Made for cron: silent where there was nothing to do, safe to overlap. */
import type { TickOptions } from "../../model/client.ts";
import type { Settings } from "../../model/settings.ts";
import type { TickView } from "../../model/views.ts";
import type { Command, CommandContext, Invocation } from "../command.ts";
import { hasNothingYet, hasWorkflowsFolder } from "../nothing-yet.ts";
import { EXIT, exitOfSignal } from "../exit-codes.ts";
import { choicesOption, countOption, durationOption } from "../option-values.ts";
import { instant } from "../render/age.ts";
import { type Look, lookOf } from "../render/look.ts";
import { executionMark, paintOf } from "../render/marks.ts";
import { line } from "../render/safe.ts";

const MAX_CONCURRENCY = 10_000;
const MAX_EXECUTIONS = 1_000_000;

const FAILURES = ["failed", "blocked"] as const;

export const tick: Command = {
  usage: "tick",
  summary: "carry on all that is due now, then exit",
  details:
    "For cron, one line for the project: * * * * * wf tick --dir /srv/app\n" +
    "Ticks may overlap: each execution is carried by one of them.\n" +
    "The exit code is 0 when the tick did its duty, whatever became of the executions.",
  options: {
    "--concurrency <n>": "executions carried at the same time (default: wf.config.ts, or 100)",
    "--max-time <duration>": "claim nothing more after this long (default: wf.config.ts, or no bound)",
    "--max-executions <n>": "claim at most so many",
    "--hold <duration>": "stay for waits up to this long (default: wf.config.ts, or 0s)",
    "--fail-on <states>": "exit with 1 when one of failed, blocked came out; with commas between",
  },
  choices: { states: FAILURES },
  examples: ["wf tick", "wf tick --max-time 50s --fail-on failed,blocked", "wf tick --json"],
  async run({ options }, context) {
    const tickOptions = readTickOptions(options, context.configuration.settings.tick);
    const failOn = choicesOption(options, "failOn", FAILURES) ?? [];
    const result = await tickIfAny(tickOptions, context);
    context.out.result(
      result,
      () => (result.claimed === 0 ? "" : tickText(result, lookOf(context))),
      () => result.executions.map(({ id }) => id),
    );
    if (context.signal.aborted) return exitOfSignal(context.signal.reason);
    return failOn.some((state) => result[state] > 0) ? EXIT.failed : EXIT.ok;
  },
};

/**
 * A project in which nothing was run so far has nothing due, unless a workflow has a schedule: its database is made here then. A folder
 * without any project is a mistake in a crontab.
 */
const tickIfAny = async (options: TickOptions, context: CommandContext): Promise<TickView> => {
  const isNew = hasNothingYet(context) && hasWorkflowsFolder(context);
  const client = await context.client({ role: "tick", create: isNew });
  if (isNew && (await client.workflows()).every(({ schedule }) => schedule === null)) return NOTHING;
  return client.tick({ ...options, signal: context.signal });
};

const NOTHING: TickView = { claimed: 0, completed: 0, failed: 0, parked: 0, blocked: 0, cancelled: 0, nextWakeAt: null, executions: [] };

/** @param settings what holds where an option was not given */
const readTickOptions = (options: Invocation["options"], settings: Settings["tick"]): Omit<TickOptions, "signal" | "onProgress"> => {
  const maxTimeMs = durationOption(options, "maxTime") ?? settings.maxTimeMs;
  const maxExecutions = countOption(options, "maxExecutions", MAX_EXECUTIONS);
  return {
    concurrency: countOption(options, "concurrency", MAX_CONCURRENCY) ?? settings.concurrency,
    holdMs: durationOption(options, "hold") ?? settings.holdMs,
    ...(maxTimeMs === null ? {} : { maxTimeMs }),
    ...(maxExecutions === undefined ? {} : { maxExecutions }),
  };
};

const tickText = (result: TickView, look: Look): string => {
  const lines = result.executions.map(
    ({ id, workflow, status }) => `${executionMark(status, look)} ${line(id)}  ${line(workflow)}  ${paintOf(status, look)(status)}`,
  );
  return [...lines, summary(result, look)].join("\n");
};

function summary({ claimed, nextWakeAt, ...counts }: TickView, look: Look): string {
  const parts = (["completed", "failed", "cancelled", "parked", "blocked"] as const).flatMap((key) =>
    counts[key] > 0 ? [`${counts[key]} ${key}`] : [],
  );
  const next = nextWakeAt === null ? "" : `; next due ${instant(nextWakeAt, look)}`;
  return look.style.dim(
    `${claimed} ${claimed === 1 ? "execution" : "executions"}${parts.length > 0 ? `: ${parts.join(", ")}` : ""}${next}`,
  );
}
