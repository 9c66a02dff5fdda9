/** A new format of values reaches every row, and leaves alone what it cannot trust. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { unwrap } from "../../src/model/result.ts";
import { DatabaseConnection } from "../../src/sqlite/connection.ts";
import { fingerprintOf } from "../../src/sqlite/fingerprint.ts";
import { type Migration, MIGRATIONS } from "../../src/sqlite/migrations.ts";
import type { Schema } from "../../src/sqlite/schema.ts";
import { expectedObjects } from "../../src/sqlite/schema-setup.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { intactExecution } from "../../src/sqlite/tables/executions.ts";
import { soundSteps } from "../../src/sqlite/tables/steps.ts";
import { event, execution, log, owned, park, step } from "../suites/store/samples.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";

let folder: Folder;
beforeEach(() => void (folder = makeFolder()));
afterEach(() => folder.remove());

/** Every value in an array of its own. */
const wrapped = (text: string): string => {
  JSON.parse(text);
  return `[${text}]`;
};

const NEW_FORMAT: Migration = {
  number: MIGRATIONS.length + 1,
  name: "values in arrays",
  sql: "CREATE TABLE more (a INTEGER) STRICT",
  state: { version: 2, upgrade: wrapped },
};

const fill = async (): Promise<void> => {
  const store = await openSqliteStore({ file: folder.file, create: true, host: new Machine().host() });
  const failed = { ...step("pay"), order: undefined, status: undefined };
  const attempt = {
    scope: failed.scope,
    kind: failed.kind,
    name: "pay",
    n: 1,
    attempt: 1,
    startedAt: 1,
    finishedAt: 2,
    errorText: '{"name":"E"}',
  };
  await park(
    store,
    await owned(store, "a"),
    {},
    {
      steps: [step("pay"), step("bad", { order: 2 })],
      attempts: [attempt],
      logs: [log("hi", { dataText: "5" }), log("odd", { dataText: "{" })],
    },
  );
  await store.addEvent("a", event("e-1"));
  await store.create(execution("b", { inputText: "7" }), {});
  await store.create(execution("damaged"), {});
  await store.close();
  const database = new Database(folder.file);
  database.run("UPDATE executions SET input = '9' WHERE id = 'damaged'");
  database.run("UPDATE steps SET output = '9' WHERE name = 'bad'");
  database.close();
};

const upgrade = async (migration: Migration): Promise<DatabaseConnection> => {
  const migrations = [...MIGRATIONS, migration];
  const schema: Schema = { version: migrations.length, fingerprint: "", migrations: () => Promise.resolve(migrations) };
  const ready = { ...schema, fingerprint: fingerprintOf(await expectedObjects(schema)) };
  return unwrap(await DatabaseConnection.open(folder.file, { create: false, host: new Machine().host(), schema: ready }));
};

describe("a new format of values", () => {
  test("reaches executions, steps, events, attempts and logs, with their versions and checksums", async () => {
    await fill();
    const db = await upgrade(NEW_FORMAT);
    const all = <Row>(sql: string): readonly Row[] => db.query<Row>(sql).all();
    expect(all("SELECT id, input, state_version AS v FROM executions WHERE id <> 'damaged' ORDER BY id")).toEqual([
      { id: "a", input: '[{"email":"a@b.c"}]', v: 2 },
      { id: "b", input: "[7]", v: 2 },
    ]);
    expect(all("SELECT output, state_version AS v FROM steps WHERE name = 'pay'")).toEqual([{ output: '["done"]', v: 2 }]);
    expect(all("SELECT payload FROM events")).toEqual([{ payload: '[{"sum":3}]' }]);
    expect(all("SELECT error FROM attempts")).toEqual([{ error: '[{"name":"E"}]' }]);
    expect(intactExecution(db, "b")?.record.inputText).toBe("[7]");
    expect(soundSteps(db, "a").map(({ name }) => name)).toEqual(["pay"]);
    db.close();
  });

  test("leaves damaged rows as they were found, and texts that it refuses where nothing guards them", async () => {
    await fill();
    const db = await upgrade(NEW_FORMAT);
    expect(db.query("SELECT input, state_version AS v FROM executions WHERE id = 'damaged'").get()).toEqual({ input: "9", v: 1 });
    expect(db.query("SELECT output, state_version AS v FROM steps WHERE name = 'bad'").get()).toEqual({ output: "9", v: 1 });
    expect(db.query("SELECT data FROM logs ORDER BY cursor").all()).toEqual([{ data: "[5]" }, { data: "{" }]);
    expect(intactExecution(db, "damaged")).toBeUndefined();
    db.close();
  });

  test("that a sound value does not fit is not applied at all: the file stays as it was", async () => {
    await fill();
    const refusing = (): string => {
      throw new Error("not of that version");
    };
    expect(upgrade({ ...NEW_FORMAT, state: { version: 2, upgrade: refusing } })).rejects.toThrow("not of that version");
    await Bun.sleep(0);
    const database = new Database(folder.file, { readonly: true });
    expect(database.query("PRAGMA user_version").get()).toEqual({ user_version: MIGRATIONS.length });
    expect(database.query("SELECT DISTINCT state_version AS v FROM executions").all()).toEqual([{ v: 1 }]);
    database.close();
  });
});

test("a row whose version is not the present one counts as damaged", async () => {
  await fill();
  const database = new Database(folder.file);
  database.run("UPDATE executions SET state_version = 2 WHERE id = 'b'");
  database.run("UPDATE steps SET state_version = 2 WHERE name = 'pay'");
  database.close();
  const store = await openSqliteStore({ file: folder.file, create: false, host: new Machine().host() });
  expect(store.execution("b")).rejects.toMatchObject({ code: "CORRUPT" });
  expect(store.history("a")).rejects.toMatchObject({ code: "CORRUPT" });
  await Bun.sleep(0);
  await store.close();
});
