/** A person's query: it reads, whatever it is told, and no more than was asked for. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unwrap } from "../../src/model/result.ts";
import { DatabaseConnection } from "../../src/sqlite/connection.ts";
import { SqliteMaintenance } from "../../src/sqlite/maintenance.ts";
import { problemOfStatement } from "../../src/sqlite/one-statement.ts";
import { readRows } from "../../src/sqlite/read-rows.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { codeOf, execution, NOW, owned, park, step } from "../suites/store/samples.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";

let folder: Folder;
const machine = new Machine();
beforeEach(async () => {
  folder = makeFolder();
  const store = await openSqliteStore({ file: folder.file, create: true, host: machine.host() });
  const failed = {
    scope: "",
    kind: "step",
    name: "two",
    n: 1,
    attempt: 1,
    startedAt: NOW,
    finishedAt: NOW + 3,
    errorText: '"no"',
  } as const;
  const steps = [step("one"), step("two", { order: 2, attempt: 2 }), step("nap", { kind: "sleep", order: 3 })];
  await park(store, await owned(store, "a"), {}, { steps, attempts: [failed] });
  await store.create(execution("b"), {});
  await store.close();
});
afterEach(() => folder.remove());

const ask = (sql: string, more: { parameters?: Record<string, string>; limit?: number } = {}) =>
  readRows({ file: folder.file, sql, parameters: {}, limit: 100, ...more });
const rowsOf = (sql: string, more?: Parameters<typeof ask>[1]) => {
  const answer = ask(sql, more);
  if (!("rows" in answer)) throw new Error(JSON.stringify(answer));
  return answer.rows;
};

describe("a statement", () => {
  test.each([
    "SELECT 1",
    "select 1;",
    "  -- why\n /* and how */ WITH x AS (SELECT ';') SELECT * FROM x ; -- end",
    "VALUES (1)",
    "EXPLAIN QUERY PLAN SELECT * FROM steps",
    `SELECT "a;b", 'it''s; so', [c;d], \`e;f\` FROM t`,
    "SELECT 1 /* never closed ; ",
  ])("%j is one that reads", (sql) => expect(problemOfStatement(sql)).toBeUndefined());

  test.each([
    ["", "no statement"],
    [" -- SELECT 1", "no statement"],
    ["; SELECT 1", "no statement"],
    ["SELECT 1; SELECT 2", "more than one"],
    ["SELECT ';'; DELETE FROM steps", "more than one"],
    ["DELETE FROM steps", '"DELETE"'],
    ["/* SELECT */ PRAGMA query_only = OFF", '"PRAGMA"'],
    ["ATTACH 'x' AS x", '"ATTACH"'],
    ["VACUUM INTO 'x'", '"VACUUM"'],
    ["SELECTED", '"SELECTED"'],
    ["BEGIN IMMEDIATE", '"BEGIN"'],
  ])("%j is none: %s", (sql, problem) => expect(problemOfStatement(sql)).toContain(problem));
});

describe("a query", () => {
  test.each(["WITH x AS (SELECT 1) DELETE FROM steps", "WITH x AS (SELECT 1) UPDATE executions SET status = 'failed'"])(
    "%j changes nothing",
    (sql) => {
      const before = readFileSync(folder.file);
      expect(ask(sql)).toMatchObject({ refused: { problem: "It would change the database" } });
      expect(readFileSync(folder.file).equals(before)).toBe(true);
      expect(readdirSync(folder.path)).toContain(".wf.db");
    },
  );

  test("reads no more rows than it was told, and says that there are more", () => {
    const count = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c";
    expect(rowsOf(count, { limit: 3 })).toEqual({ columns: ["n"], rows: [[1], [2], [3]], isCut: true });
    expect(rowsOf("VALUES (1), (2), (3)", { limit: 3 })).toMatchObject({ isCut: false });
  });

  test("gives large integers, bytes and nulls as they are", () => {
    const { rows } = rowsOf("SELECT 9007199254740993, 9007199254740991, -1.5, x'00ff', NULL, ''");
    expect(rows).toEqual([[9_007_199_254_740_993n, 9_007_199_254_740_991, -1.5, new Uint8Array([0, 255]), null, ""]]);
  });

  test.each([
    ["SELECT nope FROM v_steps", "no such column: nope"],
    ["SELECT 1 AS a, 2 AS a", 'Two columns are called "a"'],
    ["SELECT * FROM v_steps WHERE name = $name", "name"],
    ["SELECT load_extension('x')", "not authorized"],
  ])("%j is refused, and why is said", (sql, problem) => {
    expect(ask(sql)).toMatchObject({ refused: { problem: expect.stringContaining(problem) } });
  });

  test("takes values by name, which are never part of the statement", () => {
    const one = "SELECT count(*) AS n FROM v_executions WHERE id = $id";
    expect(rowsOf(one, { parameters: { id: "a" } }).rows).toEqual([[1]]);
    expect(rowsOf(one, { parameters: { id: "a' OR 'a' = 'a" } }).rows).toEqual([[0]]);
  });

  test("of a file that is no database says so", () => {
    expect(readRows({ file: join(import.meta.dir, "machine.ts"), sql: "SELECT 1 FROM steps", parameters: {}, limit: 1 })).toMatchObject({
      unusable: { problem: "it is not a database" },
    });
  });
});

describe("the views", () => {
  test("have these columns", () => {
    const columnsOf = (view: string): string => rowsOf(`SELECT * FROM ${view} LIMIT 0`).columns.join(" ");
    expect(columnsOf("v_executions")).toBe(
      "id workflow version status reason reason_detail wake_at input output error created_at started_at finished_at deadline_at restarts " +
        "panics parent_id tags owner pass duration_ms priority schedule scheduled_for origin generation",
    );
    expect(columnsOf("v_steps")).toBe(
      "execution_id scope kind name n status ord attempt output error started_at finished_at wake_at duration_ms detail",
    );
    expect(columnsOf("v_attempts")).toBe("execution_id scope kind name n attempt status error started_at finished_at duration_ms");
  });

  test("v_attempts has those that failed and the one that succeeded, and no sleep", () => {
    expect(rowsOf("SELECT name, attempt, status, error, duration_ms FROM v_attempts ORDER BY name, attempt").rows).toEqual([
      ["one", 1, "completed", null, 5],
      ["two", 1, "failed", '"no"', 3],
      ["two", 2, "completed", null, 5],
    ]);
  });

  test("leave out what is being removed", () => {
    const database = new Database(folder.file);
    database.run("UPDATE executions SET removed = 0x72656d6f76656421 WHERE id = 'a'");
    database.close();
    const counts = ["v_executions", "v_steps", "v_attempts"].map((view) => rowsOf(`SELECT count(*) AS n FROM ${view}`).rows[0]?.[0]);
    expect(counts).toEqual([1, 0, 0]);
  });
});

describe("asked of a thread of its own", () => {
  const withMaintenance = async <T>(fn: (maintenance: SqliteMaintenance) => Promise<T>): Promise<T> => {
    const options = { create: false, host: machine.host(300) };
    const maintenance = new SqliteMaintenance(unwrap(await DatabaseConnection.open(folder.file, options)), options);
    try {
      return await fn(maintenance);
    } finally {
      await maintenance.close();
    }
  };

  test("it gives the same, and a mistake as an error that says what is wrong", async () => {
    const rows = await withMaintenance((maintenance) => maintenance.query("SELECT id FROM v_executions ORDER BY id", { limit: 10 }));
    expect(rows).toEqual({ columns: ["id"], rows: [["a"], ["b"]], isCut: false });
    expect(await withMaintenance((maintenance) => codeOf(maintenance.query("DROP TABLE steps", { limit: 10 })))).toBe("USAGE");
  });

  test("one that never ends is given up when it is told to", async () => {
    const never = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5000000) SELECT count(*) AS n FROM c";
    const controller = new AbortController();
    const answer = withMaintenance((maintenance) => maintenance.query(never, { limit: 10, signal: controller.signal }));
    setImmediate(() => controller.abort());
    expect(await answer).toBeUndefined();
  });
});
