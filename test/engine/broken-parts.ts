/** Stores and hosts with a part replaced, for failures of the system that no simulation makes by itself. */
import { type EngineOptions, WorkflowEngine } from "../../src/engine/engine.ts";
import type { Clock, Host, Timers } from "../../src/engine/host.ts";
import type { Store } from "../../src/engine/store.ts";
import type { Bench } from "./harness.ts";

export const HOUR = 3_600_000;
export const noSpace = (): Error => Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });

/** The store, with some of its methods replaced. */
export const wrapped = (store: Store, replaced: Partial<Store>): Store =>
  new Proxy(store, {
    get: (target, key: keyof Store) => {
      const own: unknown = replaced[key] ?? target[key];
      return typeof own === "function" && replaced[key] === undefined ? (own as (...args: unknown[]) => unknown).bind(target) : own;
    },
  });

export const engineOver = (store: Store, host: Host, options: Partial<EngineOptions> = {}): WorkflowEngine =>
  new WorkflowEngine({ store, host, role: "daemon", version: "test", ...options });

export const statusesOf = async (engine: WorkflowEngine, id: string): Promise<Record<string, string>> =>
  Object.fromEntries((await engine.history(id)).steps.map(({ name, status }) => [name, status]));

/** The simulated host, with some of its timers replaced. */
export const hostWith = ({ host }: Bench, timers: Partial<Timers>, clock: Partial<Clock> = {}): Host => ({
  ...{ chance: host.chance, processes: host.processes, files: host.files, cipher: host.cipher, onConsole: host.onConsole },
  clock: { ...host.clock, ...clock },
  timers: { ...host.timers, ...timers },
  onIdle: (listener) => host.onIdle(listener),
  actor: () => host.actor(),
  onStrayError: (listener) => host.onStrayError(listener),
  openStrayContext: () => host.openStrayContext(),
});
