/** How a call of a script tells that it has failed: on standard error, as every command does, and by its exit code. */
import { exitOf } from "../model/errors.ts";
import { errorText, errorView } from "./out-error.ts";
import { fileSink } from "./out-sink.ts";
import type { Style } from "./out.ts";
import { wrapEach } from "./render/fit.ts";
import { isTerminalAt, sizeOfTerminal } from "./terminal.ts";

const asItIs = (text: string): string => text;
const PLAIN: Style = { bold: asItIs, dim: asItIs, red: asItIs, green: asItIs, yellow: asItIs, cyan: asItIs, magenta: asItIs };

/** Gives the exit code. */
export const tell = (error: unknown): number => {
  const terminal = isTerminalAt(2) ? { isTerminal: true, size: sizeOfTerminal(2) } : { isTerminal: false };
  const sink = fileSink({ fd: 2, columns: undefined, neverThrows: true, ...terminal });
  sink.write(`${wrapEach(errorText(errorView(error), PLAIN), sink)}\n`);
  return exitOf(error);
};
