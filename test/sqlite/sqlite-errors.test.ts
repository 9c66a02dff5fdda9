/** What SQLite's errors are taken for, and what people are told. */
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { fail } from "../../src/model/errors.ts";
import { isBusy, isCommitUncertain, isSystemic } from "../../src/sqlite/sqlite-errors.ts";
import { explained, translated } from "../../src/sqlite/unusable.ts";
import { sqliteError } from "./rows.ts";

const CASES = [
  ["SQLITE_BUSY", 5, { busy: true, systemic: false, uncertain: false, translated: "SQLITE_BUSY", explained: "SQLITE_BUSY" }],
  [
    "SQLITE_BUSY_RECOVERY",
    261,
    { busy: true, systemic: false, uncertain: false, translated: "SQLITE_BUSY_RECOVERY", explained: "SQLITE_BUSY_RECOVERY" },
  ],
  [
    "SQLITE_BUSY_SNAPSHOT",
    517,
    { busy: true, systemic: false, uncertain: false, translated: "SQLITE_BUSY_SNAPSHOT", explained: "SQLITE_BUSY_SNAPSHOT" },
  ],
  ["SQLITE_LOCKED", 6, { busy: true, systemic: false, uncertain: false, translated: "SQLITE_LOCKED", explained: "SQLITE_LOCKED" }],
  ["SQLITE_PROTOCOL", 15, { busy: true, systemic: false, uncertain: false, translated: "SQLITE_PROTOCOL", explained: "SQLITE_PROTOCOL" }],
  ["SQLITE_FULL", 13, { busy: false, systemic: true, uncertain: false, translated: "SQLITE_FULL", explained: "DB_UNUSABLE" }],
  [
    "SQLITE_IOERR_FSYNC",
    1034,
    { busy: false, systemic: true, uncertain: true, translated: "SQLITE_IOERR_FSYNC", explained: "DB_UNUSABLE" },
  ],
  ["SQLITE_NOMEM", 7, { busy: false, systemic: true, uncertain: true, translated: "SQLITE_NOMEM", explained: "DB_UNUSABLE" }],
  ["SQLITE_CORRUPT_INDEX", 779, { busy: false, systemic: true, uncertain: true, translated: "DB_UNUSABLE", explained: "DB_UNUSABLE" }],
  ["SQLITE_NOTADB", 26, { busy: false, systemic: true, uncertain: true, translated: "DB_UNUSABLE", explained: "DB_UNUSABLE" }],
  [
    "SQLITE_READONLY_DIRECTORY",
    1544,
    { busy: false, systemic: true, uncertain: true, translated: "DB_UNUSABLE", explained: "DB_UNUSABLE" },
  ],
  ["SQLITE_CANTOPEN_SYMLINK", 1550, { busy: false, systemic: true, uncertain: true, translated: "DB_UNUSABLE", explained: "DB_UNUSABLE" }],
  [
    "SQLITE_CONSTRAINT_CHECK",
    275,
    { busy: false, systemic: false, uncertain: false, translated: "SQLITE_CONSTRAINT_CHECK", explained: "SQLITE_CONSTRAINT_CHECK" },
  ],
  ["SQLITE_TOOBIG", 18, { busy: false, systemic: false, uncertain: true, translated: "SQLITE_TOOBIG", explained: "SQLITE_TOOBIG" }],
] as const;

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

describe("an error of SQLite", () => {
  test.each(CASES)("%s (%d) is taken for what it is", (code, number, expected) => {
    const error = sqliteError(code, number);
    expect({
      busy: isBusy(error),
      systemic: isSystemic(error),
      uncertain: isCommitUncertain(error),
      translated: codeOf(translated(error, "f")),
      explained: codeOf(explained(error, "f")),
    }).toEqual(expected);
    if (expected.explained === "DB_UNUSABLE") expect((explained(error, "f") as Error).cause).toBe(error);
  });

  test("is known by what bun:sqlite really throws", () => {
    const database = new Database(":memory:");
    database.run("CREATE TABLE t (a INTEGER CHECK (a > 0)) STRICT; PRAGMA max_page_count = 2");
    const thrown = (sql: string): unknown => {
      try {
        return database.run(sql);
      } catch (error) {
        return error;
      }
    };
    const [full, broken] = [
      thrown("INSERT INTO t SELECT value FROM json_each(printf('[%s1]', replace(hex(zeroblob(9000)), '00', '1,')))"),
      thrown("INSERT INTO t VALUES (0)"),
    ];
    expect([codeOf(full), isSystemic(full), isBusy(full)]).toEqual(["SQLITE_FULL", true, false]);
    expect([codeOf(broken), isSystemic(broken)]).toEqual(["SQLITE_CONSTRAINT_CHECK", false]);
    database.close();
  });
});

test("what is no error of SQLite is none of these, and errors of the catalogue stay themselves", () => {
  for (const error of [
    new Error("x"),
    null,
    "SQLITE_BUSY",
    { name: "SQLiteError", errno: 5 },
    Object.assign(new Error("x"), { errno: 5 }),
  ]) {
    expect([isBusy(error), isSystemic(error)]).toEqual([false, false]);
    expect(explained(error, "f")).toBe(error);
  }
  const lost = fail("LEASE_LOST", { executionId: "a", heldTerm: 1, currentTerm: 2 });
  expect([translated(lost, "f"), explained(lost, "f")]).toEqual([lost, lost]);
});
