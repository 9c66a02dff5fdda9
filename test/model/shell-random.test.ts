/**
 * Goal: no script, however its author has written it, evaluates a value.
 *
 * Method: a seeded generator writes scripts with hostile values in all places that it can think of; what is not refused is run by bash. No
 * function calls itself and nothing reads what it writes, so that each script ends.
 */
import { afterAll, expect, test } from "bun:test";
import type { ReadTemplate } from "../../src/model/shell-template.ts";
import { HOSTILE, readText, shellFolder } from "./shell-scripts.ts";

const folder = shellFolder();
afterAll(() => folder[Symbol.dispose]());

/** Without `-e`: a script that goes on after a failure evaluates more. */
const BASH = ["bash", "-uo", "pipefail", "-c"];

/** No `-i` for shells: one that is interactive wants a terminal. */
const NAMES = (
  "echo printf cat true : test [ declare local export readonly typeset read unset mapfile getopts let eval trap alias wait compgen " +
  "complete source . env bash sh exec command builtin xargs set shift return hash type ulimit umask cd pushd shopt enable"
)
  .split(" ")
  .concat("declare -i");
const WORDS = "x n a PS4 RANDOM a[1] -v -p -c -a -A -n -x -W -C -F -S -s -- - 1 3 -eq = -gt x=1 n= PS4= BASH_ENV= eval bash ]".split(" ");
const PREFIXES = ["x=1 ", "n=@@ ", "a[1]=2 ", "! ", "time ", "command ", "builtin ", "\\", "2>/dev/null ", "$x ", "PS4=z "];
const AROUND = [
  ["if ", "; then :; fi"],
  ["{ ", "; }"],
  ["( ", " )"],
  ["f_() { ", "; }; f_ q w"],
  ["case x in x) ", " ;; esac"],
  ["for n in 1 @@; do ", "; done"],
  ["x=$(", ")"],
  ['echo "$(', ')"'],
] as const;
const EXPANSIONS = [
  "$x",
  '"$n"',
  "${!x}",
  "${x@P}",
  "${x:n}",
  "${a[n]}",
  "${#n}",
  '"${x:-"b"}"',
  "$(( n + @@ ))",
  "$(( $(echo @@) ))",
  "<(echo @@)",
];
const REDIRECTIONS = ["> @@", "< @@", "<<< @@", '>> "@@"', ">& @@", "&> @@", "{fd}> @@", "<<< $n"];

class Author {
  #state: number;
  #depth = 0;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** Mulberry32. */
  chance(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  pick<T>(all: readonly T[]): T {
    return all[Math.floor(this.chance() * all.length)] as T;
  }

  script(): string {
    const commands = Array.from({ length: 1 + Math.floor(this.chance() * 2.6) }, () => this.#command());
    return commands.join(this.pick(["; ", " || ", "\n", " | ", "; set -x; "]));
  }

  #command(): string {
    const around = this.chance() < 0.25 && this.#depth < 2 ? this.pick(AROUND) : undefined;
    if (around === undefined) return this.#simple();
    this.#depth++;
    const inside = this.script();
    this.#depth--;
    // One function inside of another has a name of its own.
    return around.join(inside).replaceAll("f_", `f${this.#depth}`);
  }

  #simple(): string {
    const before = this.chance() < 0.3 ? this.pick(PREFIXES) : "";
    const after = this.chance() < 0.2 ? ` ${this.pick(REDIRECTIONS)}` : "";
    const kind = this.chance();
    if (kind < 0.15) return `${this.pick(["x=", "n=", "a=", "a[1]=", "PS4=", "RANDOM="])}${this.#value()}`;
    if (kind < 0.25) return `[[ ${this.#word()} ${this.pick(["-eq", "==", "-gt", "&&"])} ${this.#word()} ]]`;
    if (kind < 0.3) return `(( ${this.pick(["n", "x", "@@", "a[n]"])} ))`;
    const name = this.pick(NAMES);
    const words = Array.from({ length: Math.floor(this.chance() * 4) }, () => this.#word());
    return `${before}${this.pick([name, name, `"${name}"`])} ${words.join(" ")}${name === "[" ? " ]" : ""}${after}`;
  }

  #word(): string {
    const kind = this.chance();
    if (kind < 0.45) return this.#value();
    if (kind < 0.8) return this.pick(WORDS);
    if (kind < 0.88) return `${this.pick(WORDS)}${this.#value()}`;
    return kind < 0.92 ? `a[${this.#value()}]=1` : this.pick(EXPANSIONS);
  }

  #value(): string {
    return this.pick(["@@", "@@", "@@", '"@@"', '"x @@"', "'@@'", "'y@@z'", "$'@@'", "p@@", "x=@@", "a=(@@ x)"]);
  }
}

const attempt = (script: string, value: string) => {
  try {
    return readText(script, value);
  } catch {
    return undefined;
  }
};

/** What one seed gives. */
const written = (seed: number) => {
  const author = new Author(seed);
  const [script, value] = [author.script(), author.pick(HOSTILE)];
  return { seed, script, value, template: attempt(script, value) };
};

const seeds = (from: number, count: number): readonly number[] => Array.from({ length: count }, (_, index) => from + index);

test.each([1, 2, 3, 4, 5, 6])("no random script evaluates a hostile value (%d of 6)", (block) => {
  const ran = seeds(block * 1_000, 150)
    .map(written)
    .filter(({ template }) => template !== undefined);
  for (const { seed, script, value, template } of ran) {
    const { isPwned } = folder.run(BASH, template as ReadTemplate);
    expect({ seed, script, value, isPwned }).toEqual({ seed, script, value, isPwned: false });
  }
  expect(ran.length).toBeGreaterThan(40);
});
