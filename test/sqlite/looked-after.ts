/** A file with two parked executions, `hit` and `sound`, for whoever looks after a database or damages one. A new one for each test. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach } from "bun:test";
import type { Repair } from "../../src/model/maintenance.ts";
import { unwrap } from "../../src/model/result.ts";
import { DatabaseConnection } from "../../src/sqlite/connection.ts";
import { SqliteMaintenance } from "../../src/sqlite/maintenance.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { event, log, owned, park, step } from "../suites/store/samples.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";

const STEPS = [step("one"), step("two", { order: 2 }), step("three", { order: 3 })];

export const lookedAfter = () => {
  let folder: Folder;
  let machine: Machine;
  beforeEach(() => {
    folder = makeFolder();
    machine = new Machine();
  });
  afterEach(() => folder.remove());

  const storeOf = (pid?: number) => openSqliteStore({ file: folder.file, create: false, host: machine.host(pid) });

  const fill = async (): Promise<void> => {
    const store = await openSqliteStore({ file: folder.file, create: true, host: machine.host() });
    await park(store, await owned(store, "hit"), {}, { steps: STEPS, logs: [log("hello")] });
    await park(store, await owned(store, "sound"), {}, { steps: STEPS });
    await store.addEvent("hit", event("e-1"));
    await store.close();
  };

  const sql = (text: string, file = folder.file): void => {
    const database = new Database(file);
    database.run("PRAGMA foreign_keys = ON");
    database.run(text);
    database.close();
  };

  const withMaintenance = async <T>(fn: (maintenance: SqliteMaintenance) => Promise<T>): Promise<T> => {
    const options = { create: false, host: machine.host(300) };
    const maintenance = new SqliteMaintenance(unwrap(await DatabaseConnection.open(folder.file, options)), options);
    try {
      return await fn(maintenance);
    } finally {
      await maintenance.close();
    }
  };

  const repair = (id: string, how: Repair, options = {}): Promise<readonly string[]> =>
    withMaintenance(async (maintenance) => (await maintenance.repair(id, how, options)).done);

  const stepsOf = async (id: string): Promise<readonly string[]> => {
    const store = await storeOf(301);
    try {
      return ((await store.history(id))?.steps ?? []).map(({ name, outputText }) => `${name} ${outputText}`);
    } finally {
      await store.close();
    }
  };

  return { ...{ fill, sql, withMaintenance, repair, stepsOf, storeOf }, file: () => folder.file, path: () => folder.path };
};
