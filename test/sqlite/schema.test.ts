/** The schema: its constants, its rules, its views. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { toIso } from "../../src/model/instant.ts";
import { EXECUTION_STATUSES, REASONS, STEP_KINDS, STEP_STATUSES } from "../../src/model/status.ts";
import { fingerprintOf, schemaDifference, schemaObjects } from "../../src/sqlite/fingerprint.ts";
import { MIGRATIONS } from "../../src/sqlite/migrations.ts";
import { SCHEMA } from "../../src/sqlite/schema.ts";
import { expectedObjects } from "../../src/sqlite/schema-setup.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { execution, NOW, owned, park, step } from "../suites/store/samples.ts";
import { Machine, makeFolder } from "./machine.ts";

let database: Database;
beforeEach(() => {
  database = new Database(":memory:");
  for (const { sql } of MIGRATIONS) database.run(sql);
  database.run("PRAGMA foreign_keys = ON");
});
afterEach(() => database.close());

describe("the constants of the schema", () => {
  test("are those of the migrations; a migration once released is never changed, a new one moves them", async () => {
    expect(SCHEMA.version).toBe(MIGRATIONS.length);
    expect(MIGRATIONS.map(({ number }) => number)).toEqual(MIGRATIONS.map((_, at) => at + 1));
    expect(fingerprintOf(await expectedObjects(SCHEMA))).toBe(SCHEMA.fingerprint);
    expect(fingerprintOf(await expectedObjects(SCHEMA, "listening"))).toBe(SCHEMA.listening ?? "");
  });
});

describe("the difference to a schema", () => {
  test.each([
    ["CREATE TRIGGER t AFTER INSERT ON steps BEGIN DELETE FROM executions; END", 'the trigger "t", which wf did not make'],
    ["CREATE VIEW v AS SELECT 1", 'the view "v", which wf did not make'],
    ["CREATE TABLE t (a)", 'the table "t", which wf did not make'],
    ["CREATE INDEX i ON steps (output)", 'the index "i", which wf did not make'],
    ["DROP INDEX executions_due", "its index executions_due is missing"],
    ["DROP VIEW v_steps; CREATE VIEW v_steps AS SELECT 1", 'its view "v_steps" is not as wf made it'],
    ["ALTER TABLE steps ADD COLUMN more TEXT", 'its table "steps" is not as wf made it'],
  ])("%s is named", async (sql, difference) => {
    database.run(sql);
    const found = schemaObjects(database);
    expect(fingerprintOf(found)).not.toBe(SCHEMA.fingerprint);
    expect(schemaDifference(found, await expectedObjects(SCHEMA))).toContain(difference);
  });

  test("is none after ANALYZE, whose statistics are not ours to forbid", () => {
    database.run("INSERT INTO meta VALUES ('a', 'b'); ANALYZE");
    expect(database.query("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'").get()).not.toBeNull();
    expect(fingerprintOf(schemaObjects(database))).toBe(SCHEMA.fingerprint);
  });
});

describe("the tables", () => {
  const insert = (parts: Record<string, string | number | null>): void => {
    const base = {
      id: "a",
      workflow: "w",
      version: 1,
      status: "pending",
      reason: "queued",
      wake_at: 1,
      input: "1",
      created_at: 1,
      restarts: 0,
      panics: 0,
    };
    const policy = {
      panic_max_restarts: 1,
      panic_delay_ms: 1,
      panic_factor: 1,
      panic_max_delay_ms: 1,
      tags: "{}",
      lease_term: 0,
      pass: 0,
      steps: 0,
      checksum: 1,
    };
    const row = { ...base, ...policy, ...parts };
    const columns = Object.keys(row);
    database.query(`INSERT INTO executions (${columns.join()}) VALUES (${columns.map(() => "?").join()})`).run(...Object.values(row));
  };

  test("take every status with what belongs to it, every reason, kind and status of a step", () => {
    for (const status of EXECUTION_STATUSES) {
      const isParked = !["running", "completed", "failed", "cancelled"].includes(status);
      insert({ id: status, status, reason: isParked ? "queued" : null, wake_at: isParked ? 1 : null });
    }
    for (const reason of REASONS) insert({ id: `r-${reason}`, reason });
    const steps = database.query("INSERT INTO steps VALUES ('running', '', ?, ?, 1, ?, NULL, 1, NULL, NULL, 1, NULL, NULL, 1, 1, 0, NULL)");
    for (const kind of STEP_KINDS) for (const status of STEP_STATUSES) steps.run(kind, `${kind} ${status}`, status);
    expect(database.query("SELECT count(*) AS n FROM steps").get()).toEqual({ n: STEP_KINDS.length * STEP_STATUSES.length });
  });

  test.each([
    ["an unknown status", { status: "sleepy" }],
    ["an unknown reason", { reason: "bored" }],
    ["a parked one without a reason", { reason: null }],
    ["a running one with a reason", { status: "running" }],
    ["one that is over and due", { status: "failed", reason: null, wake_at: 1 }],
    ["one that is over and owned", { status: "failed", reason: null, wake_at: null, lease_owner: "w" }],
    ["an owner that is no worker", { lease_owner: "nobody" }],
    ["an empty id", { id: "" }],
    ["a text for a number", { wake_at: "soon" }],
    ["a fraction for an instant", { wake_at: 1.5 }],
    ["a negative count", { panics: -1 }],
  ])("refuse %s", (_, parts) => {
    database.run("INSERT INTO workers VALUES ('w', 'run', '1', 'h', 'b', 1, 's', 1, 1, 1)");
    expect(() => insert(parts)).toThrow();
    insert({});
  });

  test("are all STRICT", () => {
    const tables = database.query<{ name: string; strict: number }, []>(
      "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'",
    );
    expect(tables.all().filter(({ name, strict }) => strict === 0 && !name.startsWith("sqlite_"))).toEqual([]);
  });
});

describe("the views", () => {
  test("show executions and steps to people, with times as ISO 8601 to the millisecond", async () => {
    const folder = makeFolder();
    const store = await openSqliteStore({ file: folder.file, create: true, host: new Machine().host() });
    await store.create(execution("b"), {});
    await park(store, await owned(store, "a"), { wakeAt: NOW + 123_456_789 }, { steps: [step("pay")] });
    const file = new Database(folder.file, { readonly: true });
    file.run("PRAGMA trusted_schema = OFF");
    expect(file.query("SELECT id, status, reason, wake_at, created_at, finished_at, tags FROM v_executions ORDER BY id").all()).toEqual([
      {
        id: "a",
        status: "sleeping",
        reason: "sleep",
        wake_at: toIso(NOW + 123_456_789),
        created_at: toIso(NOW),
        finished_at: null,
        tags: "{}",
      },
      { id: "b", status: "pending", reason: "queued", wake_at: toIso(NOW), created_at: toIso(NOW), finished_at: null, tags: "{}" },
    ]);
    expect(file.query("SELECT execution_id, name, status, ord, output, finished_at FROM v_steps").all()).toEqual([
      { execution_id: "a", name: "pay", status: "completed", ord: 1, output: '"done"', finished_at: toIso(NOW + 5) },
    ]);
    file.close();
    await store.close();
    folder.remove();
  });
});
