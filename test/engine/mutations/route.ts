/**
 * A workflow of ten steps as data, so that it can be changed by functions; and what runs it.
 *
 * Between the steps lie gates. An execution is told at which one it parks, and how: in a sleep, in a wait for an event, or between two
 * attempts of the step that follows.
 */
import type { WorkflowContext } from "../../../src/model/context.ts";
import { defineWorkflow, type WorkflowDefinition } from "../../../src/model/definition.ts";

export type How = "sleep" | "event" | "retry";
export const HOWS: readonly How[] = ["sleep", "event", "retry"];

export interface Stop {
  /** After so many steps; -1: nowhere. */
  readonly at: number;
  readonly how: How;
}

/** A step has an effect on the world, which keeps its name when the step is renamed. */
export interface StepNode {
  readonly type: "step";
  readonly name: string;
  readonly effect: string;
  /** The durable operation it is; the others of that name have no effect. */
  readonly as: "step" | "sleep" | "event";
  readonly key?: string;
  /** The name that it had, and has for executions which have passed the place already. */
  readonly formerly?: string;
  /** What it gives; default: its effect. */
  readonly gives?: string;
}

export interface GateNode {
  readonly type: "gate";
  readonly number: number;
  readonly name: string;
  readonly as: "sleep" | "event" | "as told";
}

export type Node =
  | StepNode
  | GateNode
  | { readonly type: "scope"; readonly name: string; readonly body: readonly Node[] }
  | { readonly type: "together"; readonly body: readonly Node[] }
  /** Awaits something outside of a step, for so many turns of the event loop. */
  | { readonly type: "pause"; readonly turns: number };

export const step = (name: string, more: Partial<StepNode> = {}): StepNode => ({ type: "step", name, effect: name, as: "step", ...more });
export const gate = (number: number): GateNode => ({ type: "gate", number, name: "gate", as: "as told" });
export const scope = (name: string, ...body: readonly Node[]): Node => ({ type: "scope", name, body });
export const together = (...body: readonly Node[]): Node => ({ type: "together", body });

/** Ten steps, two of them in a scope, three of one name. */
export const ROUTE: readonly Node[] = [
  ...[gate(0), step("reserve"), gate(1), step("charge"), gate(2)],
  scope("parcel", step("pack"), gate(3), step("label"), gate(4)),
  ...[step("notify"), gate(5), step("notify"), gate(6), step("notify"), gate(7)],
  ...[step("ship"), gate(8), step("invoice"), gate(9), step("archive")],
];

export const STEPS = 10;

/** With the step of that number, from 1, replaced by what `change` makes of it. */
export const changed = (nodes: readonly Node[], number: number, change: (step: StepNode) => readonly Node[]): readonly Node[] => {
  let seen = 0;
  const visit = (list: readonly Node[]): readonly Node[] =>
    list.flatMap((node): readonly Node[] => {
      if (node.type === "step") return ++seen === number ? change(node) : [node];
      return "body" in node ? [{ ...node, body: visit(node.body) }] : [node];
    });
  return visit(nodes);
};

export interface World {
  /** Something has happened to the world. */
  readonly note: (executionId: string, effect: string) => void;
  /** Whether steps that are to wait between two attempts fail, as they do on the first pass. */
  readonly fails: boolean;
}

export const routeOf = (nodes: readonly Node[], world: World): WorkflowDefinition =>
  defineWorkflow({
    name: "route",
    retry: { attempts: 5, delay: "1h", backoff: "constant", jitter: false },
    run: async (ctx, input) => {
      return walkAll(ctx, nodes, { stop: input as Stop, world, passed: -1 });
    },
  });

interface Walk {
  readonly stop: Stop;
  readonly world: World;
  /** The last gate. */
  passed: number;
}

/** What the steps give, in the order of the nodes. */
const walkAll = async (ctx: WorkflowContext, nodes: readonly Node[], walk: Walk): Promise<string[]> => {
  const given: string[] = [];
  for (const node of nodes) given.push(...(await walkOne(ctx, node, walk)));
  return given;
};

const walkOne = async (ctx: WorkflowContext, node: Node, walk: Walk): Promise<string[]> => {
  switch (node.type) {
    case "step":
      return walkStep(ctx, node, walk);
    case "gate":
      walk.passed = node.number;
      await walkGate(ctx, node, walk);
      return [];
    case "scope":
      return ctx.scope(node.name, (inner) => walkAll(inner, node.body, walk));
    case "together":
      return (await Promise.all(node.body.map((one) => walkOne(ctx, one, walk)))).flat();
    case "pause":
      for (let turn = 0; turn < node.turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      return [];
    default:
      return node satisfies never;
  }
};

const walkStep = async (
  ctx: WorkflowContext,
  { name, formerly, effect, as, key, gives = effect }: StepNode,
  walk: Walk,
): Promise<string[]> => {
  if (as !== "step") await (as === "sleep" ? ctx.sleep(name, "1m") : ctx.waitForEvent(name));
  if (as !== "step") return [];
  const { stop, world, passed } = walk;
  const mustWait = world.fails && stop.how === "retry" && stop.at === passed;
  const run = (): string => {
    if (mustWait) throw new Error("not yet");
    world.note(ctx.executionId, effect);
    return gives;
  };
  const told = formerly === undefined || ctx.patched(name) ? name : formerly;
  return [await ctx.step(told, run, key === undefined ? {} : { key })];
};

const walkGate = async (ctx: WorkflowContext, { number, name, as }: GateNode, { stop }: Walk): Promise<void> => {
  if (stop.at !== number || stop.how === "retry") return;
  if ((as === "as told" ? stop.how : as) === "sleep") await ctx.sleep(name, "1h");
  else await ctx.waitForEvent(name);
};
