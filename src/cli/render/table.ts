/**
 * Tables: aligned columns without borders, which people and `awk` can both read.
 *
 * What callers may rely on:
 *   1. Only the last column is ever cut, and only on a terminal. Ids stand in the first and stay whole.
 *   2. Where the columns before the last do not fit into the terminal, every row becomes a few lines under its first cell.
 *   3. A column that is empty in every row is left out.
 *   4. Cells may hold any text; colours are put around them after they are cut.
 */
import { cutTo, widthOf, wrapTo } from "./fit.ts";
import type { Look } from "./look.ts";
import { line } from "./safe.ts";

export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

export interface TableView {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Draws a table; `loadTables` gives one. */
export type DrawTable = (table: TableView, look: Look) => string;

const GAP = "  ";
/** Less of a text says nothing. */
const MIN_ELASTIC = 12;

interface Drawn {
  readonly text: string;
  readonly paint: (text: string) => string;
}

/** The same where people read; documents have no tables. */
export const tablesFor = async ({ format }: { readonly format: string }): Promise<DrawTable> =>
  format === "text" ? loadTables() : () => "";

/** cli-table3 is loaded here and nowhere else: `wf tick` must not pay for it. */
export const loadTables = async (): Promise<DrawTable> => {
  const { default: Table } = await import("cli-table3");
  const draw = (rows: readonly (readonly string[])[], colWidths: readonly number[]): InstanceType<typeof Table> => {
    const table = new Table({
      chars: { ...NO_BORDERS, middle: GAP },
      // It would colour heads and borders on its own, also in a pipe.
      style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
      colWidths: [...colWidths],
    });
    table.push(...rows.map((row) => [...row]));
    return table;
  };
  return (table, look) => {
    const { head, rows } = plainOf(table);
    const room = elasticRoom(head, rows, look);
    if (room < MIN_ELASTIC) return rows.map((row) => stacked(row, look)).join("\n");
    const all = [head.map((title) => look.style.bold(title)), ...rows.map((row) => paintRow(row, room, look))];
    const parts = Array.from({ length: Math.ceil(all.length / PART_ROWS) }, (_, index) =>
      all.slice(index * PART_ROWS, (index + 1) * PART_ROWS),
    );
    // By the measure of cli-table3 itself, which would cut what is wider than it was told.
    const widths = parts.length === 1 ? [] : parts.map((part) => widthsOf(draw(part, []))).reduce(wider);
    return parts.map((part) => draw(part, widths).toString().replace(/ +$/gm, "")).join("\n");
  };
};

/** The time that cli-table3 takes grows with the square of the rows: 7 s for 10,000 of five cells, against 1.2 s in parts of this size. */
const PART_ROWS = 100;

/** Known once it is drawn. */
const widthsOf = (table: {
  readonly options: { readonly colWidths: readonly (number | null)[] };
  toString(): string;
}): readonly number[] => {
  table.toString();
  return table.options.colWidths.map((width) => width ?? 0);
};

const wider = (one: readonly number[], other: readonly number[]): readonly number[] =>
  one.map((width, column) => Math.max(width, other[column] ?? 0));

const plainOf = ({ head, rows }: TableView): { readonly head: readonly string[]; readonly rows: readonly (readonly Drawn[])[] } => {
  const all = rows.map((row) => row.map(drawnOf));
  const isUsed = head.map((_, column) => all.length === 0 || all.some((row) => (row[column]?.text ?? "") !== ""));
  const keep = <T>(cells: readonly T[]): readonly T[] => cells.filter((_, column) => isUsed[column]);
  return { head: keep(head), rows: all.map(keep) };
};

const drawnOf = (cell: Cell): Drawn =>
  typeof cell === "string" ? { text: line(cell), paint: (text) => text } : { text: line(cell.text), paint: cell.paint };

/** Columns left for the last one; all that it wants where nothing may be cut. */
const elasticRoom = (head: readonly string[], rows: readonly (readonly Drawn[])[], look: Look): number => {
  if (look.isTerminal !== true) return Infinity;
  const widths = head.map((title, column) => Math.max(widthOf(title), ...rows.map((row) => widthOf(row[column]?.text ?? ""))));
  const fixed = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0);
  const room = look.columns - fixed;
  return (widths.at(-1) ?? 0) <= room ? Infinity : room;
};

const paintRow = (row: readonly Drawn[], room: number, look: Look): string[] =>
  row.map(({ text, paint }, column) => paint(column === row.length - 1 && room !== Infinity ? cutTo(text, room, look) : text));

/** The first cell on its own line, those between together, the last one cut. */
const stacked = (row: readonly Drawn[], look: Look): string => {
  const [first, ...others] = row;
  const last = others.pop();
  const between = others.filter(({ text }) => text !== "").map(({ text, paint }) => paint(text));
  const lines = [first === undefined ? "" : look.style.bold(first.paint(first.text))];
  if (between.length > 0) lines.push(GAP + wrapTo(between.join(GAP), look, GAP));
  if (last !== undefined && last.text !== "") lines.push(GAP + last.paint(cutTo(last.text, look.columns - GAP.length, look)));
  return lines.join("\n");
};

const NO_BORDERS = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
};
