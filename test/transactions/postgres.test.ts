/** A transaction step's attempt on a real PostgreSQL server: what is committed, and what an attempt that fails leaves behind. */
import type { SQL, TransactionSQL } from "bun";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { eventually } from "../support/wf.ts";
import { describePostgres, PostgresServer } from "./server.ts";
import { attempt, errorOf, recorded } from "./trial.ts";

describePostgres("a transaction in PostgreSQL", () => {
  let server: PostgresServer;
  let sql: SQL;
  beforeAll(async () => void (server = await PostgresServer.start()));
  afterAll(() => server.remove());
  beforeEach(async () => {
    sql = server.client();
    await sql.unsafe("DROP TABLE IF EXISTS payments, refunds, wflite_transactions");
    await sql.unsafe("CREATE TABLE payments (id serial PRIMARY KEY, amount int NOT NULL UNIQUE)");
  });
  afterEach(async () => {
    // The server learns a moment later that a connection was cut.
    await eventually("every connection is given back as it was", async () => {
      const [row] = (await sql`SELECT count(*)::int AS count FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'`) as Count;
      return row?.count === 0;
    });
    await sql.close();
  });

  type Count = readonly { readonly count: number }[];
  const amounts = async (): Promise<readonly number[]> =>
    ((await sql`SELECT amount FROM payments ORDER BY amount`) as readonly { amount: number }[]).map(({ amount }) => amount);
  const records = async (): Promise<readonly unknown[]> => [...((await sql`SELECT key, output FROM wflite_transactions`) as unknown[])];
  const pay =
    (amount = 7) =>
    async (tx: TransactionSQL): Promise<unknown> =>
      ((await tx`INSERT INTO payments (amount) VALUES (${amount}) RETURNING amount`) as unknown[])[0];

  test("its writes and its result are committed together, and the result is given, now and at every later attempt", async () => {
    expect(await attempt(sql, pay())).toEqual({ amount: 7 });
    expect(await amounts()).toEqual([7]);
    expect(await records()).toEqual([{ key: "a/transaction/pay/1", output: '{"amount":7}' }]);
    expect(await recorded(sql)).toEqual({ amount: 7 });
    expect(await amounts()).toEqual([7]);
  });

  test("the result is the stored one decoded, also from a client that does not prepare its statements", async () => {
    const given = { at: new Date(5), many: new Map([[1, "ä€😀"]]) };
    expect(await attempt(sql, () => given)).toEqual(given);
    await using plain = server.client({ prepare: false });
    expect(await recorded(plain)).toEqual(given);
    expect(await attempt(plain, async () => {}, { key: "b" })).toBeUndefined();
  });

  test("many transactions that need the table at the same moment make it once", async () => {
    const keys = Array.from({ length: 8 }, (_, at) => at);
    await using wide = server.client({ max: 8 });
    await Promise.all(keys.map((key) => attempt(wide, pay(key), { key: `${key}` })));
    expect(await amounts()).toEqual(keys);
    expect(await records()).toHaveLength(8);
  });

  describe("nothing is committed", () => {
    const fails = async (fn: (tx: TransactionSQL) => unknown, limits = {}): Promise<Awaited<ReturnType<typeof errorOf>>> => {
      const error = await errorOf(attempt(sql, fn, limits));
      expect(await amounts()).toEqual([]);
      expect(await records()).toEqual([]);
      return error;
    };
    test("when its function throws, and the error is the one that was thrown", async () => {
      const thrown = new Error("declined");
      expect(
        await fails(async (tx) => {
          await pay()(tx);
          throw thrown;
        }),
      ).toBe(thrown);
      expect(await attempt(sql, pay())).toEqual({ amount: 7 });
    });
    test("when its result cannot be stored", async () => {
      expect(await fails(async (tx) => (await pay()(tx), () => 1))).toMatchObject({ code: "VALUE_UNSUPPORTED" });
      expect(await fails(async (tx) => (await pay()(tx), "x".repeat(101)), { maxValueBytes: 100 })).toMatchObject({
        code: "VALUE_TOO_LARGE",
      });
    });
    test("when one of its queries failed and its function has swallowed that", async () => {
      const error = await fails(async (tx) => {
        await pay()(tx);
        await pay()(tx).catch(() => {});
      });
      expect(error).toMatchObject({ errno: "25P02" });
    });
    test("when the server refuses the COMMIT", async () => {
      await sql.unsafe("CREATE TABLE refunds (payment int REFERENCES payments DEFERRABLE INITIALLY DEFERRED)");
      expect(await fails(async (tx) => void (await tx`INSERT INTO refunds VALUES (99)`))).toMatchObject({ errno: "23503" });
    });
    test("when its signal is aborted before the COMMIT", async () => {
      const controller = new AbortController();
      const reason = new Error("timed out");
      const late = async (tx: TransactionSQL): Promise<void> => {
        await pay()(tx);
        controller.abort(reason);
      };
      expect(await fails(late, { signal: controller.signal })).toBe(reason);
    });
    test("when its connection is lost in the middle, and the next attempt begins anew", async () => {
      const error = await fails(async (tx) => {
        await pay()(tx);
        await sql`SELECT pg_terminate_backend(${((await tx`SELECT pg_backend_pid() AS pid`) as { pid: number }[])[0]?.pid})`;
        await pay(8)(tx);
      });
      expect(error).toMatchObject({ errno: "57P01" });
      expect(await attempt(sql, pay())).toEqual({ amount: 7 });
    });
  });

  describe("of two attempts side by side with one key", () => {
    /** Both have looked for a row and found none; then the first commits while the second is still at work. */
    const race = async (second: (tx: TransactionSQL) => Promise<unknown>): Promise<readonly unknown[]> => {
      const [begun, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const late = attempt(sql, async (tx: TransactionSQL) => {
        begun.resolve();
        await over.promise;
        return second(tx);
      });
      await begun.promise;
      const first = await attempt(sql, pay(1));
      over.resolve();
      return [first, await late];
    };
    const bothGiveTheFirst = async (second: (tx: TransactionSQL) => Promise<unknown>): Promise<void> => {
      expect(await race(second)).toEqual([{ amount: 1 }, { amount: 1 }]);
      expect(await amounts()).toEqual([1]);
      expect(await records()).toHaveLength(1);
    };
    test("one commits, the other is rolled back whole, and both give the result of the one", () => bothGiveTheFirst(pay(2)));
    test("it is so when the second fails by what the first has written", () => bothGiveTheFirst(pay(1)));
    test("it is so when the second gives up by itself", () => bothGiveTheFirst(() => Promise.reject(new Error("paid already"))));
    test("it is so under any isolation", async () => {
      for (const level of ["repeatable read", "serializable"]) {
        await sql.unsafe("TRUNCATE payments; DROP TABLE IF EXISTS wflite_transactions");
        await sql.unsafe(`ALTER ROLE wf SET default_transaction_isolation = '${level}'`);
        try {
          await sql.close();
          sql = server.client();
          await bothGiveTheFirst(pay(2));
        } finally {
          await sql.unsafe("ALTER ROLE wf RESET default_transaction_isolation");
        }
      }
    });
  });

  test("a function that ends the transaction is refused for good, and leaves no record", async () => {
    await attempt(sql, () => {}, { key: "before" });
    for (const words of [["COMMIT"], ["ROLLBACK"], ["COMMIT", "BEGIN"]]) {
      const ends = async (tx: TransactionSQL): Promise<void> => {
        await pay(words.length)(tx).catch(() => {});
        for (const word of words) await tx.unsafe(word);
      };
      const error = await errorOf(attempt(sql, ends));
      expect(error).toMatchObject({ code: "TRANSACTION_REFUSED", message: expect.stringMatching(/has ended it/) as string });
      expect(await records()).toHaveLength(1);
    }
  });

  test("one connection of a client is refused: it may be inside a transaction of its user's", async () => {
    const reserved = await sql.reserve();
    expect(await errorOf(attempt(reserved, pay()))).toMatchObject({ code: "TRANSACTION_REFUSED", hint: "Give the client itself." });
    reserved.release();
    await sql.begin(async (tx) => expect(await errorOf(attempt(tx, pay()))).toMatchObject({ code: "TRANSACTION_REFUSED" }));
  });

  test("a commit is on disk when it is reported, also where the database does without by default", async () => {
    const setting = async (tx: TransactionSQL): Promise<unknown> => ((await tx`SHOW synchronous_commit`) as unknown[])[0];
    for (const [given, used] of [
      ["off", "on"],
      ["local", "local"],
    ]) {
      await sql.unsafe(`ALTER ROLE wf SET synchronous_commit = ${given}`);
      await using client = server.client();
      expect(await attempt(client, setting, { key: `${given}` })).toEqual({ synchronous_commit: used });
      expect([...((await client`SHOW synchronous_commit`) as unknown[])]).toEqual([{ synchronous_commit: given }]);
    }
    await sql.unsafe("ALTER ROLE wf RESET synchronous_commit");
  });

  test("a user who may not create the table is told so", async () => {
    await sql.unsafe("DROP ROLE IF EXISTS clerk; CREATE ROLE clerk LOGIN; GRANT INSERT ON payments TO clerk");
    await using clerk = server.client({ username: "clerk" });
    const error = await errorOf(attempt(clerk, pay()));
    expect(error).toMatchObject({ code: "TRANSACTION_TABLE", cause: { errno: "42501" } });
    await sql.unsafe("DROP OWNED BY clerk; DROP ROLE clerk");
  });
});
