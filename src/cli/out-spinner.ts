/**
 * The spinner: one line at the bottom of a terminal that says what goes on.
 *
 * ora draws it, on a stream of our own: its writes go through the same sink as all others, so their order is kept, and lines that are
 * printed meanwhile stand above it.
 */
import type { Sink } from "./out-sink.ts";

export interface LiveSpinner {
  update(text: string): void;
  /** Takes the line away, prints, and draws it again. */
  around(print: () => void): void;
  stop(): void;
}

export type StartSpinner = (sink: Sink, text: string, colour: boolean) => Promise<LiveSpinner>;

export const startSpinner: StartSpinner = async (sink, text, colour) => {
  const { default: ora } = await import("ora");
  const spinner = ora({
    text,
    stream: terminalOf(sink) as unknown as NodeJS.WriteStream,
    color: colour ? "cyan" : false,
    isEnabled: true,
    // Standard input stays as it is: a raw one would take Ctrl-C away from us.
    discardStdin: false,
  }).start();
  return {
    update(next) {
      spinner.text = next;
    },
    around(print) {
      spinner.clear();
      print();
      spinner.render();
    },
    stop() {
      spinner.stop();
    },
  };
};

const ESCAPE = "\x1b[";

/** What ora asks of a terminal, as escape sequences. */
const terminalOf = (sink: Sink): object => ({
  isTTY: true,
  columns: sink.columns,
  write(text: string) {
    sink.write(text);
    return true;
  },
  cursorTo: (column: number) => sink.write(`${ESCAPE}${column + 1}G`),
  moveCursor: (_columns: number, rows: number) => sink.write(`${ESCAPE}${Math.abs(rows)}${rows < 0 ? "A" : "B"}`),
  clearLine: () => sink.write(`${ESCAPE}0K`),
  once: () => undefined,
  off: () => undefined,
  removeListener: () => undefined,
});
