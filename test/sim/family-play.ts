/**
 * One play of families: random workflows with children on two or three engines over one file, and a seeded hand as in `play.ts`, which
 * cancels, pauses and resumes parents and children as well. In the end a person answers whatever waits for one.
 */
import { defineWorkflow } from "../../src/model/definition.ts";
import { WorkflowError } from "../../src/model/errors.ts";
import { isTerminal } from "../../src/model/status.ts";
import type { ExecutionView } from "../../src/model/views.ts";
import { SeededChance } from "../../src/replay/chance.ts";
import { wrongIn } from "./family-oracle.ts";
import {
  childrenIn,
  DOOM,
  type FamilyWitness,
  type KidInput,
  type Node,
  ownNodes,
  perform,
  performKid,
  randomNode,
} from "./family-tree.ts";
import { type Play, pick, rob } from "./play.ts";
import { payloadOf } from "./tree.ts";
import { type Defining, type Process, World } from "./world.ts";

export interface Family {
  readonly node: Node;
  /** How often it is gone through; each but the last ends in a new beginning. */
  readonly rounds: number;
  /** Fails in the end. */
  readonly isDoomed: boolean;
}

export type Families = ReadonlyMap<string, Family>;

const HOUR = 3_600_000;
const MOVES = 50;
const CALM_ROUNDS = 80;
const COMMON = { panic: { maxRestarts: 200, delay: 10 } } as const;

/** Plays one seed to its end. @returns what was violated */
export const playFamily = async (
  seed: number,
  { between, isCalm = false, isRough = false, trace = [] }: Play = {},
): Promise<readonly string[]> => {
  const source = new SeededChance(`family ${seed}`);
  const chance = (): number => source.random();
  const families: Families = new Map(["f0", "f1"].map((name) => [name, randomFamily(chance)]));
  const world = new World(familiesOf(families), between);
  const cancelled = new Set<string>();
  try {
    for (let engines = chance() < 0.5 ? 2 : 3; engines > 0; engines--) await world.boot();
    for (const name of families.keys()) await pick(world.alive, chance).engine.start(name, { round: 0 }, { id: name });
    if (!isCalm)
      for (let moves = 0; moves < MOVES; moves++) {
        if (isRough && chance() < 0.4) await rob(world, chance);
        else await move(world, families, cancelled, chance);
      }
    await calm(world, families);
    return [...world.violations, ...(await wrongIn(world, families, cancelled))];
  } catch (error) {
    return [...world.violations, String(error)]; // damaged state, say
  } finally {
    trace.push(...world.trace);
    await world.close();
  }
};

const randomFamily = (chance: () => number): Family => ({
  node: randomNode(chance),
  rounds: chance() < 0.8 ? 1 : 2,
  isDoomed: chance() < 0.3,
});

const familiesOf =
  (families: Families): Defining =>
  (witness) => [
    ...[...families].map(([name, { node, rounds, isDoomed }]) =>
      defineWorkflow({
        ...{ name, ...COMMON },
        async run(ctx, input) {
          const { round } = input as { round: number };
          const value = await perform(node, ctx, inRound(witness(ctx.executionId), round), name);
          if (round + 1 < rounds) return ctx.continueAsNew({ round: round + 1 });
          if (isDoomed) throw new WorkflowError(DOOM);
          return value;
        },
      }),
    ),
    defineWorkflow({
      ...{ name: "kid", ...COMMON },
      run: (ctx, input) => performKid(kidOf(families, input as KidInput), ctx, witness(ctx.executionId), (input as KidInput).root),
    }),
  ];

export const kidOf = (families: Families, { root, node }: KidInput): Node & { readonly do: "child" } =>
  childrenIn((families.get(root) as Family).node).find(({ name }) => name === node) as Node & { readonly do: "child" };

/** Steps have the same names in each round. */
export const nameInRound = (name: string, round: number): string => (round === 0 ? name : `${round}.${name}`);

const inRound = (witness: FamilyWitness, round: number): FamilyWitness => {
  const as = (name: string): string => nameInRound(name, round);
  return {
    body: (name, attempt, lastsMs, signal) => witness.body(as(name), attempt, lastsMs, signal),
    delivered: (name, value) => witness.delivered(as(name), value),
    won: (race, winner) => witness.won(as(race), winner),
    beginsOnce: (name) => witness.beginsOnce(as(name)),
    hasHappened: (name) => witness.hasHappened(as(name)),
    undone: (name) => witness.undone(as(name)),
  };
};

/** What an execution performs itself. */
export const nodeOf = (families: Families, { workflow, input }: ExecutionView): Node =>
  workflow === "kid" ? kidOf(families, input as KidInput).of[0] : (families.get(workflow) as Family).node;

const move = async (world: World, families: Families, cancelled: Set<string>, chance: () => number): Promise<void> => {
  const process = pick(world.alive, chance);
  const { engine, host } = process;
  const what = chance();
  if (what < 0.15) for (const { engine: each } of world.alive) void each.tick().catch(() => {});
  else if (what < 0.45) void engine.tick({ holdMs: chance() < 0.3 ? 5_000 : 0, concurrency: 1 + Math.floor(chance() * 4) }).catch(() => {});
  else if (what < 0.65) await world.advance(chance() < 0.2 ? HOUR : Math.floor(chance() * 1_500));
  else if (what < 0.88) await touch(process, families, cancelled, chance);
  else if (what < 0.93) await world.crash(process);
  else if (what < 0.95) await world.leave(process);
  else await world.rob(process);
  await host.settle(Math.floor(chance() * 7));
};

/** Acts on one of the executions there are, a child as soon as another. */
const touch = async (process: Process, families: Families, cancelled: Set<string>, chance: () => number): Promise<void> => {
  const { engine } = process;
  const all = (await engine.list({ limit: 200 })).toSorted(byId);
  const one = pick(chance() < 0.4 ? all.filter(({ workflow }) => workflow !== "kid") : all, chance);
  const what = chance();
  if (what < 0.5) void answer(process, families, one, "0");
  else if (what < 0.7) {
    cancelled.add(one.id);
    void engine.cancel(one.id).catch(() => {});
  } else if (what < 0.8) void engine.operations.pause(one.id).catch(() => {});
  else void engine.resume(one.id).catch(() => {});
};

const byId = (a: ExecutionView, b: ExecutionView): number => (a.id < b.id ? -1 : 1);

/** Sends what it waits for, or will wait for. */
const answer = async ({ engine }: Process, families: Families, one: ExecutionView, round: string): Promise<void> => {
  for (const { do: kind, name } of ownNodes(nodeOf(families, one))) {
    if (kind === "event") await engine.sendEvent(one.id, name, payloadOf(name), { id: `${name} ${round}` }).catch(() => {});
    if (kind === "approval") await engine.operations.decide(one.id, { name, approved: true }).catch(() => {});
  }
};

/** Enough ticks and time; whatever waits for a person is answered. */
const calm = async (world: World, families: Families): Promise<void> => {
  await world.advance(10_000);
  const first = pick(world.alive, () => 0);
  for (let round = 0; round < CALM_ROUNDS; round++) {
    const open = (await first.engine.list({ limit: 1_000 })).filter(({ status }) => !isTerminal(status)).toSorted(byId);
    if (open.length === 0) return;
    for (const one of open) await settle(world, first, families, one);
    for (const { engine } of world.alive) void engine.tick().catch(() => {});
    await first.host.settle(10);
    await world.advance(round % 2 === 0 ? 5_000 : HOUR);
  }
};

const settle = async (world: World, process: Process, families: Families, one: ExecutionView): Promise<void> => {
  for (const round of ["0", "1"]) await answer(process, families, one, round);
  const { engine } = process;
  if (one.status === "paused") await engine.resume(one.id).catch(() => {});
  if (one.status !== "blocked" || one.reason !== "in-doubt") return;
  const round = one.workflow === "kid" ? 0 : (one.input as { round: number }).round;
  for (const { name, status } of (await engine.history(one.id)).steps) {
    if (status !== "in-doubt") continue;
    world.settled.add(`${one.id}/${nameInRound(name, round)}`);
    await engine.operations.resolve(one.id, name, { how: "result", value: `did ${name}` }).catch(() => {});
  }
};
