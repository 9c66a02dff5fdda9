/**
 * Goal: a command line that is read without commander is read as commander reads it.
 *
 * Method: lines made by chance of each command's own options, of words and of what is nearly an option; commander is the oracle.
 */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readByCommander } from "../../src/cli/command-line.ts";
import type { Command } from "../../src/cli/command.ts";
import { GLOBAL_OPTIONS } from "../../src/cli/global-options.ts";
import { readPlainLine } from "../../src/cli/plain-line.ts";
import { COMMANDS } from "../../src/cli/registry.ts";

const commands = await Promise.all(COMMANDS.map((entry) => entry.load()));
const named = commands.map((command) => [command.usage, command] as const);

const WORDS = [
  "",
  "-",
  "--",
  "a",
  "a=1",
  "n:=2",
  "@last",
  "3",
  "-3",
  "help",
  "--help",
  "-h",
  "-x",
  "--no",
  "--nothing",
  "é",
  "x y",
  "a\nb",
  "--=1",
];

const lineOf = ({ options = {} }: Command): fc.Arbitrary<string[]> => {
  const flags = Object.keys({ ...options, ...GLOBAL_OPTIONS }).flatMap((form) => form.match(/(?<![\w-])--?[a-z][\w-]*/g) ?? []);
  const word = fc.constantFrom(...WORDS);
  const flag = fc.constantFrom(...flags);
  const part = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(flag, word) },
    { weight: 3, arbitrary: fc.tuple(flag) },
    { weight: 2, arbitrary: fc.tuple(flag, word).map(([name, value]) => [`${name}=${value}`]) },
    { weight: 1, arbitrary: fc.tuple(flag, word).map(([name, value]) => [`${name}${value}`]) },
    { weight: 4, arbitrary: fc.tuple(word) },
  );
  return fc.array(part, { maxLength: 5 }).map((parts) => parts.flat());
};

const byCommander = async (command: Command, argv: readonly string[]) => {
  const line = await readByCommander(command, argv, 80).catch((error: Error) => error);
  if (line instanceof Error || "text" in line) return line;
  const { args, options, globals } = line;
  return { args, options, globals };
};

test.each(named)("what is read of a line of wf %s is what commander reads", async (_, command) => {
  let plain = 0;
  await fc.assert(
    fc.asyncProperty(lineOf(command), async (argv) => {
      const read = readPlainLine(command, argv);
      if (read === undefined) return;
      plain++;
      const { args, options, globals } = read;
      expect({ args, options, globals }).toEqual((await byCommander(command, argv)) as never);
    }),
    { numRuns: 500 },
  );
  expect(plain).toBeGreaterThan(0);
});

describe("without commander", () => {
  const words = (text: string): readonly string[] => text.split(" ").slice(2);
  const [run, list, wait] = ["run", "list", "wait"].map((name) => commands.find(({ usage }) => usage.split(" ")[0] === name) as Command);
  const isPlain = (command: Command | undefined, line: string): boolean => readPlainLine(command as Command, words(line)) !== undefined;

  test.each([
    "wf run hello",
    "wf run hello name=Ada seats:=3 -q",
    "wf run hello --id a --tag x=1 --tag y=2 -o json",
    "wf run hello --input - --hold=5m --dry-run",
    "wf run hello --no-color --utc --dir /srv",
  ])("%s is read", (line) => {
    expect(isPlain(run, line)).toBe(true);
  });

  test.each([
    "wf run",
    "wf run hello --",
    "wf run hello --hlod 5m",
    "wf run hello --hold",
    "wf run hello --hold --wait",
    "wf run hello --id a --id b",
    "wf run hello -ojson",
    "wf run hello -o=json",
    "wf run hello --wait=yes",
    "wf run hello --help",
    "wf run hello -5",
  ])("%s is not", (line) => {
    expect(isPlain(run, line)).toBe(false);
  });

  test("no word too many is taken, and none too few", () => {
    expect([isPlain(list, "wf list"), isPlain(list, "wf list a"), isPlain(list, "wf list a b")]).toEqual([true, true, false]);
    expect([isPlain(wait, "wf wait"), isPlain(wait, "wf wait a"), isPlain(wait, "wf wait a b c")]).toEqual([false, true, true]);
  });

  test("the examples of most commands are read", () => {
    const plainly = (command: Command): readonly boolean[] =>
      command.examples.map((example) => readPlainLine(command, words(example.replace(/'[^']*'|"[^"]*"/g, "text"))) !== undefined);
    const all = commands.flatMap(plainly);
    expect(all.filter(Boolean).length / all.length).toBeGreaterThan(0.8);
  });
});
