/** Group commit on a real file: the rules of the schema, and a full disk. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import type { StoreHost } from "../../src/engine/store.ts";
import { unwrap } from "../../src/model/result.ts";
import { Committer } from "../../src/sqlite/committer.ts";
import { DatabaseConnection } from "../../src/sqlite/connection.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";

let committer: Committer;
let folder: Folder;
let db: DatabaseConnection;
beforeEach(async () => {
  folder = makeFolder();
  const host: StoreHost = new Machine().host();
  db = unwrap(await DatabaseConnection.open(folder.file, { create: true, durability: "normal", host }));
  committer = new Committer(db, host);
});
afterEach(() => {
  db.close();
  folder.remove();
});

const insert = (key: string, value: string | null = "1"): Promise<void> =>
  committer.run(() => void db.query("INSERT INTO meta VALUES ($key, $value)").run({ key, value }));
const keys = (): unknown[] =>
  db
    .query<{ key: string }>("SELECT key FROM meta ORDER BY key")
    .all()
    .map(({ key }) => key);

test("a write that breaks a rule of the schema is refused alone", async () => {
  const outcomes = await Promise.allSettled([insert("a"), insert("b", null), insert("a"), insert("c")]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
  expect(keys()).toEqual(["a", "c"]);
});

test("a full disk refuses all of a batch, whether or not SQLite has rolled back by itself", async () => {
  db.exec("PRAGMA max_page_count = 1");
  const outcomes = await Promise.allSettled([insert("a"), insert("big", "x".repeat(500_000)), insert("b", null)]);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: "rejected" });
  expect(outcomes[0]).toMatchObject({ reason: { code: "SQLITE_FULL" } });
  expect(db.inTransaction).toBe(false);
  db.exec("PRAGMA max_page_count = 100000");
  await insert("a");
  expect(keys()).toEqual(["a"]);
});
