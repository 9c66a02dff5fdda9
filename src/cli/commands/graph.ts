/** `wf graph`: which steps came before which, of one execution or of the newest of a workflow. */
import type { Client } from "../../model/client.ts";
import type { HistoryView } from "../../model/views.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { toDot } from "../graph/dot.ts";
import { type GraphView, graphOfExecution, graphOfWorkflow } from "../graph/graph.ts";
import { toMermaid } from "../graph/mermaid.ts";
import { choiceOption, countOption } from "../option-values.ts";
import { resolveOne } from "../references.ts";
import { renderGraph } from "../render/graph.ts";
import { lookOf } from "../render/look.ts";
import { loadTables } from "../render/table.ts";

const FORMATS = ["text", "mermaid", "dot"] as const;
const SAMPLE = 50;
const MAX_SAMPLE = 1_000;

export const graph: Command = {
  usage: "graph <workflow|id>",
  summary: "which steps came before which",
  details:
    "Of an execution, or of the newest of a workflow together. It is what has\n" +
    "happened: a branch that none of them took is not there.\n" +
    "An id may be a unique prefix, @last, or - for an id on standard input.",
  options: {
    "--format <format>": `${FORMATS.join(", ")} (default: text)`,
    "--sample <count>": `of a workflow: so many, the newest (default: ${SAMPLE})`,
    "--merge": "of an execution: all items of a map and all turns of a loop as one",
  },
  choices: { format: FORMATS },
  examples: ["wf graph @last", "wf graph signup --format mermaid", "wf graph signup --format dot | dot -Tsvg -o signup.svg"],
  async run({ args: [reference = ""], options }, context) {
    const format = choiceOption(options, "format", FORMATS) ?? "text";
    const sample = countOption(options, "sample", MAX_SAMPLE) ?? SAMPLE;
    const view = await graphOf(reference, { sample, isMerged: options["merge"] === true }, context);
    const text = await textOf(view, format, context);
    context.out.result(
      view,
      () => text,
      () => (view.executionId === null ? [] : [view.executionId]),
    );
    if (view.nodes.length === 0) context.out.note("it has no steps so far");
    return EXIT.ok;
  },
};

interface Wanted {
  readonly sample: number;
  readonly isMerged: boolean;
}

/** A workflow's name goes before an id that begins with it: those of its executions all do. */
const graphOf = async (reference: string, { sample, isMerged }: Wanted, context: CommandContext): Promise<GraphView> => {
  const client = await context.client();
  const executions = reference === "-" || reference === "@last" ? [] : await client.list({ workflow: reference, limit: sample });
  const histories = await historiesOf(
    executions.map(({ id }) => id),
    client,
  );
  if (histories.length > 0) return graphOfWorkflow(histories);
  const history = await client.history(await resolveOne(reference, client, context));
  return isMerged ? graphOfExecution(history, true) : graphOfExecution(history);
};

/** A damaged one takes nothing from the others, and one may be removed meanwhile. */
const historiesOf = async (ids: readonly string[], client: Client): Promise<readonly HistoryView[]> => {
  const histories: HistoryView[] = [];
  for (const id of ids) {
    const history = await client.history(id).catch(isPassedOver);
    if (history !== undefined) histories.push(history);
  }
  return histories;
};

const isPassedOver = (error: unknown): undefined => {
  const { code } = error as { readonly code?: unknown };
  if (code !== "CORRUPT" && code !== "EXECUTION_NOT_FOUND") throw error;
};

const textOf = async (view: GraphView, format: (typeof FORMATS)[number], context: CommandContext): Promise<string> => {
  if (context.out.format !== "text") return "";
  if (format === "mermaid") return toMermaid(view);
  if (format === "dot") return toDot(view);
  return view.nodes.length === 0 ? "" : renderGraph(view, lookOf(context), await loadTables());
};
