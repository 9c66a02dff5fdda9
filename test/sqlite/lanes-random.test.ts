/**
 * Goal: at no instant are more executions of a lane owned than its limit allows, and none waits for ever for a place that is free.
 *
 * Method: four processes share one file. A seeded generator lets one of them start, claim, park, end, cancel, or die, and starts it anew;
 * after each of these a look from outside counts who owns what. In the end everybody goes on until nothing is left. Nothing sleeps, and a
 * failure names its seed.
 */
import { Database } from "bun:sqlite";
import { afterEach, expect, test } from "bun:test";
import type { Claimed, Store } from "../../src/engine/store.ts";
import type { FlowLimits } from "../../src/model/flow.ts";
import type { WorkerRecord } from "../../src/model/records.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { codeOf, execution, NOW, submit, worker } from "../suites/store/samples.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";

/** Mulberry32. */
const chanceOf = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

const LANES: readonly { readonly lane: string; readonly limit: number }[] = [
  { lane: "one", limit: 1 },
  { lane: "two", limit: 2 },
  { lane: "three", limit: 3 },
];

const limitsOf = ({ lane, limit }: (typeof LANES)[number]): FlowLimits => ({ concurrency: { lane, limit, onLimit: "queue" }, rate: null });

class Process {
  readonly store: Store;
  readonly worker: WorkerRecord;
  /** What it believes to own. */
  readonly held = new Map<string, Claimed>();

  constructor(store: Store, owner: WorkerRecord) {
    this.store = store;
    this.worker = owner;
  }

  hold(claimed: readonly Claimed[]): void {
    for (const one of claimed) this.held.set(one.lease.executionId, one);
  }
}

class World {
  readonly machine = new Machine();
  readonly folder: Folder = makeFolder();
  readonly chance: () => number;
  readonly processes: Process[] = [];
  #looker: Database | undefined;
  #pids = 100;
  #count = 0;

  constructor(seed: number) {
    this.chance = chanceOf(seed);
  }

  pick = (below: number): number => Math.floor(this.chance() * below);

  async open(): Promise<Process> {
    const pid = ++this.#pids;
    const store = await openSqliteStore({ file: this.folder.file, create: true, durability: "normal", host: this.machine.host(pid) });
    const process = new Process(store, worker(`w${pid}`, pid));
    await store.registerWorker(process.worker);
    this.processes.push(process);
    this.#looker ??= new Database(this.folder.file);
    return process;
  }

  /** The fullest of its lanes, over its limit. */
  get excess(): number {
    const rows = this.#looker?.query<{ lane: string; n: number }, []>(
      "SELECT lane, count(*) AS n FROM executions WHERE lease_owner IS NOT NULL AND lane IS NOT NULL GROUP BY lane",
    );
    return Math.max(0, ...(rows?.all() ?? []).map(({ lane, n }) => n - (LANES.find((one) => one.lane === lane)?.limit ?? 0)));
  }

  get unfinished(): number {
    return this.#looker?.query<{ n: number }, []>("SELECT count(*) AS n FROM executions WHERE finished_at IS NULL").get()?.n ?? -1;
  }

  async start(by: Process): Promise<void> {
    const lane = LANES[this.pick(LANES.length)] ?? { lane: "one", limit: 1 };
    const id = `e${++this.#count}`;
    const isClaimed = this.chance() < 0.3;
    const [now, priority] = [this.machine.clock.now, this.pick(3) - 1];
    const wakeAt = now + (this.chance() < 0.2 ? this.pick(50) : 0);
    const record = execution(id, { lane: lane.lane, createdAt: now, wakeAt, priority });
    const claimFor = isClaimed && wakeAt === now ? { claimFor: by.worker } : {};
    const creation = await by.store.create(record, { ...claimFor, limits: limitsOf(lane) });
    if (creation.created && creation.claimed !== undefined) by.hold([creation.claimed]);
  }

  async let(by: Process, how: "park" | "end"): Promise<void> {
    const one = [...by.held.values()][this.pick(by.held.size)];
    if (one === undefined) return;
    const { now } = this.machine.clock;
    by.held.delete(one.lease.executionId);
    const change =
      how === "end"
        ? { status: "completed" as const, outputText: "1", finishedAt: now }
        : { status: "sleeping" as const, reason: "sleep" as const, wakeAt: now + this.pick(30) };
    await submit(by.store, { lease: one.lease, change, release: true }).catch(() => {}); // lost, if others count it as dead
  }

  async claim(by: Process): Promise<void> {
    const { now } = this.machine.clock;
    if (this.chance() < 0.3) {
      const claimed = await by.store.claimOne(`e${1 + this.pick(this.#count + 1)}`, {
        worker: by.worker,
        now,
        overtakes: this.chance() < 0.5,
      });
      if (claimed !== undefined) by.hold([claimed]);
    } else by.hold((await by.store.claimDue({ worker: by.worker, now, limit: 1 + this.pick(6) })).claimed);
  }

  /** Another comes in its place. */
  async end(of: Process, how: "dies" | "leaves"): Promise<void> {
    this.processes.splice(this.processes.indexOf(of), 1);
    if (how === "dies") this.machine.liveness.set(of.worker.pid, "dead");
    else await of.store.removeWorker(of.worker.id, this.machine.clock.now);
    await of.store.close();
    await this.open();
  }

  async act(): Promise<string> {
    const by = this.processes[this.pick(this.processes.length)] as Process;
    const chance = this.chance();
    this.machine.clock.now += this.pick(10);
    this.machine.clock.boot += this.pick(300);
    if (chance < 0.3) return (await this.start(by), "start");
    if (chance < 0.6) return (await this.claim(by), "claim");
    if (chance < 0.75) return (await this.let(by, "end"), "end");
    if (chance < 0.86) return (await this.let(by, "park"), "park");
    if (chance < 0.92) {
      const id = `e${1 + this.pick(this.#count)}`;
      await by.store.requestCancel(id, { at: this.machine.clock.now, reason: null });
      return "cancel";
    }
    if (chance < 0.96) return (await this.end(by, "dies"), "die");
    return (await this.end(by, "leaves"), "leave");
  }

  async close(): Promise<void> {
    this.#looker?.close();
    for (const { store } of this.processes) await store.close();
    this.folder.remove();
  }
}

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const SEEDS = 20;
const ACTIONS = 120;

test(`${SEEDS} worlds of four processes: the limits hold after each of ${ACTIONS} actions, and in the end all is done`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const world = new World(seed);
    worlds.push(world);
    for (let n = 0; n < 4; n++) await world.open();
    for (let n = 0; n < ACTIONS; n++) {
      const did = await world.act();
      if (world.excess > 0) throw new Error(`seed ${seed}: after action ${n} (${did}) a lane has ${world.excess} too many`);
    }
    for (let round = 0; round < 2_000 && world.unfinished > 0; round++) {
      const by = world.processes[round % 4] as Process;
      world.machine.clock.now += 10;
      by.hold((await by.store.claimDue({ worker: by.worker, now: world.machine.clock.now, limit: 5 })).claimed);
      if (world.excess > 0) throw new Error(`seed ${seed}: in the end a lane has ${world.excess} too many`);
      while (by.held.size > 0) await world.let(by, "end");
    }
    expect({ seed, unfinished: world.unfinished }).toEqual({ seed, unfinished: 0 });
  }
});

test("the rig sees a lane with too many", async () => {
  const world = new World(1);
  worlds.push(world);
  const by = await world.open();
  const lane = { lane: "one", limit: 1 };
  for (const id of ["a", "b"]) await by.store.create(execution(id, { lane: lane.lane }), { claimFor: by.worker });
  expect(world.excess).toBe(1);
  expect(await codeOf(by.store.create(execution("c", { lane: lane.lane }), { claimFor: by.worker, limits: limitsOf(lane) }))).toBe("none");
  expect(await by.store.execution("c")).toMatchObject({ reason: "concurrency", createdAt: NOW });
});
