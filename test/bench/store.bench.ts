/**
 * What the store costs over bare SQLite. Run by hand: `bun test/bench/store.bench.ts [rounds]`.
 *
 * Every figure stands beside a bare one taken in the same round, since disks and neighbours vary; the ratio is what counts. Medians.
 *
 *     grouped     1,000 executions of 10 steps, all steps of a turn in one commit       budget: at least 0.5 of bare grouped inserts
 *     one by one  one step a commit, one after another                                  budget: at most 1.2 of a bare commit of one row
 */
import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { Lease, Store } from "../../src/engine/store.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { makeFolder, realHost } from "../sqlite/machine.ts";
import { execution, step, worker } from "../suites/store/samples.ts";

const EXECUTIONS = 1_000;
const STEPS = 10;
const COMMITS = 500;
const rounds = Number(process.argv[2] ?? 5);

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

function openBare(file: string): Database {
  const database = new Database(file, { create: true });
  database.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  database.run("CREATE TABLE step (run INTEGER, name TEXT, output TEXT, PRIMARY KEY (run, name)) WITHOUT ROWID");
  return database;
}

/** As the yardstick of the peers does it: a promise for each step, one commit a turn. */
async function bareGrouped(file: string): Promise<number> {
  const database = openBare(file);
  const [begin, insert, commit] = ["BEGIN IMMEDIATE", "INSERT INTO step VALUES (?, ?, ?)", "COMMIT"].map((sql) => database.prepare(sql));
  let queue: (() => void)[] = [];
  const write = (run: number, name: string, output: string): Promise<void> =>
    new Promise((resolve) => {
      if (queue.length === 0) setImmediate(flush);
      queue.push(() => {
        insert?.run(run, name, output);
        return resolve;
      });
    });
  const flush = (): void => {
    const batch = queue;
    queue = [];
    begin?.run();
    const settles = batch.map((run) => run() as unknown as () => void);
    commit?.run();
    for (const settle of settles) settle();
  };
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: EXECUTIONS }, async (_, run) => {
      for (let at = 0; at < STEPS; at++) await write(run, `step ${at}`, '{"i":1,"ok":true}');
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const statement of [begin, insert, commit]) statement?.finalize();
  database.close();
  return (EXECUTIONS * STEPS) / seconds;
}

async function grouped(store: Store): Promise<number> {
  const owner = worker("w");
  const created = await Promise.all(
    Array.from({ length: EXECUTIONS }, (_, at) => store.create(execution(`signup-${at}`), { claimFor: owner })),
  );
  const startedAt = performance.now();
  await Promise.all(
    created.map(async (one) => {
      if (!one.created || one.claimed === undefined) throw new Error("not created");
      const { lease } = one.claimed;
      for (let at = 0; at < STEPS; at++) await submit(store, lease, `step ${at}`, at + 1);
    }),
  );
  return (EXECUTIONS * STEPS) / ((performance.now() - startedAt) / 1_000);
}

const submit = (store: Store, lease: Lease, name: string, order: number): Promise<void> =>
  new Promise((resolve, reject) =>
    store.submit({ lease, steps: [step(name, { order, outputText: '{"i":1,"ok":true}' })] }, (error) =>
      error === undefined ? resolve() : reject(error),
    ),
  );

async function bareCommits(file: string): Promise<number> {
  const database = openBare(file);
  const statements = ["BEGIN IMMEDIATE", "INSERT INTO step VALUES (?, ?, ?)", "COMMIT"].map((sql) => database.prepare(sql));
  const [begin, insert, commit] = statements;
  const startedAt = performance.now();
  for (let at = 0; at < COMMITS; at++) {
    begin?.run();
    insert?.run(1, `step ${at}`, '{"i":1,"ok":true}');
    commit?.run();
    await Promise.resolve();
  }
  const microseconds = ((performance.now() - startedAt) * 1_000) / COMMITS;
  for (const statement of statements) statement.finalize();
  database.close();
  return microseconds;
}

async function oneByOne(store: Store): Promise<number> {
  const creation = await store.create(execution("one"), { claimFor: worker("w") });
  if (!creation.created || creation.claimed === undefined) throw new Error("not created");
  const startedAt = performance.now();
  for (let at = 0; at < COMMITS; at++) await submit(store, creation.claimed.lease, `step ${at}`, at + 1);
  return ((performance.now() - startedAt) * 1_000) / COMMITS;
}

const rows: { bareGrouped: number; grouped: number; bareCommit: number; commit: number }[] = [];
for (let round = 0; round < rounds; round++) {
  const folder = makeFolder();
  const store = await openSqliteStore({ file: folder.file, create: true, host: realHost() });
  rows.push({
    bareGrouped: await bareGrouped(join(folder.path, "bare.db")),
    grouped: await grouped(store),
    bareCommit: await bareCommits(join(folder.path, "commits.db")),
    commit: await oneByOne(store),
  });
  await store.close();
  folder.remove();
}
const of = (key: keyof (typeof rows)[number]): number => median(rows.map((row) => row[key]));
const ratio = (a: keyof (typeof rows)[number], b: keyof (typeof rows)[number]): number => median(rows.map((row) => row[a] / row[b]));
console.log(
  `grouped      ${Math.round(of("grouped"))} steps/s, bare ${Math.round(of("bareGrouped"))}: ratio ${ratio("grouped", "bareGrouped").toFixed(2)}`,
);
console.log(
  `one by one   ${Math.round(of("commit"))} µs, bare ${Math.round(of("bareCommit"))} µs: ratio ${ratio("commit", "bareCommit").toFixed(2)}`,
);
