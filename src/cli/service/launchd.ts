/** An agent of launchd, on macOS, which keeps a `wf daemon` alive while the user is logged in. */
import { join } from "node:path";
import { home, ownershipOfFile, removeFile, writeWhole } from "./files.ts";
import type { ServicePlan } from "./plan.ts";
import { call, demand, failed } from "./programs.ts";
import { xmlText } from "./quoting.ts";
import type { Scheduler } from "./scheduler.ts";
import { sealed } from "./seal.ts";

const labelOf = ({ name }: Pick<ServicePlan, "name">): string => `dev.wflite.${name}`;
const fileOf = (plan: Pick<ServicePlan, "name">): string => join(home(), "Library/LaunchAgents", `${labelOf(plan)}.plist`);
const logOf = ({ name }: Pick<ServicePlan, "name">): string => join(home(), "Library/Logs", `${name}.log`);
const domain = (): string => `gui/${process.getuid?.() ?? ""}`;

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
`;

const text = (value: string): string => `<string>${xmlText(value)}</string>`;

const bodyOf = (plan: ServicePlan): string => {
  const { root, wf, place, daemonOptions, path, stopMs } = plan;
  const words = [wf, "daemon", ...place, ...daemonOptions].map((word) => `    ${text(word)}`);
  return `<plist version="1.0">
<dict>
  <key>Label</key>
  ${text(labelOf(plan))}
  <key>ProgramArguments</key>
  <array>
${words.join("\n")}
  </array>
  <key>WorkingDirectory</key>
  ${text(root)}
  <key>EnvironmentVariables</key>
  <dict>
    <key>PATH</key>
    ${text(path.join(":"))}
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <true/>
  <key>ExitTimeOut</key>
  <integer>${Math.ceil(stopMs / 1_000)}</integer>
  <key>StandardErrorPath</key>
  ${text(logOf(plan))}
  <key>StandardOutPath</key>
  ${text(logOf(plan))}
</dict>
</plist>
`;
};

const withoutMark = (whole: string): string => whole.replace(/^<!-- .* -->\n/m, "");

const isLoaded = (plan: Pick<ServicePlan, "name">): boolean => call("launchctl", ["print", `${domain()}/${labelOf(plan)}`]).status === 0;

export const launchd: Scheduler = {
  kind: "launchd",
  text: (plan) => sealed(HEAD + bodyOf(plan), (mark) => `${HEAD}<!-- ${mark} -->\n${bodyOf(plan)}`),
  where: fileOf,
  look(plan) {
    const state = ownershipOfFile(fileOf(plan), withoutMark);
    return { state, isActive: state === "none" ? null : isLoaded(plan) };
  },
  async install(plan, wait) {
    const what = writeWhole(fileOf(plan), this.text(plan));
    if (what === "kept" && isLoaded(plan)) return what;
    let isStarted = false;
    try {
      // What is loaded is the old one.
      if (isLoaded(plan)) bootOut(plan);
      isStarted = await bootstrapped(plan, wait);
    } finally {
      // Or the next one would find everything in place: the file, and an agent that is still going away.
      if (!isStarted) removeFile(fileOf(plan));
    }
    return isStarted ? what : undefined;
  },
  uninstall(plan) {
    if (isLoaded(plan)) bootOut(plan);
    removeFile(fileOf(plan));
  },
  advice: (plan) => `${logOf(plan)} holds what it says`,
};

/** "No such process", "Operation now in progress" and "already in progress": it is gone, or has been told to go. */
const GONE_OR_GOING = [3, 36, 37];

const bootOut = (plan: Pick<ServicePlan, "name">): void =>
  void demand("launchctl", ["bootout", `${domain()}/${labelOf(plan)}`], { fine: GONE_OR_GOING });

/** "Input/output error" and "Operation already in progress": so it answers while the agent of before is still going away. */
const GOING_AWAY = [5, 37];
const TRY_AGAIN_MS = 500;
/** The daemon of before may let a step finish; whoever waits for longer than this is better told. */
const TRIES = 20;

/** @returns false when the wait was cut off */
const bootstrapped = async (plan: Pick<ServicePlan, "name">, wait: (ms: number) => Promise<boolean>): Promise<boolean> => {
  const words = ["bootstrap", domain(), fileOf(plan)];
  for (let tries = 1; ; tries++) {
    const answer = call("launchctl", words);
    if (answer.status === 0) return true;
    if (tries === TRIES || !GOING_AWAY.includes(answer.status ?? 0)) throw failed("launchctl", words, { answer, next: nextFor(plan) });
    if (!(await wait(TRY_AGAIN_MS))) return false;
  }
};

const nextFor = (plan: Pick<ServicePlan, "name">): string =>
  "No agent is installed now: give the same `wf daemon install` once more. " +
  `\`launchctl print ${domain()}/${labelOf(plan)}\` shows whether the one of before is still there.`;
