/**
 * What is to be run for good, and for which project: the same for systemd, launchd and cron. Every path in it is absolute.
 */
import { createHash } from "node:crypto";
import { basename, dirname, isAbsolute, join } from "node:path";
import { usage } from "../option-values.ts";
import { PACKAGE } from "../starting/shipped.ts";

export interface ServicePlan {
  /** Tells this project's service from all others of the user: `wf-shop-1a2b3c4d`. */
  readonly name: string;
  readonly root: string;
  /** `wf` and the options that say which project; `daemon` or `tick` comes between. */
  readonly wf: string;
  readonly place: readonly string[];
  /** Options of `wf daemon`, as they were given. */
  readonly daemonOptions: readonly string[];
  /** For what workflows start, and for finding Bun: where programs lie, the first goes before. */
  readonly path: readonly string[];
  /** How long a service may take to end. */
  readonly stopMs: number;
}

export interface PlanParts {
  readonly root: string;
  readonly databaseFile: string;
  readonly envFiles: readonly string[];
  readonly daemonOptions: readonly string[];
  readonly graceMs: number;
  /** PATH of this process. */
  readonly path: string;
}

/** What has to end after its own grace: the supervisor writes its last line. */
const STOP_MARGIN_MS = 15_000;
/** What every machine has, last. */
const STANDARD = ["/usr/local/bin", "/usr/bin", "/bin"];

/** @throws ValidationError when what would be installed is not there to stay, or cannot be written into a service */
export const servicePlan = ({ root, databaseFile, envFiles, daemonOptions, graceMs, path }: PlanParts): ServicePlan => {
  const wf = join(PACKAGE, "bin/wf");
  if (/\/(?:_npx|bunx-[^/]*)\//.test(wf))
    throw usage(
      `${wf} was downloaded for this once`,
      "Install wflite first, in the project or for all, then call `wf daemon install` from there.",
    );
  const place = [
    ...["--dir", root],
    ...(databaseFile === join(root, ".wf.db") ? [] : ["--db", databaseFile]),
    ...envFiles.flatMap((file) => ["--env-file", file]),
  ];
  for (const word of [wf, ...place])
    if (/\p{Cc}/u.test(word))
      throw usage("A path with a control character cannot be written into a service", "Give the folder another name.");
  const given = path.split(":").filter((folder) => isAbsolute(folder) && !/\p{Cc}/u.test(folder));
  return {
    ...{ name: serviceName(root, databaseFile), root, wf, place, daemonOptions },
    path: [...new Set([dirname(process.execPath), ...given.filter((folder) => !STANDARD.includes(folder)), ...STANDARD])],
    stopMs: graceMs + STOP_MARGIN_MS,
  };
};

/** Two projects of the same name are told apart; the same one is always the same. */
export const serviceName = (root: string, databaseFile: string): string => {
  const word = basename(root)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 30);
  return `wf-${word === "" ? "" : `${word}-`}${createHash("sha256").update(`${root}\0${databaseFile}`).digest("hex").slice(0, 8)}`;
};
