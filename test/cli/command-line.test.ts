import { describe, expect, test } from "bun:test";
import type { Command } from "../../src/cli/command.ts";
import { commandHelp, parseCommandLine } from "../../src/cli/command-line.ts";
import { overviewHelp } from "../../src/cli/overview-help.ts";
import { COMMANDS } from "../../src/cli/registry.ts";

const sample: Command = {
  usage: "sample <first> [others...]",
  summary: "show what a command may have",
  details: "A sentence more.",
  options: {
    "-i, --input <json>": "a value",
    "--tag <k=v...>": "a list",
    "--dry-run": "a flag",
    "--no-watch": "a flag that is on",
  },
  examples: ["wf sample a", "wf sample a b --dry-run"],
  run: () => Promise.resolve(0),
};

const parse = async (...argv: readonly string[]) => {
  const line = await parseCommandLine(sample, argv, 80);
  if (line.kind === "help") throw new Error("help was shown");
  return line;
};

describe("arguments and options", () => {
  test("are told apart wherever they stand", async () => {
    const { invocation } = await parse("--dry-run", "a", "-i", "5", "b", "c");
    expect(invocation).toEqual({ args: ["a", "b", "c"], options: { dryRun: true, input: "5", watch: true } });
  });

  test("a single dash is an argument and a value", async () => {
    expect((await parse("-", "-i", "-")).invocation).toMatchObject({ args: ["-"], options: { input: "-" } });
  });

  test("behind -- everything is an argument", async () => {
    expect((await parse("a", "--", "--dry-run")).invocation).toMatchObject({ args: ["a", "--dry-run"], rest: ["--dry-run"] });
    expect((await parse("a", "--")).invocation.rest).toEqual([]);
    expect((await parse("a")).invocation.rest).toBeUndefined();
  });

  test("a repeated option takes one value each time, and leaves the arguments alone", async () => {
    const { invocation } = await parse("--tag", "a=1", "first", "--tag", "b=2", "second");
    expect(invocation).toMatchObject({ args: ["first", "second"], options: { tag: ["a=1", "b=2"] } });
  });

  test("an option that was not given is not there; one with --no- is on", async () => {
    expect((await parse("a")).invocation.options).toEqual({ watch: true });
    expect((await parse("a", "--no-watch")).invocation.options).toEqual({ watch: false });
  });

  test("global options are kept apart, wherever they stand", async () => {
    const { invocation, globals } = await parse(
      "--dir",
      "/x",
      "a",
      "--json",
      "--env-file",
      "a.env",
      "--env-file",
      "b.env",
      "-q",
      "--no-color",
    );
    expect(invocation.options).toEqual({ watch: true });
    expect(globals).toEqual({ dir: "/x", json: true, envFile: ["a.env", "b.env"], quiet: true, color: false });
  });
});

describe("a mistake", () => {
  const problem = async (...argv: readonly string[]): Promise<unknown> =>
    parse(...argv).then(
      () => "none",
      (error: unknown) => error,
    );

  test("in an option gets the nearest one as a hint", async () => {
    expect(await problem("a", "--dryrun")).toMatchObject({
      code: "USAGE",
      message: "Unknown option '--dryrun'",
      hint: "Did you mean --dry-run? See `wf help sample`.",
    });
    expect(await problem("a", "--jsno")).toMatchObject({ hint: expect.stringContaining("Did you mean --json?") });
    expect(await problem("a", "--inptu=5")).toMatchObject({ hint: expect.stringContaining("Did you mean --input?") });
  });

  test("that is near to nothing gets none", async () => {
    expect(await problem("a", "--xyzzy-frob")).toMatchObject({ hint: "See `wf help sample`." });
    expect(await problem("a", "-z")).toMatchObject({ message: "Unknown option '-z'", hint: "See `wf help sample`." });
  });

  test("in the number of arguments, and a missing value, are told", async () => {
    expect(await problem()).toMatchObject({ code: "USAGE", message: "Missing required argument 'first'" });
    expect(await problem("a", "--input")).toMatchObject({ code: "USAGE", message: "Option '-i, --input <json>' argument missing" });
    const none: Command = { ...sample, usage: "sample" };
    const tooMany = parseCommandLine(none, ["a"], 80).catch((error: unknown) => error);
    expect(await tooMany).toMatchObject({ code: "USAGE", message: expect.stringContaining("Too many arguments") });
  });
});

describe("help on a command, 80 columns wide", () => {
  const text = `Usage: wf sample [options] <first> [others...]

show what a command may have

A sentence more.

Options:
  -i, --input <json>     a value
  --tag <k=v...>         a list
  --dry-run              a flag
  --no-watch             a flag that is on
  -h, --help             show help

Global options:
  --dir <path>           the project's folder (default: the nearest one above
                         with wf.config.ts, .wf.db or workflows/)
  --db <file>            the database file (environment: WF_DB; default: .wf.db
                         in the project's folder)
  -o, --output <format>  text, json, jsonl or ids (default: text)
  --json                 the same as -o json
  -q, --quiet            no notes and no progress on standard error
  --no-color             no colour (environment: NO_COLOR, FORCE_COLOR,
                         CLICOLOR_FORCE)
  --utc                  times whole and in UTC, also on a terminal
  --env-file <file...>   set variables from a file; the environment wins over
                         files, a later file over an earlier one; may be
                         repeated

Examples:
  wf sample a
  wf sample a b --dry-run`;

  test("is this", async () => {
    expect(await commandHelp(sample, 80)).toBe(text);
  });

  test("is the same for --help and -h, also beside mistakes in the number of arguments", async () => {
    for (const argv of [["--help"], ["-h"], ["a", "--help"]])
      expect(await parseCommandLine(sample, argv, 80)).toEqual({ kind: "help", text });
  });
});

describe("the overview, 80 columns wide", () => {
  test("is this", async () => {
    const text = overviewHelp(
      COMMANDS.filter(({ name }) => ["run", "wait", "status", "cancel", "daemon-worker"].includes(name)),
      80,
    );
    expect(text).toBe(`Durable workflows in TypeScript, one SQLite file, no server.

Usage: wf <command> [options]

Carrying on:
  run                    start a workflow and carry it as far as it goes
  wait                   carry executions on here until they end, park or are
                         blocked

Looking:
  status                 all executions at a glance, or one in detail

Deciding:
  cancel                 stop executions

Global options:
  --dir <path>           the project's folder (default: the nearest one above
                         with wf.config.ts, .wf.db or workflows/)
  --db <file>            the database file (environment: WF_DB; default: .wf.db
                         in the project's folder)
  -o, --output <format>  text, json, jsonl or ids (default: text)
  --json                 the same as -o json
  -q, --quiet            no notes and no progress on standard error
  --no-color             no colour (environment: NO_COLOR, FORCE_COLOR,
                         CLICOLOR_FORCE)
  --utc                  times whole and in UTC, also on a terminal
  --env-file <file...>   set variables from a file; the environment wins over
                         files, a later file over an earlier one; may be
                         repeated
  -V, --version          show the version
  -h, --help             show help

wf help <command>     options and examples of a command
wf help exit-codes    what the exit codes mean`);
  });

  test("names every command that is for people, and none that is not", async () => {
    const text = overviewHelp(COMMANDS, 80);
    for (const { name, isHidden } of COMMANDS) expect([name, new RegExp(`^  ${name} `, "m").test(text)]).toEqual([name, !isHidden]);
  });

  test("fits into its columns", async () => {
    for (const columns of [60, 80, 120]) {
      for (const line of overviewHelp(COMMANDS, columns).split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
    }
  });
});
