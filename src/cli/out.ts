/**
 * Where a command's words go: results to stdout, all else to stderr.
 *
 * What callers may rely on:
 *   1. `result` and `line` write to stdout, `note` and `warn` to stderr; with `-q` notes are dropped, warnings are not.
 *   2. Writing is synchronous and complete: nothing is cut when the process exits right after.
 *   3. A closed pipe is not an error: writing stops quietly, the command goes on.
 *   4. No colour, spinner or cursor movement unless that stream is a terminal.
 */
import type { ExecutionView } from "../model/views.ts";
import type { OutputFormat } from "./out-format.ts";

/** Each colour says one thing: green is done, cyan goes on, magenta waits, yellow went wrong but goes on, red went wrong. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
  magenta(text: string): string;
}

export interface Spinner {
  /** May have several lines; one that is wider than the room would be cut. */
  update(text: string): void;
  /** What the terminal has at this moment. */
  room(): { readonly columns: number; readonly rows: number };
  stop(): void;
}

export interface Out {
  readonly format: OutputFormat;
  readonly quiet: boolean;
  /** Columns of stdout at this moment; 80 when it is not a terminal. */
  readonly columns: number;
  /** Rows of stdout at this moment; no bound when it is not a terminal. */
  readonly rows: number;
  readonly isTerminal: boolean;
  readonly style: Style;
  /** `--utc`: times are whole and in UTC, also on a terminal. */
  readonly isUtc: boolean;
  /** Whether stdout is a terminal in which a text can lead somewhere. */
  readonly hasLinks: boolean;
  /** Style for stderr. */
  readonly noteStyle: Style;
  /** The one document of a command: JSON with `-o json`, else the lines that `text` gives. `ids` serves `-o ids`. */
  result(document: unknown, text: () => string, ids?: () => readonly string[]): void;
  /** A line of a stream (logs, events): JSON line with `-o json` or `jsonl`. */
  line(document: unknown, text: () => string): void;
  note(text: string): void;
  /** That there was nothing to do or to show: said to a person at a terminal alone, since cron sends mail for each byte. */
  idle(text: string): void;
  warn(text: string): void;
  /** An error as text on stderr, and as `{ error }` on stdout with `-o json`. */
  failure(error: unknown): void;
  /** Only when stderr is a terminal and nobody asked for quiet; otherwise undefined. */
  spinner(text: string): Promise<Spinner | undefined>;
}

/** Exit code of a command that carried an execution to this state; DESIGN's table. */
export const exitOfExecution = (execution: ExecutionView): number => {
  switch (execution.status) {
    case "completed":
      return 0;
    case "failed":
      return 1;
    case "cancelled":
      return 6;
    case "blocked":
      return 7;
    case "pending":
      return 5; // also without a time: a free place needs no person
    case "running":
    case "sleeping":
    case "waiting":
    case "paused":
      return execution.wakeAt === null ? 3 : 5;
    default:
      return execution.status satisfies never;
  }
};
