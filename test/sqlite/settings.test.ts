/** What every connection is set to. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { SCHEMA } from "../../src/sqlite/schema.ts";
import { engineVersionProblem } from "../../src/sqlite/content-checks.ts";
import { DatabaseConnection } from "../../src/sqlite/connection.ts";
import { APPLICATION_ID, compareVersions, type Durability, filePragmas } from "../../src/sqlite/settings.ts";
import { unwrap } from "../../src/model/result.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";

let folder: Folder;
beforeEach(() => void (folder = makeFolder()));
afterEach(() => folder.remove());

async function pragmas(durability?: Durability): Promise<Record<string, unknown>> {
  const options = durability === undefined ? {} : { durability };
  const db = unwrap(await DatabaseConnection.open(folder.file, { create: true, host: new Machine().host(), ...options }));
  const names = ["journal_mode", "synchronous", "foreign_keys", "trusted_schema", "cell_size_check", "secure_delete", "temp_store"];
  const more = ["busy_timeout", "application_id", "user_version", "journal_size_limit", "wal_autocheckpoint"];
  const values = [...names, ...more].map((name) => [name, Object.values(db.query<object>(`PRAGMA ${name}`).get() ?? {})[0]]);
  db.close();
  return Object.fromEntries(values);
}

describe("a connection", () => {
  test("is durable and safe by default", async () => {
    expect(await pragmas()).toEqual({
      journal_mode: "wal",
      synchronous: 2,
      foreign_keys: 1,
      trusted_schema: 0,
      cell_size_check: 1,
      secure_delete: 2,
      temp_store: 2,
      busy_timeout: 0,
      application_id: APPLICATION_ID,
      user_version: SCHEMA.version,
      journal_size_limit: 8 * 1_048_576,
      wal_autocheckpoint: 1_000,
    });
  });

  test("gives up the last commits at a power loss only when told", async () => {
    expect(await pragmas("normal")).toMatchObject({ synchronous: 1, journal_mode: "wal" });
  });

  test("on macOS makes the drive itself flush", () => {
    expect(filePragmas("full", "darwin")).toMatch(/PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON/);
    expect(filePragmas("full", "linux")).not.toContain("fullfsync");
  });
});

describe("the version of SQLite", () => {
  test.each([
    ["3.51.2", true],
    ["3.50.10", true],
    ["3.43.2", true],
    ["2.99.99", true],
    ["3.51.3", false],
    ["3.51.10", false],
    ["3.52.0", false],
    ["4.0", false],
  ])("%s is refused: %p", (version, isRefused) => expect(engineVersionProblem(version) !== undefined).toBe(isRefused));

  test("is compared number by number", () => {
    expect(compareVersions("3.9", "3.10")).toBeLessThan(0);
    expect(compareVersions("3.10", "3.10.0")).toBe(0);
  });
});
