/** Commands that have executions go on, and then carry them on here as `run` does: `resume`, `restart`, `retry`, `rerun`. */
import type { ActOptions } from "../model/clients/operations.ts";
import { actOnEach, exitOfOutcome, type Failure, isFailure, leaveOut, type Outcome, reportOutcomes } from "./act-on-each.ts";
import { type Acting, noteDone, readHow, REASON_OPTION, type Words } from "./acting.ts";
import { CARRY_OPTIONS, carryOnce, DETACH_OPTION, readCarrySettings } from "./carry.ts";
import { carryManyAndReport } from "./carry-many.ts";
import type { Command, CommandContext } from "./command.ts";
import { EXIT, worstExit } from "./exit-codes.ts";
import { readTargets, TARGET_OPTIONS } from "./targets.ts";

export const wakingCommand = (words: Words, waking: Acting): Command => ({
  ...words,
  options: { ...words.options, ...REASON_OPTION, ...CARRY_OPTIONS, ...DETACH_OPTION, ...TARGET_OPTIONS },
  async run(invocation, context) {
    const { detach, holdMs, timeoutMs } = readCarrySettings(invocation.options);
    const how = readHow(invocation.options);
    const act = waking.act(invocation.options);
    // Opened for carrying, before a filter looks for anything.
    if (invocation.args.length === 0) await context.client({ role: "run" });
    const { references, isList, isFound } = await readTargets(invocation, context, waking);
    waking.check?.(invocation.options, references.length);
    if (references.length === 0) return nothing(context, waking, how);
    const client = await context.client({ role: "run" });
    const acted = await actOnEach(references, client, context, (id) => act(client, id, how));
    const outcomes = leaveOut(context, acted, { isFound, done: waking.done });
    const [only] = outcomes;
    if (references.length === 1 && only !== undefined && isFailure(only)) throw only.error;
    if (how.isDry) return dryRun(context, waking, { outcomes, isList });
    const ids = outcomes.flatMap((outcome) => (isFailure(outcome) ? [] : [outcome.execution.id]));
    if (ids.length === 0) noteDone(context, waking, [], how);
    const carry: typeof carryOnce = async (id, means) =>
      detach ? { execution: await client.getStatus(id), stopped: undefined } : carryOnce(id, means);
    const failures = outcomes.filter(isFailure);
    const code = await carryManyAndReport(context, { client, ids, holdMs, timeoutMs, isList, failures, carry });
    return detach ? worstOf(failures) : code;
  },
});

/** No database either, where nothing was run so far. */
const nothing = async (context: CommandContext, waking: Acting, how: ActOptions): Promise<number> => {
  await reportOutcomes(context, []);
  noteDone(context, waking, [], how);
  return EXIT.ok;
};

const dryRun = async (
  context: CommandContext,
  waking: Acting,
  { outcomes, isList }: { readonly outcomes: readonly Outcome[]; readonly isList: boolean },
): Promise<number> => {
  await reportOutcomes(context, outcomes, { isList });
  noteDone(context, waking, [], { isDry: true });
  return worstExit(outcomes.map(exitOfOutcome));
};

const worstOf = (failures: readonly Failure[]): number => worstExit([EXIT.ok, ...failures.map(exitOfOutcome)]);
