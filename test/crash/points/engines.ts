/**
 * The engine that a point runs: the real one, or for the self-tests one with a store that breaks a promise.
 *
 *     early      settles an owner's write before it is on disk
 *     robber     takes every other process for dead, and does not tell an owner that its lease is lost
 *     liar       reports a write that has failed as done
 *     apart      makes a child in a transaction after that of its parent's step
 */
import { WorkflowEngine } from "../../../src/engine/engine.ts";
import type { Store, StoreHost } from "../../../src/engine/store.ts";
import { systemHost } from "../../../src/host/host.ts";
import type { Client } from "../../../src/model/client.ts";
import { openEngine } from "../../../src/open.ts";
import { openSqliteStore } from "../../../src/sqlite/sqlite-store.ts";

export type Fault = "early" | "robber" | "liar" | "apart";

/** More than a turn of the loop, in which a write that was submitted would be on disk before the next step begins. */
const EARLY_MS = 3;

export const engineIn = (folder: string, fault?: Fault): Promise<Client> =>
  fault === undefined ? openEngine({ cwd: folder, dir: folder, role: "tick" }) : brokenEngine(folder, fault);

const brokenEngine = async (folder: string, fault: Fault): Promise<Client> => {
  const host = systemHost({ root: folder, virtual: { wflite: () => ({}), zod: () => ({}), "zod/v4": () => ({}), "zod/mini": () => ({}) } });
  const { clock, chance, timers, processes } = host;
  const storeHost: StoreHost = {
    now: () => clock.now(),
    boot: () => clock.boot(),
    chance,
    after: (ms, fn) => void timers.after(ms, fn),
    turn: timers.turn,
    self: processes.self,
    liveness: fault === "robber" ? () => "dead" : (identity) => processes.liveness(identity),
  };
  const store = await openSqliteStore({ file: `${folder}/.wf.db`, create: true, host: storeHost });
  return new WorkflowEngine({ store: withFault(store, fault), host, role: "tick", version: "0.0.0" });
};

const withFault = (store: Store, fault: Fault): Store => {
  const submit: Store["submit"] = (write, settle) => {
    if (fault === "early") {
      setTimeout(() => store.submit(write, () => {}), EARLY_MS);
      queueMicrotask(() => settle(undefined));
    } else if (fault === "apart" && write.children !== undefined) {
      const { children, ...rest } = write;
      const makeThem = (): void => void setTimeout(() => store.submit({ lease: write.lease, children }, settle), EARLY_MS);
      store.submit(rest, (error) => (error === undefined ? makeThem() : settle(error)));
    } else store.submit(write, (error) => settle(isHidden(error, fault) ? undefined : error));
  };
  return new Proxy(store, {
    get: (target, name: keyof Store) => {
      const own: unknown = name === "submit" ? submit : target[name];
      return typeof own === "function" ? (own.bind(target) as unknown) : own;
    },
  });
};

const isHidden = (error: Error | undefined, fault: Fault): boolean =>
  fault === "liar" || (error as { code?: unknown } | undefined)?.code === "LEASE_LOST";
