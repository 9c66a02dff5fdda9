/**
 * Random command lines, from nearly right to nonsense, and what may never come of one.
 *
 * Only commands that do all they do through the client: what starts processes, writes files of its own or looks at the machine is for real
 * processes.
 */
import { EXIT, EXIT_CODES } from "../../../src/cli/exit-codes.ts";
import { GLOBAL_OPTIONS } from "../../../src/cli/global-options.ts";
import { sniffFormat } from "../../../src/cli/options.ts";
import { COMMANDS } from "../../../src/cli/registry.ts";
import type { Dice } from "./dice.ts";
import { IDS } from "./fixture.ts";
import { HOSTILE_TEXTS } from "./hostile.ts";

const TAKEN: readonly string[] = [
  ...["run", "wait", "resume", "restart", "tick", "list", "status", "history", "why", "logs", "send", "cancel"],
];

export interface Usage {
  /** Kinds of the words that follow the name, as far as they are bounded. */
  readonly words: readonly ("word" | "input")[];
  readonly flags: readonly { readonly flag: string; readonly takesValue: boolean }[];
}

export type Usages = ReadonlyMap<string, Usage>;

export const readUsages = async (): Promise<Usages> => {
  const entries = COMMANDS.filter(({ name }) => TAKEN.includes(name));
  return new Map(
    await Promise.all(
      entries.map(async (entry): Promise<readonly [string, Usage]> => {
        const { usage, options = {} } = await entry.load();
        const words = usage
          .split(" ")
          .slice(1)
          .map((each) => (/input|json/.test(each) ? "input" : "word"));
        const flags = [...Object.keys(options), ...Object.keys(GLOBAL_OPTIONS)].flatMap((listed) => {
          const [names = "", value] = listed.split(/ (?=[<[])/);
          return names.split(", ").map((flag) => ({ flag, takesValue: value !== undefined }));
        });
        return [entry.name, { words, flags }];
      }),
    ),
  );
};

/** What a flag is mostly given; the others take a word. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  "--output": ["json", "text", "jsonl", "ids"],
  "-o": ["json", "text", "jsonl", "ids"],
  "--limit": ["1", "3", "99"],
  "--timeout": ["5s", "1ms"],
  "--hold": ["0", "5s", "1h"],
  "--in": ["1h"],
  "--at": ["2030-01-01", "09:00"],
  "--since": ["1h", "2026-01-01"],
  "--status": ["failed", "completed,blocked"],
  "--level": ["info", "error"],
  "--until": ["completed", "parked,blocked"],
  "--if-exists": ["return", "replace", "fail"],
  "--fail-on": ["failed", "blocked"],
  "--tag": ["a=b", "team=growth"],
  "--input": ['{"a":1}', "-", "[1]"],
  "-i": ['{"a":1}', "-", "[1]"],
  "--concurrency": ["1", "5"],
  "--max-executions": ["1", "2"],
  "--max-time": ["1s"],
};

const WORDS = {
  word: [...IDS, "order", "trial", "survey", "doomed", "stubborn", "stars", "note", "@last", "q", "nothing"],
  input: ["a=1", "a.b:=2", "customer=ada", 'deep:={"x":[1]}', "flag:=true", '{"a":1}'],
} as const;

const word = (dice: Dice, sensible: readonly string[]): string => {
  if (dice.chance(0.8)) return dice.of(sensible);
  const text = dice.of(HOSTILE_TEXTS);
  return dice.chance(0.3) ? text + dice.of(HOSTILE_TEXTS) : text;
};

export const drawLine = (dice: Dice, usages: Usages): readonly string[] => {
  const name = dice.of([...usages.keys()]);
  const { words, flags } = usages.get(name) ?? { words: [], flags: [] };
  const argv: string[] = dice.chance(0.04) ? [dice.of(["help", ...HOSTILE_TEXTS])] : [name];
  for (const kind of dice.chance(0.85) ? words : [...words, "word" as const].slice(dice.below(2))) argv.push(word(dice, WORDS[kind]));
  const options = dice.below(3);
  for (let at = 0; at < options; at++) {
    const { flag, takesValue } = dice.of(flags);
    const place = dice.below(argv.length + 1);
    // No file of this machine is to be read, nor its variables.
    if (flag === "--env-file") continue;
    const value = word(dice, VALUES[flag] ?? WORDS.word);
    if (!takesValue && dice.chance(0.95)) argv.splice(place, 0, flag);
    else if (dice.chance(0.5)) argv.splice(place, 0, `${flag}=${value}`);
    else argv.splice(place, 0, flag, value);
  }
  if (dice.chance(0.4)) argv.push("--json");
  if (dice.chance(0.05)) argv.splice(1 + dice.below(argv.length), 0, "--");
  return argv;
};

/** What a terminal acts on, or hides. Line feeds are ours, and tabs stay. */
const ACTS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]|[\u{e0000}-\u{e007f}]/u;
const STACK = /^\s+at (?:\S+ )?\(?[^\s]+:\d+:\d+\)?$/m;
const FOREIGN = /\b(?:TypeError|RangeError|ReferenceError|SQLiteError|SyntaxError|Bug in wflite|is not a function|undefined is not)\b/;

const CODES: ReadonlySet<number> = new Set(EXIT_CODES.map(({ code }) => code));

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const faults = (argv: readonly string[], { code, stdout, stderr }: Ended): readonly string[] => {
  const isHelp = stdout.startsWith("Usage: ") || argv.some((each) => /^(?:--help|-h|help|--version|-V)$/.test(each));
  // What is watched or followed is told again and again, each time in a document.
  const isRepeated = argv.some((each) => /^(?:--watch|--follow|-f)/.test(each));
  const mayBeJson = sniffFormat(argv) === "json" && !isHelp;
  // A flag before it may have taken it for its value.
  const isJson = mayBeJson && argv.at(-1) === "--json" && !argv.includes("--") && argv.at(-2)?.startsWith("-") !== true;
  const text = mayBeJson ? stderr : stderr + stdout;
  return [
    CODES.has(code) ? "" : `exit code ${code} is not documented`,
    isJson && !isRepeated && stdout !== "" && !isDocument(stdout) ? `stdout is no JSON document: ${stdout.slice(0, 200)}` : "",
    ACTS.test(text) ? `a control character is printed: ${JSON.stringify(ACTS.exec(text)?.[0])}` : "",
    STACK.test(stderr) ? `a stack is printed: ${stderr.slice(0, 300)}` : "",
    FOREIGN.test(stderr) ? `a fault of wf itself is told: ${stderr.slice(0, 300)}` : "",
    code !== 0 && code !== EXIT.interrupted && stdout + stderr === "" ? `nothing says why the code is ${code}` : "",
  ].filter((fault) => fault !== "");
};

const isDocument = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
