/**
 * One play of the simulation: random workflows on two or three engines over one file, and a seeded hand that ticks, sends events, cancels,
 * lets time pass, kills and robs processes at any turn of the loop. In the end calm returns, and the oracles of `world.ts` and below are
 * asked.
 */
import { SeededChance } from "../../src/replay/chance.ts";
import { eventsOf, outcomeOf, payloadOf, randomTree, type Tree } from "./tree.ts";
import { type Between, type Process, treesOf, World } from "./world.ts";

const HOUR = 3_600_000;
const CALM_ROUNDS = 40;

export interface Play {
  readonly between?: Between;
  readonly isCalm?: boolean;
  /** Half of all moves rob a process. */
  readonly isRough?: boolean;
  readonly trace?: string[];
}

/** Plays one seed to its end. @returns what was violated */
export const play = async (
  seed: number,
  { between, isCalm = false, isRough = false, trace = [] }: Play = {},
): Promise<readonly string[]> => {
  const source = new SeededChance(`simulation ${seed}`);
  const chance = (): number => source.random();
  const trees = new Map(Array.from({ length: 2 }, (_, at): [string, Tree] => [`w${at}`, randomTree(chance)]));
  const world = new World(treesOf(trees), between);
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
export const rob = async (world: World, chance: () => number): Promise<void> => {
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

export const pick = <T>(all: readonly T[], chance: () => number): T => all[Math.floor(chance() * all.length)] as T;
