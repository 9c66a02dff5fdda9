/**
 * An engine over the real SQLite store, with simulated time. `reopen` is a new process on the same file: another identity, nothing in
 * memory.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WorkflowEngine, type EngineOptions } from "../../src/engine/engine.ts";
import type { Store } from "../../src/engine/store.ts";
import type { WorkflowDefinition } from "../../src/model/definition.ts";
import type { Progress } from "../../src/model/progress.ts";
import type { ProcessIdentity } from "../../src/model/records.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { SimulatedHost } from "../../src/testing/simulated-host.ts";
import "../support/loaded.ts";

export interface Bench {
  readonly engine: WorkflowEngine;
  readonly store: Store;
  readonly host: SimulatedHost;
  /** Its database. */
  readonly file: string;
  readonly progress: Progress[];
  /** The process is gone without a word: its leases stay. A new one opens the file. */
  crash(): Promise<Bench>;
  /** The process counts as dead but goes on, as one that was stopped for long does; another opens the file. */
  steal(): Promise<Bench>;
  /** The process ends in order; a new one opens the file. */
  reopen(): Promise<Bench>;
  /** The file as another process has it open, without an engine. */
  another(): Promise<Store>;
  close(): Promise<void>;
}

let pids = 100;

export const openBench = async (definitions: readonly WorkflowDefinition[], options: Partial<EngineOptions> = {}): Promise<Bench> => {
  const folder = mkdtempSync(join(tmpdir(), "wf-engine-"));
  return open(join(folder, ".wf.db"), definitions, options, { dead: new Set(), now: undefined, folder });
};

/** Over a database that is there already. Its folder is the caller's to remove. */
export const openBenchOn = (file: string, definitions: readonly WorkflowDefinition[], now: number): Promise<Bench> =>
  open(file, definitions, {}, { dead: new Set(), now, folder: undefined });

interface World {
  readonly dead: Set<number>;
  readonly now: number | undefined;
  /** Removed in the end. */
  readonly folder: string | undefined;
}

const open = async (
  file: string,
  definitions: readonly WorkflowDefinition[],
  options: Partial<EngineOptions>,
  world: World,
): Promise<Bench> => {
  const identity: ProcessIdentity = { host: "simulated", bootId: "boot", pid: ++pids, startTime: String(pids) };
  const host = new SimulatedHost({
    identity,
    dead: ({ pid }) => world.dead.has(pid),
    ...(world.now === undefined ? {} : { startAt: world.now }),
  });
  host.define(...definitions);
  const store = await openSqliteStore({ file, create: true, durability: "normal", host: storeHost(host) });
  const engine = new WorkflowEngine({ store, host, role: "run", version: "test", ...options });
  const next = (): Promise<Bench> => open(file, definitions, options, { ...world, now: host.clock.now() });
  return {
    engine,
    store,
    host,
    file,
    progress: [],
    crash: async () => {
      world.dead.add(identity.pid);
      await store.close();
      return next();
    },
    steal: () => {
      world.dead.add(identity.pid);
      return next();
    },
    another: () => openSqliteStore({ file, create: false, durability: "normal", host: storeHost(host) }),
    reopen: async () => {
      await engine.close();
      return next();
    },
    close: async () => {
      await engine.close();
      if (world.folder !== undefined) rmSync(world.folder, { recursive: true, force: true });
    },
  };
};

const storeHost = (host: SimulatedHost) => ({
  now: () => host.clock.now(),
  boot: () => host.clock.boot(),
  chance: host.chance,
  after: (ms: number, fn: () => void) => void setTimeout(fn, Math.min(ms, 5)), // only waits for locks, which are real
  turn: host.timers.turn,
  self: host.processes.self,
  liveness: (identity: ProcessIdentity) => host.processes.liveness(identity),
});

/** Settles `promise` while simulated time goes by, a second at a time, for at most `limitMs`. */
export const during = async <T>({ host }: Bench, promise: Promise<T>, limitMs = 0, stepMs = 1_000): Promise<T> => {
  let settled = false;
  const done = (): void => {
    settled = true;
  };
  promise.then(done, done);
  await host.settle();
  for (let passed = 0; passed < limitMs && !settled; passed += stepMs) await host.advance(stepMs);
  // Turns that take no simulated time, but real time: a module that is loaded at its first call takes many of them.
  for (let round = 0; round < 5_000 && !settled; round++) await host.settle();
  if (!settled) throw new Error(`not settled after ${limitMs} ms of simulated time`);
  return promise;
};

/** Counts how often things happened, outside of the database. */
export const ledger = (): {
  readonly note: (what: string) => number;
  readonly of: (what: string) => number;
  readonly all: readonly string[];
} => {
  const all: string[] = [];
  return {
    all,
    note: (what) => all.push(what),
    of: (what) => all.filter((one) => one === what).length,
  };
};
