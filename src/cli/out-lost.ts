/**
 * Standard output that cannot take any more: a full disk, a quota, an I/O error.
 *
 * A closed pipe is a reader that has had enough, and no error; here something is lost that somebody wanted. So the command ends with 1, and
 * nothing is written after the gap, even if there is space again: half a document is no document.
 */
import { fail } from "../model/errors.ts";
import type { Sink } from "./out-sink.ts";

/** The same sink, whose errors are of the catalogue. */
export const tellingLoss = (sink: Sink): Sink => {
  let lost: Error | undefined;
  return {
    get isTerminal() {
      return sink.isTerminal;
    },
    get columns() {
      return sink.columns;
    },
    get rows() {
      return sink.rows ?? Infinity;
    },
    write(text) {
      if (lost !== undefined) throw lost;
      try {
        sink.write(text);
      } catch (error) {
        lost = fail("OUTPUT_LOST", { problem: error instanceof Error ? error.message : String(error) });
        throw lost;
      }
    },
  };
};

export const isLoss = (error: unknown): boolean => (error as { readonly code?: unknown } | null)?.code === "OUTPUT_LOST";
