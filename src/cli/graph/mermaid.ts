/** A graph as Mermaid, which GitHub and many editors draw. */
import type { GraphNode, GraphView } from "./graph.ts";
import { byScope, moodOf, noteOf, scopeTitle, titleOf } from "./labels.ts";

/** Each kind has its form. */
const FORMS: Readonly<Record<GraphNode["kind"], readonly [open: string, close: string]>> = {
  step: ["[", "]"],
  shell: ["[/", "/]"],
  transaction: ["[(", ")]"],
  compensation: [">", "]"],
  sleep: ["([", "])"],
  event: ["{{", "}}"],
  approval: ["{", "}"],
  child: ["[[", "]]"],
};

export const toMermaid = (graph: GraphView): string =>
  [
    "flowchart TD",
    ...byScope(graph).flatMap(([scope, nodes], at) => {
      const lines = nodes.map(nodeLine);
      if (scope === "") return lines.map((line) => `  ${line}`);
      return [`  subgraph s${at}["${escaped(scopeTitle(scope))}"]`, ...lines.map((line) => `    ${line}`), "  end"];
    }),
    ...graph.edges.map(({ from, to }) => `  ${from} --> ${to}`),
    ...classLines(graph),
  ].join("\n");

const nodeLine = (node: GraphNode): string => {
  const [open, close] = FORMS[node.kind] ?? FORMS.step;
  const note = noteOf(node);
  return `${node.id}${open}"${escaped(titleOf(node))}${note === "" ? "" : `<br/>${escaped(note)}`}"${close}`;
};

const STYLES = { failed: "stroke:#c00,stroke-width:2px", open: "stroke-dasharray:4 3" } as const;

const classLines = ({ nodes }: GraphView): readonly string[] =>
  (["failed", "open"] as const).flatMap((mood) => {
    const ids = nodes.filter((node) => moodOf(node) === mood).map(({ id }) => id);
    return ids.length === 0 ? [] : [`  classDef ${mood} ${STYLES[mood]}`, `  class ${ids.join(",")} ${mood}`];
  });

/** Inside of quotes Mermaid reads `#`, HTML and Markdown: whatever may mean something to it goes as the number of its character. */
const escaped = (text: string): string => text.replace(/[^\p{L}\p{N} .,:()/×_+-]/gu, (character) => `#${character.codePointAt(0)};`);
