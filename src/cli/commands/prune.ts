/** `wf prune`: removes executions that are over. */
import type { PruneOptions, PruneView } from "../../model/clients/retention.ts";
import { TERMINAL_STATUSES } from "../../model/status.ts";
import type { Command, CommandContext, Invocation } from "../command.ts";
import { confirm, mayAsk } from "../confirming.ts";
import { EXIT, exitOfSignal } from "../exit-codes.ts";
import { WITHOUT_IDS } from "../out-format.ts";
import { isNothingYet } from "../nothing-yet.ts";
import { choicesOption, countOption, durationOption, textOption, usage } from "../option-values.ts";
import { lookOf } from "../render/look.ts";
import { paintOf } from "../render/marks.ts";

const MAX_KEEP = 1_000_000;

export const prune: Command = {
  usage: "prune",
  summary: "remove executions that are over, with all that belongs to them",
  details:
    "Only what is completed, failed or cancelled goes, and a child never before its parent.\n" +
    "Others can write all the while: the lock is held for some 20 ms at a time.\n" +
    "The space stays in the file for what comes; `wf db vacuum` gives it back to the disk.",
  options: {
    "--older-than <duration>": "over for at least so long",
    "--status <statuses>": `of these, with commas between (default: ${TERMINAL_STATUSES.join(",")})`,
    "--workflow <name>": "of this workflow",
    "--keep <count>": "the newest so many of each workflow stay",
    "--purge": "write the file anew afterwards, so that nothing of what was deleted can be read from it; nobody can write meanwhile",
    "--yes": "do not ask; on a terminal it asks before it removes any",
    "--dry-run": "say how many would go, and remove nothing",
  },
  examples: [
    "wf prune --older-than 30d --dry-run",
    "wf prune --older-than 30d --status completed,cancelled",
    "wf prune --keep 100 --workflow nightly",
    "wf prune --older-than 1d --workflow signup --purge",
  ],
  formats: WITHOUT_IDS,
  async run({ options }, context) {
    const asked = readOptions(options);
    if (mayAsk(context, options)) await askFirst(asked, context);
    const view = await pruneIfAny({ ...asked, signal: context.signal }, context);
    context.out.result(
      view,
      () => (view.removed === 0 && !view.dryRun ? "" : text(view, context)),
      () => [],
    );
    if (view.removed === 0 && !view.dryRun) context.out.idle("0 executions removed");
    if (view.dryRun) context.out.note("dry run: nothing was removed");
    if (!view.complete) context.out.note("ended early: run it again for the rest");
    else if (asked.purge === true && !view.dryRun && !view.purged)
      context.out.warn("another process reads the database: what was deleted is in its WAL until that ends; run it again then");
    return context.signal.aborted ? exitOfSignal(context.signal.reason) : EXIT.ok;
  },
};

const askFirst = async (asked: PruneOptions, context: CommandContext): Promise<void> => {
  const { removed } = await pruneIfAny({ ...asked, dryRun: true, signal: context.signal }, context);
  if (removed > 0) await confirm(`remove ${removed} ${removed === 1 ? "execution" : "executions"} for good?`, context);
};

const readOptions = (options: Invocation["options"]): PruneOptions => {
  const olderThan = durationOption(options, "olderThan");
  const statuses = choicesOption(options, "status", TERMINAL_STATUSES);
  const workflow = textOption(options, "workflow");
  const keep = countOption(options, "keep", MAX_KEEP);
  if (olderThan === undefined && keep === undefined)
    throw usage("What is to be removed?", "Give --older-than 30d, --keep 100, or both; --dry-run shows how many would go.");
  return {
    ...(olderThan === undefined ? {} : { olderThan }),
    ...(statuses === undefined ? {} : { statuses }),
    ...(workflow === undefined ? {} : { workflow }),
    ...(keep === undefined ? {} : { keep }),
    purge: options["purge"] === true,
    dryRun: options["dryRun"] === true,
  };
};

const pruneIfAny = async (options: PruneOptions, context: CommandContext): Promise<PruneView> => {
  try {
    return await (await context.client()).retention.prune(options);
  } catch (error) {
    if (!isNothingYet(error, context)) throw error;
    return {
      removed: 0,
      statuses: { completed: 0, failed: 0, cancelled: 0 },
      dryRun: options.dryRun === true,
      purged: false,
      complete: true,
    };
  }
};

const text = (view: PruneView, context: CommandContext): string => {
  const look = lookOf(context);
  const parts = TERMINAL_STATUSES.filter((status) => view.statuses[status] > 0).map(
    (status) => `${view.statuses[status]} ${paintOf(status, look)(status)}`,
  );
  const verb = view.dryRun ? "would be removed" : "removed";
  return parts.length === 0
    ? `0 executions ${verb}`
    : `${view.removed} ${view.removed === 1 ? "execution" : "executions"} ${verb}: ${parts.join(", ")}`;
};
