/**
 * How a text is to look: what renderers know about the place where it will be read, as plain data.
 */
import type { CommandContext } from "../command.ts";
import type { Style } from "../out.ts";
import { type ReadSourceLine, readSourceLine } from "./source-line.ts";

export interface Look {
  readonly style: Style;
  /** Width to fit. Only bars, wrapping and, on a terminal, cutting depend on it. */
  readonly columns: number;
  /** Wall clock, for ages. */
  readonly now: number;
  /** Whether long texts may be cut and times be told as ages. Default false: a file or pipe loses nothing. */
  readonly isTerminal?: boolean;
  /** Whether marks and bars may be other than ASCII. Default true. */
  readonly isUnicode?: boolean;
  /** Whether times are whole and in UTC also on a terminal. Default false. */
  readonly isUtc?: boolean;
  /** The project's root: paths inside are shown relative to it. */
  readonly root?: string;
  /** Reads a line of the user's code; without it none is shown. */
  readonly sourceLine?: ReadSourceLine;
  /** Whether a text may lead to a file when it is clicked. Default false. */
  readonly hasLinks?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** How the standard output of this command looks. */
export const lookOf = (context: Pick<CommandContext, "out" | "now" | "root">, environment: Environment = process.env): Look => ({
  style: context.out.style,
  columns: context.out.columns,
  now: context.now(),
  isTerminal: context.out.isTerminal,
  isUnicode: isUtf8(environment),
  isUtc: context.out.isUtc,
  root: context.root,
  sourceLine: readSourceLine(context.root),
  hasLinks: context.out.hasLinks,
});

/** POSIX, "Internationalization Variables": the first that is set and not empty counts, and none at all means C, which is ASCII. */
export const isUtf8 = (environment: Environment): boolean => {
  const locale = environment["LC_ALL"] || environment["LC_CTYPE"] || environment["LANG"] || "C";
  return /utf-?8/i.test(locale);
};
