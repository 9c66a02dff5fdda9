/**
 * What a line that is being typed asks for next: a flag, or a value, of which placeholder.
 *
 *     wf cancel --reason x ord|       a value of <ids...>
 *     wf status --status=fai|         a value of <statuses>, which begins after "--status="
 *     wf run --|                      a flag
 */
import type { OptionTable } from "../command.ts";

export interface Form {
  /** As commander takes it: "cancel [ids...]". */
  readonly usage: string;
  /** Of the command, and those that all take. */
  readonly options: OptionTable;
}

export type Asked =
  | {
      readonly kind: "flag";
      readonly text: string;
      /** Long names of those that stand there already. */ readonly given: ReadonlySet<string>;
    }
  | {
      readonly kind: "value";
      /** "ids", "workflow", "file"; without brackets and dots. */
      readonly placeholder: string;
      /** `--status`, when it is the value of an option. */
      readonly flag: string | undefined;
      /** What was typed of it. */
      readonly text: string;
      /** What stands before it in the same word. */
      readonly lead: string;
      /** The arguments before it that belong to no option. */
      readonly args: readonly string[];
    }
  | { readonly kind: "nothing" };

interface Flag {
  readonly long: string;
  readonly short: string | undefined;
  /** Undefined for one that takes no value. */
  readonly placeholder: string | undefined;
  readonly isRepeatable: boolean;
}

/** @param words after the name of the command; the last one is being typed, and may be empty */
export const askedBy = ({ usage, options }: Form, words: readonly string[]): Asked => {
  const flags = flagsOf(options);
  const { args, given, open, isOver } = readBefore(flags, words.slice(0, -1));
  const text = words.at(-1) ?? "";
  if (open?.placeholder !== undefined) return { kind: "value", placeholder: open.placeholder, flag: open.long, text, lead: "", args };
  if (!isOver && text.startsWith("--") && text.includes("=")) return inline(flags, text, args);
  if (!isOver && text.startsWith("-")) return { kind: "flag", text, given };
  const placeholders = usage.split(" ").slice(1).map(bare);
  const last = usage.endsWith("...>") || usage.endsWith("...]") ? placeholders.at(-1) : undefined;
  const placeholder = placeholders[args.length] ?? last;
  return placeholder === undefined ? { kind: "nothing" } : { kind: "value", placeholder, flag: undefined, text, lead: "", args };
};

const inline = (flags: readonly Flag[], word: string, args: readonly string[]): Asked => {
  const at = word.indexOf("=") + 1;
  const flag = named(flags, word.slice(0, at - 1));
  if (flag?.placeholder === undefined) return { kind: "nothing" };
  return { kind: "value", placeholder: flag.placeholder, flag: flag.long, text: word.slice(at), lead: word.slice(0, at), args };
};

interface Before {
  readonly args: readonly string[];
  readonly given: ReadonlySet<string>;
  /** An option whose value comes next. */
  readonly open: Flag | undefined;
  /** After "--" nothing is a flag. */
  readonly isOver: boolean;
}

const readBefore = (flags: readonly Flag[], words: readonly string[]): Before => {
  const args: string[] = [];
  const given = new Set<string>();
  let open: Flag | undefined;
  let isOver = false;
  for (const word of words) {
    if (open?.placeholder !== undefined) open = undefined;
    else if (isOver || word === "-" || !word.startsWith("-")) args.push(word);
    else if (word === "--") isOver = true;
    else {
      const flag = named(flags, word.replace(/=.*$/s, ""));
      if (flag !== undefined && !flag.isRepeatable) given.add(flag.long);
      open = word.includes("=") ? undefined : flag;
    }
  }
  return { args, given, open, isOver };
};

const named = (flags: readonly Flag[], name: string): Flag | undefined => flags.find(({ long, short }) => name === long || name === short);

const flagsOf = (options: OptionTable): readonly Flag[] =>
  Object.keys(options).map((flags) => ({
    long: longOf(flags),
    short: /(?<![\w-])-\w/.exec(flags)?.[0],
    placeholder: /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1]?.replace("...", ""),
    isRepeatable: flags.includes("..."),
  }));

/** `--output` of `-o, --output <format>`. */
export const longOf = (flags: string): string => /--[\w-]+/.exec(flags)?.[0] ?? flags;

const bare = (word: string): string => word.replace(/[<>[\]]/g, "").replace("...", "");
