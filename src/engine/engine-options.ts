/** What an engine is made of, and what it may be told. */
import type { ProjectDefaults } from "../model/project-defaults.ts";
import type { WorkerRole } from "../model/records.ts";
import type { RetentionSettings } from "../model/settings.ts";
import { fail } from "../model/errors.ts";
import type { ScriptMachine } from "../model/scripts/machine.ts";
import type { Shell } from "../model/shell.ts";
import type { Transact } from "../model/transaction.ts";
import type { Host } from "./host.ts";
import type { Store } from "./store.ts";

export interface EngineOptions {
  readonly store: Store;
  readonly host: Host;
  readonly role: WorkerRole;
  /** The process is somebody else's: errors of it that no execution can have made stay its own. Default false. */
  readonly isEmbedded?: boolean;
  /** Version of wflite, kept with the worker. */
  readonly version: string;
  /** Largest stored value in bytes of its text. Default 1 MiB, at most 64 MiB. */
  readonly maxValueBytes?: number;
  /** Retries and panics of workflows that say nothing of them. Default: those of `Workflow.define`. */
  readonly defaults?: ProjectDefaults;
  /** How long `tick` and `serve` leave what is over. Default: for ever. */
  readonly retention?: RetentionSettings;
  /** Carries `ctx.transaction` out. Default: it is refused. */
  readonly transact?: Transact;
  /** Runs the commands of `ctx.sh`. Default: they fail. */
  readonly shell?: Shell;
  /** Starts scripts. Default: an execution of one fails. */
  readonly scripts?: ScriptMachine;
  /** How long changed-looking code may stay away from the next recorded completion. Default 3,000. */
  readonly graceMs?: number;
  /** How long a running step may go on after `signal` or `close`. Default 10,000. */
  readonly drainGraceMs?: number;
  /** How long a function that waits on nothing may hold up a process that has other work. Default 600,000. */
  readonly stallMs?: number;
}

/** For engines that were given no way to it. */
export const noTransactions: Transact = () =>
  Promise.reject(fail("USAGE", { problem: "This engine has no transactions", next: "Open it with `openEngine`, or give it `transact`." }));

/** For engines that were given no way to start them. */
export const noScripts: ScriptMachine = {
  start: ({ file }) =>
    Promise.reject(fail("SCRIPT_UNSTARTED", { file, problem: "this engine starts no scripts; open it with `openEngine`" })),
};
