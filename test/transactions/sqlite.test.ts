/** A transaction step's attempt on SQLite: what is committed, and what an attempt that fails leaves behind. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Secret, secret } from "../../src/model/secret.ts";
import { attempt, errorOf, recorded, systemHost } from "./trial.ts";

let folder: string;
let db: Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wf-transactions-"));
  db = new Database(join(folder, "shop.db"));
  db.run("PRAGMA journal_mode = WAL");
  db.run("CREATE TABLE payments (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL)");
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As another connection sees them: what is committed. */
const seen = (sql: string): readonly unknown[] => {
  const other = new Database(join(folder, "shop.db"), { readonly: true });
  try {
    return other.query(sql).all();
  } finally {
    other.close();
  }
};
const payments = (): readonly unknown[] => seen("SELECT amount FROM payments").map((row) => (row as { amount: number }).amount);
const records = (): readonly unknown[] => seen("SELECT key, output FROM wflite_transactions ORDER BY key");

const pay = (tx: Database): unknown => tx.query("INSERT INTO payments (amount) VALUES (7) RETURNING id").get();

test("its writes and its result are committed together, and the result is given", async () => {
  expect(await attempt(db, pay)).toEqual({ id: 1 });
  expect(payments()).toEqual([7]);
  expect(records()).toEqual([{ key: "a/transaction/pay/1", output: '{"id":1}' }]);
  expect(seen("SELECT committed_at LIKE '20__-__-__T__:__:__.___Z' AS isUtc FROM wflite_transactions")).toEqual([{ isUtc: 1 }]);
});

test("a later attempt with the same key gives the recorded result, and runs nothing", async () => {
  await attempt(db, pay);
  const again = await recorded(db);
  expect(again).toEqual({ id: 1 });
  expect(payments()).toEqual([7]);
});

test("another key is another transaction, also where two long ones begin alike", async () => {
  const long = "k".repeat(3_000);
  for (const key of ["a", "b", `${long}1`, `${long}2`, `${long}1`]) await attempt(db, pay, { key });
  expect(payments()).toEqual([7, 7, 7, 7]);
});

test("the result is the stored one decoded, the first time as well", async () => {
  const at = new Date(5);
  const given = { at, many: new Map([[1, undefined]]), cents: 12n };
  const first = await attempt(db, () => given);
  expect(first).toEqual(given);
  expect(first).not.toBe(given);
  expect(await recorded(db)).toEqual(given);
  expect(await attempt(db, () => {}, { key: "nothing" })).toBeUndefined();
  expect(await recorded(db, { key: "nothing" })).toBeUndefined();
});

test("secrets in the result are encrypted in the user's database, and come back as secrets", async () => {
  const first = (await attempt(db, () => ({ pin: secret("1234-5678") }))) as { pin: Secret<string> };
  expect(first.pin.reveal()).toBe("1234-5678");
  expect(JSON.stringify(records())).not.toContain("1234-5678");
  expect(((await recorded(db)) as typeof first).pin.reveal()).toBe("1234-5678");
});

describe("nothing is committed", () => {
  const fails = async (fn: (tx: Database) => unknown, limits = {}): Promise<Awaited<ReturnType<typeof errorOf>>> => {
    await attempt(db, () => {}, { key: "before" });
    const error = await errorOf(attempt(db, fn, limits));
    expect(payments()).toEqual([]);
    expect(records()).toEqual([{ key: "before", output: expect.any(String) as string }]);
    expect(db.inTransaction).toBe(false);
    return error;
  };
  test("when its function throws, and the error is the one that was thrown", async () => {
    const thrown = new Error("declined");
    expect(
      await fails((tx) => {
        pay(tx);
        throw thrown;
      }),
    ).toBe(thrown);
    expect(await attempt(db, pay)).toEqual({ id: 1 });
  });
  test("when its result cannot be stored", async () => {
    expect(await fails((tx) => (pay(tx), () => 1))).toMatchObject({ code: "VALUE_UNSUPPORTED" });
    expect(await fails((tx) => (pay(tx), "x".repeat(101)), { maxValueBytes: 100 })).toMatchObject({ code: "VALUE_TOO_LARGE" });
    const host = {
      ...systemHost,
      cipher: {
        ...systemHost.cipher,
        seal: () => {
          throw new Error("no key");
        },
      },
    };
    expect(await fails((tx) => (pay(tx), secret("1234-5678")), { host })).toMatchObject({ message: "no key" });
  });
  test("when COMMIT is refused", async () => {
    db.run("PRAGMA foreign_keys = ON");
    db.run("CREATE TABLE refunds (payment INTEGER REFERENCES payments DEFERRABLE INITIALLY DEFERRED)");
    const error = await fails((tx) => tx.run("INSERT INTO refunds VALUES (99)"));
    expect(error).toMatchObject({ name: "SQLiteError", message: "FOREIGN KEY constraint failed" });
    expect(seen("SELECT * FROM refunds")).toEqual([]);
  });
  test("when its function gives a promise, whatever comes of that", async () => {
    const rejected = (): Promise<never> => Promise.reject(new Error("nobody hears this"));
    const error = await fails((tx) => (pay(tx), rejected()));
    expect(error).toMatchObject({ code: "TRANSACTION_REFUSED", message: expect.stringMatching(/async/) as string });
    expect(error.hint).toMatch(/without `await`/);
  });
  test("when its function is async: it is not begun, since all after its first wait would be outside of the transaction", async () => {
    let begun = false;
    const error = await fails(async (tx) => {
      begun = true;
      await Bun.sleep(0);
      pay(tx);
    });
    expect(error).toMatchObject({ code: "TRANSACTION_REFUSED" });
    expect(begun).toBe(false);
  });
  test("when the connection is inside a transaction, which goes on", async () => {
    await attempt(db, () => {}, { key: "before" });
    db.run("BEGIN");
    db.run("INSERT INTO payments (amount) VALUES (1)");
    expect(await errorOf(attempt(db, pay))).toMatchObject({ code: "TRANSACTION_OPEN" });
    expect(db.inTransaction).toBe(true);
    db.run("COMMIT");
    expect(payments()).toEqual([1]);
  });
});

describe("a function that ends the transaction is refused for good", () => {
  test.each([
    ["COMMIT", [7]],
    ["ROLLBACK", []],
    ["COMMIT; BEGIN", [7]],
    ["ROLLBACK; BEGIN; INSERT INTO payments (amount) VALUES (8)", []],
    ["ROLLBACK TO wflite_transaction; RELEASE wflite_transaction", []],
  ])("by %s", async (sql, left) => {
    await attempt(db, () => {}, { key: "before" });
    const ends = (tx: Database): void => {
      pay(tx);
      for (const one of sql.split("; ")) tx.run(one);
    };
    const error = await errorOf(attempt(db, ends));
    expect(error).toMatchObject({ code: "TRANSACTION_REFUSED", message: expect.stringMatching(/has ended it/) as string });
    expect(payments()).toEqual(left);
    expect(records()).toHaveLength(1);
    expect(db.inTransaction).toBe(false);
  });
  test("while one that uses transactions within is not", async () => {
    const inner = db.transaction((amount: number) => db.run("INSERT INTO payments (amount) VALUES (?)", [amount]));
    await attempt(db, () => {
      inner(1);
      db.run("SAVEPOINT mine");
      inner(2);
      db.run("ROLLBACK TO mine");
    });
    expect(payments()).toEqual([1]);
  });
});

test("on connections of every kind: strict, with big integers, in memory", async () => {
  for (const options of [
    { strict: true, readwrite: true },
    { safeIntegers: true, readwrite: true },
  ]) {
    using other = new Database(join(folder, "shop.db"), options);
    await attempt(other, pay, { key: JSON.stringify(options) });
    expect(await recorded(other, { key: JSON.stringify(options) })).toHaveProperty("id");
  }
  expect(payments()).toEqual([7, 7]);
  using memory = new Database();
  expect(await attempt(memory, (tx: Database) => tx.query("SELECT 1 AS one").get())).toEqual({ one: 1 });
});
