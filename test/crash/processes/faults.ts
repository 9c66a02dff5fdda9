/**
 * What is taken away on purpose, so that the rigs can be seen to turn red. The engine stays as it is; what stands around it does not.
 *
 *     hasty        a write counts as stored 40 ms before it is handed to the store
 *     deaf         a write that was refused counts as stored
 *     unfenced     a write goes out under whatever lease is the current one, so a former owner writes on
 *     wall-clock   whether an owner is alive is told by its heartbeat and the wall clock alone
 */
import { Database } from "bun:sqlite";
import type { Lease, Store, StoreHost } from "../../../src/engine/store.ts";

export type Fault = "none" | "hasty" | "deaf" | "unfenced" | "wall-clock";

const HASTE_MS = 40;

export const faultyStore = (store: Store, fault: Fault, file: string): Store => {
  switch (fault) {
    case "none":
    case "wall-clock":
      return store;
    case "hasty":
      return withSubmit(store, (write, settle) => {
        setImmediate(() => settle(undefined));
        setTimeout(() => store.submit(write, () => {}), HASTE_MS);
      });
    case "deaf":
      return withSubmit(store, (write, settle) => store.submit(write, () => settle(undefined)));
    case "unfenced":
      return withSubmit(store, (write, settle) => store.submit({ ...write, lease: currentLease(file, write.lease) }, settle));
    default:
      return fault satisfies never;
  }
};

/** An identity of another boot, whose processes cannot be looked up: then only clocks are left. */
export const faultyHost = (host: StoreHost, fault: Fault): StoreHost =>
  fault === "wall-clock" ? { ...host, self: { ...host.self, bootId: "another" }, liveness: () => "unknown" } : host;

const withSubmit = (store: Store, submit: Store["submit"]): Store =>
  new Proxy(store, {
    get: (target, name: keyof Store) => {
      const own: unknown = name === "submit" ? submit : target[name];
      return typeof own === "function" ? (own.bind(target) as unknown) : own;
    },
  });

const currentLease = (file: string, lease: Lease): Lease => {
  const database = new Database(file, { readwrite: true });
  try {
    const current = database
      .query<{ owner: string | null; term: number }, [string]>(
        "SELECT lease_owner AS owner, lease_term AS term FROM executions WHERE id = ?",
      )
      .get(lease.executionId);
    return current === null || current.owner === null ? lease : { ...lease, workerId: current.owner, term: current.term };
  } finally {
    database.close();
  }
};
