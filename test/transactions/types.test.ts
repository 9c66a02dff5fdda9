/** What the compiler says to `ctx.transaction`: the function is given what its database gives, and SQLite takes no promise. */
import { SQL, type TransactionSQL } from "bun";
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import type { TransactionCall } from "../../src/model/transaction.ts";

/** The type check of the whole tree is the test; that nothing of it is called is what runs. */
const written = (transaction: TransactionCall): readonly unknown[] => {
  const db = new Database();
  const sql = new SQL();
  const number: Promise<number> = transaction("a", db, (tx) => tx.query<{ id: number }, []>("SELECT 1").get()?.id ?? 0);
  const text: Promise<string> = transaction("a", sql, async (tx) => String(await tx.savepoint(async (inner) => inner`SELECT 1`)));
  const given: Promise<void> = transaction("a", sql, (tx: TransactionSQL) => void tx, { retry: { attempts: 5 }, timeout: "5s", key: 1 });
  // @ts-expect-error an async function would go on after the transaction has ended
  const late = transaction("a", db, async () => 1);
  // @ts-expect-error a path is no database
  const path = transaction("a", "shop.db", () => 1);
  // @ts-expect-error the function of PostgreSQL gets a transaction, not a SQLite database
  const mixed = transaction("a", sql, (tx: Database) => tx.run("SELECT 1"));
  return [number, text, given, late, path, mixed];
};

test("the types of a transaction are those of its database", () => expect(written).toBeFunction());
