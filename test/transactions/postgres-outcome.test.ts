/**
 * Goal: when the connection breaks at the COMMIT, an attempt gives the result exactly if the transaction has committed, and an error
 * exactly if it has not. Where nobody can say it, it is a panic, which is no outcome of the step.
 *
 * Method: a proxy before a real server cuts the connection before the server hears of the COMMIT, or before the client hears of the answer.
 */
import type { SQL, TransactionSQL } from "bun";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { isPanicError } from "../../src/model/panic.ts";
import { type Break, Proxy } from "./proxy.ts";
import { describePostgres, PostgresServer } from "./server.ts";
import { attempt, errorOf, recorded, waitingHost } from "./trial.ts";

describePostgres("a COMMIT whose answer is lost", () => {
  let server: PostgresServer;
  let sql: SQL;
  beforeAll(async () => void (server = await PostgresServer.start()));
  afterAll(() => server.remove());

  let proxy: Proxy | undefined;
  let far: SQL | undefined;
  beforeEach(async () => {
    sql = server.client();
    await sql.unsafe("DROP TABLE IF EXISTS payments, wflite_transactions; CREATE TABLE payments (amount int)");
    await attempt(sql, () => {}, { key: "before" }); // the table is there
  });
  afterEach(async () => {
    await sql.close();
    await far?.close();
    proxy?.close();
  });

  const farAway = (at: Break, onCut?: () => unknown): SQL => {
    proxy = new Proxy(server.socket, at, onCut);
    return (far = server.client({ path: proxy.socket, max: 1 }));
  };
  /** The server dies with the connection. */
  const die = async (): Promise<void> => {
    proxy?.shut();
    await server.kill();
  };
  const comeBack = async (): Promise<void> => {
    await server.restart();
    proxy?.heal();
  };
  const pay = async (tx: TransactionSQL): Promise<string> => {
    await tx`INSERT INTO payments VALUES (7)`;
    return "paid";
  };
  const payments = async (): Promise<number> => ((await sql`SELECT 1 FROM payments`) as unknown[]).length;

  test("gives the result, when it took place", async () => {
    const client = farAway("after");
    expect(await attempt(client, pay)).toBe("paid");
    expect(proxy?.cuts).toBe(1);
    expect(await payments()).toBe(1);
  });

  test("gives the error of the connection, when it did not; the next attempt does all of it", async () => {
    const client = farAway("before");
    expect(await errorOf(attempt(client, pay))).toMatchObject({ code: "ERR_POSTGRES_CONNECTION_CLOSED" });
    expect(await payments()).toBe(0);
    proxy?.heal();
    expect(await attempt(client, pay)).toBe("paid");
    expect(await payments()).toBe(1);
  });

  test("is asked about until the server that died with it is back", async () => {
    const client = farAway("after", die);
    const host = waitingHost((waits) => (waits === 3 ? comeBack() : undefined));
    expect(await attempt(client, pay, { host })).toBe("paid");
    expect(await payments()).toBe(1);
  });

  test("is a panic while the server stays away, and the next attempt finds the row", async () => {
    const client = farAway("after", die);
    const error = await errorOf(attempt(client, pay, { host: waitingHost(() => {}, 6_000) }));
    expect(error).toMatchObject({ name: "PanicError", code: "TRANSACTION_UNKNOWN", cause: { name: "PostgresError" } });
    expect(error.message).toMatch(/for 12 s/);
    expect(isPanicError(error)).toBe(true);
    await comeBack();
    expect(await recorded(client)).toBe("paid");
    expect(await payments()).toBe(1);
  });

  test("is waited for while it is still under way", async () => {
    // A trigger that waits at the COMMIT for a lock that the test holds, as a slow standby would let it wait.
    await sql.unsafe(`CREATE OR REPLACE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END'`);
    await sql.unsafe(`CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON payments DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION hold()`);
    const holder = await sql.reserve();
    await holder`SELECT pg_advisory_lock(1)`;
    const client = farAway("during");
    const host = waitingHost((waits) => (waits === 3 ? holder`SELECT pg_advisory_unlock(1)` : undefined), 0);
    expect(await attempt(client, pay, { host })).toBe("paid");
    holder.release();
    expect(await payments()).toBe(1);
  });
});
