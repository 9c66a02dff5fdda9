/** `wf db`: looking after the database as a whole. */
import { resolve } from "node:path";
import { suggest } from "../../model/suggest.ts";
import type { Repair } from "../../model/maintenance.ts";
import type { Command, CommandContext, Invocation } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { FORMATS, WITHOUT_IDS } from "../out-format.ts";
import { flagOf, textOption, usage } from "../option-values.ts";
import { lookOf } from "../render/look.ts";
import {
  renderBackup,
  renderCheck,
  renderChoices,
  renderMigrate,
  renderMiscounts,
  renderRepair,
  renderStats,
  renderVacuum,
} from "../render/database.ts";

type Action = (invocation: Invocation, context: CommandContext) => Promise<number>;

const ACTION_NAMES = ["check", "repair", "backup", "migrate", "stats", "vacuum"] as const;

/** Options that mean something to an action; any other is a mistake that must not pass for done. */
const TAKES: Readonly<Record<(typeof ACTION_NAMES)[number], readonly string[]>> = {
  check: ["quick"],
  repair: ["accept", "runAgain", "from", "recount", "dryRun"],
  backup: [],
  migrate: [],
  stats: [],
  vacuum: [],
};

export const db: Command = {
  usage: "db <action> [target]",
  summary: "check, repair, back up and measure the database",
  details:
    "check     look at every page and every stored row; exit 7 when executions are\n" +
    "          damaged, 8 when the file itself is\n" +
    "repair    list what is damaged and what can be done; with an id and one of\n" +
    "          --from, --run-again, --accept do that, and nothing else; --recount\n" +
    "          counts all executions anew\n" +
    "backup    a whole copy as one file, also while executions run\n" +
    "migrate   bring the file to the schema of this wf (every command does)\n" +
    "stats     sizes and counts\n" +
    "vacuum    give the space of deleted rows back to the disk",
  options: {
    "--quick": "check: leave out SQLite's own pages, which take long in a large file",
    "--from <backup>": "repair: take the execution as it is in a backup",
    "--run-again": "repair: run damaged steps again, and those completed after them",
    "--accept": "repair: take what is stored now as right",
    "--recount": 'repair: count anew what "wf status" shows; nobody can write meanwhile',
    "--dry-run": "repair: say what would be done, and change nothing",
  },
  choices: { action: ACTION_NAMES },
  examples: [
    "wf db check",
    "wf db backup /backups/wf-monday.db",
    "wf db repair",
    "wf db repair import-7f3k9q2m4d --run-again --dry-run",
    "wf db repair import-7f3k9q2m4d --from /backups/wf-monday.db",
  ],
  // Only a check and a repair are about executions.
  formats: ({ args: [name], options }) => (name === "check" || (name === "repair" && options["recount"] !== true) ? FORMATS : WITHOUT_IDS),
  run(invocation, context) {
    const name = actionOf(invocation.args[0] ?? "");
    const foreign = Object.keys(invocation.options).find((key) => invocation.options[key] !== undefined && !TAKES[name].includes(key));
    if (foreign !== undefined) throw usage(`wf db ${name} takes no ${flagOf(foreign)}`);
    if (invocation.args[1] !== undefined && name !== "backup" && name !== "repair") {
      throw usage(`wf db ${name} takes no ${JSON.stringify(invocation.args[1])}`);
    }
    return ACTIONS[name](invocation, context);
  },
};

const actionOf = (text: string): (typeof ACTION_NAMES)[number] => {
  const name = ACTION_NAMES.find((known) => known === text);
  if (name !== undefined) return name;
  const near = suggest(text, ACTION_NAMES);
  throw usage(
    `wf db cannot ${JSON.stringify(text)}`,
    near === undefined ? `It takes ${ACTION_NAMES.join(", ")}.` : `Did you mean "${near}"?`,
  );
};

const check: Action = async ({ options }, context) => {
  const view = await (await context.maintenance()).check({ pages: options["quick"] !== true });
  context.out.result(
    view,
    () => renderCheck(view, lookOf(context)),
    () => idsOf(view.damaged),
  );
  if (view.damaged.length > 0) context.out.note("`wf db repair` shows what can be done");
  return view.pages.length > 0 ? EXIT.databaseUnusable : view.ok ? EXIT.ok : EXIT.blocked;
};

const repair: Action = async ({ args: [, reference], options }, context) => {
  const chosen = repairOf(options);
  if (options["recount"] === true) {
    if (reference !== undefined || chosen !== undefined)
      throw usage("--recount is for the whole database", "Leave out the id and the other ways.");
    return recount(context, options["dryRun"] === true);
  }
  const maintenance = await context.maintenance();
  if (reference === undefined) {
    if (chosen !== undefined) throw usage("Which execution?", "Give its id: `wf db repair` lists what is damaged.");
    return choices(context);
  }
  if (chosen === undefined) throw usage("How is it to be repaired?", "Give one of --from <backup>, --run-again, --accept.");
  const dryRun = options["dryRun"] === true;
  const id = await maintenance.resolveId(reference, { mayBeGone: chosen.how === "restore" });
  const view = await maintenance.repair(id, chosen, { dryRun });
  context.out.result(
    view,
    () => renderRepair(view),
    () => [id],
  );
  context.out.note(dryRun ? "dry run: nothing was changed" : `\`wf why ${id}\` says how it goes on`);
  return EXIT.ok;
};

/** What is damaged, and what can be done about it. */
const choices = async (context: CommandContext): Promise<number> => {
  const view = await (await context.maintenance()).check({ pages: false });
  context.out.result(
    view.damaged,
    () => renderChoices(view.damaged, lookOf(context)),
    () => idsOf(view.damaged),
  );
  if (view.miscounts.length > 0) context.out.note("the counts of `wf status` are wrong: `wf db repair --recount` counts anew");
  else if (view.damaged.length === 0) context.out.note("nothing is damaged");
  return view.ok ? EXIT.ok : EXIT.blocked;
};

const recount = async (context: CommandContext, dryRun: boolean): Promise<number> => {
  const view = await (await context.maintenance()).recount({ dryRun });
  context.out.result(view, () => renderMiscounts(view.mended));
  if (view.mended.length === 0) context.out.note("the counts are right");
  else context.out.note(dryRun ? "dry run: nothing was changed" : "counted anew");
  return EXIT.ok;
};

const repairOf = (options: Invocation["options"]): Repair | undefined => {
  const from = textOption(options, "from");
  const given: Repair[] = [
    ...(from === undefined ? [] : [{ how: "restore", from: resolve(from) } as const]),
    ...(options["runAgain"] === true ? [{ how: "run-again" } as const] : []),
    ...(options["accept"] === true ? [{ how: "accept" } as const] : []),
  ];
  if (given.length > 1) throw usage("--from, --run-again and --accept are different ways", "Give one of them.");
  return given[0];
};

const backup: Action = async ({ args: [, target] }, context) => {
  const stamp = new Date(context.now()).toISOString().replace(/[:.]/g, "-");
  const view = await (await context.maintenance()).backup(resolve(target ?? `${context.databaseFile}.backup-${stamp}`));
  context.out.result(view, () => renderBackup(view));
  return EXIT.ok;
};

const migrate: Action = async (_, context) => {
  const view = await (await context.maintenance()).migrate();
  context.out.result(view, () => renderMigrate(view));
  return EXIT.ok;
};

const stats: Action = async (_, context) => {
  const view = await (await context.maintenance()).stats();
  context.out.result(view, () => renderStats(view, lookOf(context)));
  return EXIT.ok;
};

const vacuum: Action = async (_, context) => {
  const view = await (await context.maintenance()).vacuum();
  context.out.result(view, () => renderVacuum(view));
  return EXIT.ok;
};

const ACTIONS: Readonly<Record<(typeof ACTION_NAMES)[number], Action>> = { check, repair, backup, migrate, stats, vacuum };

const idsOf = (damaged: readonly { readonly executionId: string }[]): readonly string[] => [
  ...new Set(damaged.map(({ executionId }) => executionId)),
];
