/**
 * Which executions a command acts on: ids, ids from standard input, or all that a filter finds.
 *
 * A filter picks, of what the verb can be done to, what it names; without a filter `--all` must say so. Where many are found and a person
 * looks on, the person is asked.
 *
 * None at all, of standard input or of a filter, is nothing to do and no mistake: so a pipe from `wf status -o ids` can stand in cron.
 */
import type { Client } from "../model/client.ts";
import type { ExecutionStatus } from "../model/status.ts";
import type { CommandContext, Invocation, OptionTable } from "./command.ts";
import { confirm, mayAsk, YES_OPTION } from "./confirming.ts";
import { FILTER_OPTIONS, givenFilters, readFilter } from "./list-filter.ts";
import { usage } from "./option-values.ts";
import { readReferences } from "./references.ts";

export const TARGET_OPTIONS: OptionTable = {
  ...FILTER_OPTIONS,
  "--limit <count>": "at most so many, the newest (default: all that are found)",
  "--all": "all that it can be done to, where no filter is given",
  ...YES_OPTION,
  "--dry-run": "show which it would be done to, and change nothing",
};

/** As many as a list gives. */
const MAX = 10_000;
/** More than these are not acted on unasked, and more than one where it cannot be undone. */
const ASK_ABOVE = 20;

export interface Targets {
  /** Not looked up yet. */
  readonly references: readonly string[];
  /** What was asked for could have been several. */
  readonly isList: boolean;
  /** A filter, or `--all`, has found them: nobody has named them. */
  readonly isFound: boolean;
}

export interface TargetQuery {
  /** "cancel". */
  readonly verb: string;
  /** Those that it can be done to, where no `--status` is given. */
  readonly statuses: readonly ExecutionStatus[];
  /** It cannot be undone. Default false. */
  readonly isFinal?: boolean;
}

export const readTargets = async ({ args, options }: Invocation, context: CommandContext, query: TargetQuery): Promise<Targets> => {
  const filters = givenFilters(options);
  const isAll = options["all"] === true;
  if (args.length > 0) {
    const given = isAll ? [...filters, "--all"] : filters;
    if (given.length > 0) throw usage(`${given.join(", ")} is for finding executions, and ids were given`, "Leave one of them out.");
    const references = await readReferences(args, context);
    return { references, isList: args.length > 1 || args[0] === "-", isFound: false };
  }
  if (filters.every((flag) => flag === "--limit") && !isAll) {
    throw usage(`No ids were given to ${query.verb}`, `Give ids, a filter such as --workflow, or --all: ${query.statuses.join(", ")}.`);
  }
  const references = await find(await context.client(), options, context, query);
  const { length } = references;
  if (length > (query.isFinal === true ? 1 : ASK_ABOVE) && mayAsk(context, options))
    await confirm(`${query.verb} ${length} executions?`, context);
  return { references, isList: true, isFound: true };
};

const find = async (
  client: Client,
  options: Invocation["options"],
  context: CommandContext,
  { statuses }: TargetQuery,
): Promise<readonly string[]> => {
  const filter = readFilter(options, context.now());
  const found = await client.list({ statuses, limit: MAX, ...filter });
  return found.map(({ id }) => id);
};
