/** `wf daemon install`, `status` and `uninstall`: the project is looked after for good, by what the machine has for that. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fail } from "../../model/errors.ts";
import type { CommandContext, Invocation } from "../command.ts";
import { EXIT, exitOfSignal } from "../exit-codes.ts";
import { choiceOption, durationOption, listOf, usage } from "../option-values.ts";
import { pause } from "../pause.ts";
import { instant } from "../render/age.ts";
import { lookOf } from "../render/look.ts";
import { line } from "../render/safe.ts";
import { firesWithin, lastTickAt } from "./firing.ts";
import { cron, hasCron } from "./cron.ts";
import { launchd } from "./launchd.ts";
import { type ServicePlan, serviceName, servicePlan } from "./plan.ts";
import { type InstalledState, type Scheduler, SCHEDULER_KINDS, SERVICE_ACTIONS, type SchedulerKind } from "./scheduler.ts";
import { hasSystemd, lingers, systemd } from "./systemd.ts";

type Options = Invocation["options"];

const SCHEDULERS: Readonly<Record<SchedulerKind, Scheduler>> = { systemd, launchd, cron };

/** Gives the exit code. @param daemonOptions those of `wf daemon` that it is to run with */
export const serviceAction = (
  action: string,
  { options, daemonOptions }: { readonly options: Options; readonly daemonOptions: readonly string[] },
  context: CommandContext,
): Promise<number> => {
  switch (SERVICE_ACTIONS.find((known) => known === action)) {
    case "install":
      return install(options, daemonOptions, context);
    case "status":
      return status(context);
    case "uninstall":
      return uninstall(context);
    case undefined:
      throw usage(`wf daemon takes ${SERVICE_ACTIONS.join(", ")}, or nothing`, "Without a word it runs here.");
  }
};

/** Until cron has had two minutes that it was there for, or a daemon has opened the database on a busy machine. */
const DEFAULT_WITHIN_MS = 150_000;
/** Steps may have longer than the default of `wf daemon`, by the settings of the project. */
const GRACE_MS = 60_000;

const install = async (options: Options, daemonOptions: readonly string[], context: CommandContext): Promise<number> => {
  const scheduler = SCHEDULERS[choiceOption(options, "as", SCHEDULER_KINDS) ?? kindHere(options)];
  const plan = servicePlan({
    ...{ root: context.root, databaseFile: context.databaseFile, daemonOptions, path: process.env["PATH"] ?? "" },
    envFiles: listOf(options["useEnvFile"]).map((file) => resolve(context.folder, file)),
    graceMs: durationOption(options, "grace") ?? GRACE_MS,
  });
  if (scheduler.kind === "cron" && daemonOptions.length > 0)
    throw usage(`${daemonOptions[0]} is an option of the daemon, and cron calls \`wf tick\``, "Leave it out, or take --as systemd.");
  if (options["print"] === true) return print(scheduler, plan, context);
  refuseOthers(scheduler, plan);
  const withinMs = durationOption(options, "within") ?? DEFAULT_WITHIN_MS;
  const { out } = context;
  // The first question makes the database: a tick where there is none leaves no trace.
  const client = await context.client({ create: true });
  await lastTickAt(client);
  const installedAt = context.now();
  const what = await scheduler.install(plan, (ms) => pause(context, ms));
  if (what === undefined) return exitOfSignal(context.signal.reason);
  out.note(`${what} ${line(scheduler.where(plan))}`);
  if (scheduler.kind === "systemd" && lingers() === false)
    out.warn("it ends when you log out, and begins when you log in; `loginctl enable-linger` has it run from boot on");
  // What is as it was may have ticked a moment ago, and a tick is noted at most twice a minute.
  const since = what === "kept" ? installedAt - RECENT_MS : installedAt;
  const seenAt = withinMs === 0 ? null : await firesWithin({ client, since, withinMs, kind: scheduler.kind }, context);
  if (context.signal.aborted) return exitOfSignal(context.signal.reason);
  if (withinMs > 0 && seenAt === null)
    throw fail("SERVICE_SILENT", { kind: scheduler.kind, name: plan.name, waitedMs: withinMs, advice: scheduler.advice(plan) });
  out.result(
    { kind: scheduler.kind, name: plan.name, what, where: scheduler.where(plan), seenAt },
    () => `${out.style.green("✓")} ${plan.name} ${seenAt === null ? "is installed" : "runs"} by ${scheduler.kind}`,
  );
  return EXIT.ok;
};

const kindHere = (options: Options): SchedulerKind => {
  if (process.platform === "darwin") return "launchd";
  if (hasSystemd()) return "systemd";
  if (hasCron() || options["print"] === true) return "cron";
  throw usage(
    "There is neither a systemd of this user nor a crontab here",
    "`wf daemon install --print --as cron` shows what to set up by hand.",
  );
};

const print = (scheduler: Scheduler, plan: ServicePlan, { out }: CommandContext): number => {
  const text = scheduler.text(plan);
  const where = scheduler.where(plan);
  out.note(`for ${line(where)}; nothing was changed`);
  out.result({ kind: scheduler.kind, name: plan.name, where, text }, () => text.trimEnd());
  return EXIT.ok;
};

type Named = Pick<ServicePlan, "name">;

/** One project, one service; and what is not ours to replace is told before anything is done. */
const refuseOthers = (chosen: Scheduler, plan: Named): void => {
  for (const { scheduler, state } of installed(plan)) {
    const where = scheduler.where(plan);
    if (scheduler.kind !== chosen.kind && state !== "foreign")
      throw usage(`This project is looked after by ${scheduler.kind} already (${where})`, "First: wf daemon uninstall");
    if (scheduler.kind === chosen.kind && state !== "ours") throw notOurs(state, where);
  }
};

const notOurs = (state: InstalledState["state"], where: string): Error => {
  const because = state === "changed" ? "was changed by hand since `wf daemon install` wrote it" : "was not written by `wf daemon install`";
  return usage(`What is in ${where} for this project ${because}`, "It is left as it is: remove it by hand, then try again.");
};

interface Found extends InstalledState {
  readonly scheduler: Scheduler;
}

const installed = (plan: Named): readonly Found[] => {
  const known = [systemd, launchd, ...(hasCron() ? [cron] : [])];
  return known.map((scheduler) => ({ scheduler, ...scheduler.look(plan) })).filter(({ state }) => state !== "none");
};

const planHere = ({ root, databaseFile }: CommandContext): Named => ({ name: serviceName(root, databaseFile) });

/** A tick every minute, and a daemon that notes itself twice a minute. */
const RECENT_MS = 180_000;

const status = async (context: CommandContext): Promise<number> => {
  const { out } = context;
  const plan = planHere(context);
  const services = installed(plan).map(({ scheduler, ...state }) => ({ kind: scheduler.kind, where: scheduler.where(plan), ...state }));
  const seenAt = existsSync(context.databaseFile) ? await lastTickAt(await context.client()) : null;
  const isSeen = seenAt !== null && context.now() - Date.parse(seenAt) < RECENT_MS;
  out.result({ name: plan.name, services, lastTickAt: seenAt }, () =>
    [
      ...services.map(({ kind, where, state, isActive }) => `${kind}  ${activity(isActive)}  ${line(where)}${NOTES[state] ?? ""}`),
      ...(services.length === 0 ? ["nothing is installed for this project: wf daemon install"] : []),
      `last tick ${seenAt === null ? "never" : instant(seenAt, lookOf(context))}`,
    ].join("\n"),
  );
  if (services.length === 0) return EXIT.notFound;
  return isSeen && services.every(({ isActive }) => isActive !== false) ? EXIT.ok : EXIT.failed;
};

const activity = (isActive: boolean | null): string => (isActive === null ? "every minute" : isActive ? "running" : "stopped");

const NOTES: Readonly<Partial<Record<InstalledState["state"], string>>> = { changed: "  (changed by hand)", foreign: "  (not ours)" };

const uninstall = async (context: CommandContext): Promise<number> => {
  const { out } = context;
  const plan = planHere(context);
  const found = installed(plan);
  for (const { scheduler, state } of found) if (state !== "ours") throw notOurs(state, scheduler.where(plan));
  for (const { scheduler } of found) scheduler.uninstall(plan);
  const removed = found.map(({ scheduler }) => ({ kind: scheduler.kind, where: scheduler.where(plan) }));
  out.result({ name: plan.name, removed }, () =>
    removed.length === 0 ? "nothing was installed for this project" : removed.map(({ where }) => `removed ${line(where)}`).join("\n"),
  );
  return EXIT.ok;
};
