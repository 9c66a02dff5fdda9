/**
 * Goal: whatever happens to the processes that move executions, each finished step has run to its end once as far as anybody can see,
 * nothing is stuck, and results are those of an undisturbed run.
 *
 * Method: random workflows on two or three engines over one file. A seeded hand ticks, sends events, cancels, lets time pass, kills and
 * robs processes at any turn of the loop. In the end calm returns, and the oracles of `world.ts` and below are asked. `SIM_SEED=7` runs one
 * seed.
 */
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import type { Lease, Store } from "../../src/engine/store.ts";
import { SeededChance } from "../../src/replay/chance.ts";
import { eventsOf, outcomeOf, payloadOf, randomTree, type Tree } from "./tree.ts";
import { type Between, type Process, World } from "./world.ts";

const SEEDS = 100;
const HOUR = 3_600_000;
const CALM_ROUNDS = 40;

interface Play {
  readonly between?: Between;
  readonly isCalm?: boolean;
  /** Half of all moves rob a process. */
  readonly isRough?: boolean;
  readonly trace?: string[];
}

/** Plays one seed to its end. @returns what was violated */
const play = async (seed: number, { between, isCalm = false, isRough = false, trace = [] }: Play = {}): Promise<readonly string[]> => {
  const source = new SeededChance(`simulation ${seed}`);
  const chance = (): number => source.random();
  const trees = new Map(Array.from({ length: 2 }, (_, at): [string, Tree] => [`w${at}`, randomTree(chance)]));
  const world = new World(trees, between);
  const ids = new Map<string, Tree>();
  try {
    for (let engines = chance() < 0.5 ? 2 : 3; engines > 0; engines--) await world.boot();
    for (const [name, tree] of [...trees, ...trees]) {
      const { id } = await pick(world.alive, chance).engine.start(name, undefined, { id: `${name}-${ids.size}` });
      ids.set(id, tree);
    }
    const cancelled = new Set<string>();
    if (!isCalm)
      for (let moves = 0; moves < 60; moves++) {
        if (isRough && chance() < 0.5) await rob(world, chance);
        else await move(world, ids, cancelled, chance);
      }
    await calm(world, ids);
    return [...world.violations, ...(await stuckOrWrong(world, ids, cancelled))];
  } catch (error) {
    return [...world.violations, String(error)]; // damaged state, say
  } finally {
    trace.push(...world.trace);
    await world.close();
  }
};

const move = async (world: World, ids: ReadonlyMap<string, Tree>, cancelled: Set<string>, chance: () => number): Promise<void> => {
  const process = pick(world.alive, chance);
  const { engine, host } = process;
  const [id, tree] = pick([...ids], chance);
  const what = chance();
  if (what < 0.4) void engine.tick({ holdMs: chance() < 0.3 ? 5_000 : 0, concurrency: 1 + Math.floor(chance() * 3) }).catch(() => {});
  else if (what < 0.65) await world.advance(chance() < 0.2 ? HOUR : Math.floor(chance() * 1_500));
  else if (what < 0.82) void send(process, id, pick(eventsOf(tree), chance));
  else if (what < 0.84) {
    cancelled.add(id);
    void engine.cancel(id).catch(() => {});
  } else if (what < 0.87) void engine.resume(id).catch(() => {});
  else if (what < 0.92) await world.crash(process);
  else if (what < 0.95) await world.leave(process);
  else await world.rob(process);
  await host.settle(Math.floor(chance() * 7));
};

/** While it is in the middle of something. */
const rob = async (world: World, chance: () => number): Promise<void> => {
  const victim = pick(world.alive, chance);
  void victim.engine.tick({ holdMs: 5_000 }).catch(() => {});
  await victim.host.settle(2 + Math.floor(chance() * 12));
  await world.rob(victim);
  void pick(world.alive, chance)
    .engine.tick()
    .catch(() => {});
};

const send = async ({ engine }: Process, id: string, event: string | undefined): Promise<void> => {
  if (event !== undefined) await engine.sendEvent(id, event, payloadOf(event), { id: event }).catch(() => {});
};

/** Everything that was waited for comes, and enough ticks and time. */
const calm = async (world: World, ids: ReadonlyMap<string, Tree>): Promise<void> => {
  await world.advance(10_000);
  const first = pick(world.alive, () => 0);
  for (const [id, tree] of ids) for (const event of eventsOf(tree)) await send(first, id, event);
  for (let round = 0; round < CALM_ROUNDS; round++) {
    for (const { engine } of world.alive) void engine.tick().catch(() => {});
    await first.host.settle(10);
    await world.advance(round % 2 === 0 ? 5_000 : HOUR);
    const over = await first.engine.list({ statuses: ["completed", "failed", "cancelled"], limit: 100 });
    if (over.length === ids.size) return;
  }
};

const stuckOrWrong = async (world: World, ids: ReadonlyMap<string, Tree>, cancelled: ReadonlySet<string>): Promise<readonly string[]> => {
  const { engine } = pick(world.alive, () => 0);
  const wrong: string[] = [];
  for (const [id, tree] of ids) {
    const { status, reason, reasonDetail, wakeAt, output, error } = await engine.getStatus(id);
    const expected = JSON.stringify(outcomeOf(tree));
    if (status === "cancelled" && cancelled.has(id)) continue;
    if (status !== "completed") wrong.push(`${id} is ${status} (${[reason, reasonDetail, wakeAt, error?.message].join(", ")})`);
    else if (JSON.stringify(output) !== expected) wrong.push(`${id} gave ${JSON.stringify(output)}, not ${expected}`);
    const orders = (await engine.history(id)).steps.flatMap(({ order }) => order ?? []);
    if (new Set(orders).size !== orders.length) wrong.push(`${id} has two completions at one place: ${orders.join(" ")}`);
  }
  return wrong;
};

const pick = <T>(all: readonly T[], chance: () => number): T => all[Math.floor(chance() * all.length)] as T;

const seeds = process.env["SIM_SEED"] === undefined ? Array.from({ length: SEEDS }, (_, at) => at + 1) : [Number(process.env["SIM_SEED"])];

/** The first of so many seeds that is red. */
const firstRed = async (count: number, options: Play): Promise<number | undefined> => {
  for (let seed = 1; seed <= count; seed++) if ((await play(seed, options)).length > 0) return seed;
  return undefined;
};

test("calm runs give what their trees say", async () => {
  expect(await firstRed(20, { isCalm: true })).toBeUndefined();
});

test("a seed plays the same every time", async () => {
  for (const seed of [3, 9, 28, 34]) {
    const [first, second]: [string[], string[]] = [[], []];
    await play(seed, { trace: first });
    await play(seed, { trace: second });
    expect({ seed, trace: second }).toEqual({ seed, trace: first });
  }
}, 20_000);

test("executions survive processes that die and processes that are robbed", async () => {
  for (const seed of seeds) expect({ seed, violations: await play(seed) }).toEqual({ seed, violations: [] });
}, 60_000);

test("executions survive a disk that is full now and then", async () => {
  for (const seed of seeds.slice(0, 30)) {
    const source = new SeededChance(`disk ${seed}`);
    const between = failing(() => source.random() < 0.1);
    expect({ seed, violations: await play(seed, { between }) }).toEqual({ seed, violations: [] });
  }
}, 60_000);

test("executions survive processes that are robbed all the time", async () => {
  for (const seed of seeds.slice(0, 20))
    expect({ seed, violations: await play(seed, { isRough: true }) }).toEqual({ seed, violations: [] });
}, 60_000);

test("the simulation turns red without the fence", async () => {
  expect(await firstRed(20, { between: withoutFence, isRough: true })).toBeDefined();
}, 60_000);

test("the simulation turns red when completions come back in another order", async () => {
  expect(await firstRed(60, { between: shuffled })).toBeDefined();
}, 60_000);

test("the simulation turns red when a finished step is forgotten", async () => {
  expect(await firstRed(60, { between: forgetful })).toBeDefined();
}, 60_000);

const replaced = (store: Store, methods: Partial<Store>): Store =>
  new Proxy(store, {
    get: (target, key: keyof Store) => {
      const method: unknown = methods[key];
      return method ?? (target[key] as (...args: unknown[]) => unknown).bind(target);
    },
  });

const failing =
  (fails: () => boolean): Between =>
  (store) =>
    replaced(store, {
      submit: (write, settle) => {
        if (!fails()) return store.submit(write, settle);
        setImmediate(() => settle(Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" })));
      },
    });

/** Writes under whatever lease there is now. */
const withoutFence: Between = (store, file) =>
  replaced(store, {
    submit: (write, settle) => {
      const { workerId, term } = leaseIn(file, write.lease.executionId) ?? write.lease;
      store.submit({ ...write, lease: { ...write.lease, workerId, term } }, settle);
    },
  });

const leaseIn = (file: string, id: string): Pick<Lease, "workerId" | "term"> | undefined => {
  if (!existsSync(file)) return undefined;
  const database = new Database(file, { readonly: true });
  const sql = "SELECT lease_owner AS workerId, lease_term AS term FROM executions WHERE id = ? AND lease_owner IS NOT NULL";
  const lease = database.query<Pick<Lease, "workerId" | "term">, [string]>(sql).get(id);
  database.close();
  return lease ?? undefined;
};

const shuffled: Between = (store) =>
  replaced(store, {
    history: async (id) => {
      const found = await store.history(id);
      if (found === undefined) return undefined;
      const last = Math.max(0, ...found.steps.map(({ order }) => order ?? 0));
      return { ...found, steps: found.steps.map((step) => ({ ...step, order: step.order === null ? null : last + 1 - step.order })) };
    },
  });

const forgetful: Between = (store) =>
  replaced(store, {
    history: async (id) => {
      const found = await store.history(id);
      return found && { ...found, steps: found.steps.filter(({ kind, n, order }) => kind !== "step" || n !== 1 || order !== 1) };
    },
  });
