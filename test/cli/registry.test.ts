import { describe, expect, test } from "bun:test";
import { GLOBAL_OPTIONS } from "../../src/cli/global-options.ts";
import { parseCommandLine } from "../../src/cli/command-line.ts";
import { COMMANDS, findCommand } from "../../src/cli/registry.ts";

const flagsIn = (table: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(table).flatMap((flags) => flags.match(/(?<![\w-])--?[\w-]+/g) ?? []);

describe("all commands together", () => {
  test("have names of their own", () => {
    expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length);
  });

  test("are found by name, and nothing else is", () => {
    for (const entry of COMMANDS) expect(findCommand(entry.name)).toBe(entry);
    expect(findCommand("")).toBeUndefined();
    expect(findCommand("toString")).toBeUndefined();
  });
});

describe.each(COMMANDS.map((entry) => [entry.name, entry] as const))("wf %s", (name, entry) => {
  test("is called so in its usage, and its summary is the one in the overview", async () => {
    const command = await entry.load();
    expect(command.usage.split(" ")[0]).toBe(name);
    expect(command.summary).toBe(entry.summary);
    expect(command.summary).toMatch(/^[a-z].*[^.]$/);
  });

  test("has examples that begin with it and parse", async () => {
    const command = await entry.load();
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) {
      const own = callIn(example, name);
      expect([example, own !== undefined]).toEqual([example, true]);
      expect(await parseCommandLine(command, wordsOf(own ?? "").slice(2), 80)).toMatchObject({ kind: "invocation" });
    }
  });

  test("says of each option what it is for, and takes none that all commands have", async () => {
    const { options = {} } = await entry.load();
    for (const [flags, description] of Object.entries(options)) expect([flags, description.length > 5]).toEqual([flags, true]);
    const globals = flagsIn(GLOBAL_OPTIONS);
    for (const flag of flagsIn(options).filter((one) => entry.name !== "end" || one !== "--output"))
      expect([flag, globals.includes(flag) || flag === "-h" || flag === "--help"]).toEqual([flag, false]);
    expect(new Set(flagsIn(options)).size).toBe(flagsIn(options).length);
  });

  test("writes its help in lines that fit into 80 columns", async () => {
    const command = await entry.load();
    const help = await parseCommandLine(command, ["--help"], 80);
    const text = help.kind === "help" ? help.text.split("\n\nExamples:")[0] : undefined;
    for (const line of (text ?? "").split("\n")) expect([line, Bun.stringWidth(line) <= 80]).toEqual([line, true]);
  });
});

/** The call itself, of a line that also does something with what it prints, or repeats it. */
const callIn = (line: string, name: string): string | undefined => {
  const inside = /[$<]\((.*)\)/.exec(line)?.[1] ?? / do (.*?) & done/.exec(line)?.[1] ?? line;
  return inside.split(" | ").find((part) => part.startsWith(`wf ${name}`));
};

/** Words of a shell line, as far as the examples use quotes and redirections. */
const wordsOf = (line: string): readonly string[] =>
  [...line.replace(/ >> .*$/, "").matchAll(/'([^']*)'|"([^"]*)"|[^\s'"]+/g)].map(([word, single, double]) => single ?? double ?? word);
