/**
 * Commits as fast as the others let it: on the store, or on a bare counter with either way to begin a transaction.
 *
 * The counter reads, adds one and writes, which is what every claim does in some form.
 */
import { Database } from "bun:sqlite";
import { systemHost } from "../../../src/host/host.ts";
import { openSqliteStore } from "../../../src/sqlite/sqlite-store.ts";
import { storeHost } from "./engine.ts";

export interface Contention {
  readonly file: string;
  readonly root: string;
  readonly forMs: number;
  readonly on: "store" | "counter, BEGIN IMMEDIATE" | "counter, BEGIN";
}

export interface Contended {
  readonly commits: number;
  readonly failed: number;
  /** The longest time from asking for a commit to having it. */
  readonly worstMs: number;
}

export const contend = (contention: Contention): Promise<Contended> =>
  contention.on === "store" ? onStore(contention) : onCounter(contention, contention.on === "counter, BEGIN" ? "BEGIN" : "BEGIN IMMEDIATE");

const onStore = async ({ file, root, forMs }: Contention): Promise<Contended> => {
  const virtual = { wflite: () => undefined, zod: () => undefined, "zod/v4": () => undefined, "zod/mini": () => undefined };
  const store = await openSqliteStore({ file, create: true, host: storeHost(systemHost({ root, virtual })) });
  try {
    return await measure(forMs, async (n) => {
      await store.recordTick(n);
      return true;
    });
  } finally {
    await store.close();
  }
};

const onCounter = async ({ file, forMs }: Contention, begin: string): Promise<Contended> => {
  const database = new Database(file);
  // Only a transaction that cannot go on at all may be refused: a busy machine holds up a commit for longer than one would think.
  database.run("PRAGMA busy_timeout = 60000");
  try {
    return await measure(forMs, async () => {
      await Bun.sleep(1);
      return addOne(database, begin);
    });
  } finally {
    database.close();
  }
};

const addOne = (database: Database, begin: string): boolean => {
  try {
    database.run(begin);
    const { n } = database.query<{ n: number }, []>("SELECT n FROM counter").get() ?? { n: 0 };
    Bun.sleepSync(1);
    database.run("UPDATE counter SET n = ?", [n + 1]);
    database.run("COMMIT");
    return true;
  } catch {
    if (database.inTransaction) database.run("ROLLBACK");
    return false;
  }
};

const measure = async (forMs: number, commit: (n: number) => Promise<boolean>): Promise<Contended> => {
  const until = performance.now() + forMs;
  let [commits, failed, worstMs] = [0, 0, 0];
  for (let now = performance.now(); now < until;) {
    if (await commit(commits)) commits++;
    else failed++;
    const after = performance.now();
    worstMs = Math.max(worstMs, after - now);
    now = after;
  }
  return { commits, failed, worstMs };
};

/** The goals of fairness. @param stored what the counter says; left out where there is none */
export const contentionBreaches = (results: readonly Contended[], stored?: number): readonly string[] => {
  const commits = results.map((result) => result.commits);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  const worstMs = Math.max(...results.map((result) => result.worstMs));
  const [least, most, all] = [Math.min(...commits), Math.max(...commits), commits.reduce((sum, count) => sum + count, 0)];
  return [
    ...(least >= 0.5 * most ? [] : [`unfair: one made ${least} commits, another ${most}`]),
    ...(worstMs < 1_000 ? [] : [`slow: one waited ${Math.round(worstMs)} ms`]),
    ...(failed === 0 ? [] : [`${failed} were refused`]),
    ...(stored === undefined || stored === all ? [] : [`lost: ${all} were made, ${stored} are stored`]),
  ];
};
