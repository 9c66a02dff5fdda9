/** What can be put between an engine and its store: a disk that fails, and defects that the simulation must notice. */
import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import type { Lease, Store } from "../../src/engine/store.ts";
import { STEP_FLAGS } from "../../src/model/records.ts";
import type { Between } from "./world.ts";

const replaced = (store: Store, methods: Partial<Store>): Store =>
  new Proxy(store, {
    get: (target, key: keyof Store) => {
      const method: unknown = methods[key];
      const own: unknown = target[key];
      // A family of methods is an object, and needs no binding.
      return method ?? (typeof own === "function" ? (own as (...args: unknown[]) => unknown).bind(target) : own);
    },
  });

export const failing =
  (fails: () => boolean): Between =>
  (store) =>
    replaced(store, {
      submit: (write, settle) => {
        if (!fails()) return store.submit(write, settle);
        setImmediate(() => settle(Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" })));
      },
    });

/** Writes under whatever lease there is now. */
export const withoutFence: Between = (store, file) =>
  replaced(store, {
    submit: (write, settle) => {
      const { workerId, term } = leaseIn(file, write.lease.executionId) ?? write.lease;
      store.submit({ ...write, lease: { ...write.lease, workerId, term } }, settle);
    },
  });

const leaseIn = (file: string, id: string): Pick<Lease, "workerId" | "term"> | undefined => {
  if (!existsSync(file)) return undefined;
  const database = new Database(file, { readonly: true });
  const sql = "SELECT lease_owner AS workerId, lease_term AS term FROM executions WHERE id = ? AND lease_owner IS NOT NULL";
  const lease = database.query<Pick<Lease, "workerId" | "term">, [string]>(sql).get(id);
  database.close();
  return lease ?? undefined;
};

export const shuffled: Between = (store) =>
  replaced(store, {
    history: async (id) => {
      const found = await store.history(id);
      if (found === undefined) return undefined;
      const last = Math.max(0, ...found.steps.map(({ order }) => order ?? 0));
      return { ...found, steps: found.steps.map((step) => ({ ...step, order: step.order === null ? null : last + 1 - step.order })) };
    },
  });

export const forgetful: Between = (store) =>
  replaced(store, {
    history: async (id) => {
      const found = await store.history(id);
      return found && { ...found, steps: found.steps.filter(({ kind, n, order }) => kind !== "step" || n !== 1 || order !== 1) };
    },
  });

/** A child comes into being in a transaction of its own, after that of its parent's step. */
export const childrenLater: Between = (store) =>
  replaced(store, {
    submit: (write, settle) => {
      const { children, ...rest } = write;
      if (children === undefined) return store.submit(write, settle);
      const later = (turns: number): void =>
        turns === 0 ? store.submit({ lease: write.lease, children }, settle) : void setImmediate(() => later(turns - 1));
      store.submit(rest, (refusal) => (refusal === undefined ? later(4) : settle(refusal)));
    },
  });

/** Nobody knows for which child a parent waits, so the end of that child wakes nobody. */
export const unwoken: Between = (store) =>
  replaced(store, {
    submit: (write, settle) => {
      const steps = write.steps?.map((step) => (step.kind === "child" && step.status === "waiting" ? { ...step, detail: null } : step));
      store.submit(steps === undefined ? write : { ...write, steps }, settle);
    },
  });

/** Tells that a step is undone, and does not record it. */
export const undoneUnrecorded: Between = (store) =>
  replaced(store, {
    submit: (write, settle) =>
      store.submit(
        write.steps === undefined ? write : { ...write, steps: write.steps.filter(({ kind }) => kind !== "compensation") },
        settle,
      ),
  });

/** The start of a step that must not run twice is told as stored, and is not. */
export const onceInMemory: Between = (store) =>
  replaced(store, {
    submit: (write, settle) => {
      const steps = write.steps?.filter(({ status, flags }) => status !== "running" || (flags & STEP_FLAGS.once) === 0);
      store.submit(steps === undefined ? write : { ...write, steps }, settle);
    },
  });
