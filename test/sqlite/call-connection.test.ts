/** The connection of one call: what it opens, and what it notices while a command runs for hours. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callHost } from "../../src/host/step-machine.ts";
import { type CallConnection, openForCall } from "../../src/sqlite/call-connection.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";

const host = { now: () => Date.now(), chance: () => 0.5, pause: (ms: number) => Bun.sleep(ms) };

let folder: string;
let file: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "wf-sqlite-"));
  file = join(folder, ".wf.db");
  await (await openSqliteStore({ file, create: true, durability: "normal", host: callHost })).close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (): CallConnection => {
  const db = openForCall(file, host);
  if (db === undefined) throw new Error("not opened");
  return db;
};

const SET = "INSERT INTO meta (key, value) VALUES ('k', $value) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
const set = (db: CallConnection, value: string): Promise<number> => db.change(undefined, () => db.query(SET).run({ value }));
const get = (db: CallConnection): Promise<unknown> => db.read(() => db.query("SELECT value FROM meta WHERE key = 'k'").get());
const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => "done",
    (error: { readonly code?: unknown }) => error.code,
  );

describe("a connection for a call", () => {
  test("opens a file of our schema, and leaves anything else to the long way", () => {
    expect(openForCall(join(folder, "none.db"), host)).toBeUndefined();
    const database = new Database(file);
    database.run("CREATE TABLE planted (x)");
    database.close();
    expect(openForCall(file, host)).toBeUndefined();
  });

  test("writes, and what it has begun is undone when it throws", async () => {
    const db = open();
    await set(db, "1");
    const failing = db.change(undefined, () => {
      db.query(SET).run({ value: "2" });
      throw Object.assign(new Error("no"), { code: "OWN" });
    });
    expect(await codeOf(failing)).toBe("OWN");
    expect(await get(db)).toEqual({ value: "1" });
  });

  test("waits for a lock of another process", async () => {
    const other = new Database(file);
    other.run("BEGIN IMMEDIATE");
    const db = open();
    const writing = set(db, "1");
    await Bun.sleep(20);
    other.run("COMMIT");
    other.close();
    expect(await codeOf(writing)).toBe("done");
  });

  test("writes nothing into a file that was removed, replaced or migrated meanwhile", async () => {
    const db = open();
    await set(db, "1");
    copyFileSync(file, `${file}.copy`);
    renameSync(`${file}.copy`, file);
    expect(await codeOf(set(db, "2"))).toBe("DB_UNUSABLE");
    rmSync(file);
    expect(await codeOf(set(db, "2"))).toBe("DB_UNUSABLE");
  });

  test("writes nothing into a file that a newer wf has migrated", async () => {
    const db = open();
    const other = new Database(file);
    other.run("PRAGMA user_version = 999");
    other.close();
    expect(await codeOf(set(db, "2"))).toBe("DB_UNUSABLE");
  });

  test("says what is wrong with a file that cannot be opened again, also where a write need not be synced", async () => {
    const db = open();
    await set(db, "1");
    const other = new Database(file);
    other.run("CREATE TABLE planted (x)");
    other.run("PRAGMA wal_checkpoint(TRUNCATE)");
    other.close();
    rmSync(`${file}-wal`);
    expect(await codeOf(db.changeLightly(undefined, () => db.query(SET).run({ value: "2" })))).toBe("DB_UNUSABLE");
  });

  test("syncs again after a write that need not be", async () => {
    const db = open();
    const synchronous = (): unknown => db.query("PRAGMA synchronous").get();
    const within = await db.changeLightly(undefined, synchronous);
    expect([within, await db.read(synchronous)]).toEqual([{ synchronous: 1 }, { synchronous: 2 }]);
    await codeOf(
      db.changeLightly(undefined, () => {
        throw new Error("no");
      }),
    );
    expect(await db.read(synchronous)).toEqual({ synchronous: 2 });
  });
});
