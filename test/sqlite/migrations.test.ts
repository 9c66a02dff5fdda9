/** Migrations: whole, once, recorded, with a copy before; and two versions of wf on one file. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unwrap } from "../../src/model/result.ts";
import { DatabaseConnection } from "../../src/sqlite/connection.ts";
import { fingerprintOf } from "../../src/sqlite/fingerprint.ts";
import { type Migration, MIGRATIONS } from "../../src/sqlite/migrations.ts";
import { SCHEMA, type Schema } from "../../src/sqlite/schema.ts";
import { expectedObjects } from "../../src/sqlite/schema-setup.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";

let folder: Folder;
beforeEach(() => void (folder = makeFolder()));
afterEach(() => folder.remove());

/** The newest that is; those of these tests come after it. */
const NEWEST = MIGRATIONS.length;
const COPY = `.wf.db.before-${NEWEST + 1}`;

const SECOND: Migration = {
  number: NEWEST + 1,
  name: "colours",
  sql: "CREATE TABLE colours (name TEXT PRIMARY KEY) STRICT; INSERT INTO colours VALUES ('red')",
};
const THIRD: Migration = { number: NEWEST + 2, name: "more", sql: "ALTER TABLE colours ADD COLUMN code INTEGER" };
const BROKEN: Migration = {
  number: NEWEST + 2,
  name: "broken",
  sql: "INSERT INTO colours VALUES ('blue'); INSERT INTO nowhere VALUES (1)",
};

async function schemaOf(...more: readonly Migration[]): Promise<Schema> {
  const migrations = [...MIGRATIONS, ...more];
  const schema = { version: migrations.length, fingerprint: "", migrations: () => Promise.resolve(migrations) };
  try {
    return { ...schema, fingerprint: fingerprintOf(await expectedObjects(schema)) };
  } catch {
    return schema;
  }
}

const open = (schema: Schema) => DatabaseConnection.open(folder.file, { create: true, host: new Machine().host(), schema });

function look<Row>(sql: string, file = folder.file): readonly Row[] {
  const database = new Database(file, { readonly: true });
  try {
    return database.query<Row, []>(sql).all();
  } finally {
    database.close();
  }
}

const copies = (): readonly string[] => readdirSync(folder.path).filter((name) => name.includes("before"));

describe("migrations", () => {
  test("make a new file at once, each recorded with the hash of its SQL, and without a copy", async () => {
    unwrap(await open(await schemaOf(SECOND, THIRD))).close();
    const sha256 = ({ sql }: Migration): string => new Bun.CryptoHasher("sha256").update(sql).digest("hex");
    expect(look("SELECT number, name, sha256 FROM migrations ORDER BY number")).toEqual(
      [...MIGRATIONS, SECOND, THIRD].map((migration) => ({ number: migration.number, name: migration.name, sha256: sha256(migration) })),
    );
    expect(look("PRAGMA user_version")).toEqual([{ user_version: NEWEST + 2 }]);
    expect(copies()).toEqual([]);
  });

  test("leave a copy of an older file as it was, this user's alone, before the first of them", async () => {
    const old = unwrap(await open(SCHEMA));
    await old.transaction(() => old.exec("INSERT INTO meta VALUES ('only', 'in the WAL')"));
    old.close();
    unwrap(await open(await schemaOf(SECOND, THIRD))).close();
    expect(copies()).toEqual([COPY]);
    const copy = join(folder.path, COPY);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(look("PRAGMA user_version", copy)).toEqual([{ user_version: NEWEST }]);
    expect(look("SELECT value FROM meta", copy)).toEqual([{ value: "in the WAL" }]);
    expect(look("SELECT name FROM sqlite_schema WHERE name = 'colours'", copy)).toEqual([]);
    expect(look("SELECT name, code FROM colours")).toEqual([{ name: "red", code: null }]);
    expect(look("SELECT value FROM meta")).toEqual([{ value: "in the WAL" }]);
  });

  test("put the copy in place of a link of its name, and write through none", async () => {
    unwrap(await open(SCHEMA)).close();
    const victim = join(folder.path, "victim");
    writeFileSync(victim, "precious");
    symlinkSync(victim, join(folder.path, COPY));
    symlinkSync(victim, `${join(folder.path, COPY)}.100`);
    unwrap(await open(await schemaOf(SECOND))).close();
    expect(await Bun.file(victim).text()).toBe("precious");
    expect(look("PRAGMA user_version", join(folder.path, COPY))).toEqual([{ user_version: NEWEST }]);
    expect(copies()).toEqual([COPY]);
  });

  test("are applied whole or not at all; those before a broken one stay", async () => {
    unwrap(await open(SCHEMA)).close();
    const broken = await open(await schemaOf(SECOND, BROKEN));
    expect(broken.ok ? "opened" : broken.error).toMatchObject({ code: "DB_UNUSABLE", message: expect.stringContaining("nowhere") });
    expect(look("PRAGMA user_version")).toEqual([{ user_version: NEWEST + 1 }]);
    expect(look("SELECT name FROM colours")).toEqual([{ name: "red" }]);
    unwrap(await open(await schemaOf(SECOND, THIRD))).close();
    expect(look("PRAGMA user_version")).toEqual([{ user_version: NEWEST + 2 }]);
  });

  test("that do not fit what is in a file leave it alone, and say so", async () => {
    unwrap(await open(SCHEMA)).close();
    const database = new Database(folder.file);
    database.run("PRAGMA user_version = 1; DELETE FROM migrations WHERE number > 1");
    database.close();
    const result = await open(SCHEMA);
    expect(result.ok ? "opened" : result.error).toMatchObject({ code: "DB_UNUSABLE" });
  });

  test("that meet a full disk make the file unusable for now, with SQLite's own error as the cause", async () => {
    unwrap(await open(SCHEMA)).close();
    const large = {
      number: NEWEST + 1,
      name: "large",
      sql: "PRAGMA max_page_count = 1; CREATE TABLE large (a); INSERT INTO large VALUES (zeroblob(500000))",
    };
    const result = await open(await schemaOf(large));
    expect(result.ok ? "opened" : result.error).toMatchObject({ code: "DB_UNUSABLE", cause: { code: "SQLITE_FULL" } });
    expect(look("PRAGMA user_version")).toEqual([{ user_version: NEWEST }]);
  });

  test("are applied once by many that open at the same time", async () => {
    unwrap(await open(SCHEMA)).close();
    const schema = await schemaOf(SECOND, THIRD);
    const opened = await Promise.all(Array.from({ length: 8 }, () => open(schema)));
    for (const result of opened) unwrap(result).close();
    expect(look("SELECT count(*) AS n FROM migrations")).toEqual([{ n: NEWEST + 2 }]);
    expect(copies()).toEqual([COPY]);
  });
});

describe("an older wf on a file that a newer one has migrated", () => {
  test("does not open it", async () => {
    unwrap(await open(await schemaOf(SECOND))).close();
    const result = await open(SCHEMA);
    expect(result.ok ? "opened" : result.error.message).toContain(`schema ${NEWEST + 1}, this one knows ${NEWEST}`);
  });

  test("writes nothing more when it had it open, and says why", async () => {
    const old = unwrap(await open(SCHEMA));
    await old.transaction(() => old.exec("INSERT INTO meta VALUES ('before', '1')"));
    unwrap(await open(await schemaOf(SECOND))).close();
    const write = old.transaction(() => old.exec("INSERT INTO meta VALUES ('after', '1')"));
    expect(write).rejects.toMatchObject({ code: "DB_UNUSABLE", message: expect.stringContaining("a newer wf has migrated it") });
    await write.catch(() => {});
    expect(look("SELECT key FROM meta")).toEqual([{ key: "before" }]);
    await expect(old.transaction(() => 1)).rejects.toMatchObject({ code: "DB_UNUSABLE" });
    old.close();
  });
});
