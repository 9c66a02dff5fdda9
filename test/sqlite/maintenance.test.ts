/** Looking after a database: what is found, and what is mended when somebody says so. */
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { codeOf, execution } from "../suites/store/samples.ts";
import { lookedAfter } from "./looked-after.ts";

const { fill, sql, withMaintenance, repair, stepsOf, storeOf, file, path } = lookedAfter();

describe("the check", () => {
  test("of a sound database finds nothing", async () => {
    await fill();
    expect(await withMaintenance((maintenance) => maintenance.check())).toMatchObject({
      ok: true,
      executions: 2,
      steps: 6,
      damaged: [],
      miscounts: [],
      pages: [],
    });
  });

  test("names every row that is not as wf left it, and throws for none", async () => {
    await fill();
    sql("UPDATE steps SET output = '\"other\"' WHERE execution_id = 'hit' AND name = 'two'");
    sql("DELETE FROM steps WHERE execution_id = 'hit' AND name = 'three'");
    sql("UPDATE events SET payload = '1'");
    sql("UPDATE executions SET input = '1' WHERE id = 'sound'");
    const { ok, damaged } = await withMaintenance((maintenance) => maintenance.check());
    expect(ok).toBe(false);
    expect(damaged.map(({ executionId, what, name }) => [executionId, what, name])).toEqual([
      ["hit", "step", "two"],
      ["hit", "steps", null],
      ["hit", "event", "e-1"],
      ["sound", "execution", null],
    ]);
  });

  test("tells of SQLite's own pages, unless it is to leave them out", async () => {
    await fill();
    sql("PRAGMA writable_schema = ON; PRAGMA foreign_keys = OFF; DELETE FROM executions WHERE id = 'sound'");
    expect((await withMaintenance((maintenance) => maintenance.check())).pages).toContain("a row of steps belongs to nothing");
    expect((await withMaintenance((maintenance) => maintenance.check({ pages: false }))).pages).toEqual([]);
  });
});

describe("a backup", () => {
  const backup = (): string => join(path(), "backup.db");

  test("is one whole file of this user alone, and no file is overwritten", async () => {
    await fill();
    const { sizeBytes } = await withMaintenance((maintenance) => maintenance.backup(backup()));
    expect(statSync(backup())).toMatchObject({ size: sizeBytes });
    expect(statSync(backup()).mode & 0o777).toBe(0o600);
    expect(existsSync(`${backup()}-wal`)).toBe(false);
    expect(withMaintenance((maintenance) => maintenance.backup(backup()))).rejects.toThrow("is there already");
    await Bun.sleep(0);
  });

  test("gives one execution back, whole, under a new term, and leaves the others and itself alone", async () => {
    await fill();
    await withMaintenance((maintenance) => maintenance.backup(backup()));
    const before = await Bun.file(backup()).bytes();
    sql("UPDATE steps SET output = '\"other\"' WHERE name = 'two'");
    expect(await repair("hit", { how: "restore", from: backup() })).toEqual([`restored from ${backup()}, with 3 steps`]);
    expect(await stepsOf("hit")).toEqual(['one "done"', 'two "done"', 'three "done"']);
    const { damaged } = await withMaintenance((maintenance) => maintenance.check());
    expect(damaged.map(({ executionId }) => executionId)).toEqual(["sound"]);
    expect(await Bun.file(backup()).bytes()).toEqual(before);
    const database = new Database(file(), { readonly: true });
    const terms = database
      .query("SELECT lease_term AS term, (SELECT count(*) FROM events) AS events FROM executions WHERE id = 'hit'")
      .get();
    expect(terms).toEqual({ term: 3, events: 1 });
    database.close();
    expect(readdirSync(path()).filter((name) => name.includes("restore"))).toEqual([]);
  });

  test("gives back one that was deleted", async () => {
    await fill();
    await withMaintenance((maintenance) => maintenance.backup(backup()));
    sql("DELETE FROM executions WHERE id = 'hit'");
    await repair("hit", { how: "restore", from: backup() });
    expect(await stepsOf("hit")).toHaveLength(3);
  });

  test("of an older schema is brought up to date in a copy", async () => {
    await fill();
    const golden = join(import.meta.dir, "../golden/schema-1.db");
    copyFileSync(golden, backup());
    await repair("asleep-1", { how: "restore", from: backup() });
    expect(await stepsOf("asleep-1")).toHaveLength(2);
    expect(await Bun.file(backup()).bytes()).toEqual(await Bun.file(golden).bytes());
  });

  test("that has it not, or damaged too, or is none, is refused", async () => {
    await fill();
    await withMaintenance((maintenance) => maintenance.backup(backup()));
    expect(repair("nobody", { how: "restore", from: backup() })).rejects.toThrow("is not in it");
    await Bun.sleep(0);
    sql("UPDATE steps SET output = '1' WHERE execution_id = 'hit'", backup());
    expect(repair("hit", { how: "restore", from: backup() })).rejects.toThrow("is damaged there too");
    expect(await codeOf(repair("hit", { how: "restore", from: join(path(), "none.db") }))).toBe("DB_UNUSABLE");
    expect(await stepsOf("sound")).toHaveLength(3);
  });
});

test("sizes and counts are told, and vacuum gives space back", async () => {
  await fill();
  sql("INSERT INTO logs (execution_id, at, level, source, message) SELECT 'hit', 1, 'info', 'user', hex(zeroblob(300000)) FROM executions");
  sql("DELETE FROM logs");
  const stats = await withMaintenance((maintenance) => maintenance.stats());
  expect(stats).toMatchObject({
    rows: { executions: 2, steps: 6, events: 1, logs: 0 },
    oldestExecutionAt: expect.stringContaining("2025-10-09T"),
  });
  const tables = "sources schedules marks decisions requests lanes starts counts".split(" ");
  expect(tables.filter((table) => stats.rows[table] === undefined)).toEqual([]);
  expect(stats.freeBytes).toBeGreaterThan(500_000);
  const { beforeBytes, afterBytes } = await withMaintenance((maintenance) => maintenance.vacuum());
  expect(beforeBytes - afterBytes).toBeGreaterThanOrEqual(stats.freeBytes - 8_192);
  expect((await withMaintenance((maintenance) => maintenance.check())).ok).toBe(true);
});

test("ids may be shortened, also that of a damaged execution", async () => {
  await fill();
  sql("UPDATE executions SET input = '1' WHERE id = 'hit'");
  await withMaintenance(async (maintenance) => {
    expect([await maintenance.resolveId("h"), await maintenance.resolveId("hit"), await maintenance.resolveId("@last")]).toEqual([
      "hit",
      "hit",
      "sound",
    ]);
    expect(await codeOf(maintenance.resolveId("x"))).toBe("EXECUTION_NOT_FOUND");
    expect(await maintenance.resolveId("gone", { mayBeGone: true })).toBe("gone");
  });
  const store = await storeOf();
  await store.create(execution("hat"), {});
  await store.close();
  expect(await codeOf(withMaintenance((maintenance) => maintenance.resolveId("h")))).toBe("ID_AMBIGUOUS");
});
