/**
 * Goal: any number of processes may start, tick and commit at the same moment; each execution is moved by one of them, and each of them
 * gets its turn.
 *
 * Method: real processes, ready and waiting, let loose by one line on their standard input. A ledger counts what ran.
 */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { TickView } from "../../src/model/views.ts";
import { eventually, type Playground, playground } from "../support/wf.ts";
import { Actor, endActors } from "./processes/actor-process.ts";
import { type Contended, type Contention, contentionBreaches } from "./processes/contend.ts";
import { executions, historyBreaches, rows } from "./processes/database.ts";
import { judgeLines, readLedger, STEPS, type StepsInput } from "./processes/steps.ts";
import { RIG_TIMEOUT_MS, tiered } from "./tier.ts";

const PROCESSES = tiered({ ci: 16, night: 32, soak: 64 });
const EXECUTIONS = tiered({ ci: 2_000, night: 50_000, soak: 1_000_000 });
const ROUNDS = tiered({ ci: 6, night: 50, soak: 500 });

const ONE_STEP: StepsInput = { steps: 1, stepMs: 0, napEvery: 0 };

let at: Playground;
beforeEach(() => {
  at = playground({ "steps.ts": STEPS });
});
afterEach(async () => {
  await endActors();
  at.remove();
});

const ready = async (count: number, folder: string | undefined = at.folder): Promise<readonly Actor[]> => {
  const actors = Array.from({ length: count }, () => new Actor());
  // A file that is being made by all at once is another test.
  for (const actor of folder === undefined ? [] : actors) await actor.ask({ do: "open", folder });
  return actors;
};

const idsOf = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `e${String(n).padStart(7, "0")}`);

describe(`${PROCESSES} processes at once`, () => {
  test(
    `carry ${EXECUTIONS} due executions, each once`,
    async () => {
      const racers = await ready(PROCESSES);
      const ids = idsOf(EXECUTIONS);
      for (let from = 0; from < ids.length; from += 2_000) {
        await racers[0]?.ask({ do: "start", workflow: "steps", ids: ids.slice(from, from + 2_000), input: ONE_STEP });
      }
      const views = await Promise.all(racers.map((racer) => racer.ask<TickView>({ do: "tick", options: { concurrency: 10 } })));
      const { violations, reruns } = judgeLines(readLedger(at.folder), 1, ids);
      expect({ violations, reruns }).toEqual({ violations: [], reruns: 0 });
      expect(views.reduce((sum, { claimed }) => sum + claimed, 0)).toBe(EXECUTIONS);
      expect(views.filter(({ claimed }) => claimed > 0).length).toBeGreaterThan(PROCESSES / 2);
      const found = executions(at.folder);
      expect(found.filter(({ status, restarts }) => status === "completed" && restarts === 0)).toHaveLength(EXECUTIONS);
      expect(historyBreaches(at.folder, 1)).toEqual([]);
    },
    RIG_TIMEOUT_MS,
  );

  test(
    `all succeed in being the first on a new file, and one creates the execution that all want: ${ROUNDS} rounds`,
    async () => {
      const racers = await ready(PROCESSES, undefined);
      for (let round = 0; round < ROUNDS; round++) {
        const folder = at.path(`round-${round}`);
        mkdirSync(join(folder, "workflows"), { recursive: true });
        at.write(`round-${round}/workflows/steps.ts`, STEPS);
        for (const racer of racers) racer.tell({ do: "open", folder });
        for (const racer of racers) racer.tell({ do: "start", workflow: "steps", ids: ["same"], input: ONE_STEP });
        await Promise.all(racers.map((racer) => racer.answer()));
        const dispositions = (await Promise.all(racers.map((racer) => racer.answer<string[]>()))).flat();
        expect(dispositions.toSorted()).toEqual(["created", ...Array<string>(PROCESSES - 1).fill("existing")]);
        const views = await Promise.all(racers.map((racer) => racer.ask<TickView>({ do: "tick" })));
        expect(views.reduce((sum, { completed }) => sum + completed, 0)).toBe(1);
        expect(readLedger(folder).filter(({ what }) => what === "begin")).toHaveLength(1);
        expect(rows(folder, "SELECT count(*) - max(number) AS surplus FROM migrations")).toEqual([{ surplus: 0 }]);
        expect(rows(folder, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
        await Promise.all(racers.map((racer) => racer.ask({ do: "close" })));
      }
    },
    RIG_TIMEOUT_MS,
  );
});

describe("two daemons and four tickers over one file", () => {
  const SLEEPERS = tiered({ ci: 250, night: 1_000, soak: 20_000 });

  test(
    `carry ${SLEEPERS} executions through their sleeps, each step once`,
    async () => {
      const [clerk, ...tickers] = await ready(5);
      const daemons = [at.start("daemon"), at.start("daemon")];
      try {
        for (const ticker of tickers) ticker.tell({ do: "toil", concurrency: 10 });
        const ids = idsOf(SLEEPERS);
        await clerk?.ask({ do: "start", workflow: "steps", ids, input: { steps: 3, stepMs: 40, napEvery: 1 } });
        const isOver = (): boolean => executions(at.folder).every(({ status }) => status === "completed");
        await eventually("all are through", isOver, RIG_TIMEOUT_MS / 2);
        expect(judgeLines(readLedger(at.folder), 3, ids)).toMatchObject({ violations: [], reruns: 0 });
        expect(executions(at.folder).filter(({ restarts }) => restarts > 0)).toEqual([]);
        // How many of the six have had a share is left open: on an idle machine the first may be done before the last has started.
      } finally {
        for (const daemon of daemons) daemon.kill("SIGTERM");
        await Promise.all(daemons.map(({ done }) => done));
      }
    },
    RIG_TIMEOUT_MS,
  );
});

describe("commits of processes that never stop asking", () => {
  const contend = async (count: number, contention: Omit<Contention, "root">): Promise<readonly Contended[]> => {
    const racers = await ready(count, undefined);
    const order = { do: "contend", contention: { ...contention, root: at.folder } } as const;
    // What it needs is loaded before the window opens.
    await Promise.all(racers.map((racer) => racer.ask({ ...order, contention: { ...order.contention, forMs: 0 } })));
    const results = await Promise.all(racers.map((racer) => racer.ask<Contended>(order)));
    await endActors();
    return results;
  };

  const counter = (): { readonly file: string; readonly value: () => number } => {
    const file = at.path("counter.db");
    const database = new Database(file, { create: true });
    database.run("PRAGMA journal_mode = WAL");
    database.run("CREATE TABLE counter (n INTEGER NOT NULL)");
    database.run("INSERT INTO counter VALUES (0)");
    const value = (): number => database.query<{ n: number }, []>("SELECT n FROM counter").get()?.n ?? -1;
    return { file, value };
  };

  test(
    `are shared fairly by ${PROCESSES}, and none waits for a second`,
    async () => {
      // Other load can keep a process from the processor and the disk, so what is found is measured again, for longer; unfair locking
      // never gets fair.
      let found: ReadonlySet<string> | undefined;
      for (let window = 1; window <= 8 && found?.size !== 0; window++) {
        const results = await contend(PROCESSES, { file: at.path(".wf.db"), forMs: 2_000 * window, on: "store" });
        const kinds = new Set(contentionBreaches(results).map((breach) => breach.split(":")[0] ?? breach));
        found = found?.intersection(kinds) ?? kinds;
      }
      expect([...(found ?? ["not measured"])]).toEqual([]);
    },
    RIG_TIMEOUT_MS,
  );

  test(
    "are neither lost nor refused where they begin with IMMEDIATE, and refused where they do not",
    async () => {
      const { file, value } = counter();
      const sound = await contend(2, { file, forMs: 500, on: "counter, BEGIN IMMEDIATE" });
      // The counter waits with SQLite's own busy handler, which is not fair.
      expect(contentionBreaches(sound, value()).join()).not.toMatch(/refused|lost/);
      const before = value();
      const deferred = await contend(2, { file, forMs: 500, on: "counter, BEGIN" });
      expect(contentionBreaches(deferred, value() - before).join()).toMatch(/refused|lost/);
    },
    RIG_TIMEOUT_MS,
  );

  test("are found to be unfair, slow, refused or lost", () => {
    const one = { commits: 100, failed: 0, worstMs: 10 };
    expect(contentionBreaches([one, one], 200)).toEqual([]);
    expect(contentionBreaches([one, { ...one, commits: 50 }])).toEqual([]);
    expect(contentionBreaches([one, { ...one, commits: 49 }])).toHaveLength(1);
    expect(contentionBreaches([one, { ...one, worstMs: 1_000 }])).toHaveLength(1);
    expect(contentionBreaches([one, { ...one, failed: 1 }])).toHaveLength(1);
    expect(contentionBreaches([one, one], 199)).toHaveLength(1);
  });
});
