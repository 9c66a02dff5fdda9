/** The engine as `src/open.ts` composes it, with one part taken away: for the proofs that a rig notices. */
import { join } from "node:path";
import { WorkflowEngine } from "../../../src/engine/engine.ts";
import type { StoreHost } from "../../../src/engine/store.ts";
import { type SystemHost, systemHost } from "../../../src/host/host.ts";
import { ownModule } from "../../../src/host/virtual-modules.ts";
import { bindClient } from "../../../src/model/bound-client.ts";
import type { Client } from "../../../src/model/client.ts";
import { openEngine } from "../../../src/open.ts";
import { openSqliteStore } from "../../../src/sqlite/sqlite-store.ts";
import { type Fault, faultyHost, faultyStore } from "./faults.ts";

/** Without a fault it is `openEngine` itself. */
export const openWith = async (folder: string, fault: Fault): Promise<Client> => {
  if (fault === "none") return openEngine({ dir: folder, role: "tick" });
  const host = systemHost({ root: folder, virtual: VIRTUAL });
  const file = join(folder, ".wf.db");
  const store = await openSqliteStore({ file, create: true, host: faultyHost(storeHost(host), fault) });
  const client = new WorkflowEngine({ store: faultyStore(store, fault, file), host, role: "tick", version: "faulty" });
  bindClient(() => client);
  return client;
};

const PUBLIC_ENTRY = join(import.meta.dir, "../../../src/index.ts");
const VIRTUAL = {
  wflite: () => import(PUBLIC_ENTRY) as Promise<unknown>,
  ...{ zod: ownModule("zod"), "zod/v4": ownModule("zod/v4"), "zod/mini": ownModule("zod/mini") },
};

export const storeHost = (host: SystemHost): StoreHost => ({
  now: () => host.clock.now(),
  boot: () => host.clock.boot(),
  chance: host.chance,
  after: (ms, fn) => void host.timers.after(ms, fn),
  turn: host.timers.turn,
  self: host.processes.self,
  liveness: (identity) => host.processes.liveness(identity),
});
