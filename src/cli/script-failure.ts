/** How a call of a script tells that it has failed: on standard error, as every command does, and by its exit code. */
import { exitOf } from "../model/errors.ts";
import { errorText, errorView } from "./out-error.ts";
import { fileSink } from "./out-sink.ts";
import type { Style } from "./out.ts";

const asItIs = (text: string): string => text;
const PLAIN: Style = { bold: asItIs, dim: asItIs, red: asItIs, green: asItIs, yellow: asItIs, cyan: asItIs, magenta: asItIs };

/** Gives the exit code. */
export const tell = (error: unknown): number => {
  fileSink({ fd: 2, isTerminal: false, columns: undefined, neverThrows: true }).write(`${errorText(errorView(error), PLAIN)}\n`);
  return exitOf(error);
};
