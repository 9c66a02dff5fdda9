/** Commands that do something to executions and leave it at that: `cancel`, `pause`, `wake`. */
import type { Client } from "../model/client.ts";
import type { ActOptions } from "../model/clients/operations.ts";
import type { ExecutionView } from "../model/views.ts";
import { actOnEach, exitOfOutcome, isFailure, leaveOut, reportOutcomes } from "./act-on-each.ts";
import type { Command, CommandContext, Invocation, OptionTable } from "./command.ts";
import { exitOfSignal, worstExit } from "./exit-codes.ts";
import { textOption } from "./option-values.ts";
import { readTargets, TARGET_OPTIONS, type TargetQuery } from "./targets.ts";

export type Words = Pick<Command, "usage" | "summary" | "details" | "examples" | "options" | "choices">;

export const REASON_OPTION: OptionTable = { "--reason <text>": "why, for the history" };

export interface Acting extends TargetQuery {
  /** "cancelled". */
  readonly done: string;
  /** Reads the options of the command's own; what it throws comes before anything is done. */
  readonly act: (options: Invocation["options"]) => (client: Client, id: string, how: ActOptions) => Promise<ExecutionView>;
  /** Throws for options that do not fit so many; before anything is done. */
  readonly check?: (options: Invocation["options"], count: number) => void;
  /** Said once, where some are not there yet. */
  readonly note?: (executions: readonly ExecutionView[]) => string | undefined;
}

export const actingCommand = (words: Words, acting: Acting): Command => ({
  ...words,
  options: { ...words.options, ...REASON_OPTION, ...TARGET_OPTIONS },
  async run(invocation, context) {
    const how = readHow(invocation.options);
    const act = acting.act(invocation.options);
    const { references, isFound } = await readTargets(invocation, context, acting);
    const client = references.length === 0 ? undefined : await context.client();
    const acted = client === undefined ? [] : await actOnEach(references, client, context, (id) => act(client, id, how));
    const outcomes = leaveOut(context, acted, { isFound, done: acting.done });
    const [only] = outcomes;
    if (references.length === 1 && only !== undefined && isFailure(only)) throw only.error;
    await reportOutcomes(context, outcomes);
    const executions = outcomes.flatMap((outcome) => (isFailure(outcome) ? [] : [outcome.execution]));
    noteDone(context, acting, executions, how);
    const isCutShort = acted.length < references.length && context.signal.aborted;
    return isCutShort ? exitOfSignal(context.signal.reason) : worstExit(outcomes.map(exitOfOutcome));
  },
});

export const readHow = (options: Invocation["options"]): ActOptions & { readonly isDry: boolean } => {
  const reason = textOption(options, "reason");
  return { isDry: options["dryRun"] === true, ...(reason === undefined ? {} : { reason }) };
};

export const noteDone = (
  { out }: Pick<CommandContext, "out">,
  { done, note }: Pick<Acting, "done" | "note">,
  executions: readonly ExecutionView[],
  { isDry }: { readonly isDry?: boolean },
): void => {
  if (isDry === true) return out.note(`dry run: nothing was ${done}`);
  const more = note?.(executions);
  if (more !== undefined) out.note(more);
  else if (executions.length === 0) out.idle(`nothing was ${done}`);
};
