/** The SQLite store owes what every store owes. */
import { Database } from "bun:sqlite";
import type { Store } from "../../src/engine/store.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { type OpenedStore, storeSuite } from "../suites/store.ts";
import { Machine, makeFolder } from "./machine.ts";

async function open(): Promise<OpenedStore> {
  const machine = new Machine();
  const folder = makeFolder();
  const stores: Store[] = [];
  const openAs = async (pid: number): Promise<Store> => {
    const store = await openSqliteStore({ file: folder.file, create: true, durability: "normal", host: machine.host(pid) });
    stores.push(store);
    return store;
  };
  const damage = (sql: string, ...values: readonly string[]): void => {
    const database = new Database(folder.file);
    database.run(sql, [...values]);
    database.close();
  };
  return {
    store: await openAs(100),
    clock: machine.clock,
    another: openAs,
    setLiveness: (pid, liveness) => void machine.liveness.set(pid, liveness),
    damageExecution: (id) => damage("UPDATE executions SET input = input || ' ' WHERE id = ?", id),
    damageStep: (id, name) => damage("UPDATE steps SET started_at = started_at + 1 WHERE execution_id = ? AND name = ?", id, name),
    close: async () => {
      for (const store of stores) await store.close();
      folder.remove();
    },
  };
}

storeSuite("the SQLite store", open);
