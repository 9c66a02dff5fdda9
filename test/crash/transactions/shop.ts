/**
 * The user's own database of the rig, and the workflow that writes to it: one payment a transaction, first alone, then two side by side.
 *
 * Each transaction gives the number of its payment, so that what the execution gives in the end says which of them was recorded.
 */
import { SQL, type TransactionSQL } from "bun";
import { Database } from "bun:sqlite";
import type { WorkflowContext } from "../../../src/model/context.ts";
import { defineWorkflow, type WorkflowDefinition } from "../../../src/model/definition.ts";

/** The user's database: a SQLite file with the executions' file beside it, or a schema of a PostgreSQL server. */
export type Shop =
  | { readonly kind: "sqlite"; readonly file: string; readonly journal: "wal" | "delete" }
  | { readonly kind: "postgres"; readonly socket: string; readonly schema: string };

export interface OpenShop {
  readonly db: Database | SQL;
  close(): Promise<void>;
}

/** Its id. */
export const EXECUTION = "a";
export const PAYMENTS = ["first", "second", "third"] as const;

export const openShop = (shop: Shop): OpenShop => {
  if (shop.kind === "sqlite") {
    const db = new Database(shop.file);
    db.run(`PRAGMA journal_mode = ${shop.journal}`);
    return { db, close: async () => db.close() };
  }
  const { socket: path, schema } = shop;
  const options = { path, username: "wf", database: "postgres", max: 2, connection: { search_path: schema } };
  const db = new SQL({ adapter: "postgres", ...options });
  return { db, close: () => db.close() };
};

/** Everything in one statement, so that what is seen is what one instant was. */
const LOOK = `
  SELECT 'payment' AS kind, name, CAST(id AS text) AS id FROM payments
  UNION ALL
  SELECT 'record', key, output FROM wflite_transactions
  ORDER BY 1, 2, 3`;

export interface Row {
  readonly kind: "payment" | "record";
  readonly name: string;
  readonly id: string;
}

/** Makes the tables; that of the records too, as in a database that is in use, unless the first transaction is to make it. */
export const makeShop = async (shop: Shop): Promise<void> => {
  const { db, close } = openShop(shop);
  if (db instanceof Database) db.run("CREATE TABLE payments (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL)");
  else if (shop.kind === "postgres") {
    await db.unsafe(`CREATE SCHEMA ${shop.schema}`);
    await db.unsafe("CREATE TABLE payments (id serial PRIMARY KEY, name text NOT NULL)");
  }
  await close();
};

export const look = async (db: Database | SQL): Promise<readonly Row[]> => {
  try {
    return db instanceof Database ? (db.query(LOOK).all() as Row[]) : [...((await db.unsafe(LOOK)) as Row[])];
  } catch (error) {
    if (/wflite_transactions/.test(String(error))) return []; // the first transaction has not been committed
    throw error;
  }
};

export const payWorkflow = (db: Database | SQL): WorkflowDefinition<unknown, readonly number[]> =>
  defineWorkflow({
    name: "pay",
    retry: { attempts: 1 }, // what is retried would hide what went wrong
    panic: { maxRestarts: 1_000, delay: 1, maxDelay: 1 },
    async run(ctx) {
      const [first, ...others] = PAYMENTS.map((name) => () => pay(ctx, db, name)) as readonly (() => Promise<number>)[];
      return [(await first?.()) ?? 0, ...(await Promise.all(others.map((start) => start())))];
    },
  });

const pay = (ctx: WorkflowContext, db: Database | SQL, name: string): Promise<number> =>
  isSqlite(db)
    ? ctx.transaction(name, db, (tx) => (tx.query("INSERT INTO payments (name) VALUES (?) RETURNING id").get(name) as { id: number }).id)
    : ctx.transaction(name, db, async (tx: TransactionSQL) => {
        const [row] = (await tx`INSERT INTO payments (name) VALUES (${name}) RETURNING id`) as readonly { readonly id: number }[];
        return row?.id ?? 0;
      });

/** Also one that a fault stands before. */
const isSqlite = (db: Database | SQL): db is Database => typeof db === "object";
