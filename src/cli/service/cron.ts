/**
 * A line of the user's crontab, which calls `wf tick` every minute.
 *
 * All other lines go back as they were, to the last byte. What callers may rely on: a crontab that cannot be read is not written.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { usage } from "../option-values.ts";
import type { ServicePlan } from "./plan.ts";
import { call, demand } from "./programs.ts";
import { cronEscaped, shQuoted } from "./quoting.ts";
import type { InstalledState, Scheduler } from "./scheduler.ts";
import { ownershipOf, sealed } from "./seal.ts";

/** Some crons cut what is longer than 1,000 bytes, and run what is left. */
const LINE_MAX = 990;

type Named = Pick<ServicePlan, "name">;

const logOf = (root: string): string => join(root, ".wf/tick.log");

const bodyOf = (plan: ServicePlan): string => {
  // The first is Bun's, the last three are those of every machine; of the others as many as there is room for.
  const [bun = "", ...more] = plan.path;
  const others = more.slice(0, -3);
  for (;;) {
    const line = lineWith(plan, [bun, ...others, ...more.slice(-3)]);
    if (Buffer.byteLength(line) <= LINE_MAX - MARK_LENGTH - plan.name.length) return line;
    if (others.pop() === undefined) throw usage("The paths are too long for a line of crontab", "Use systemd or launchd: --as systemd.");
  }
};

const MARK_LENGTH = 60;

const lineWith = ({ root, wf, place }: ServicePlan, path: readonly string[]): string => {
  const words = [`PATH=${shQuoted(path.join(":"))}`, ...[wf, "tick", "-q", ...place].map(shWord), `>>${shWord(logOf(root))}`, "2>&1"];
  return `* * * * * ${cronEscaped(`cd ${shWord(root)} && ${words.join(" ")}`)}`;
};

const shWord = (text: string): string => (/^[\w/.@:+-]+$/.test(text) ? text : shQuoted(text));

const textOf = (plan: ServicePlan): string => sealed(bodyOf(plan), (mark) => `${bodyOf(plan)} # ${plan.name} ${mark}`);

const withoutMark = (line: string): string => line.replace(/ # wf-[a-z0-9-]+ made by .*$/, "");

const isOf =
  ({ name }: Named) =>
  (line: string): boolean =>
    line.includes(` # ${name} made by `);

/** @throws ValidationError when it cannot be read, and so must not be written */
const read = (): string => {
  const { status, stdout, stderr } = call("crontab", ["-l"]);
  if (status === 0) return stdout;
  if (status !== undefined && /no crontab/i.test(stderr)) return "";
  const problem = status === undefined ? "crontab cannot be called" : `crontab -l failed: ${stderr.trim().split("\n")[0] ?? ""}`;
  throw usage(problem, "Nothing was changed. `wf daemon install --print` shows the line to put there.");
};

const replaceLine = (plan: Named, line: string | undefined): void => {
  const before = read();
  const lines = before.split("\n");
  const at = lines.findIndex(isOf(plan));
  const isLast = at < 0 && line !== undefined;
  const text = isLast
    ? `${before === "" || before.endsWith("\n") ? before : `${before}\n`}${line}\n`
    : lines.toSpliced(at, 1, ...(line === undefined ? [] : [line])).join("\n");
  if (at >= 0 || isLast) demand("crontab", ["-"], { stdin: text });
};

const look = (plan: Named): InstalledState => {
  const line = read().split("\n").find(isOf(plan));
  const state = line === undefined ? "none" : ownershipOf(line, withoutMark);
  // Where it was commented out by hand, as everything else by hand, it is no longer as it was made.
  return { state, isActive: null };
};

export const cron: Scheduler = {
  kind: "cron",
  text: (plan) => `${textOf(plan)}\n`,
  where: () => "crontab",
  look,
  install(plan) {
    mkdirSync(join(plan.root, ".wf"), { recursive: true });
    const found = read().split("\n").find(isOf(plan));
    if (found === textOf(plan)) return "kept";
    replaceLine(plan, textOf(plan));
    return found === undefined ? "created" : "renewed";
  },
  uninstall: (plan) => replaceLine(plan, undefined),
  advice: () => "see that cron runs, and read .wf/tick.log in the project",
};

export const hasCron = (): boolean => {
  const { status, stderr } = call("crontab", ["-l"]);
  return status === 0 || /no crontab/i.test(stderr);
};
