/**
 * Which steps there were and which came before which, as a graph.
 *
 *     one execution     a node for each step; from many steps on, one for all items of a map and all turns of a loop
 *     many              one for all steps of the same place, kind and name, counted
 *
 * What callers may rely on:
 *   1. An arrow says that a step began after another had ended, with none between the two. Steps side by side have no arrow.
 *   2. It is what has happened, not what the code might do: a branch that no execution took is not there.
 *   3. There is no circle.
 */
import type { HistoryView, StepView } from "../../model/views.ts";
import { isBefore, timed, type Timed } from "./order.ts";
import { placeOf } from "./place.ts";

export interface GraphNode {
  /** "n1" and so on, in the order in which they began. */
  readonly id: string;
  readonly scope: string;
  readonly kind: StepView["kind"];
  readonly name: string;
  /** Null where the node is more than one step, or of a workflow. */
  readonly status: StepView["status"] | null;
  /** Steps it stands for. */
  readonly count: number;
  readonly failed: number;
  /** Of all its steps together, in ms. */
  readonly durationMs: number;
  /** The id of a child, the message of an approval. */
  readonly detail: string | null;
}

export interface GraphView {
  readonly workflow: string;
  /** Null where it is of many. */
  readonly executionId: string | null;
  /** How many executions it is of. */
  readonly executions: number;
  readonly nodes: readonly GraphNode[];
  /** @param count in how many executions */
  readonly edges: readonly { readonly from: string; readonly to: string; readonly count: number }[];
}

/** More nodes than these nobody reads, and the search for arrows grows with their cube. */
const MAX_NODES = 200;

export const graphOfExecution = (history: HistoryView, isMerged = history.steps.length > MAX_NODES): GraphView => ({
  ...graphOf([history], isMerged ? mergedKey : ownKey),
  executionId: history.execution.id,
});

/** @param histories of one workflow, one at least */
export const graphOfWorkflow = (histories: readonly HistoryView[]): GraphView => {
  const graph = graphOf(histories, mergedKey);
  return { ...graph, nodes: graph.nodes.map((node) => ({ ...node, status: null, detail: null })) };
};

type KeyOf = (step: StepView) => string;

const ownKey: KeyOf = ({ scope, kind, name, n }) => [scope, kind, name, n].join("\0");
const mergedKey: KeyOf = ({ scope, kind, name }) => [placeOf(scope), kind, name].join("\0");

interface Growing {
  readonly id: string;
  readonly steps: StepView[];
}

function graphOf(histories: readonly HistoryView[], keyOf: KeyOf): GraphView {
  const nodes = new Map<string, Growing>();
  const edges = new Map<string, { readonly from: string; readonly to: string; count: number }>();
  for (const { steps } of histories) {
    const firsts = new Map<string, Timed>();
    const inOrder = timed(steps);
    const items = firstItems(inOrder);
    for (const step of inOrder) {
      const key = keyOf(step.step);
      const node = nodes.get(key) ?? (nodes.size < MAX_NODES ? { id: `n${nodes.size + 1}`, steps: [] } : undefined);
      if (node === undefined) continue;
      nodes.set(key, node);
      node.steps.push(step.step);
      if (keyOf === ownKey || !firsts.has(node.id) || isFirst(items, step, firsts.get(node.id))) firsts.set(node.id, step);
    }
    for (const [from, to] of arrows([...firsts])) {
      // Two executions may have taken two steps in opposite orders; the first that was seen stays.
      if (edges.has(`${to} ${from}`)) continue;
      const edge = edges.get(`${from} ${to}`) ?? { from, to, count: 0 };
      edges.set(`${from} ${to}`, { ...edge, count: edge.count + 1 });
    }
  }
  return {
    workflow: histories[0]?.execution.workflow ?? "",
    executionId: null,
    executions: histories.length,
    nodes: [...nodes.values()].map((node) => nodeOf(node, keyOf === mergedKey)),
    edges: withoutCircles([...edges.values()]),
  };
}

/** Of all items of a map the first one stands for them: a step of one and a step of another say nothing about their order. */
const firstItems = (steps: readonly Timed[]): ReadonlyMap<string, string> => {
  const items = new Map<string, string>();
  for (const { step } of steps) if (!items.has(placeOf(step.scope))) items.set(placeOf(step.scope), step.scope);
  return items;
};

const isFirst = (items: ReadonlyMap<string, string>, { step }: Timed, before: Timed | undefined): boolean => {
  const first = items.get(placeOf(step.scope));
  return step.scope === first && before?.step.scope !== first;
};

/** From each to those that came next. */
function arrows(steps: readonly (readonly [id: string, step: Timed])[]): readonly (readonly [from: string, to: string])[] {
  return steps.flatMap(([to, step]) => {
    const before = steps.filter(([, other]) => isBefore(other, step));
    const last = before.filter(([, one]) => !before.some(([, other]) => isBefore(one, other)));
    return last.map(([from]) => [from, to] as const);
  });
}

/** Of many executions together, a longer circle is possible. What was seen least goes first. */
function withoutCircles(edges: GraphView["edges"]): GraphView["edges"] {
  const kept: GraphView["edges"][number][] = [];
  const next = new Map<string, string[]>();
  for (const edge of edges.toSorted((a, b) => b.count - a.count)) {
    if (reaches(next, edge.to, edge.from)) continue;
    kept.push(edge);
    next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
  }
  return edges.filter((edge) => kept.includes(edge));
}

function reaches(next: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set([from]);
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === to) return true;
    for (const node of next.get(at) ?? []) if (!seen.has(node)) open.push((seen.add(node), node));
  }
  return false;
}

function nodeOf({ id, steps }: Growing, isMerged: boolean): GraphNode {
  const [first] = steps as [StepView];
  return {
    ...{ id, scope: isMerged ? placeOf(first.scope) : first.scope, kind: first.kind, name: first.name },
    status: steps.length === 1 ? first.status : null,
    count: steps.length,
    failed: steps.filter(({ status }) => status === "failed").length,
    durationMs: steps.reduce((sum, { startedAt, finishedAt }) => sum + lengthOf(startedAt, finishedAt), 0),
    detail: steps.length === 1 ? first.detail : null,
  };
}

const lengthOf = (startedAt: string, finishedAt: string | null): number =>
  finishedAt === null ? 0 : Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt));
