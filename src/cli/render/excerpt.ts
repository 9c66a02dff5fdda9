/**
 * What others say in several lines, messages of errors above all: the lines below the first are indented, and where the rest can be read
 * elsewhere there are no more of them than a person wants to see at once.
 */
import { shellWord } from "../../model/shell-word.ts";
import type { Look } from "./look.ts";
import { block } from "./safe.ts";

const LINES_SHOWN = 10;
const INDENT = "    ";

export interface ExcerptOptions {
  /** All lines. */
  readonly isFull?: boolean;
  /** Of the execution whose history shows all of it; without one nothing is left out. */
  readonly id?: string;
}

export interface Excerpt {
  /** Safe to show; not wrapped. */
  readonly text: string;
  /** How much is left out, and what shows it: no row, or one. */
  readonly more: readonly string[];
}

export const excerptOf = (text: string, { style, isUnicode }: Look, { isFull, id }: ExcerptOptions): Excerpt => {
  const rows = linesOf(text);
  const shown = isFull === true || id === undefined ? rows : rows.slice(0, LINES_SHOWN);
  const left = rows.length - shown.length;
  const rest = `${left} more ${left === 1 ? "line" : "lines"}: wf history ${shellWord(id ?? "")} --full`;
  return {
    text: block(shown.join("\n"), INDENT),
    more: left === 0 ? [] : [style.dim(`${INDENT}${isUnicode === false ? "..." : "…"} (${rest})`)],
  };
};

/** Those of a message from Windows end in two characters. Breaks at the end of a text part nothing. */
const linesOf = (text: string): readonly string[] => text.replace(/[\r\n]+$/, "").split(/\r?\n/);
