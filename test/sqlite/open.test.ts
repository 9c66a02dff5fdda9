/** What is opened, what is refused, and that what is refused stays as it is. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unwrap } from "../../src/model/result.ts";
import { SCHEMA } from "../../src/sqlite/schema.ts";
import { APPLICATION_ID } from "../../src/sqlite/settings.ts";
import { type Folder, makeFolder } from "./machine.ts";
import { bytes, create, open, refusal } from "./opening.ts";

let folder: Folder;
beforeEach(() => void (folder = makeFolder()));
afterEach(() => folder.remove());

/** Runs something on the file as another program would. */
function sqlite(sql: string, file = folder.file): void {
  const database = new Database(file);
  database.run(sql);
  database.close();
}

/** A copy of the file with its WAL, as a killed process leaves them: what `sql` does is in the WAL alone. */
function withHotWal(sql: string): string {
  const live = new Database(folder.file);
  live.run("PRAGMA journal_mode = WAL");
  live.run(sql);
  const copy = join(folder.path, "hot.wf.db");
  for (const suffix of ["", "-wal"]) writeFileSync(copy + suffix, readFileSync(folder.file + suffix), { mode: 0o600 });
  live.close();
  return copy;
}

describe("a new file", () => {
  test.each([0o000, 0o022, 0o077])("is this user's alone under umask %o, and so is what lies beside it", async (mask) => {
    const before = process.umask(mask);
    try {
      const db = unwrap(await open(folder.file));
      expect(readdirSync(folder.path).sort()).toEqual([".wf.db", ".wf.db-shm", ".wf.db-wal"]);
      for (const name of readdirSync(folder.path)) expect(statSync(join(folder.path, name)).mode & 0o777).toBe(0o600);
      db.close();
      expect(readdirSync(folder.path)).toEqual([".wf.db"]);
    } finally {
      process.umask(before);
    }
  });

  test("is not made unless asked for, and the error says who makes it", async () => {
    const error = await refusal(folder.file, false);
    expect(error.message).toContain("there is no database here yet");
    expect(error.hint).toContain("wf run");
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("is not made in a folder that is not there, nor under a name that SQLite would read differently", async () => {
    expect((await refusal(join(folder.path, "no/such/.wf.db"))).message).toContain("ENOENT");
    expect((await refusal(join(folder.path, ".wf.db "))).message).toContain("white space");
    writeFileSync(join(folder.path, "file"), "");
    await refusal(join(folder.path, "file", ".wf.db"));
  });

  test("may lie in a folder that is reached through a link", async () => {
    mkdirSync(join(folder.path, "real"));
    symlinkSync("real", join(folder.path, "linked"));
    unwrap(await open(join(folder.path, "linked", ".wf.db"))).close();
    expect(readdirSync(join(folder.path, "real"))).toEqual([".wf.db"]);
  });
});

describe("an existing file", () => {
  test("is opened again, by its relative name too, and closed without a trace", async () => {
    await create(folder.file);
    unwrap(await open(folder.file, false)).close();
    unwrap(await open(join(folder.path, "..", folder.path.split("/").at(-1) ?? "", ".wf.db"), false)).close();
    expect(readdirSync(folder.path)).toEqual([".wf.db"]);
  });

  test("that a killed process left with a WAL is opened with all that was committed", async () => {
    await create(folder.file);
    const hot = withHotWal("INSERT INTO meta VALUES ('a', '1')");
    const db = unwrap(await open(hot, false));
    expect(db.query("SELECT value FROM meta WHERE key = 'a'").get()).toEqual({ value: "1" });
    db.close();
  });

  test("that is empty is set up only when creation is asked for and no WAL lies beside it", async () => {
    writeFileSync(folder.file, "", { mode: 0o600 });
    expect((await refusal(folder.file, false)).message).toContain("it is empty");
    expect(statSync(folder.file).size).toBe(0);
    unwrap(await open(folder.file)).close();
    unwrap(await open(folder.file, false)).close();
  });

  test("that is empty or gone beside a WAL is never taken for a fresh one", async () => {
    await create(folder.file);
    const hot = withHotWal("INSERT INTO meta VALUES ('a', '1')");
    const wal = bytes(`${hot}-wal`);
    truncateSync(hot, 0);
    expect((await refusal(hot)).message).toContain("holds its newest changes");
    expect([statSync(hot).size, bytes(`${hot}-wal`)]).toEqual([0, wal]);
    const alone = join(folder.path, "alone.wf.db");
    writeFileSync(`${alone}-wal`, "something", { mode: 0o600 });
    expect((await refusal(alone)).message).toContain("-wal");
    expect(readdirSync(folder.path)).not.toContain("alone.wf.db");
  });

  test("that is a header without tables, as a creation cut short leaves it, is set up", async () => {
    sqlite("PRAGMA journal_mode = WAL; PRAGMA user_version = 0");
    chmodSync(folder.file, 0o600);
    expect((await refusal(folder.file, false)).message).toContain("it is empty");
    unwrap(await open(folder.file)).close();
  });
});

describe("a file that cannot be used is refused and untouched", () => {
  const untouched = async (file: string, part: string): Promise<void> => {
    const before = bytes(file);
    expect((await refusal(file)).message).toContain(part);
    expect((await refusal(file, false)).message).toContain(part);
    expect(bytes(file)).toBe(before);
  };

  test("no database at all", async () => {
    for (const text of ["hello", "x".repeat(10_000)]) {
      writeFileSync(folder.file, text, { mode: 0o600 });
      await untouched(folder.file, "it is not a database");
    }
    expect(readdirSync(folder.path)).toEqual([".wf.db"]);
  });

  test("the database of another program", async () => {
    sqlite("CREATE TABLE t (a)");
    chmodSync(folder.file, 0o600);
    await untouched(folder.file, "another program");
    sqlite(`PRAGMA application_id = ${APPLICATION_ID + 1}`);
    await untouched(folder.file, "another program");
    sqlite("PRAGMA application_id = 0; PRAGMA user_version = 1");
    await untouched(folder.file, "another program");
    expect(readdirSync(folder.path)).toEqual([".wf.db"]);
  });

  test("one that a newer wf has written", async () => {
    await create(folder.file);
    sqlite("PRAGMA user_version = 7");
    await untouched(folder.file, `it was written by a newer wf (schema 7, this one knows ${SCHEMA.version})`);
    expect(readdirSync(folder.path)).toEqual([".wf.db"]);
  });

  test("one that a newer wf has written, with its WAL still beside it", async () => {
    await create(folder.file);
    const hot = withHotWal("PRAGMA user_version = 7");
    const wal = bytes(`${hot}-wal`);
    await untouched(hot, "newer wf");
    expect(bytes(`${hot}-wal`)).toBe(wal);
  });

  test("one whose header says that it is ours and knows no schema", async () => {
    await create(folder.file);
    sqlite("PRAGMA user_version = 0");
    await untouched(folder.file, "header is damaged");
  });

  test("one that is cut off, anywhere", async () => {
    await create(folder.file);
    const whole = readFileSync(folder.file);
    for (let size = 1; size < whole.length; size += size < 600 ? 61 : 1_501) {
      writeFileSync(folder.file, whole.subarray(0, size), { mode: 0o600 });
      const { message } = await refusal(folder.file);
      expect(message).toMatch(/damaged|not a database/);
      expect(statSync(folder.file).size).toBe(size);
    }
  });

  test.each([
    ["a trigger", "CREATE TRIGGER evil AFTER UPDATE ON meta BEGIN DELETE FROM executions; END"],
    ["a view", "CREATE VIEW evil AS SELECT 1"],
    ["a table", "CREATE TABLE evil (a)"],
    ["an index", "CREATE INDEX evil ON steps (output)"],
    ["a changed table", "ALTER TABLE meta ADD COLUMN evil TEXT"],
    ["a missing index", "DROP INDEX executions_due"],
  ])("one with %s that is not ours", async (_, sql) => {
    await create(folder.file);
    sqlite(sql);
    const before = bytes(folder.file);
    expect((await refusal(folder.file)).message).toMatch(/evil|meta|executions_due/);
    expect(bytes(folder.file)).toBe(before);
  });
});
