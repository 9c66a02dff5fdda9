/** `ctx.transaction` as a step of an execution: replays, crashes, retries, and what makes one transaction another. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorkflowContext } from "../../src/model/context.ts";
import { defineWorkflow, type WorkflowDefinition } from "../../src/model/definition.ts";
import { fail } from "../../src/model/errors.ts";
import type { Transact } from "../../src/model/transaction.ts";
import { transact } from "../../src/transactions/transact.ts";
import { type Bench, during, openBench } from "../engine/harness.ts";
import { systemHost } from "./trial.ts";

let folder: string;
let db: Database;
let bench: Bench;
const others: Bench[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wf-transactions-"));
  db = new Database(join(folder, "shop.db"));
  db.run("CREATE TABLE payments (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL)");
});
afterEach(async () => {
  await bench.close();
  for (const other of others.splice(0)) await other.close();
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const real: Transact = (to, key, fn, limits) => transact(to, key, fn, { ...limits, host: systemHost });
const open = async (definition: WorkflowDefinition, through: Transact = real): Promise<Bench> =>
  openBench([definition], { transact: through });

const payments = (): number => (db.query("SELECT count(*) AS count FROM payments").get() as { count: number }).count;
const insert = (tx: Database): number => (tx.query("INSERT INTO payments (amount) VALUES (7) RETURNING id").get() as { id: number }).id;
const pay = (ctx: WorkflowContext, options = {}): Promise<number> => ctx.transaction("pay", db, insert, options);

const work = (run: (ctx: WorkflowContext) => Promise<unknown>): WorkflowDefinition<unknown, unknown> =>
  defineWorkflow({ name: "work", retry: { attempts: 3, delay: "1s", jitter: false }, run });

const carryOut = async (limitMs = 60_000, id = "a"): Promise<void> => {
  await bench.engine.start("work", undefined, { id });
  await during(bench, bench.engine.carry(id, { holdMs: Number.POSITIVE_INFINITY }), limitMs);
};
const stepOf = async (id = "a") => (await bench.engine.history(id)).steps[0];

test("it is a step of its own kind, and a replay gives its record", async () => {
  bench = await open(
    work(async (ctx) => {
      const id = await pay(ctx);
      await ctx.sleep("1h");
      return id;
    }),
  );
  await bench.engine.start("work", undefined, { id: "a" });
  await during(bench, bench.engine.tick());
  db.run("DELETE FROM wflite_transactions"); // the step's own record is enough
  bench = await bench.reopen();
  await bench.host.advance(3_600_000);
  await during(bench, bench.engine.tick());
  expect(await bench.engine.getStatus("a")).toMatchObject({ status: "completed", output: 1 });
  expect(await stepOf()).toMatchObject({ kind: "transaction", name: "pay", status: "completed", output: 1 });
  expect(payments()).toBe(1);
});

test("after a crash between its commit and its record it is not done again, and the record is the one of the first time", async () => {
  const committed = Promise.withResolvers<void>();
  let passes = 0;
  const crashing: Transact = async (...asked) => {
    const result = await real(...asked);
    if (++passes > 1) return result;
    committed.resolve();
    return new Promise(() => {});
  };
  bench = await open(
    work((ctx) => pay(ctx)),
    crashing,
  );
  await bench.engine.start("work", undefined, { id: "a" });
  void bench.engine.carry("a");
  await bench.host.settle(60);
  await committed.promise;
  expect(payments()).toBe(1);
  bench = await bench.crash();
  await during(bench, bench.engine.tick(), 60_000);
  await during(bench, bench.engine.tick(), 60_000);
  expect(await stepOf()).toMatchObject({ status: "completed", output: 1 });
  expect([payments(), passes]).toEqual([1, 2]);
});

test("an owner that was robbed in the middle of it commits nothing more", async () => {
  const gate = Promise.withResolvers<void>();
  let begun = 0;
  const late: Transact = async (...asked) => {
    if (++begun === 1) await gate.promise;
    return real(...asked);
  };
  bench = await open(
    work((ctx) => pay(ctx)),
    late,
  );
  await bench.engine.start("work", undefined, { id: "a" });
  const robbed = bench;
  void robbed.engine.carry("a");
  await robbed.host.settle(60);
  bench = await robbed.steal();
  await during(bench, bench.engine.tick(), 60_000);
  await during(bench, bench.engine.tick(), 60_000);
  gate.resolve();
  await robbed.host.settle(60);
  expect([payments(), begun]).toEqual([1, 2]);
  expect(await stepOf()).toMatchObject({ status: "completed", output: 1 });
});

test("what nobody can know of a COMMIT is a panic: no attempt is spent, and the row decides", async () => {
  let passes = 0;
  const unknown: Transact = async (...asked) => {
    const result = await real(...asked);
    if (++passes === 1) throw fail("TRANSACTION_UNKNOWN", { waitedMs: 10_000 });
    return result;
  };
  bench = await open(
    work((ctx) => pay(ctx, { retry: { attempts: 1 } })),
    unknown,
  );
  await carryOut();
  await during(bench, bench.engine.tick(), 60_000);
  expect((await bench.engine.history("a")).panics).toMatchObject([{ cause: expect.stringMatching(/lost during COMMIT/) as string }]);
  await bench.host.advance(60_000);
  await during(bench, bench.engine.tick(), 60_000);
  expect(await stepOf()).toMatchObject({ status: "completed", output: 1 });
  expect(payments()).toBe(1);
});

describe("an error of its function", () => {
  test("is retried as any step's", async () => {
    let attempts = 0;
    bench = await open(
      work((ctx) =>
        ctx.transaction("pay", db, (tx) => {
          insert(tx);
          if (++attempts < 3) throw new Error("declined");
          return attempts;
        }),
      ),
    );
    await carryOut();
    expect(await bench.engine.getStatus("a")).toMatchObject({ status: "completed", output: 3 });
    expect(payments()).toBe(1);
  });
  test("is not retried when it has ended the transaction: that would write once more", async () => {
    bench = await open(work((ctx) => ctx.transaction("pay", db, (tx) => (insert(tx), void tx.run("COMMIT")))));
    await carryOut();
    expect(await bench.engine.getStatus("a")).toMatchObject({ status: "failed", error: { code: "TRANSACTION_REFUSED" } });
    expect((await stepOf())?.attempts).toHaveLength(1);
    expect(payments()).toBe(1);
  });
});

test.each([
  ["its time-out", { timeout: "2s", retry: { attempts: 1 } }, () => Promise.resolve()],
  ["a cancellation", {}, () => bench.engine.cancel("a")],
] as const)("a transaction that waits for a lock commits nothing after %s", async (_, options, end) => {
  using other = new Database(join(folder, "shop.db"));
  other.run("BEGIN IMMEDIATE");
  bench = await open(work((ctx) => pay(ctx, options)));
  await bench.engine.start("work", undefined, { id: "a" });
  const carried = bench.engine.carry("a", { holdMs: Number.POSITIVE_INFINITY });
  await bench.host.settle(200);
  await end();
  await during(bench, carried, 30_000);
  other.run("COMMIT");
  await bench.host.settle(2_000);
  await new Promise((resolve) => void systemHost.timers.after(20, () => resolve(undefined))); // more than it waits between two tries
  expect(payments()).toBe(0);
});

describe("each does its own", () => {
  test("calls of the same name, in scopes, with keys and in a loop", async () => {
    bench = await open(
      work(async (ctx) => {
        const alike = [await pay(ctx), await pay(ctx), await pay(ctx, { key: "k" }), await pay(ctx, { key: 1 })];
        const scoped = await ctx.scope("inner", (inner) => pay(inner));
        return [...alike, scoped];
      }),
    );
    await carryOut();
    expect(await bench.engine.getStatus("a")).toMatchObject({ status: "completed", output: [1, 2, 3, 4, 5] });
  });
  test("generations of an execution that starts over", async () => {
    bench = await open(
      defineWorkflow({
        name: "work",
        async run(ctx, input) {
          const round = Number(input ?? 0);
          await pay(ctx);
          if (round < 2) return ctx.continueAsNew(round + 1);
          return round;
        },
      }),
    );
    await carryOut();
    for (let tick = 0; tick < 3; tick++) await during(bench, bench.engine.tick(), 10_000);
    expect(await bench.engine.getStatus("a")).toMatchObject({ status: "completed", output: 2 });
    expect(payments()).toBe(3);
  });
  test("executions that were given the same id one after the other", async () => {
    const definition = work((ctx) => pay(ctx));
    bench = await open(definition);
    await carryOut();
    await bench.host.advance(1);
    await bench.engine.start("work", undefined, { id: "a", ifExists: "replace" });
    await during(bench, bench.engine.tick(), 10_000);
    expect(await bench.engine.getStatus("a")).toMatchObject({ status: "completed", output: 2 });
  });
  test("projects that write to the same database, with the same id in both", async () => {
    const definition = work((ctx) => pay(ctx));
    bench = await open(definition);
    await carryOut();
    others.push(bench);
    bench = await open(definition);
    await bench.host.advance(5);
    await carryOut();
    expect(payments()).toBe(2);
  });
});
