/** Transactions, locks, and the file under the connection. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import type { StoreHost } from "../../src/engine/store.ts";
import { unwrap } from "../../src/model/result.ts";
import { DatabaseConnection } from "../../src/sqlite/connection.ts";
import { UncertainCommit } from "../../src/sqlite/handle.ts";
import { getMeta, setMeta } from "../../src/sqlite/tables/meta.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";

let folder: Folder;
let opened: DatabaseConnection[];
beforeEach(() => {
  folder = makeFolder();
  opened = [];
});
afterEach(() => {
  for (const db of opened) db.close();
  folder.remove();
});

async function open(host: StoreHost = new Machine().host()): Promise<DatabaseConnection> {
  const db = unwrap(await DatabaseConnection.open(folder.file, { create: true, durability: "normal", host }));
  opened.push(db);
  return db;
}

const set = (db: DatabaseConnection, value: string): void => setMeta(db, "last_tick_at", value);
const get = (db: DatabaseConnection): Promise<string | undefined> => db.read(() => getMeta(db, "last_tick_at"));

/** Another program on the file. */
function foreign<T>(use: (database: Database) => T): T {
  const database = new Database(folder.file);
  try {
    return use(database);
  } finally {
    database.close();
  }
}

const stored = (): unknown => foreign((database) => database.query("SELECT value FROM meta").get());

const ioError = (): Error => Object.assign(new Error("disk I/O error"), { name: "SQLiteError", code: "SQLITE_IOERR_FSYNC", errno: 1034 });

/** The next COMMIT reports an I/O error, after it has happened or instead. */
function breakCommit(db: DatabaseConnection, manner: "after" | "instead"): void {
  const commit = db.query("COMMIT");
  const run = commit.run.bind(commit);
  commit.run = () => {
    if (manner === "after") run();
    throw ioError();
  };
}

describe("a transaction", () => {
  test("is on disk when it returns, with its value", async () => {
    const db = await open();
    expect(db.tryTransaction(() => set(db, "1"))).toEqual({ done: true, value: undefined });
    expect(stored()).toEqual({ value: "1" });
    expect(await db.transaction(() => 42)).toBe(42);
  });

  test("that throws leaves nothing, and the next one works", async () => {
    const db = await open();
    const broken = () => {
      set(db, "1");
      throw new Error("no");
    };
    expect(() => db.tryTransaction(broken)).toThrow("no");
    await expect(db.transaction(broken)).rejects.toThrow("no");
    expect([stored(), db.inTransaction]).toEqual([null, false]);
    db.tryTransaction(() => set(db, "2"));
    expect(stored()).toEqual({ value: "2" });
  });

  test("cannot be asynchronous, nor inside another; both leave nothing", async () => {
    const db = await open();
    expect(() => db.tryTransaction(async () => set(db, "1"))).toThrow("asynchronous");
    expect(() => db.tryTransaction(() => db.tryTransaction(() => set(db, "1")))).toThrow("inside another");
    expect(stored()).toBeNull();
  });

  test("undoes one of its writes alone", async () => {
    const db = await open();
    db.tryTransaction(() => {
      set(db, "kept");
      expect(() =>
        db.savepoint(() => {
          set(db, "undone");
          throw new Error("no");
        }),
      ).toThrow("no");
      expect(db.savepoint(() => "fine")).toBe("fine");
    });
    expect(stored()).toEqual({ value: "kept" });
  });
});

describe("a lock of another process", () => {
  test("makes one try say so at once, with nothing done", async () => {
    const db = await open();
    foreign((other) => {
      other.run("BEGIN IMMEDIATE");
      expect(db.tryTransaction(() => set(db, "1"))).toEqual({ done: false });
      other.run("ROLLBACK");
    });
    expect(db.tryTransaction(() => set(db, "2")).done).toBe(true);
  });

  test("is waited for by short, uniform, random waits outside of SQLite", async () => {
    const waits: number[] = [];
    const chances = [0, 0.999, 0.5, 0.1];
    const other = new Database(folder.file);
    const after = (ms: number, fn: () => void): void => {
      if (waits.push(ms) === 4) other.run("ROLLBACK");
      setImmediate(fn);
    };
    const machine = new Machine().host();
    const db = await open({ ...machine, chance: () => chances.shift() ?? 0, after });
    other.run("BEGIN IMMEDIATE");
    await db.transaction(() => set(db, "1"));
    other.close();
    expect(waits).toEqual([0, 4.995, 2.5, 0.5]);
    expect(stored()).toEqual({ value: "1" });
  });

  test("is waited for a minute, then BUSY", async () => {
    let boot = 0;
    const db = await open({ ...new Machine().host(), boot: () => (boot += 10_000), after: (_, fn) => void setImmediate(fn) });
    const other = new Database(folder.file);
    other.run("BEGIN IMMEDIATE");
    const startedAt = boot;
    await expect(db.transaction(() => 1)).rejects.toMatchObject({ code: "BUSY", message: expect.stringContaining("waited 60 s") });
    expect(boot - startedAt).toBeWithin(60_000, 80_001);
    other.close();
  });

  test("does not hinder reading, which sees one moment from its first look to its last", async () => {
    const db = await open();
    db.tryTransaction(() => set(db, "before"));
    const other = new Database(folder.file);
    other.run("BEGIN IMMEDIATE");
    other.run("UPDATE meta SET value = 'after'");
    const seen = await db.read(() => {
      const first = getMeta(db, "last_tick_at");
      other.run("COMMIT");
      return [first, getMeta(db, "last_tick_at")];
    });
    expect(seen).toEqual(["before", "before"]);
    expect(await get(db)).toBe("after");
    other.close();
  });
});

describe("the file under an open connection", () => {
  test("that was deleted is not written to nor read, and not made anew", async () => {
    const db = await open();
    db.tryTransaction(() => set(db, "1"));
    for (const name of readdirSync(folder.path)) rmSync(`${folder.path}/${name}`);
    const refusal = { code: "DB_UNUSABLE", message: expect.stringContaining("removed or replaced while in use") };
    expect(() => db.tryTransaction(() => set(db, "2"))).toThrow(expect.objectContaining(refusal));
    await expect(db.transaction(() => set(db, "2"))).rejects.toMatchObject(refusal);
    await expect(get(db)).rejects.toMatchObject(refusal);
    expect(existsSync(folder.file)).toBe(false);
  });

  test("that was replaced by another is left alone", async () => {
    const db = await open();
    const elsewhere = makeFolder();
    unwrap(await DatabaseConnection.open(elsewhere.file, { create: true, host: new Machine().host() })).close();
    renameSync(elsewhere.file, folder.file);
    elsewhere.remove();
    await expect(db.transaction(() => set(db, "2"))).rejects.toMatchObject({ code: "DB_UNUSABLE" });
    expect(new Database(folder.file, { readonly: true }).query("SELECT * FROM meta").all()).toEqual([]);
  });

  test("that has lost its WAL to another program is reopened: what is written afterwards everybody sees", async () => {
    const db = await open();
    db.tryTransaction(() => set(db, "1"));
    const version = db.dataVersion();
    foreign((other) => other.run("PRAGMA wal_checkpoint(TRUNCATE)"));
    for (const suffix of ["-wal", "-shm"]) rmSync(folder.file + suffix);
    db.tryTransaction(() => set(db, "2"));
    expect(stored()).toEqual({ value: "2" });
    expect(db.dataVersion()).toBeGreaterThan(version);
  });

  test("that is full refuses with SQLite's own error, and takes writes again once there is room", async () => {
    const db = await open();
    db.exec("PRAGMA max_page_count = 1");
    const error = await db.transaction(() => set(db, "x".repeat(500_000))).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "SQLiteError", code: "SQLITE_FULL" });
    expect(db.inTransaction).toBe(false);
    db.exec("PRAGMA max_page_count = 100000");
    await db.transaction(() => set(db, "1"));
    expect(stored()).toEqual({ value: "1" });
  });
});

describe("a COMMIT whose outcome is unknown", () => {
  test.each(["after", "instead"] as const)("is told as such, and the next read tells what is there (error %s)", async (manner) => {
    const db = await open();
    breakCommit(db, manner);
    expect(() => db.tryTransaction(() => set(db, "1"))).toThrow(UncertainCommit);
    expect(await get(db)).toBe(manner === "after" ? "1" : undefined);
    db.tryTransaction(() => set(db, "2"));
    expect(await get(db)).toBe("2");
  });

  test("makes the file unusable when it has happened three times in a row, not when a commit came between", async () => {
    const db = await open();
    for (const times of [2, 3]) {
      for (let time = 0; time < times; time++) {
        await get(db);
        breakCommit(db, "instead");
        await expect(db.transaction(() => set(db, "1"))).rejects.toMatchObject({ code: "SQLITE_IOERR_FSYNC" });
      }
      if (times === 2) await db.transaction(() => set(db, "fine"));
    }
    await expect(db.transaction(() => 1)).rejects.toMatchObject({
      code: "DB_UNUSABLE",
      message: expect.stringContaining("3 times in a row"),
    });
  });
});

describe("closing", () => {
  test("leaves one file, and may be said twice", async () => {
    const db = await open();
    await db.transaction(() => set(db, "1"));
    db.close();
    db.close();
    expect(readdirSync(folder.path)).toEqual([".wf.db"]);
    expect(() => db.tryTransaction(() => 1)).toThrow(expect.objectContaining({ code: "CLOSED" }));
    await expect(db.read(() => 1)).rejects.toMatchObject({ code: "CLOSED" });
    expect(db.dataVersion()).toBeNumber();
  });
});
