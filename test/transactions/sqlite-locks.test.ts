/** A transaction step's attempt on SQLite beside other connections: waiting for their locks, and what is left of the user's settings. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attempt, errorOf, waitingHost } from "./trial.ts";

let folder: string;
let db: Database;
let other: Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wf-transactions-"));
  db = new Database(join(folder, "shop.db"));
  db.run("CREATE TABLE payments (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL)");
  other = new Database(join(folder, "shop.db"));
});
afterEach(() => {
  db.close();
  other.close();
  rmSync(folder, { recursive: true, force: true });
});

const pay = (tx: Database): unknown => tx.query("INSERT INTO payments (amount) VALUES (7) RETURNING id").get();
const payments = (): number => (db.query("SELECT count(*) AS count FROM payments").get() as { count: number }).count;

describe("a lock of another connection", () => {
  test("is waited for, and the event loop goes on meanwhile, whatever timeout the connection has", async () => {
    db.run("PRAGMA busy_timeout = 60000");
    other.run("BEGIN IMMEDIATE");
    const host = waitingHost((waits) => waits === 3 && other.run("COMMIT"));
    expect(await attempt(db, pay, { host })).toEqual({ id: 1 });
    expect(payments()).toBe(1);
    expect(db.query("PRAGMA busy_timeout").get()).toEqual({ timeout: 60_000 });
  });
  test("is waited for as well when a reader refuses the COMMIT, and only the last attempt is committed", async () => {
    other.run("BEGIN");
    other.query("SELECT * FROM payments").all();
    let begun = 0;
    const host = waitingHost((waits) => waits === 2 && other.run("COMMIT"));
    await attempt(db, (tx: Database) => (begun++, pay(tx)), { host });
    expect(begun).toBe(3);
    expect(payments()).toBe(1);
  });
  test("is given up after a minute, with nothing committed", async () => {
    other.run("BEGIN IMMEDIATE");
    const error = await errorOf(attempt(db, pay, { host: waitingHost(() => {}, 20_000) }));
    expect(error).toMatchObject({ code: "BUSY", cause: { code: "SQLITE_BUSY" } });
    expect(error.message).toMatch(/shop\.db is locked .* \(waited 60 s\)/);
    other.run("ROLLBACK");
    expect(payments()).toBe(0);
  });
  test("is no longer waited for once the signal is aborted", async () => {
    other.run("BEGIN IMMEDIATE");
    const controller = new AbortController();
    const reason = new Error("timed out");
    const host = waitingHost(() => {
      other.run("COMMIT");
      controller.abort(reason);
    });
    expect(await errorOf(attempt(db, pay, { host, signal: controller.signal }))).toBe(reason);
    expect(payments()).toBe(0);
  });
  test("that the function itself meets is the function's error", async () => {
    using third = new Database(join(folder, "third.db"));
    third.run("CREATE TABLE t (a)");
    using holder = new Database(join(folder, "third.db"));
    holder.run("BEGIN IMMEDIATE");
    const error = await errorOf(attempt(db, (tx: Database) => (pay(tx), third.run("INSERT INTO t VALUES (1)"))));
    expect(error).toMatchObject({ code: "SQLITE_BUSY" });
    expect(payments()).toBe(0);
  });
});

test("of two connections with one key, one commits, and both give its result", async () => {
  let run = 0;
  const once = (tx: Database): number => {
    pay(tx);
    return ++run;
  };
  other.run("BEGIN IMMEDIATE");
  const host = waitingHost((waits) => waits === 2 && other.run("COMMIT"));
  using second = new Database(join(folder, "shop.db"));
  const results = await Promise.all([attempt(db, once, { host }), attempt(second, once, { host })]);
  expect(results).toEqual([1, 1]);
  expect(payments()).toBe(1);
});

describe("the connection's settings", () => {
  const settings = (tx: Database): unknown => [tx.query("PRAGMA synchronous").get(), tx.query("PRAGMA busy_timeout").get()];
  const is = (synchronous: number, timeout: number): unknown => [{ synchronous }, { timeout }];

  test.each([0, 1, 2, 3])("are safe inside, and as they were afterwards: synchronous = %d", async (synchronous) => {
    db.run(`PRAGMA synchronous = ${synchronous}`);
    db.run("PRAGMA busy_timeout = 250");
    expect(await attempt(db, settings)).toEqual(is(3, 0));
    expect(settings(db)).toEqual(is(synchronous, 250));
  });
  test("are as they were when an attempt has failed, too", async () => {
    db.run("PRAGMA synchronous = OFF");
    await errorOf(
      attempt(db, () => {
        throw new Error("no");
      }),
    );
    other.run("BEGIN IMMEDIATE");
    await errorOf(attempt(db, pay, { host: waitingHost(() => {}, 60_000) }));
    expect(settings(db)).toEqual(is(0, 0));
  });
});
