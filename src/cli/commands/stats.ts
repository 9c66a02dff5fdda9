/** `wf stats`: how long things take, and how often they fail. */
import type { StatisticsOptions, StatisticsView } from "../../model/clients/looking.ts";
import { fail } from "../../model/errors.ts";
import { suggest } from "../../model/suggest.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { sinceOption } from "../list-filter.ts";
import { isNothingYet } from "../nothing-yet.ts";
import { countOption } from "../option-values.ts";
import { lookOf } from "../render/look.ts";
import { renderStatistics } from "../render/statistics.ts";
import { tablesFor } from "../render/table.ts";

const MAX_SAMPLE = 100_000;

export const stats: Command = {
  usage: "stats [workflow]",
  summary: "how long executions and steps take, and how often they fail",
  details:
    "P50 and P95 are the time that 50 and 95 of 100 do not exceed, from start to\n" +
    "end, parked time included. FAILED is the share of those that have ended,\n" +
    "RETRIED that of those that needed a second attempt or a restart. The slowest\n" +
    "steps come first. -o ids gives the slowest executions.",
  options: {
    "--since <when>": 'of executions created since then: "7d", "2026-03-01" (default: all; the bars: 24 h)',
    "--sample <count>": "read at most so many of a workflow, the newest (default: 2000; of one workflow 10000)",
  },
  examples: ["wf stats", "wf stats signup", "wf stats signup --since 7d --json"],
  async run({ args: [workflow], options }, context) {
    const since = sinceOption(options, context.now());
    const sample = countOption(options, "sample", MAX_SAMPLE);
    const view = await statisticsOf(context, {
      ...(workflow === undefined ? {} : { workflow }),
      ...(since === undefined ? {} : { since }),
      ...(sample === undefined ? {} : { sample }),
    });
    const draw = await tablesFor(context.out);
    context.out.result(
      view,
      () => (view.workflows.length === 0 ? "" : renderStatistics(view, lookOf(context), draw)),
      () => view.slowest.map(({ id }) => id),
    );
    if (view.workflows.length === 0) context.out.idle("nothing was run");
    return EXIT.ok;
  },
};

const statisticsOf = async (context: CommandContext, options: StatisticsOptions): Promise<StatisticsView> => {
  try {
    const { looking } = await context.client();
    const view = await looking.statistics(options);
    if (options.workflow !== undefined && view.workflows.length === 0) await assertKnown(context, options.workflow);
    return view;
  } catch (error) {
    if (options.workflow === undefined && isNothingYet(error, context)) return emptyView(options, context.now());
    throw error;
  }
};

/** It has run, if not since then. @throws WORKFLOW_NOT_FOUND with the nearest name */
const assertKnown = async (context: CommandContext, name: string): Promise<void> => {
  const { looking } = await context.client();
  const names = (await looking.statistics({ sample: 1 })).workflows.map(({ workflow }) => workflow);
  if (names.includes(name)) return;
  throw fail("WORKFLOW_NOT_FOUND", { name, suggestion: suggest(name, names), problem: "of that name nothing has run here" });
};

const emptyView = ({ since }: StatisticsOptions, now: number): StatisticsView => ({
  since: since === undefined ? null : new Date(since).toISOString(),
  workflows: [],
  steps: [],
  stepsRead: 0,
  slowest: [],
  throughput: { from: new Date(now).toISOString(), to: new Date(now).toISOString(), bucketMs: 0, counts: [] },
});
