/**
 * A place to write text to: standard output, standard error, or a list in tests.
 *
 * What callers may rely on:
 *   1. Writing is synchronous and complete: whoever exits right after has lost nothing.
 *   2. A reader that has gone away is not an error: from then on writing does nothing, and `onClosed` is told once.
 *   3. A reader that is slow is waited for.
 *   4. Any other error, a full disk, is thrown; not by the sink for notes, since there is nowhere left to tell of it.
 */
import { writeSync } from "node:fs";
import { isReaderGone, writeAll, type WriteBytes } from "../model/write-all.ts";

export interface Sink {
  readonly isTerminal: boolean;
  /** At this moment; 80 when it is not a terminal, or one that does not know. */
  readonly columns: number;
  /** At this moment; no bound when it is not a terminal, or one that does not know. */
  readonly rows?: number;
  write(text: string): void;
}

export const DEFAULT_COLUMNS = 80;

/** Columns, then rows. */
export type TerminalSize = readonly [columns: number, rows: number];

export interface FileSinkOptions {
  readonly fd: number;
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
  /** Asked at each look, since terminals are made larger and smaller; `columns` stands in where it does not answer. */
  readonly size?: () => TerminalSize | undefined;
  readonly onClosed?: () => void;
  /** For standard error: every error closes it. */
  readonly neverThrows?: boolean;
  readonly write?: WriteBytes;
  readonly pause?: () => void;
}

export const fileSink = (options: FileSinkOptions): Sink => {
  const { fd, isTerminal, columns, size, onClosed, neverThrows = false, write = writeSync, pause } = options;
  let isClosed = false;
  return {
    isTerminal,
    get columns() {
      return (isTerminal ? known(size?.()?.[0] ?? columns) : undefined) ?? DEFAULT_COLUMNS;
    },
    get rows() {
      return (isTerminal ? known(size?.()?.[1]) : undefined) ?? Infinity;
    },
    write(text) {
      if (isClosed) return;
      try {
        writeAll(fd, new TextEncoder().encode(text), write, pause);
      } catch (error) {
        if (!neverThrows && !isReaderGone(error)) throw error;
        isClosed = true;
        onClosed?.();
      }
    },
  };
};

/** A bare terminal says 0. */
const known = (count: number | undefined): number | undefined => (count !== undefined && count > 0 ? count : undefined);
