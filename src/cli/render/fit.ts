/**
 * Making text fit into columns: measuring, cutting, padding, wrapping. Widths are those of a terminal, where 日 takes two.
 */
import type { Look } from "./look.ts";

/** Made when a text is cut: making it takes longer than most commands take. */
let graphemes: Intl.Segmenter | undefined;

/** Escape sequences of colours count nothing. */
export const widthOf = (text: string): number => Bun.stringWidth(text);

/** A text without colours cut to at most `columns`, its end marked; also on no terminal, so ask first. */
export const cutTo = (text: string, columns: number, look: Pick<Look, "isUnicode">): string => {
  if (widthOf(text) <= columns) return text;
  const end = look.isUnicode === false ? "..." : "…";
  const room = columns - end.length;
  let shown = "";
  let width = 0;
  // Not Bun.sliceAnsi, which gives four characters of "日本語日本" a column too many (Bun 1.4.5).
  for (const { segment } of (graphemes ??= new Intl.Segmenter()).segment(text)) {
    width += widthOf(segment);
    if (width > room) break;
    shown += segment;
  }
  return shown.trimEnd() + end;
};

export const padTo = (text: string, columns: number): string => text + " ".repeat(Math.max(0, columns - widthOf(text)));

/** Between words, on a terminal only: what is read by programs keeps its lines. Words are never broken, so ids stay whole. */
export const wrapTo = (text: string, look: Pick<Look, "columns" | "isTerminal">, indent = ""): string => {
  if (look.isTerminal !== true) return text;
  const columns = Math.max(1, look.columns - indent.length);
  return Bun.wrapAnsi(text, columns, { hard: false, trim: true }).replaceAll("\n", `\n${indent}`);
};

/** Each line by itself, with its own indentation kept; what goes over to the next row stands two columns further. */
export const wrapEach = (text: string, look: Pick<Look, "columns" | "isTerminal">): string =>
  text
    .split("\n")
    .map((row) => {
      const [lead = ""] = /^(?:\x1b\[[0-9;]*m)* */.exec(row) ?? [];
      return lead + wrapTo(row.slice(lead.length), look, " ".repeat(widthOf(lead) + 2));
    })
    .join("\n");

/** Every line of a text moved to the right. */
export const indentBy = (columns: number, text: string): string => text.replace(/^(?=.)/gm, " ".repeat(columns));
