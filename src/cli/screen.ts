/**
 * Drawing the same place of a terminal again and again.
 *
 * Text goes through `Out`, which lets no cursor movement pass; the movement alone goes around it.
 */
import { widthOf } from "./render/fit.ts";
import { fileSink } from "./out-sink.ts";

export interface Screen {
  /** Shows a text in the place of the one before. */
  draw(text: string): void;
}

export interface ScreenOptions {
  /**
   * Columns and rows of the terminal at this moment. Lines past its rows cannot be reached by the cursor any more, so they are left out.
   */
  size(): { readonly columns: number; readonly rows: number };
  print(text: string): void;
  /** Writes a cursor movement. */
  move(sequence: string): void;
}

/** What is between them appears at once, in terminals that know it; others pass them over. */
const BEGIN_TOGETHER = "\x1b[?2026h";
const END_TOGETHER = "\x1b[?2026l";
const CLEAR_ALL = "\x1b[H\x1b[2J";

export const createScreen = ({ size, print, move }: ScreenOptions): Screen => {
  let before: { readonly columns: number; readonly rows: number; readonly drawnRows: number } | undefined;
  return {
    draw(text) {
      const { columns, rows } = size();
      const shown = topOf(text, columns, rows - 1);
      if (before !== undefined) {
        // A terminal of another size has broken the lines anew, and nobody knows where.
        const isSame = before.columns === columns && before.rows === rows;
        move(`${BEGIN_TOGETHER}${isSame ? `\x1b[${before.drawnRows}A\x1b[J` : CLEAR_ALL}`);
      }
      print(shown);
      if (before !== undefined) move(END_TOGETHER);
      before = { columns, rows, drawnRows: rowsOf(shown, columns) };
    },
  };
};

/** Writes to the terminal that standard output is. */
export const moveOnTerminal = (): ((sequence: string) => void) => {
  const sink = fileSink({ fd: 1, isTerminal: true, columns: undefined });
  return (sequence) => sink.write(sequence);
};

/** A line that is wider than the terminal takes several rows. */
const rowsOf = (text: string, columns: number): number =>
  text.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);

const topOf = (text: string, columns: number, rows: number): string => {
  const lines = text.split("\n");
  while (lines.length > 1 && rowsOf(lines.join("\n"), columns) > rows) lines.pop();
  return lines.join("\n");
};
