/** A unit of the user's own systemd, which keeps a `wf daemon` alive. */
import { join } from "node:path";
import { home, ownershipOfFile, removeFile, writeWhole } from "./files.ts";
import type { ServicePlan } from "./plan.ts";
import { call, demand } from "./programs.ts";
import { systemdQuoted } from "./quoting.ts";
import type { Scheduler } from "./scheduler.ts";
import { sealed } from "./seal.ts";

const unitOf = ({ name }: Pick<ServicePlan, "name">): string => `${name}.service`;

const fileOf = (plan: Pick<ServicePlan, "name">): string =>
  join(process.env["XDG_CONFIG_HOME"] || join(home(), ".config"), "systemd/user", unitOf(plan));

const bodyOf = ({ root, wf, place, daemonOptions, path, stopMs }: ServicePlan): string =>
  `[Unit]
Description=wf daemon of ${specifiersEscaped(root)}
# However often it fails, a disk that comes late among the reasons: what it has to do does not go away.
StartLimitIntervalSec=0

[Service]
ExecStart=${[wf, "daemon", ...place, ...daemonOptions].map((word) => systemdQuoted(word, { isCommand: true })).join(" ")}
WorkingDirectory=${specifiersEscaped(root)}
Environment=${systemdQuoted(`PATH=${path.join(":")}`, { isCommand: false })}
Restart=always
RestartSec=10
# That is how it ends when it is told to.
SuccessExitStatus=143
# The supervisor tells its worker, which lets steps finish.
KillMode=mixed
TimeoutStopSec=${Math.ceil(stopMs / 1_000)}

[Install]
WantedBy=default.target
`;

const specifiersEscaped = (text: string): string => text.replaceAll("%", "%%");

const withoutMark = (text: string): string => text.slice(text.indexOf("\n") + 1);

const isActive = (plan: Pick<ServicePlan, "name">): boolean =>
  call("systemctl", ["--user", "is-active", "--quiet", unitOf(plan)]).status === 0;

export const systemd: Scheduler = {
  kind: "systemd",
  text: (plan) => sealed(bodyOf(plan), (mark) => `# ${mark}\n${bodyOf(plan)}`),
  where: fileOf,
  look(plan) {
    const state = ownershipOfFile(fileOf(plan), withoutMark);
    return { state, isActive: state === "none" ? null : isActive(plan) };
  },
  install(plan) {
    const what = writeWhole(fileOf(plan), this.text(plan));
    demand("systemctl", ["--user", "daemon-reload"]);
    demand("systemctl", ["--user", "enable", "--quiet", unitOf(plan)]);
    // One that runs as it should is not disturbed.
    if (what !== "kept") demand("systemctl", ["--user", "restart", unitOf(plan)]);
    else demand("systemctl", ["--user", "start", unitOf(plan)]);
    return what;
  },
  uninstall(plan) {
    demand("systemctl", ["--user", "disable", "--now", "--quiet", unitOf(plan)]);
    removeFile(fileOf(plan));
    demand("systemctl", ["--user", "daemon-reload"]);
  },
  advice: (plan) => `journalctl --user -u ${unitOf(plan)} shows what it says`,
};

/** Whether there is a systemd of this user that could be told. */
export const hasSystemd = (): boolean => call("systemctl", ["--user", "show-environment"]).status === 0;

/** A user's services end with the last login, unless this is so. Undefined where nobody can tell. */
export const lingers = (): boolean | undefined => {
  const { status, stdout } = call("loginctl", ["show-user", "--property=Linger", "--value", String(process.getuid?.() ?? "")]);
  return status === 0 ? stdout.trim() === "yes" : undefined;
};
