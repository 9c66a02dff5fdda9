/** `wf cancel`: stops executions. */
import type { Client } from "../../model/client.ts";
import { exitOf, fail } from "../../model/errors.ts";
import type { ExecutionView } from "../../model/views.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, exitOfSignal, worstExit } from "../exit-codes.ts";
import { textOption, usage } from "../option-values.ts";
import { errorView } from "../out-error.ts";
import { readReferences } from "../references.ts";
import { lookOf } from "../render/look.ts";
import { renderExecutions } from "../render/overview.ts";
import { line } from "../render/safe.ts";
import { loadTables } from "../render/table.ts";

export const cancel: Command = {
  usage: "cancel <ids...>",
  summary: "stop executions",
  details:
    "An id may be a unique prefix, @last, or - for ids on standard input.\n" +
    "A running step is told at once through its signal; an execution that nobody moves is cancelled on the spot.\n" +
    "Ids that cannot be cancelled do not stop the others; the exit code is the worst of theirs.",
  options: {
    "--reason <text>": "kept with the execution and shown by `wf status`",
    "--dry-run": "show what would be cancelled, and change nothing",
  },
  examples: [
    "wf cancel @last",
    'wf cancel signup-7f3k9q2m4d --reason "wrong customer"',
    "wf status --status waiting -o ids | wf cancel - --dry-run",
  ],
  async run({ args, options }, context) {
    const references = await readReferences(args, context);
    if (references.length === 0) throw usage("No ids were given", "Standard input was empty.");
    const isDry = options["dryRun"] === true;
    const reason = textOption(options, "reason");
    const client = await context.client();
    const act = isDry ? (id: string) => client.getStatus(id) : (id: string) => client.cancel(id, reason);
    const outcomes = await forEach(references, client, context, act);
    const [only] = outcomes;
    if (outcomes.length === 1 && only !== undefined && "error" in only) throw only.error;
    await report(context, outcomes, isDry);
    const code = worstExit(outcomes.map((outcome) => ("error" in outcome ? exitOf(outcome.error) : EXIT.ok)));
    return outcomes.length < references.length && context.signal.aborted ? exitOfSignal(context.signal.reason) : code;
  },
};

type Outcome = { readonly execution: ExecutionView } | { readonly reference: string; readonly error: unknown };

/** One after the other; what fails is kept beside what does not. A signal ends it between two. */
const forEach = async (
  references: readonly string[],
  client: Client,
  { signal }: CommandContext,
  act: (id: string) => Promise<ExecutionView>,
): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = [];
  const done = new Set<string>();
  for (const reference of references) {
    if (signal.aborted) break;
    try {
      const id = await client.resolveId(reference);
      if (done.has(id)) continue;
      done.add(id);
      outcomes.push({ execution: unlessOver(await act(id)) });
    } catch (error) {
      outcomes.push({ reference, error });
    }
  }
  return outcomes;
};

/** One that was cancelled before is as it was asked to be. @throws EXECUTION_OVER for one that ended otherwise */
const unlessOver = (execution: ExecutionView): ExecutionView => {
  const { id, status } = execution;
  if (status === "completed" || status === "failed") throw fail("EXECUTION_OVER", { id, status, action: "cancel" });
  return execution;
};

const report = async (context: CommandContext, outcomes: readonly Outcome[], isDry: boolean): Promise<void> => {
  const { out } = context;
  const executions = outcomes.flatMap((outcome) => ("error" in outcome ? [] : [outcome.execution]));
  const drawTable = await loadTables();
  out.result(
    outcomes.map((outcome) => ("error" in outcome ? { id: outcome.reference, error: errorView(outcome.error) } : outcome.execution)),
    () => (executions.length === 0 ? "" : renderExecutions(executions, lookOf(context), drawTable)),
    () => executions.map(({ id }) => id),
  );
  for (const outcome of outcomes) if ("error" in outcome) out.warn(`${line(outcome.reference)}: ${line(errorView(outcome.error).message)}`);
  if (isDry) out.note("dry run: nothing was cancelled");
  else if (executions.some(({ status }) => status !== "cancelled")) out.note("asked for: the process that has it is told, and stops it");
};
