/**
 * Whether a stream gets colour, and the styles that follow from it.
 *
 * The first of these that speaks decides: `--no-color`, `NO_COLOR`, `FORCE_COLOR`, `CLICOLOR_FORCE`, `TERM=dumb`, and then whether that
 * stream is a terminal. A variable that is set to an empty text does not speak. chalk is loaded only where there is colour.
 */
import type { Style } from "./out.ts";

export interface ColourFacts {
  /** `--no-color` was given. */
  readonly refused: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
}

export const wantsColour = ({ refused, env, isTerminal }: ColourFacts): boolean => {
  if (refused || isSet(env["NO_COLOR"])) return false;
  if (isSet(env["FORCE_COLOR"])) return !isNo(env["FORCE_COLOR"]);
  if (isSet(env["CLICOLOR_FORCE"]) && !isNo(env["CLICOLOR_FORCE"])) return true;
  return env["TERM"] !== "dumb" && isTerminal;
};

const isSet = (value: string | undefined): value is string => value !== undefined && value !== "";
const isNo = (value: string): boolean => ["0", "false", "no"].includes(value.toLowerCase());

const same = (text: string): string => text;

export const PLAIN: Style = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same, magenta: same };

export const loadStyle = async (colour: boolean): Promise<Style> => {
  if (!colour) return PLAIN;
  const { Chalk } = await import("chalk");
  // The sixteen colours that every terminal has; what chalk would find out about the terminal is not asked.
  const chalk = new Chalk({ level: 1 });
  return {
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    red: (text) => chalk.red(text),
    green: (text) => chalk.green(text),
    yellow: (text) => chalk.yellow(text),
    cyan: (text) => chalk.cyan(text),
    magenta: (text) => chalk.magenta(text),
  };
};
