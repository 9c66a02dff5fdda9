/**
 * `bun test/bench/transactions.bench.ts`: what `ctx.transaction` costs beside the same transaction without wf, interleaved in one process.
 *
 *     bare          BEGIN, one insert, COMMIT
 *     step          the same inside of `ctx.step`, which may run twice
 *     transaction   `ctx.transaction`, exactly once
 *
 * One after another; every commit is on disk when it returns.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TransactionSQL } from "bun";
import { Database } from "bun:sqlite";
import type { WorkflowContext } from "../../src/model/context.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { openEngine } from "../../src/open.ts";
import { PostgresServer } from "../transactions/server.ts";
import { median } from "./bare.ts";

const CALLS = 50;
const ROUNDS = 40;

interface Ways {
  readonly bare: () => unknown;
  readonly transaction: (ctx: WorkflowContext) => Promise<unknown>;
}

const folder = mkdtempSync(join(tmpdir(), "wf-bench-"));
const engine = await openEngine({ cwd: folder, dir: folder });

/** Microseconds a call. */
const timed = async (call: () => unknown): Promise<number> => {
  const from = performance.now();
  for (let n = 0; n < CALLS; n++) await call();
  return ((performance.now() - from) * 1_000) / CALLS;
};

const compare = async (name: string, { bare, transaction }: Ways): Promise<void> => {
  const us = { bare: [] as number[], step: [] as number[], transaction: [] as number[] };
  const work = defineWorkflow({
    name,
    async run(ctx) {
      const step = (): Promise<unknown> => ctx.step("step", bare);
      us.step.push(await timed(step));
      us.transaction.push(await timed(() => transaction(ctx)));
    },
  });
  for (let round = 0; round < ROUNDS; round++) {
    us.bare.push(await timed(bare));
    await (await engine.start(work, undefined, { claim: true })).result();
  }
  const [alone, step, whole] = [us.bare, us.step, us.transaction].map((all) => median(all)) as [number, number, number];
  console.log(`${name.padEnd(12)} bare ${alone.toFixed(0)} us  step ${step.toFixed(0)} us  transaction ${whole.toFixed(0)} us`);
  console.log(`${"".padEnd(12)} transaction / bare ${(whole / alone).toFixed(2)}  transaction / step ${(whole / step).toFixed(2)}`);
};

const db = new Database(join(folder, "shop.db"));
db.run("PRAGMA journal_mode = WAL");
db.run("CREATE TABLE payments (amount INTEGER)");
const insert = (tx: Database): unknown => tx.query("INSERT INTO payments VALUES (7) RETURNING amount").get();
const alone = db.transaction(() => insert(db));
await compare("SQLite", { bare: () => alone.immediate(), transaction: (ctx) => ctx.transaction("pay", db, insert) });

const server = await PostgresServer.start("on");
const sql = server.client();
await sql.unsafe("CREATE TABLE payments (amount int)");
const pay = async (tx: TransactionSQL): Promise<number> =>
  ((await tx`INSERT INTO payments VALUES (7) RETURNING amount`) as unknown[]).length;
await compare("PostgreSQL", { bare: () => sql.begin(pay), transaction: (ctx) => ctx.transaction("pay", sql, pay) });

await engine.close();
await sql.close();
await server.remove();
db.close();
rmSync(folder, { recursive: true });
