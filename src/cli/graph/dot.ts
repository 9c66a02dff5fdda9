/** A graph in the language of Graphviz: `wf graph … --format dot | dot -Tsvg`. */
import { line } from "../render/safe.ts";
import type { GraphNode, GraphView } from "./graph.ts";
import { byScope, moodOf, noteOf, scopeTitle, titleOf } from "./labels.ts";

const SHAPES: Readonly<Record<GraphNode["kind"], string>> = {
  step: "box",
  shell: "parallelogram",
  transaction: "cylinder",
  compensation: "cds",
  sleep: "oval",
  event: "hexagon",
  approval: "diamond",
  child: "box3d",
};

export const toDot = (graph: GraphView): string =>
  [
    `digraph ${quote(line(graph.executionId ?? graph.workflow))} {`,
    ...byScope(graph).flatMap(([scope, nodes], at) => {
      const lines = nodes.map(nodeLine);
      if (scope === "") return lines.map((text) => `  ${text}`);
      return [`  subgraph cluster_${at} {`, `    label=${quote(scopeTitle(scope))};`, ...lines.map((text) => `    ${text}`), "  }"];
    }),
    ...graph.edges.map(({ from, to }) => `  ${from} -> ${to};`),
    "}",
  ].join("\n");

const nodeLine = (node: GraphNode): string => {
  const note = noteOf(node);
  const label = note === "" ? titleOf(node) : `${titleOf(node)}\n${note}`;
  return `${node.id} [label=${quote(label)}, shape=${SHAPES[node.kind] ?? "box"}${MOODS[moodOf(node) ?? "none"]}];`;
};

const MOODS = { failed: ", color=red", open: ", style=dashed", none: "" } as const;

/** A quoted id of the DOT language. A backslash begins an escape in a label, and a newline of ours is one. */
const quote = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
