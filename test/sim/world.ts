/**
 * Several engines over one file, as processes that die, are robbed, or go on as before; and what must hold whatever happens to them.
 *
 * A crash drops whatever the process has not committed: its turns and timers never come. Robbed means that it counts as dead and goes on.
 * What has happened is kept in memory, outside of the database, where no defect of the store can reach it.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WorkflowEngine } from "../../src/engine/engine.ts";
import type { Host, Timers } from "../../src/engine/host.ts";
import type { Store, StoreHost } from "../../src/engine/store.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import type { ProcessIdentity } from "../../src/model/records.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { SimulatedHost } from "../../src/testing/simulated-host.ts";
import "../support/loaded.ts";
import type { WorkflowDefinition } from "../../src/model/definition.ts";
import type { FamilyWitness } from "./family-tree.ts";
import { perform, type Tree } from "./tree.ts";

/** Power never fails here, so that a disk would only be slow. */
const MEMORY = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

export interface Process {
  readonly engine: WorkflowEngine;
  readonly host: SimulatedHost;
  /** Drops what is planned from now on. */
  stop(): void;
  /** Lets what was dropped happen, so that the file can be closed. */
  end(): Promise<void>;
}

/** Puts something between an engine and its store: a defect for the self-tests, a failing disk. */
export type Between = (store: Store, file: string) => Store;

/** The workflows of a world, whose code tells a witness what it does. */
export type Defining = (witness: (executionId: string) => FamilyWitness) => readonly WorkflowDefinition[];

/** Of trees by their names. */
export const treesOf =
  (trees: ReadonlyMap<string, Tree>): Defining =>
  (witness) =>
    [...trees].map(([name, tree]) =>
      defineWorkflow({ name, panic: { maxRestarts: 100, delay: 10 }, run: (ctx) => perform(tree, ctx, witness(ctx.executionId)) }),
    );

export class World {
  readonly violations: string[] = [];
  /** What user code did, in order: the same for a seed on every machine. */
  readonly trace: string[] = [];
  readonly alive: Process[] = [];
  /** How often the function of a step has begun, by execution and name; and which have come to their end. */
  readonly begun = new Map<string, number>();
  readonly ended = new Set<string>();
  /** Steps of which a person has said that they have happened. */
  readonly settled = new Set<string>();
  /** Processes that have died, were robbed, or have left in the middle of something. */
  losses = 0;
  readonly #define: Defining;
  readonly #between: Between;
  readonly #folder = mkdtempSync(join(MEMORY, "wf-sim-"));
  readonly #gone: Process[] = [];
  readonly #leaving = new Set<Process>();
  readonly #dead = new Set<number>();
  /** Of the dead, those that do nothing any more. */
  readonly #stopped = new Set<number>();
  readonly #delivered = new Map<string, string>();
  readonly #won = new Map<string, number>();
  /** Steps whose function runs, by execution and name, with the process that runs it. */
  readonly #running = new Map<string, Map<string, number>>();
  #pids = 100;
  #now = Date.UTC(2026, 0, 1);

  constructor(define: Defining, between: Between = (store) => store) {
    this.#define = define;
    this.#between = between;
  }

  async boot(): Promise<Process> {
    const pid = ++this.#pids;
    const identity: ProcessIdentity = { host: "simulated", bootId: "boot", pid, startTime: String(pid) };
    const host = new SimulatedHost({ identity, dead: (other) => this.#dead.has(other.pid), startAt: this.#now, seed: pid });
    host.define(...this.#define((id) => this.#witness(id, host, pid)));
    const brake = new Brake();
    const file = join(this.#folder, ".wf.db");
    const opened = await openSqliteStore({ file, create: true, durability: "normal", host: storeHost(host, brake) });
    const store = this.#between(opened, file);
    const engine = new WorkflowEngine({ store, host: braked(host, brake), role: "tick", version: "test" });
    const process: Process = {
      ...{ engine, host },
      stop: () => brake.pull(),
      end: async () => {
        brake.release();
        await opened.close();
      },
    };
    this.alive.push(process);
    return process;
  }

  /** The process is gone, with all it has not committed. */
  async crash(process: Process): Promise<void> {
    process.stop();
    this.#stopped.add(process.host.processes.self.pid);
    await this.rob(process);
  }

  /** It counts as dead; whether it really is is another matter. */
  async rob(process: Process): Promise<void> {
    this.losses++;
    this.#dead.add(process.host.processes.self.pid);
    this.alive.splice(this.alive.indexOf(process), 1);
    this.#gone.push(process);
    await this.boot();
  }

  /** It ends in order: lets its steps finish, and gives back what it holds. */
  async leave(process: Process): Promise<void> {
    this.losses++;
    this.alive.splice(this.alive.indexOf(process), 1);
    this.#leaving.add(process);
    const left = (): void => {
      process.stop();
      this.#dead.add(process.host.processes.self.pid);
      this.#leaving.delete(process);
      this.#gone.push(process);
    };
    process.engine.close().then(left, (error: unknown) => {
      this.violations.push(`closing failed: ${String(error)}`);
      left();
    });
    await this.boot();
  }

  async advance(ms: number): Promise<void> {
    this.#now += ms;
    for (const { host } of [...this.alive, ...this.#leaving, ...this.#gone.slice(-2)]) await host.advance(ms);
  }

  async close(): Promise<void> {
    const all = [...this.alive, ...this.#leaving, ...this.#gone];
    for (const process of all) process.stop();
    await Promise.all(all.map((process) => process.end().catch(() => {})));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #witness(id: string, host: SimulatedHost, pid: number): FamilyWitness {
    return {
      body: async (name, attempt, lastsMs, signal) => {
        const ended = this.#begun(id, name, pid);
        signal.addEventListener("abort", ended);
        if (lastsMs > 0) await new Promise<void>((resolve) => void host.timers.after(lastsMs, resolve));
        else if (attempt % 2 === 0) await null;
        this.ended.add(`${id}/${name}`);
        ended();
      },
      beginsOnce: (name) => {
        if (!this.#dead.has(pid) && this.ended.has(`${id}/${name}`)) this.violations.push(`${id}/${name} begins although it has happened`);
      },
      hasHappened: (name) => {
        if (this.ended.has(`${id}/${name}`)) return true;
        return this.#running.get(id)?.has(name) === true && !this.#stopped.has(this.#running.get(id)?.get(name) ?? 0) ? undefined : false;
      },
      undone: (name) => {
        this.trace.push(`${pid} undoes ${id}/${name}`);
        if (!this.ended.has(`${id}/${name}`) && !this.settled.has(`${id}/${name}`)) {
          this.violations.push(`${id}/${name} is undone although it has not happened`);
        }
      },
      delivered: (name, value) => this.#same(this.#delivered, `${id}/${name}`, String(value), "gave"),
      won: (race, winner) => this.#same(this.#won, `${id}/${race}`, winner, "was won by"),
    };
  }

  #begun(id: string, name: string, pid: number): () => void {
    const key = `${id}/${name}`;
    this.trace.push(`${pid} runs ${key}`);
    this.begun.set(key, (this.begun.get(key) ?? 0) + 1);
    const running = this.#running.get(id) ?? new Map<string, number>();
    this.#running.set(id, running);
    if (!this.#dead.has(pid)) {
      if (this.#delivered.has(key)) this.violations.push(`step ${key} runs again although it has finished`);
      if (running.get(name) === pid) this.violations.push(`step ${key} runs twice at once in process ${pid}`);
      for (const other of running.values()) {
        if (other !== pid && !this.#dead.has(other)) this.violations.push(`execution ${id} runs in processes ${other} and ${pid} at once`);
      }
    }
    running.set(name, pid);
    return () => {
      if (running.get(name) === pid) running.delete(name);
    };
  }

  #same<T>(seen: Map<string, T>, key: string, value: T, verb: string): void {
    this.trace.push(`${key} ${verb} ${String(value)}`);
    const before = seen.get(key);
    if (before !== undefined && before !== value)
      this.violations.push(`${key} ${verb} ${String(value)}, before it ${verb} ${String(before)}`);
    seen.set(key, value);
  }
}

/** Holds back what a stopped process would have done. */
class Brake {
  #held: (() => void)[] | undefined;

  pull(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const fn of held) fn();
  }

  /** For what only closing the file needs. */
  keeping(fn: () => void): () => void {
    return () => (this.#held === undefined ? fn() : void this.#held.push(fn));
  }

  dropping(fn: () => void): () => void {
    return () => {
      if (this.#held === undefined) fn();
    };
  }
}

const storeHost = (host: SimulatedHost, brake: Brake): StoreHost => ({
  now: () => host.clock.now(),
  boot: () => host.clock.boot(),
  chance: host.chance,
  // A courtesy to other processes; here a turn is enough, and is the same every time.
  after: (_ms, fn) => host.timers.turn(brake.keeping(fn)),
  turn: (fn) => host.timers.turn(brake.keeping(fn)),
  self: host.processes.self,
  liveness: (identity) => host.processes.liveness(identity),
});

const braked = (host: SimulatedHost, brake: Brake): Host => {
  const timers: Timers = {
    after: (ms, fn, options) => host.timers.after(ms, brake.dropping(fn), options),
    at: (at, fn, options) => host.timers.at(at, brake.dropping(fn), options),
    turn: (fn) => host.timers.turn(brake.dropping(fn)),
  };
  return {
    ...{ clock: host.clock, chance: host.chance, processes: host.processes, files: host.files, cipher: host.cipher, timers },
    onConsole: host.onConsole,
    onIdle: (listener) => host.onIdle(listener),
    actor: () => host.actor(),
    onStrayError: (listener) => host.onStrayError(listener),
    openStrayContext: () => host.openStrayContext(),
  };
};
