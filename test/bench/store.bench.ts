/**
 * What the store costs over bare SQLite. Run by hand: `bun test/bench/store.bench.ts [rounds]`.
 *
 * Every figure stands beside a bare one taken in the same round, since disks and neighbours vary; the ratio is what counts. Medians.
 *
 *     steps        1,000 executions at once, 10 steps each, one commit a turn         budget: at least 0.3 of the bare rows
 *     executions   the same from creation to completion                               counted in steps too
 *     one by one   one step a commit, one after another                               budget: at most 1.2 of a bare commit
 *
 * The bare row has three columns, no index, no foreign key and no checksum. A step's has fourteen and all of these.
 */
import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { Lease, Store } from "../../src/engine/store.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { makeFolder, realHost } from "../sqlite/machine.ts";
import { execution, NOW, step, submit, worker } from "../suites/store/samples.ts";

const EXECUTIONS = 1_000;
const STEPS = 10;
const COMMITS = 500;
const rounds = Number(process.argv[2] ?? 5);

const INPUT = '{"email":"a@b.c"}';
const OUTPUT = '{"i":1,"ok":true}';
const INSERT_RUN = "INSERT INTO run VALUES (?, 0, ?, NULL)";
const INSERT_STEP = "INSERT INTO step VALUES (?, ?, ?)";
const END_RUN = "UPDATE run SET state = 2, output = ? WHERE id = ?";

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

function openBare(file: string): Database {
  const database = new Database(file, { create: true });
  database.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  database.run("CREATE TABLE run (id INTEGER PRIMARY KEY, state INTEGER, input TEXT, output TEXT)");
  database.run("CREATE TABLE step (run INTEGER, name TEXT, output TEXT, PRIMARY KEY (run, name)) WITHOUT ROWID");
  return database;
}

/** As the yardstick of the peers does it: a promise for each write, one commit a turn. */
async function bareGrouped(file: string): Promise<number> {
  const database = openBare(file);
  const prepared = ["BEGIN IMMEDIATE", "COMMIT", INSERT_RUN, INSERT_STEP, END_RUN].map((sql) => database.prepare(sql));
  const [begin, commit, insertRun, insertStep, endRun] = prepared;
  let queue: { readonly write: () => void; readonly settle: () => void }[] = [];
  const grouped = (write: () => void): Promise<void> =>
    new Promise((settle) => {
      if (queue.length === 0) setImmediate(flush);
      queue.push({ write, settle });
    });
  const flush = (): void => {
    const batch = queue;
    queue = [];
    begin?.run();
    for (const { write } of batch) write();
    commit?.run();
    for (const { settle } of batch) settle();
  };
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: EXECUTIONS }, async (_, run) => {
      await grouped(() => void insertRun?.run(run, INPUT));
      for (let at = 1; at <= STEPS; at++) await grouped(() => void insertStep?.run(run, `step ${at}`, OUTPUT));
      await grouped(() => void endRun?.run(OUTPUT, run));
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const statement of prepared) statement.finalize();
  database.close();
  return (EXECUTIONS * STEPS) / seconds;
}

interface Rates {
  readonly steps: number;
  readonly executions: number;
}

async function grouped(store: Store, round: number): Promise<Rates> {
  const owner = worker("w");
  const marks = [performance.now()];
  const leases = await all(async (at) => {
    const creation = await store.create(execution(`signup-${round}-${at}`, { inputText: INPUT }), { claimFor: owner });
    if (!creation.created || creation.claimed === undefined) throw new Error("not created");
    return creation.claimed.lease;
  });
  marks.push(performance.now());
  await all(async (at) => {
    for (let order = 1; order <= STEPS; order++) {
      await submit(store, { lease: leases[at] as Lease, steps: [step(`step ${order}`, { order, outputText: OUTPUT })] });
    }
  });
  marks.push(performance.now());
  await all((at) => submit(store, { lease: leases[at] as Lease, change: { status: "completed", outputText: OUTPUT, finishedAt: NOW } }));
  marks.push(performance.now());
  const [from = 0, created = 0, stepped = 0, to = 0] = marks;
  const rate = (ms: number): number => (EXECUTIONS * STEPS * 1_000) / ms;
  return { steps: rate(stepped - created), executions: rate(to - from) };
}

const all = <T>(each: (at: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: EXECUTIONS }, (_, at) => each(at)));

async function bareCommits(file: string): Promise<number> {
  const database = openBare(file);
  const statements = ["BEGIN IMMEDIATE", INSERT_STEP, "COMMIT"].map((sql) => database.prepare(sql));
  const [begin, insert, commit] = statements;
  const startedAt = performance.now();
  for (let at = 0; at < COMMITS; at++) {
    begin?.run();
    insert?.run(1, `step ${at}`, OUTPUT);
    commit?.run();
    await Promise.resolve();
  }
  const microseconds = ((performance.now() - startedAt) * 1_000) / COMMITS;
  for (const statement of statements) statement.finalize();
  database.close();
  return microseconds;
}

async function oneByOne(store: Store, round: number): Promise<number> {
  const creation = await store.create(execution(`one-${round}`), { claimFor: worker("w") });
  if (!creation.created || creation.claimed === undefined) throw new Error("not created");
  const { lease } = creation.claimed;
  const startedAt = performance.now();
  for (let order = 1; order <= COMMITS; order++)
    await submit(store, { lease, steps: [step(`step ${order}`, { order, outputText: OUTPUT })] });
  return ((performance.now() - startedAt) * 1_000) / COMMITS;
}

interface Row extends Rates {
  readonly bareGrouped: number;
  readonly bareCommit: number;
  readonly commit: number;
}

const rows: Row[] = [];
for (let round = 0; round <= rounds; round++) {
  const folder = makeFolder();
  const store = await openSqliteStore({ file: folder.file, create: true, host: realHost() });
  const row = {
    bareGrouped: await bareGrouped(join(folder.path, "bare.db")),
    ...(await grouped(store, round)),
    bareCommit: await bareCommits(join(folder.path, "commits.db")),
    commit: await oneByOne(store, round),
  };
  // The first warms up.
  if (round > 0) rows.push(row);
  await store.close();
  folder.remove();
}
const of = (key: keyof Row): number => Math.round(median(rows.map((row) => row[key])));
const ratio = (a: keyof Row, b: keyof Row): string => median(rows.map((row) => row[a] / row[b])).toFixed(2);
console.log(`steps        ${of("steps")} steps/s, bare ${of("bareGrouped")}: ratio ${ratio("steps", "bareGrouped")}`);
console.log(`executions   ${of("executions")} steps/s, bare ${of("bareGrouped")}: ratio ${ratio("executions", "bareGrouped")}`);
console.log(`one by one   ${of("commit")} µs, bare ${of("bareCommit")} µs: ratio ${ratio("commit", "bareCommit")}`);
