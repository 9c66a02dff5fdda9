/**
 * The spinner: a few lines at the bottom of a terminal that say what goes on, the first of them beside a sign that turns.
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

export interface SpinnerLook {
  readonly colour: boolean;
  /** Whether the sign may be other than ASCII. */
  readonly isUnicode: boolean;
}

export type StartSpinner = (sink: Sink, text: string, look: SpinnerLook) => Promise<LiveSpinner>;

export const startSpinner: StartSpinner = async (sink, text, { colour, isUnicode }) => {
  const { default: ora } = await import("ora");
  const frames = atOnce(sink);
  const spinner = ora({
    text,
    stream: terminalOf(frames) as unknown as NodeJS.WriteStream,
    color: colour ? "cyan" : false,
    spinner: isUnicode ? "dots" : "line",
    isEnabled: true,
    // Standard input stays as it is: a raw one would take Ctrl-C away from us.
    discardStdin: false,
  });
  const render = spinner.render.bind(spinner);
  spinner.render = () => frames.together(render);
  spinner.start();
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

interface Frames extends Pick<Sink, "columns" | "write"> {
  together<T>(draw: () => T): T;
}

/** ora clears the lines one by one, then writes them anew. In one write the terminal shows nothing of what is between. */
const atOnce = (sink: Sink): Frames => {
  let frame: string | undefined;
  return {
    get columns() {
      return sink.columns;
    },
    write(text) {
      if (frame === undefined) sink.write(text);
      else frame += text;
    },
    together(draw) {
      frame = "";
      try {
        return draw();
      } finally {
        const whole = frame;
        frame = undefined;
        if (whole !== "") sink.write(whole);
      }
    },
  };
};

const ESCAPE = "\x1b[";

/** What ora asks of a terminal, as escape sequences. */
const terminalOf = (sink: Pick<Sink, "columns" | "write">): object => ({
  isTTY: true,
  get columns() {
    return sink.columns;
  },
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
