/** How the texts of these tests look: plain, 80 columns, at the present of the harness. */
import { PLAIN } from "../../../src/cli/out-colour.ts";
import type { Look } from "../../../src/cli/render/look.ts";
import { NOW } from "../harness.ts";

export const lookOf = (given: Partial<Look> = {}): Look => ({ style: PLAIN, columns: 80, now: NOW, root: "/project", ...given });

/** A terminal, where long texts are cut. */
export const terminal = (columns: number): Look => lookOf({ columns, isTerminal: true });

/** Marks what was painted, so that a test sees where a colour begins and ends. */
export const PAINTED: Look["style"] = {
  bold: (text) => `<b>${text}</b>`,
  dim: (text) => `<d>${text}</d>`,
  red: (text) => `<r>${text}</r>`,
  green: (text) => `<g>${text}</g>`,
  yellow: (text) => `<y>${text}</y>`,
  cyan: (text) => `<c>${text}</c>`,
  magenta: (text) => `<m>${text}</m>`,
};

/** A text as lines, without the indentation of the test around it. */
export const lines = (text: string): string => {
  const rows = text.replace(/^\n/, "").replace(/\n *$/, "").split("\n");
  const indents = rows.filter((row) => row.trim() !== "").map((row) => row.length - row.trimStart().length);
  const margin = Math.min(...indents);
  return rows.map((row) => row.slice(margin)).join("\n");
};
