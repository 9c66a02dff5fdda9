/**
 * Does one thing to each of several executions, one after the other: what fails is kept beside what does not, and stops nothing.
 */
import type { Client } from "../model/client.ts";
import { exitOf } from "../model/errors.ts";
import type { ExecutionView } from "../model/views.ts";
import type { CommandContext } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { errorView } from "./out-error.ts";
import { lookOf } from "./render/look.ts";
import { renderExecutions } from "./render/overview.ts";
import { line } from "./render/safe.ts";
import { tablesFor } from "./render/table.ts";

export interface Failure {
  readonly reference: string;
  readonly error: unknown;
}

export type Outcome = { readonly execution: ExecutionView } | Failure;

/** A signal ends it between two. Whoever is named twice is acted on once. */
export const actOnEach = async (
  references: readonly string[],
  client: Client,
  { signal }: Pick<CommandContext, "signal">,
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
      outcomes.push({ execution: await act(id) });
    } catch (error) {
      outcomes.push({ reference, error });
    }
  }
  return outcomes;
};

/** Of those that a filter has found, what the verb cannot be done to is left out, and told as a number; it is no failure. */
export const leaveOut = (
  { out }: Pick<CommandContext, "out">,
  outcomes: readonly Outcome[],
  { isFound, done }: { readonly isFound: boolean; readonly done: string },
): readonly Outcome[] => {
  if (!isFound) return outcomes;
  const left = outcomes.filter(isUnfit);
  const [first] = left;
  if (first !== undefined) {
    const others = left.length === 1 ? "" : `, and ${left.length - 1} more`;
    out.note(`${left.length} left out that cannot be ${done}: ${line(errorView(first.error).message)}${others}`);
  }
  return outcomes.filter((outcome) => !isUnfit(outcome));
};

const isUnfit = (outcome: Outcome): outcome is Failure =>
  isFailure(outcome) && ["ACTION_REFUSED", "EXECUTION_OVER"].includes(errorView(outcome.error).code ?? "");

export const isFailure = (outcome: Outcome): outcome is Failure => "error" in outcome;

export const exitOfOutcome = (outcome: Outcome): number => (isFailure(outcome) ? exitOf(outcome.error) : EXIT.ok);

export const documentOf = (outcome: Outcome): unknown =>
  isFailure(outcome) ? { id: outcome.reference, error: errorView(outcome.error) } : outcome.execution;

export const warnOf = ({ out }: Pick<CommandContext, "out">, outcomes: readonly Outcome[]): void => {
  for (const outcome of outcomes) if (isFailure(outcome)) out.warn(`${line(outcome.reference)}: ${line(errorView(outcome.error).message)}`);
};

/** A list, each failure in the place of its execution, or else the document of the only one; for people a table, and warnings. */
export const reportOutcomes = async (
  context: CommandContext,
  outcomes: readonly Outcome[],
  { isList = true }: { readonly isList?: boolean } = {},
): Promise<void> => {
  const executions = outcomes.flatMap((outcome) => (isFailure(outcome) ? [] : [outcome.execution]));
  const drawTable = await tablesFor(context.out);
  context.out.result(
    isList ? outcomes.map(documentOf) : outcomes.map(documentOf)[0],
    () => (executions.length === 0 ? "" : renderExecutions(executions, lookOf(context), drawTable)),
    () => executions.map(({ id }) => id),
  );
  warnOf(context, outcomes);
};
