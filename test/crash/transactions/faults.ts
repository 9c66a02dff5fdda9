/**
 * For the self-tests: a database whose row is not written in the user's transaction but right after it, as two commits. Everything else is
 * as it is: the code of wf runs unchanged on top.
 */
import type { SQL } from "bun";
import { Database } from "bun:sqlite";
import type { PostgresQueries, SqliteStatement } from "../../../src/model/transaction.ts";

/** Before COMMIT it is kept back. */
const isRecord = (sql: string): boolean => sql.includes("INSERT INTO") && sql.includes("wflite_transactions");

export const apart = (db: Database | SQL): Database | SQL => (db instanceof Database ? apartSqlite(db) : apartPostgres(db));

const apartSqlite = (db: Database): Database => {
  let late: (() => unknown) | undefined;
  const query = (sql: string): SqliteStatement => {
    const statement = db.query(sql);
    return isRecord(sql)
      ? { get: () => null, run: (...params) => void (late = () => statement.run(...params)) }
      : (statement as SqliteStatement);
  };
  const run = (sql: string): void => {
    db.run(sql);
    if (sql !== "COMMIT") return;
    late?.();
    late = undefined;
  };
  return new Proxy(db, {
    get: (target, name) => (name === "query" ? query : name === "run" ? run : Reflect.get(target, name, target)) as unknown,
  });
};

const apartPostgres = (db: SQL): SQL => {
  const begin = async (fn: (tx: PostgresQueries) => unknown): Promise<unknown> => {
    let late: (() => PromiseLike<unknown>) | undefined;
    const result: unknown = await db.begin((tx) => {
      const unsafe = (sql: string, params: unknown[] = []): PromiseLike<unknown> => {
        if (!isRecord(sql)) return tx.unsafe(sql, params);
        late = () => db.unsafe("INSERT INTO wflite_transactions (key, output) VALUES ($1::text, $2::text)", params.slice(0, 2));
        return Promise.resolve([{}]);
      };
      return fn(new Proxy(tx, { get: (target, name) => (name === "unsafe" ? unsafe : Reflect.get(target, name)) as unknown }));
    });
    await late?.();
    return result;
  };
  return new Proxy(db, { get: (target, name) => (name === "begin" ? begin : Reflect.get(target, name)) as unknown });
};
