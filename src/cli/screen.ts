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
  readonly columns: number;
  /** Rows of the terminal: lines past them cannot be reached by the cursor any more, so they are left out. */
  readonly rows: number;
  print(text: string): void;
  /** Writes a cursor movement. */
  move(sequence: string): void;
}

export const createScreen = ({ columns, rows, print, move }: ScreenOptions): Screen => {
  let drawnRows = 0;
  return {
    draw(text) {
      const shown = topOf(text, columns, rows - 1);
      if (drawnRows > 0) move(`\x1b[${drawnRows}A\x1b[J`);
      print(shown);
      drawnRows = rowsOf(shown, columns);
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
