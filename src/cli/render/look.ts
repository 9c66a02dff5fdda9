/**
 * How a text is to look: what renderers know about the place where it will be read, as plain data.
 */
import type { CommandContext } from "../command.ts";
import type { Style } from "../out.ts";

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
  /** The project's root: paths inside are shown relative to it. */
  readonly root?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** How the standard output of this command looks. */
export const lookOf = (context: Pick<CommandContext, "out" | "now" | "root">, environment: Environment = process.env): Look => ({
  style: context.out.style,
  columns: context.out.columns,
  now: context.now(),
  isTerminal: context.out.isTerminal,
  isUnicode: isUtf8(environment),
  root: context.root,
});

/** POSIX, "Internationalization Variables": the first that is set and not empty counts, and none at all means C, which is ASCII. */
export const isUtf8 = (environment: Environment): boolean => {
  const locale = environment["LC_ALL"] || environment["LC_CTYPE"] || environment["LANG"] || "C";
  return /utf-?8/i.test(locale);
};
