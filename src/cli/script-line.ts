/**
 * The command lines of `wf begin`, `step`, `sleep`, `wait-event` and `end`, read without a parser of options: a script has many of them.
 *
 * Only what is plainly right is read here. Whatever else is written, `--help` and every mistake, goes the long way, which has a help page
 * and suggestions.
 */
export interface ScriptLine {
  readonly command: string;
  /** Before `--`. */
  readonly args: readonly string[];
  /** `true` for a flag that takes no value. */
  readonly options: Readonly<Record<string, string | true>>;
  /** After `--`; undefined where there is none. */
  readonly rest: readonly string[] | undefined;
}

interface Form {
  /** Names of options that take a value, and of those that take none. */
  readonly values: readonly string[];
  readonly flags: readonly string[];
}

const PLACE = ["dir", "db"] as const;

export const SCRIPT_FORMS: Readonly<Record<string, Form>> = {
  step: { values: ["retry", "timeout", "delay", "key", ...PLACE], flags: ["once"] },
  sleep: { values: ["key", ...PLACE], flags: [] },
  begin: { values: ["id", ...PLACE], flags: [] },
  end: { values: [...PLACE], flags: ["failed"] },
  "wait-event": { values: ["timeout", "key", ...PLACE], flags: [] },
};

/** Undefined when the long way has to be gone. */
export function readScriptLine(argv: readonly string[]): ScriptLine | undefined {
  const [command = "", ...words] = argv;
  const form = Object.hasOwn(SCRIPT_FORMS, command) ? SCRIPT_FORMS[command] : undefined;
  if (form === undefined) return undefined;
  const args: string[] = [];
  const options: Record<string, string | true> = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") return { command, args, options, rest: words.slice(at + 1) };
    if (!word.startsWith("-")) {
      args.push(word);
      continue;
    }
    const equals = word.indexOf("=");
    const name = word.slice(2, equals < 0 ? undefined : equals);
    if (!word.startsWith("--") || Object.hasOwn(options, name)) return undefined;
    if (form.flags.includes(name) && equals < 0) options[name] = true;
    else if (!form.values.includes(name)) return undefined;
    else {
      const value = equals < 0 ? words[++at] : word.slice(equals + 1);
      if (value === undefined || (equals < 0 && value.startsWith("-"))) return undefined;
      options[name] = value;
    }
  }
  return { command, args, options, rest: undefined };
}

/** Input and output have forms of their own, which the long way reads. */
export const isPlain = ({ command, args, rest }: ScriptLine): boolean =>
  command === "begin" ? args.length === 1 && rest === undefined : command !== "end" || (args.length === 0 && rest === undefined);
