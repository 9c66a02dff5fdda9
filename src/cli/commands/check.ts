/** `wf check`: would unfinished executions go on with the code that is there now? */
import type { CheckOptions, CheckReport, CheckView } from "../../model/clients/sources.ts";
import type { Client } from "../../model/client.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, exitOfSignal } from "../exit-codes.ts";
import { isNothingYet } from "../nothing-yet.ts";
import { durationOption, textOption } from "../option-values.ts";
import { readReferences } from "../references.ts";
import { checkSummary, renderCheck } from "../render/check.ts";
import { lookOf } from "../render/look.ts";
import { namesOf, unknownWorkflow } from "../workflow-names.ts";

export const check: Command = {
  usage: "check [ids...]",
  summary: "replay unfinished executions against the code that is there now, without running a step",
  details:
    "Without ids all that are not over are checked. An id may be a unique prefix, @last, or - for ids on standard input.\n" +
    "No step runs, and nothing is claimed or written: safe beside a daemon.\n" +
    "The code of workflows outside of steps does run, as on every pass.\n" +
    "Exit code 1: at least one would be blocked, since its code has diverged or its workflow is missing or does not load. 0: none.\n" +
    "-q prints only those. With -o ids those that would diverge are printed.",
  options: {
    "--workflow <name>": "only executions of this workflow",
    "--grace <duration>": "how long code may await something outside of a step before it counts as changed (default: 300ms)",
  },
  examples: ["wf check", "wf check -q", "wf check --workflow signup -o ids | wf resume - --code original"],
  async run({ args, options }, context) {
    const { out, signal } = context;
    const workflow = textOption(options, "workflow");
    const graceMs = durationOption(options, "grace");
    const shown = listener(context);
    let scripts = 0;
    const report = await checkHere(context, args, {
      signal,
      onChecked: (checked) => {
        if (checked.script) scripts++;
        shown.onChecked(checked);
      },
      ...(workflow === undefined ? {} : { workflow }),
      ...(graceMs === undefined ? {} : { graceMs }),
    });
    shown.end(report);
    if (signal.aborted) return exitOfSignal(signal.reason);
    if (report.checked === 0 && scripts === 0) out.idle("there is nothing unfinished to check");
    else out.note(checkSummary(report.checked, report.problems, scripts));
    return report.problems.some(({ verdict }) => verdict !== "damaged") ? EXIT.failed : EXIT.ok;
  },
};

/** A folder without a database has no executions; a hook may run there as well. */
const checkHere = async (context: CommandContext, args: readonly string[], options: CheckOptions): Promise<CheckReport> => {
  try {
    const references = await readReferences(args, context);
    if (args.length > 0 && references.length === 0) return { checked: 0, problems: [] };
    const client = await context.client();
    if (args.length === 0) return await checkAll(client, options);
    return await checkThese(context, client, await resolveAll(client, references), options);
  } catch (error) {
    if (args.length === 0 && isNothingYet(error, context)) return { checked: 0, problems: [] };
    throw error;
  }
};

/** A name that is nowhere is mistyped: that all of it fits would be no answer. @throws WORKFLOW_NOT_FOUND */
const checkAll = async (client: Client, options: CheckOptions): Promise<CheckReport> => {
  const { workflow } = options;
  const report = await client.sources.check(options);
  if (workflow === undefined || report.checked > 0) return report;
  const all = await client.workflows();
  if (namesOf(all).includes(workflow) || (await client.list({ workflow, limit: 1 })).length > 0) return report;
  throw unknownWorkflow(workflow, all);
};

const checkThese = async (context: CommandContext, client: Client, ids: readonly string[], options: CheckOptions): Promise<CheckReport> => {
  const told = new Set<string>();
  const onChecked = (checked: CheckView): void => {
    told.add(checked.id);
    options.onChecked?.(checked);
  };
  const report = await client.sources.check({ ...options, ids, onChecked });
  const left = ids.filter((id) => !told.has(id));
  if (left.length > 0 && !context.signal.aborted) context.out.note(`nothing to check: ${left.join(", ")}`);
  return report;
};

const resolveAll = async (client: Client, references: readonly string[]): Promise<readonly string[]> => {
  const ids = new Set<string>();
  for (const reference of references) ids.add(await client.resolveId(reference));
  return [...ids];
};

/** Lines as they come; one document for those who asked for one. */
const listener = (context: CommandContext): { onChecked: (checked: CheckView) => void; end: (report: CheckReport) => void } => {
  const { out } = context;
  const look = lookOf(context);
  if (out.format === "text" || out.format === "jsonl") {
    const isShown = ({ verdict }: CheckView): boolean => out.format === "jsonl" || !out.quiet || verdict !== "ok";
    return { onChecked: (checked) => void (isShown(checked) && out.line(checked, () => renderCheck(checked, look))), end: () => {} };
  }
  const executions: CheckView[] = [];
  return {
    onChecked: (checked) => void (out.format === "json" && executions.push(checked)),
    end: ({ checked, problems }) => {
      const diverged = problems.filter(({ verdict }) => verdict === "diverged");
      out.result(
        { checked, diverged: diverged.length, problems: problems.length, executions },
        () => "",
        () => diverged.map(({ id }) => id),
      );
    },
  };
};
