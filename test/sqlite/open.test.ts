/** What is opened, what is refused, and that what is refused stays as it is. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { exitOf, type WfliteError } from "../../src/model/errors.ts";
import { unwrap } from "../../src/model/result.ts";
import { checkFile } from "../../src/sqlite/file-checks.ts";
import { DatabaseConnection } from "../../src/sqlite/connection.ts";
import { APPLICATION_ID } from "../../src/sqlite/settings.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";

let folder: Folder;
beforeEach(() => void (folder = makeFolder()));
afterEach(() => folder.remove());

const open = (file = folder.file, create = true) => DatabaseConnection.open(file, { create, host: new Machine().host() });

const create = async (): Promise<void> => unwrap(await open()).close();

async function refusal(file = folder.file, isCreating = true): Promise<WfliteError> {
  const result = await open(file, isCreating);
  if (result.ok) {
    result.value.close();
    throw new Error("it was opened");
  }
  expect(exitOf(result.error)).toBe(8);
  expect(result.error.code).toBe("DB_UNUSABLE");
  expect(result.error.message).toStartWith(`${file} cannot be used: `);
  expect(result.error.hint.length).toBeGreaterThan(10);
  return result.error;
}

/** Runs something on the file as another program would. */
function sqlite(sql: string, file = folder.file): void {
  const database = new Database(file);
  database.run(sql);
  database.close();
}

const bytes = (file: string): string => new Bun.CryptoHasher("sha256").update(readFileSync(file)).digest("hex");

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
      const db = unwrap(await open());
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
    await create();
    unwrap(await open(folder.file, false)).close();
    unwrap(await open(join(folder.path, "..", folder.path.split("/").at(-1) ?? "", ".wf.db"), false)).close();
    expect(readdirSync(folder.path)).toEqual([".wf.db"]);
  });

  test("that a killed process left with a WAL is opened with all that was committed", async () => {
    await create();
    const hot = withHotWal("INSERT INTO meta VALUES ('a', '1')");
    const db = unwrap(await open(hot, false));
    expect(db.query("SELECT value FROM meta WHERE key = 'a'").get()).toEqual({ value: "1" });
    db.close();
  });

  test("that is empty is set up only when creation is asked for and no WAL lies beside it", async () => {
    writeFileSync(folder.file, "", { mode: 0o600 });
    expect((await refusal(folder.file, false)).message).toContain("it is empty");
    expect(statSync(folder.file).size).toBe(0);
    unwrap(await open()).close();
    unwrap(await open(folder.file, false)).close();
  });

  test("that is empty or gone beside a WAL is never taken for a fresh one", async () => {
    await create();
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
    unwrap(await open()).close();
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
    await create();
    sqlite("PRAGMA user_version = 7");
    await untouched(folder.file, "it was written by a newer wf (schema 7, this one knows 1)");
    expect(readdirSync(folder.path)).toEqual([".wf.db"]);
  });

  test("one that a newer wf has written, with its WAL still beside it", async () => {
    await create();
    const hot = withHotWal("PRAGMA user_version = 7");
    const wal = bytes(`${hot}-wal`);
    await untouched(hot, "newer wf");
    expect(bytes(`${hot}-wal`)).toBe(wal);
  });

  test("one whose header says that it is ours and knows no schema", async () => {
    await create();
    sqlite("PRAGMA user_version = 0");
    await untouched(folder.file, "header is damaged");
  });

  test("one that is cut off, anywhere", async () => {
    await create();
    const whole = readFileSync(folder.file);
    for (let size = 1; size < whole.length; size += size < 600 ? 61 : 1_501) {
      writeFileSync(folder.file, whole.subarray(0, size), { mode: 0o600 });
      const { message } = await refusal();
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
    await create();
    sqlite(sql);
    const before = bytes(folder.file);
    expect((await refusal()).message).toMatch(/evil|meta|executions_due/);
    expect(bytes(folder.file)).toBe(before);
  });
});

describe("a file that somebody else could have put there", () => {
  test("a symbolic link is refused, dangling or not, and its target stays", async () => {
    await create();
    const link = join(folder.path, "link.wf.db");
    symlinkSync(folder.file, link);
    expect((await refusal(link)).message).toContain("symbolic link");
    const dangling = join(folder.path, "dangling.wf.db");
    symlinkSync(join(folder.path, "victim"), dangling);
    expect((await refusal(dangling)).message).toContain("symbolic link");
    expect(readdirSync(folder.path)).not.toContain("victim");
  });

  test.each(["-wal", "-shm", "-journal"])("a link for its %s is refused, and the target stays", async (suffix) => {
    await create();
    const victim = join(folder.path, "victim");
    writeFileSync(victim, "precious");
    symlinkSync(victim, folder.file + suffix);
    expect((await refusal()).message).toContain(`${suffix} beside it is unsafe`);
    expect(readFileSync(victim, "utf8")).toBe("precious");
  });

  test("one that every user may write is refused, and not tightened silently", async () => {
    await create();
    chmodSync(folder.file, 0o666);
    const error = await refusal();
    expect(error.message).toContain("every user");
    expect(error.hint).toContain("chmod 600");
    expect(statSync(folder.file).mode & 0o777).toBe(0o666);
  });

  test("one with a second name is refused", async () => {
    await create();
    linkSync(folder.file, join(folder.path, "second.db"));
    expect((await refusal()).message).toContain("hard link");
  });

  test("a folder, a socket or a device in its place is refused", async () => {
    mkdirSync(folder.file);
    expect((await refusal()).message).toContain("not a file");
  });

  const look = (userId: number) => checkFile(folder.file, { create: false, userId, platform: "linux" });
  const problemOf = (checked: ReturnType<typeof checkFile>): string => ("problem" in checked ? checked.problem.problem : "none");

  test("one of another user is refused, whoever asks; one of ours in a folder of root is not", async () => {
    await create();
    const me = process.geteuid?.() ?? -1;
    expect(problemOf(look(me))).toBe("none");
    expect(problemOf(look(me + 1))).toContain(me === 0 ? "it belongs to another user" : "its folder belongs to another user");
    if (me !== 0) return;
    chownSync(folder.file, 65_534, 65_534);
    expect((await refusal()).message).toContain("it belongs to another user (id 65534)");
    expect(problemOf(look(65_534))).toBe("none");
    chownSync(folder.file, 0, 0);
    chownSync(folder.path, 65_534, 65_534);
    expect((await refusal()).message).toContain("its folder belongs to another user (id 65534)");
  });

  test("a WAL of another user is refused", async () => {
    await create();
    writeFileSync(`${folder.file}-wal`, "");
    const asked = checkFile(folder.file, { create: false, userId: (process.geteuid?.() ?? -1) + 1, platform: "linux" });
    expect(problemOf(asked)).toContain("another user");
  });
});

describe("a file that may not be written", () => {
  test("is refused with what to do, for the file as for its folder", async () => {
    await create();
    // Root may write everything, so the check is asked as another user would be answered.
    const script = `
      import { checkFile } from ${JSON.stringify(join(import.meta.dir, "../../src/sqlite/file-checks.ts"))};
      if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
      console.log(JSON.stringify(checkFile(process.argv[2], { create: true, userId: process.getuid(), platform: "linux" })));`;
    const scriptFile = join(folder.path, "ask.ts");
    writeFileSync(scriptFile, script);
    const ask = async (): Promise<string> => {
      const asking = Bun.spawn([process.execPath, scriptFile, folder.file], { stdout: "pipe", stderr: "pipe" });
      return (await new Response(asking.stdout).text()) + (await new Response(asking.stderr).text());
    };
    const uid = process.getuid?.() === 0 ? 65_534 : (process.getuid?.() ?? 0);
    for (const path of [folder.path, folder.file]) if (uid === 65_534) chownSync(path, uid, uid);
    expect(await ask()).toContain('"found"');
    chmodSync(folder.file, 0o400);
    expect(await ask()).toMatch(/it is read-only for this user.*right to write/);
    chmodSync(folder.file, 0o600);
    chmodSync(folder.path, 0o500);
    expect(await ask()).toMatch(/its folder .* is read-only for this user/);
    chmodSync(folder.path, 0o700);
  });
});
