/**
 * Command lines that are plainly right, read without commander, which takes as long to load as the rest of a short command to run.
 *
 *     --flag   --option value   --option=value   -o value   words
 *
 * Whatever else is written (`--`, `-ojson`, an option twice, `--help`, every mistake) is commander's. What callers may rely on: what is
 * given here is what commander would give.
 */
import type { Command, OptionValue } from "./command.ts";
import { GLOBAL_OPTIONS, globalsBeside } from "./global-options.ts";

export interface ReadLine {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly globals: Readonly<Record<string, OptionValue>>;
  /** Every option with what was given for it. */
  readonly written: readonly { readonly flags: string; readonly value: OptionValue }[];
}

interface Option {
  readonly flags: string;
  /** `dryRun` of `--dry-run`, and `color` of `--no-color`. */
  readonly name: string;
  readonly takes: "nothing" | "value" | "values";
  readonly isNegative: boolean;
  readonly isGlobal: boolean;
}

/** Undefined where it takes commander. */
export const readPlainLine = (command: Command, argv: readonly string[]): ReadLine | undefined => {
  const options = optionsOf(command);
  const known = new Map(options.flatMap((option) => namesIn(option.flags).map((name) => [name, option] as const)));
  const values = new Map<Option, OptionValue>();
  const args: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (word === "-" || !word.startsWith("-")) {
      args.push(word);
      continue;
    }
    const [, flag = "", given] = /^(--[\w-]+|-\w)(?:=(.+))?$/s.exec(word) ?? [];
    const option = known.get(flag);
    if (option === undefined || (given !== undefined && !flag.startsWith("--"))) return undefined;
    const value = option.takes === "nothing" ? given : (given ?? argv[++at]);
    if (!put(values, option, value)) return undefined;
  }
  return fits(command.usage, args.length) ? { args, ...told(options, values) } : undefined;
};

const optionsOf = ({ options = {} }: Command): readonly Option[] =>
  [options, globalsBeside(options)].flatMap((table) => Object.keys(table).map(optionOf));

const optionOf = (flags: string): Option => ({
  flags,
  name: nameOf(flags),
  takes: flags.endsWith("...>") ? "values" : flags.endsWith(">") ? "value" : "nothing",
  isNegative: flags.startsWith("--no-"),
  isGlobal: Object.hasOwn(GLOBAL_OPTIONS, flags),
});

const nameOf = (flags: string): string =>
  (/--(?:no-)?([\w-]+)/.exec(flags)?.[1] ?? "").replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

const namesIn = (flags: string): readonly string[] => flags.match(/(?<![\w-])--?[a-z][\w-]*/g) ?? [];

/** Whether it is plain. */
function put(values: Map<Option, OptionValue>, option: Option, value: string | undefined): boolean {
  const before = values.get(option);
  if (option.takes === "nothing") {
    values.set(option, !option.isNegative);
    return value === undefined && before === undefined;
  }
  if (value === undefined || value === "" || (value.startsWith("-") && value !== "-")) return false;
  values.set(option, option.takes === "value" ? value : [...((before as readonly string[] | undefined) ?? []), value]);
  return option.takes === "values" || before === undefined;
}

/** As many arguments as the usage has places: `run <workflow> [inputs...]`. */
function fits(usage: string, count: number): boolean {
  const [, ...places] = usage.split(" ");
  const most = usage.endsWith("...]") || usage.endsWith("...>") ? Infinity : places.length;
  return count >= places.filter((place) => place.startsWith("<")).length && count <= most;
}

function told(options: readonly Option[], values: ReadonlyMap<Option, OptionValue>): Omit<ReadLine, "args"> {
  const written = options.map((option) => ({ ...option, value: values.get(option) ?? (option.isNegative ? true : undefined) }));
  const pick = (isGlobal: boolean): Readonly<Record<string, OptionValue>> =>
    Object.fromEntries(
      written.flatMap(({ name, value, ...option }) => (option.isGlobal === isGlobal && value !== undefined ? [[name, value]] : [])),
    );
  return { options: pick(false), globals: pick(true), written };
}
