/** `wf status`: what there is and what comes next, or one execution in detail. */
import type { Client, ListFilter } from "../../model/client.ts";
import { isTerminal } from "../../model/status.ts";
import type { HistoryView, OverviewView } from "../../model/views.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { FORMATS, WITHOUT_IDS } from "../out-format.ts";
import { FILTER_OPTIONS, givenFilters, readFilter } from "../list-filter.ts";
import { isNothingYet } from "../nothing-yet.ts";
import { usage } from "../option-values.ts";
import { resolveOne } from "../references.ts";
import { renderExecution } from "../render/execution.ts";
import { failingStep } from "../render/failing-step.ts";
import { renderSteps } from "../render/history-tree.ts";
import { lookOf } from "../render/look.ts";
import { renderOverview, totalOf } from "../render/overview.ts";
import { type DrawTable, tablesFor } from "../render/table.ts";
import { watch } from "../watch.ts";

export const status: Command = {
  usage: "status [id]",
  summary: "all executions at a glance, or one in detail",
  details:
    "An id may be a unique prefix, @last, or - for an id on standard input.\n" +
    "With --watch a terminal shows it anew every second; in a pipe, and as JSON, a line is appended whenever an execution changes.",
  options: { ...FILTER_OPTIONS, "--watch": "look again every second, until Ctrl-C or until the execution is over" },
  examples: [
    "wf status",
    "wf status @last",
    "wf status --status failed,blocked --since 1d",
    "wf status --workflow signup -o ids",
    "wf status --watch",
  ],
  formats: ({ options }) => (options["watch"] === true ? WITHOUT_IDS : FORMATS),
  async run({ args: [reference], options }, context) {
    const filters = givenFilters(options);
    if (reference !== undefined && filters.length > 0)
      throw usage(`${filters.join(", ")} is for the overview, and an id was given`, "Leave one of them out.");
    const filter = readFilter(options, context.now());
    const isWatched = options["watch"] === true;
    if (reference === undefined) {
      const drawTable = await tablesFor(context.out);
      if (isWatched) return watchOverview(context, filter, drawTable);
      return showOverview(context, await readOverview(context, filter), drawTable, filters.length > 0);
    }
    const client = await context.client();
    const id = await resolveOne(reference, client, context);
    return isWatched ? watchExecution(context, client, id) : showExecution(context, client, id);
  },
};

const readOverview = async (context: CommandContext, filter: ListFilter): Promise<OverviewView> => {
  try {
    return await (await context.client()).overview(filter);
  } catch (error) {
    if (isNothingYet(error, context)) return NOTHING;
    throw error;
  }
};

const NOTHING: OverviewView = {
  counts: { pending: 0, running: 0, sleeping: 0, waiting: 0, paused: 0, blocked: 0, completed: 0, failed: 0, cancelled: 0 },
  executions: [],
  nextWakeAt: null,
  lastTickAt: null,
  warnings: [],
};

const showOverview = (context: CommandContext, overview: OverviewView, drawTable: DrawTable, isFiltered: boolean): number => {
  const { out } = context;
  const { executions } = overview;
  out.result(
    overview,
    () => renderOverview(overview, lookOf(context), drawTable),
    () => executions.map(({ id }) => id),
  );
  const more = totalOf(overview) - executions.length;
  if (executions.length === 0 && isFiltered) out.idle("no execution fits");
  else if (executions.length === 0) out.note("no executions yet: `wf list` shows what can be started with `wf run <workflow>`");
  else if (more > 0) out.note(`${more} more: --limit ${executions.length + more} shows all`);
  return EXIT.ok;
};

const watchOverview = async (context: CommandContext, filter: ListFilter, drawTable: DrawTable): Promise<number> => {
  const client = await context.client();
  return watch(context, async () => {
    const overview = await client.overview(filter);
    const text = renderOverview(overview, lookOf(context), drawTable) || "no executions yet";
    return { text, executions: overview.executions, isOver: false };
  });
};

const showExecution = async (context: CommandContext, client: Client, id: string): Promise<number> => {
  const execution = await client.getStatus(id);
  const text = context.out.format === "text" ? await detailText(context, client, id) : "";
  context.out.result(
    execution,
    () => text,
    () => [id],
  );
  return EXIT.ok;
};

const watchExecution = (context: CommandContext, client: Client, id: string): Promise<number> =>
  watch(context, async () => {
    const execution = await client.getStatus(id);
    return { text: await watchedText(context, client, id), executions: [execution], isOver: isTerminal(execution.status) };
  });

/** More of the newest would leave a small screen. */
const STEPS_WATCHED = 10;

/** Who watches one wants to see it move. */
const watchedText = async (context: CommandContext, client: Client, id: string): Promise<string> => {
  if (context.out.format !== "text") return "";
  const [text, history] = [await detailText(context, client, id), await readableHistory(client, id)];
  const steps = history.steps.slice(-STEPS_WATCHED);
  return steps.length === 0 ? text : `${text}\n\n${renderSteps({ ...history, steps }, lookOf(context), { isShort: true })}`;
};

/** Of a failed one also where it failed: whoever looks at it wants to know. */
const detailText = async (context: CommandContext, client: Client, id: string): Promise<string> => {
  const why = await client.why(id);
  const history = await readableHistory(client, id);
  return renderExecution(history.execution, lookOf(context), { next: why.next, failingStep: failingStep(history) });
};

/** Of one with a damaged step its own state can still be shown. */
const readableHistory = async (client: Client, id: string): Promise<HistoryView> => {
  try {
    return await client.history(id);
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== "CORRUPT") throw error;
    return { execution: await client.getStatus(id), steps: [], panics: [], decisions: [] };
  }
};
