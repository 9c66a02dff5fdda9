/** A graph as a table: each step with what came right before it. */
import { formatDuration } from "../../model/duration.ts";
import type { GraphNode, GraphView } from "../graph/graph.ts";
import { moodOf, scopeTitle, titleOf } from "../graph/labels.ts";
import type { Look } from "./look.ts";
import type { Cell, DrawTable } from "./table.ts";

const HEAD = ["STEP", "KIND", "STATUS", "TOOK", "AFTER"];

export const renderGraph = (graph: GraphView, look: Look, draw: DrawTable): string => {
  const names = new Map(graph.nodes.map((node) => [node.id, nameOf(node)]));
  const before = Map.groupBy(graph.edges, ({ to }) => to);
  const after = ({ id }: GraphNode): string => (before.get(id) ?? []).map(({ from }) => names.get(from) ?? "").join(" + ");
  return draw({ head: HEAD, rows: graph.nodes.map((node) => [...cellsOf(node, look), after(node)]) }, look);
};

const nameOf = (node: GraphNode): string => (node.scope === "" ? titleOf(node) : `${scopeTitle(node.scope)} / ${titleOf(node)}`);

const cellsOf = (node: GraphNode, look: Look): readonly Cell[] => [
  nameOf(node),
  node.kind,
  statusCell(node, look),
  node.durationMs === 0 ? "" : formatDuration(node.durationMs),
];

const statusCell = (node: GraphNode, { style }: Look): Cell => {
  const text = node.status ?? (node.failed === 0 ? "" : `${node.failed} failed`);
  return { text, paint: moodOf(node) === "failed" ? style.red : (plain) => plain };
};
