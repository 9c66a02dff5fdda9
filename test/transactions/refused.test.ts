/** What `ctx.transaction` does not take for a database. */
import { SQL } from "bun";
import { Database } from "bun:sqlite";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEngine } from "../../src/open.ts";
import { attempt, errorOf } from "./trial.ts";

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "wf-transactions-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const never = (): never => expect.unreachable();

describe("it is refused with what to give instead", () => {
  test.each([
    ["nothing", () => null, "null"],
    ["undefined", () => undefined, "type undefined"],
    ["a path", () => "shop.db", "type string"],
    ["a database of another driver", () => new DatabaseSync(":memory:"), "type object"],
    ["a function", () => never, "type function"],
    ["a client for MySQL", () => new SQL("mysql://root@localhost/shop"), "SQL client for mysql"],
    ["SQLite behind the client for servers", () => new SQL("sqlite://:memory:"), "SQL client for sqlite"],
  ])("%s", async (_, make, told) => {
    const error = await errorOf(attempt(make(), never));
    expect(error).toMatchObject({ name: "ValidationError", code: "TRANSACTION_REFUSED" });
    expect(error.message).toContain(told);
    expect(error.hint).toMatch(/bun:sqlite, or an `SQL` of bun for PostgreSQL/);
  });
});

test("the file of the executions is refused, and opens afterwards as before", async () => {
  const file = join(folder, ".wf.db");
  const engine = await openEngine({ cwd: folder, dir: folder });
  await engine.list({});
  using db = new Database(file);
  const before = db.query("SELECT count(*) AS count FROM sqlite_schema").get();
  const error = await errorOf(attempt(db, never));
  expect(error).toMatchObject({ code: "TRANSACTION_REFUSED", message: expect.stringMatching(/where wf keeps its executions/) as string });
  expect(db.query("SELECT count(*) AS count FROM sqlite_schema").get()).toEqual(before);
  await engine.close();
});
