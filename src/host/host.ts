/** The real machine behind the ports of the engine: the one place where its parts are put together. */
import { realpathSync } from "node:fs";
import type { Host } from "../engine/host.ts";
import { fail } from "../model/errors.ts";
import { systemChance } from "./chance.ts";
import { systemClock } from "./clock.ts";
import { onIdle } from "./idle.ts";
import { LOADERS, type LoaderKind, type ModuleLoader, moduleLoader } from "./loader.ts";
import { systemProcesses } from "./processes.ts";
import { onStrayError, openStrayContext } from "./stray.ts";
import { systemTimers } from "./timers.ts";
import { registerVirtualModules, type VirtualModules } from "./virtual-modules.ts";
import { workflowFiles } from "./workflow-files.ts";

export interface HostOptions {
  /** The project's folder, absolute. */
  readonly root: string;
  readonly virtual: VirtualModules;
  /** How modules are loaded. Default: `WF_LOADER`, or else `plain`. */
  readonly loader?: LoaderKind;
}

export interface SystemHost extends Host {
  /** With the graph loader: closes what the top level of workflow files has opened. */
  dispose(): void;
}

/** @throws ValidationError when `WF_LOADER` names no loader */
export const systemHost = (options: HostOptions): SystemHost => {
  const root = realpathSync(options.root);
  const loader = servingVirtualModules(moduleLoader(options.loader ?? chosenLoader()), root, options.virtual);
  return {
    clock: systemClock,
    chance: systemChance,
    timers: systemTimers,
    processes: systemProcesses,
    files: workflowFiles({ root, loader, timers: systemTimers, clock: systemClock }),
    onIdle,
    onStrayError: (listener) => onStrayError(listener, root),
    openStrayContext,
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
