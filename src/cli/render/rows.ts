/** Rows of a query: a table for people, CSV for spreadsheets. */
import type { RowsView } from "../../model/maintenance.ts";
import { escapeControls } from "../../model/escape.ts";
import type { Look } from "./look.ts";
import { line } from "./safe.ts";
import type { Cell, DrawTable } from "./table.ts";

/** No row gives no text. */
export const renderRows = ({ columns, rows }: RowsView, look: Look, draw: DrawTable): string =>
  rows.length === 0
    ? look.style.dim("no rows")
    : draw({ head: columns.map(line), rows: rows.map((row) => row.map((value) => cellOf(value, look))) }, look);

const cellOf = (value: unknown, { style }: Look): Cell => (value === null ? { text: "null", paint: style.dim } : textOf(value));

/** RFC 4180, with the newlines of this system; null is empty, and an empty text is in quotes. */
export const renderCsv = ({ columns, rows }: RowsView): string => [columns, ...rows].map((row) => row.map(fieldOf).join(",")).join("\n");

const fieldOf = (value: unknown): string => {
  if (value === null) return "";
  const text = escapeControls(textOf(value));
  return text === "" || /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Bytes as SQLite writes them. */
const textOf = (value: unknown): string => (value instanceof Uint8Array ? `x'${value.toHex()}'` : String(value));
