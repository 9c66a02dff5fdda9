/** What stands in a node, before it is escaped for a format. */
import { formatDuration } from "../../model/duration.ts";
import { segmentLabel, segmentsOf } from "../render/scope.ts";
import { childSuffix, stepTitle } from "../render/step-title.ts";
import type { GraphNode, GraphView } from "./graph.ts";

/** One line; nothing in it acts on a terminal. */
export const titleOf = (node: GraphNode): string => `${stepTitle(node)}${node.count > 1 ? ` ×${node.count}` : ""}${childSuffix(node)}`;

/** Under it: `sleep, 2s`. A step's kind says nothing. */
export const noteOf = ({ kind, status, durationMs, failed, count }: GraphNode): string =>
  [
    ...(kind === "step" || kind === "compensation" ? [] : [kind]),
    ...(status === null || status === "completed" ? [] : [status]),
    ...(count > 1 && failed > 0 ? [`${failed} failed`] : []),
    ...(count === 1 && durationMs > 0 ? [formatDuration(durationMs)] : []),
  ].join(", ");

/** `pay / refund #2`. */
export const scopeTitle = (scope: string): string => segmentsOf(scope).map(segmentLabel).join(" / ");

/** Nodes by scope, in the order in which the first of each began. */
export const byScope = ({ nodes }: GraphView): readonly (readonly [scope: string, nodes: readonly GraphNode[]])[] => [
  ...Map.groupBy(nodes, ({ scope }) => scope),
];

/** Whether something of it is wrong, or still to come. */
export const moodOf = ({ status, failed }: GraphNode): "failed" | "open" | undefined => {
  if (failed > 0 || status === "in-doubt") return "failed";
  return status === null || status === "completed" || status === "skipped" || status === "cancelled" ? undefined : "open";
};
