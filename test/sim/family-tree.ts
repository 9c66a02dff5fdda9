/**
 * Random families whose outcome is known without running them: workflows with children, maps, races of `ctx`, steps that must not run
 * twice, steps that can be undone, approvals, patches, and new beginnings.
 *
 * A child is an execution of `kid`, which finds its part of the tree by name. As in `tree.ts` no result depends on timing.
 */
import type { VerifyAnswer, WorkflowContext } from "../../src/model/context.ts";
import { WorkflowError } from "../../src/model/errors.ts";
import { payloadOf, type Witness } from "./tree.ts";

export type Node =
  | {
      readonly do: "step";
      readonly name: string;
      readonly lastsMs: number;
      readonly isOnce: boolean;
      readonly canVerify: boolean;
      readonly isUndoable: boolean;
    }
  | { readonly do: "sleep"; readonly name: string; readonly ms: number }
  | { readonly do: "event" | "approval" | "patched"; readonly name: string }
  | {
      readonly do: "child";
      readonly name: string;
      readonly how: "run" | "start" | "detached";
      readonly isDoomed: boolean;
      readonly of: readonly [Node];
    }
  | { readonly do: "map"; readonly name: string; readonly concurrency: number; readonly of: readonly Node[] }
  | { readonly do: "sequence" | "all" | "scope" | "race"; readonly name: string; readonly of: readonly Node[] };

export interface FamilyWitness extends Witness {
  /** The function of a step that must not run twice begins. */
  beginsOnce(name: string): void;
  /** `undefined`: it may be about to. */
  hasHappened(name: string): boolean | undefined;
  undone(name: string): void;
}

/** Names are unique in a tree. */
export const randomNode = (chance: () => number, depth = 3, counter = { next: 0 }): Node => {
  const name = `n${counter.next++}`;
  if (depth === 0 || (depth < 3 && chance() < 0.4)) return leaf(name, chance);
  const kind = chance();
  if (kind < 0.3) {
    const how = chance() < 0.6 ? "run" : chance() < 0.5 ? "start" : "detached";
    return { do: "child", name, how, isDoomed: chance() < 0.2, of: [randomNode(chance, depth - 1, counter)] };
  }
  const of = Array.from({ length: 2 + Math.floor(chance() * 2) }, () => randomNode(chance, depth - 1, counter));
  if (kind < 0.45) return { do: "map", name, concurrency: 1 + Math.floor(chance() * 3), of };
  return { do: kind < 0.65 ? "sequence" : kind < 0.8 ? "all" : kind < 0.87 ? "scope" : "race", name, of };
};

const leaf = (name: string, chance: () => number): Node => {
  const kind = chance();
  if (kind < 0.15) return { do: "sleep", name, ms: [0, 1, 500, 60_000, 3_600_000][Math.floor(chance() * 5)] ?? 0 };
  if (kind < 0.35) return { do: kind < 0.22 ? "event" : kind < 0.29 ? "approval" : "patched", name };
  const lastsMs = chance() < 0.6 ? 0 : Math.floor(chance() * 3_000);
  return { do: "step", name, lastsMs, isOnce: chance() < 0.25, canVerify: chance() < 0.5, isUndoable: chance() < 0.5 };
};

/** What a child is told to do. */
export interface KidInput {
  readonly root: string;
  readonly node: string;
}

/** @param root the name under which the whole tree is known */
export const perform = async (node: Node, ctx: WorkflowContext, witness: FamilyWitness, root: string): Promise<unknown> => {
  const inner = (child: Node, at: WorkflowContext = ctx): Promise<unknown> => perform(child, at, witness, root);
  switch (node.do) {
    case "step":
      return performStep(node, ctx, witness);
    case "sleep":
      await ctx.sleep(node.name, node.ms);
      return node.name;
    case "event":
      return (await ctx.waitForEvent<string>(node.name))?.payload;
    case "approval":
      return (await ctx.approve(node.name)).approved ? node.name : "refused";
    case "patched":
      return performPatched(node.name, ctx, witness);
    case "child":
      return performChild(node, ctx, root);
    case "scope":
      return ctx.scope(node.name, (at) => inTurn(node.of, (child) => inner(child, at)));
    case "sequence":
      return inTurn(node.of, inner);
    case "all":
      return Promise.all(node.of.map((child) => inner(child)));
    case "map":
      return ctx.map(node.name, node.of, (child, at) => inner(child, at), { concurrency: node.concurrency, key: ({ name }) => name });
    case "race": {
      const racers = node.of.map(
        (child, at) => [child.name, at % 2 === 0 ? (lane: WorkflowContext) => inner(child, lane) : inner(child)] as const,
      );
      const { winner } = await ctx.race(Object.fromEntries(racers));
      witness.won(
        node.name,
        node.of.findIndex(({ name }) => name === winner),
      );
      return node.name;
    }
    default:
      return node satisfies never;
  }
};

const inTurn = async (nodes: readonly Node[], work: (node: Node) => Promise<unknown>): Promise<readonly unknown[]> => {
  const values: unknown[] = [];
  for (const node of nodes) values.push(await work(node));
  return values;
};

const performStep = async (node: Node & { readonly do: "step" }, ctx: WorkflowContext, witness: FamilyWitness): Promise<unknown> => {
  const { name, lastsMs, isOnce, canVerify, isUndoable } = node;
  const result = `did ${name}`;
  const verify = (): VerifyAnswer<string> => {
    const has = witness.hasHappened(name);
    return has === undefined ? undefined : has ? { done: true, result } : { done: false };
  };
  const value = await ctx.step(
    name,
    async ({ attempt, signal }) => {
      if (isOnce) witness.beginsOnce(name);
      await witness.body(name, attempt, lastsMs, signal);
      return result;
    },
    {
      ...(isOnce ? { once: true, ...(canVerify ? { verify } : {}) } : {}),
      ...(isUndoable ? { compensate: () => witness.undone(name) } : {}),
    },
  );
  witness.delivered(name, value);
  return value;
};

/** The way that was taken is recorded by a step, and has to be the same on every later pass. */
const performPatched = async (name: string, ctx: WorkflowContext, witness: FamilyWitness): Promise<unknown> => {
  const way = ctx.patched(name);
  const taken = await ctx.step(`${name} way`, () => way);
  const claim = `${name}: the way that was taken is the way that is told`;
  witness.delivered(claim, true);
  witness.delivered(claim, taken === way);
  return name;
};

const performChild = async (node: Node & { readonly do: "child" }, ctx: WorkflowContext, root: string): Promise<unknown> => {
  const input: KidInput = { root, node: node.name };
  if (node.how !== "run") {
    await ctx.start("kid", input, { detached: node.how === "detached" });
    return node.name;
  }
  try {
    return await ctx.run("kid", input);
  } catch (error) {
    return `caught ${(error as Error).name}`;
  }
};

export const DOOM = "doomed";

/** A child's own code: its part of the tree. */
export const performKid = async (
  node: Node & { readonly do: "child" },
  ctx: WorkflowContext,
  witness: FamilyWitness,
  root: string,
): Promise<unknown> => {
  const value = await perform(node.of[0], ctx, witness, root);
  if (node.isDoomed) throw new WorkflowError(DOOM);
  return value;
};

/** What an undisturbed run gives. @param wasCancelled whether the child of that name was */
export const outcomeOf = (node: Node, wasCancelled: (child: string) => boolean): unknown => {
  switch (node.do) {
    case "step":
      return `did ${node.name}`;
    case "event":
      return payloadOf(node.name);
    case "sleep":
    case "approval":
    case "patched":
    case "race":
      return node.name;
    case "child":
      if (node.how !== "run") return node.name;
      if (wasCancelled(node.name)) return "caught CancelledError";
      return node.isDoomed ? "caught WorkflowError" : A_CHILDS;
    case "sequence":
    case "all":
    case "scope":
    case "map":
      return node.of.map((child) => outcomeOf(child, wasCancelled));
    default:
      return node satisfies never;
  }
};

/** Stands for the output of a child, which is looked at with that child. */
export const A_CHILDS = "the output of a child";

/** The nodes that one execution performs: children are executions of their own. */
export const ownNodes = (node: Node): readonly Node[] =>
  "of" in node && node.do !== "child" ? [node, ...node.of.flatMap(ownNodes)] : [node];

/** Every child in a tree, at any depth. */
export const childrenIn = (node: Node): readonly (Node & { readonly do: "child" })[] => [
  ...(node.do === "child" ? [node] : []),
  ...("of" in node ? node.of.flatMap(childrenIn) : []),
];
