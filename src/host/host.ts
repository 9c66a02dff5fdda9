/** The real machine behind the ports of the engine: the one place where its parts are put together. */
import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../engine/host.ts";
import { fail } from "../model/errors.ts";
import type { Configuration } from "../model/settings.ts";
import { actorOf } from "./actor.ts";
import { systemChance } from "./chance.ts";
import { cipherOver } from "./cipher.ts";
import { systemClock } from "./clock.ts";
import { type Environment, readConfiguration } from "./configuration.ts";
import { onConsole } from "./console.ts";
import { Edits } from "./edits.ts";
import { onIdle } from "./idle.ts";
import { systemKeys } from "./keys.ts";
import { LOADERS, type LoaderKind, type ModuleLoader, moduleLoader } from "./loader.ts";
import { ProjectOutputFiles } from "./output-files.ts";
import { systemProcesses } from "./processes.ts";
import { onStrayError, openStrayContext } from "./stray.ts";
import { systemTimers } from "./timers.ts";
import { registerVirtualModules, type VirtualModules } from "./virtual-modules.ts";
import { workflowFiles } from "./workflow-files.ts";

export interface HostOptions {
  /** The project's folder, absolute. */
  readonly root: string;
  readonly virtual: VirtualModules;
  /** Its key lies beside it. Default: `.wf.db` in the root. */
  readonly databaseFile?: string;
  /** How modules are loaded. Default: `WF_LOADER`, or else `plain`. */
  readonly loader?: LoaderKind;
}

export interface SystemHost extends Host {
  /** What holds in the project. A configuration file that is edited makes the host's files outdated. Nothing is thrown. */
  configuration(env: Environment): Promise<Configuration>;
  /** With the graph loader: closes what the top level of workflow files has opened. */
  dispose(): void;
}

/** @throws ValidationError when `WF_LOADER` names no loader */
export const systemHost = (options: HostOptions): SystemHost => {
  const root = realpathSync(options.root);
  const loader = servingVirtualModules(moduleLoader(options.loader ?? chosenLoader()), root, options.virtual);
  const edits = new Edits();
  return {
    clock: systemClock,
    chance: systemChance,
    timers: systemTimers,
    processes: systemProcesses,
    cipher: cipherOver(systemKeys({ databaseFile: options.databaseFile ?? join(root, ".wf.db"), env: process.env })),
    files: workflowFiles({ root, loader, edits, timers: systemTimers, clock: systemClock }),
    outputFiles: new ProjectOutputFiles(root),
    configuration: (env) => readConfiguration({ root, loader, edits, timers: systemTimers }, env),
    actor: () => actorOf(process.env),
    onIdle,
    onStrayError: (listener) => onStrayError(listener, root),
    openStrayContext,
    onConsole,
    dispose: () => loader.dispose(),
  };
};

/** Registered with the first load, since a command that loads nothing need not look for the project's zod. */
const servingVirtualModules = (loader: ModuleLoader, root: string, virtual: VirtualModules): ModuleLoader => {
  let registered: Promise<void> | undefined;
  return {
    ...loader,
    async load(file, stale) {
      await (registered ??= registerVirtualModules(root, virtual));
      return loader.load(file, stale);
    },
  };
};

const chosenLoader = (): LoaderKind => {
  const name = process.env["WF_LOADER"] ?? "plain";
  const found = LOADERS.find((kind) => kind === name);
  if (found !== undefined) return found;
  throw fail("USAGE", { problem: `WF_LOADER is "${name}"`, next: `It takes ${LOADERS.join(" or ")}.` });
};
