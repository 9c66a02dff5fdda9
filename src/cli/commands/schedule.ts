/** `wf schedule`: what the clock starts, and steering it. */
import type { ScheduleView } from "../../model/clients/schedules.ts";
import { quoted } from "../../model/escape.ts";
import { fail } from "../../model/errors.ts";
import { suggest } from "../../model/suggest.ts";
import type { Command, CommandContext, Invocation } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { hasWorkflowsFolder, isNothingYet } from "../nothing-yet.ts";
import { countOption, flagOf, instantOption, textOption, usage } from "../option-values.ts";
import { lookOf } from "../render/look.ts";
import { line } from "../render/safe.ts";
import { renderBackfill, renderPreview, renderSchedule, renderSchedules } from "../render/schedules.ts";
import { tablesFor } from "../render/table.ts";

type Action = (workflow: string, invocation: Invocation, context: CommandContext) => Promise<number>;

const ACTION_NAMES = ["list", "pause", "resume", "trigger", "preview", "backfill"] as const;

/** Options that mean something to an action; any other is a mistake that must not pass for done. */
const TAKES: Readonly<Record<(typeof ACTION_NAMES)[number], readonly string[]>> = {
  list: [],
  pause: ["reason"],
  resume: [],
  trigger: ["reason"],
  preview: ["count", "from"],
  backfill: ["from", "to", "dryRun", "reason"],
};

const MAX_COUNT = 1_000;

export const schedule: Command = {
  usage: "schedule <action> [workflow]",
  summary: "list, pause, try and make up for what the clock starts",
  details:
    "list      all schedules, or one: when it runs next, and what it left out\n" +
    "pause     let its slots pass by until it is resumed\n" +
    "resume    go on with the next slot from now; none is made up for\n" +
    "trigger   start one execution now, with the schedule's input\n" +
    "preview   the slots to come, in its zone and in UTC, with what happens on\n" +
    "          the nights when the clock is changed\n" +
    "backfill  start executions for the slots of the past; those that have one\n" +
    "          are left alone",
  options: {
    "--count <n>": "preview: how many slots (default: 10)",
    "--from <time>": "preview, backfill: the first slot may be at this time",
    "--to <time>": "backfill: the last slot may be at this time",
    "--reason <text>": "pause, trigger, backfill: why, for those who look later",
    "--dry-run": "backfill: show what would be started, and change nothing",
  },
  choices: { action: ACTION_NAMES },
  examples: [
    "wf schedule list",
    "wf schedule preview report --count 20",
    "wf schedule preview report --from 2026-03-27",
    'wf schedule pause report --reason "migration until Friday"',
    "wf schedule backfill report --from 2026-03-01 --to 2026-03-07 --dry-run",
  ],
  run(invocation, context) {
    const name = actionOf(invocation.args[0] ?? "");
    const foreign = Object.keys(invocation.options).find((key) => invocation.options[key] !== undefined && !TAKES[name].includes(key));
    if (foreign !== undefined) throw usage(`wf schedule ${name} takes no ${flagOf(foreign)}`);
    const workflow = invocation.args[1];
    if (workflow === undefined && name !== "list") throw usage("Which schedule?", `Name its workflow: wf schedule ${name} <workflow>`);
    return ACTIONS[name](workflow ?? "", invocation, context);
  },
};

const actionOf = (text: string): (typeof ACTION_NAMES)[number] => {
  const name = ACTION_NAMES.find((known) => known === text);
  if (name !== undefined) return name;
  const near = suggest(text, ACTION_NAMES);
  throw usage(
    `wf schedule cannot ${quoted(text)}`,
    near === undefined ? `It takes ${ACTION_NAMES.join(", ")}.` : `Did you mean "${near}"?`,
  );
};

const list: Action = async (workflow, _, context) => {
  const all = await schedulesOf(context);
  const shown = workflow === "" ? all : all.filter((one) => one.workflow === workflow);
  if (workflow !== "" && shown.length === 0) throw notFound(workflow, all);
  const drawTable = await tablesFor(context.out);
  const look = lookOf(context);
  context.out.result(
    shown,
    () => (workflow === "" ? renderSchedules(shown, look, drawTable) : shown.map((one) => renderSchedule(one, look)).join("\n\n")),
    () => shown.map((one) => one.workflow),
  );
  if (all.length === 0) context.out.note('no schedules yet: give a workflow one, as in schedule: { cron: "0 9 * * MON" }');
  return EXIT.ok;
};

const notFound = (name: string, all: readonly ScheduleView[]): Error => {
  const suggestion = suggest(
    name,
    all.map(({ workflow }) => workflow),
  );
  return fail("SCHEDULE_NOT_FOUND", { name: name.slice(0, 200), isWorkflow: false, suggestion });
};

/** A schedule begins when it is first seen: a project with workflows gets its database here, and a folder that is none stays as it is. */
const schedulesOf = async (context: CommandContext): Promise<readonly ScheduleView[]> => {
  try {
    return await (await schedulesIn(context)).list();
  } catch (error) {
    if (isNothingYet(error, context)) return [];
    throw error;
  }
};

const schedulesIn = async (context: CommandContext) => (await context.client({ create: hasWorkflowsFolder(context) })).schedules;

const pause: Action = async (workflow, { options }, context) => {
  const view = await (await schedulesIn(context)).pause(workflow, reasonOf(options));
  return tellOne(view, context, `its slots pass by until \`wf schedule resume ${workflow}\``);
};

const resume: Action = async (workflow, _, context) => {
  const view = await (await schedulesIn(context)).resume(workflow);
  return tellOne(view, context, "slots that have passed by can be made up for with `wf schedule backfill`");
};

const tellOne = (view: ScheduleView, context: CommandContext, note: string): number => {
  context.out.result(
    view,
    () => renderSchedule(view, lookOf(context)),
    () => [view.workflow],
  );
  context.out.note(note);
  return EXIT.ok;
};

const reasonOf = (options: Invocation["options"]): { readonly reason?: string } => {
  const reason = textOption(options, "reason");
  return reason === undefined ? {} : { reason };
};

const trigger: Action = async (workflow, { options }, context) => {
  const execution = await (await schedulesIn(context)).trigger(workflow, reasonOf(options));
  context.out.result(
    execution,
    () => `${line(execution.id)} ${execution.status}`,
    () => [execution.id],
  );
  context.out.note("a daemon or `wf tick` takes it up");
  return EXIT.ok;
};

const preview: Action = async (workflow, { options }, context) => {
  const count = countOption(options, "count", MAX_COUNT);
  const from = instantOption(options, "from", context.now());
  const schedules = await schedulesIn(context);
  const view = await schedules.preview(workflow, { ...(count === undefined ? {} : { count }), ...(from === undefined ? {} : { from }) });
  const drawTable = await tablesFor(context.out);
  context.out.result(
    view,
    () => renderPreview(view, lookOf(context), drawTable),
    () => view.slots.map(({ at }) => at),
  );
  return EXIT.ok;
};

const backfill: Action = async (workflow, { options }, context) => {
  const [from, to] = [instantOption(options, "from", context.now()), instantOption(options, "to", context.now())];
  if (from === undefined || to === undefined) throw usage("Which slots?", "Give --from and --to; both are included.");
  const dryRun = options["dryRun"] === true;
  const view = await (await schedulesIn(context)).backfill(workflow, { from, to, dryRun, ...reasonOf(options) });
  const drawTable = await tablesFor(context.out);
  context.out.result(
    view,
    () => renderBackfill(view, lookOf(context), drawTable),
    () => view.slots.flatMap(({ id, disposition }) => (disposition === "created" ? [id] : [])),
  );
  context.out.note(dryRun ? "dry run: nothing was started" : "a daemon or `wf tick` takes them up");
  return EXIT.ok;
};

const ACTIONS: Readonly<Record<(typeof ACTION_NAMES)[number], Action>> = { list, pause, resume, trigger, preview, backfill };
