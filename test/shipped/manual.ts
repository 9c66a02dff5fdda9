/**
 * Pages of the manual, made from the commands themselves: `wf(1)`, and a page for each command as git has them, `wf-run(1)`.
 *
 * They are written in the macros of man(7), which every `man` reads.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import type { Command, OptionTable } from "../../src/cli/command.ts";
import { EXIT_CODES } from "../../src/cli/exit-codes.ts";
import { flowing, hasColumns } from "../../src/cli/flowing.ts";
import { GLOBAL_OPTIONS } from "../../src/cli/global-options.ts";
import { type CommandEntry, COMMANDS } from "../../src/cli/registry.ts";
import { root } from "../architecture/source.ts";

/** By path within `share`. */
export const manualPages = async (): Promise<ReadonlyMap<string, string>> => {
  const visible = COMMANDS.filter(({ isHidden }) => !isHidden);
  const pages = await Promise.all(visible.map(async (entry) => [entry.name, commandPage(entry, await entry.load(), visible)] as const));
  return new Map([["man/man1/wf.1", overviewPage(visible)], ...pages.map(([name, text]) => [`man/man1/wf-${name}.1`, text] as const)]);
};

const overviewPage = (entries: readonly CommandEntry[]): string =>
  page("wf", manifest.description, [
    section("SYNOPSIS", [`${bold("wf")} ${italic("command")} [${italic("option")} ...] [${italic("argument")} ...]`]),
    section("DESCRIPTION", [
      text("Workflows are functions, or scripts, whose steps are recorded in one SQLite file,"),
      text("so that what was interrupted goes on where it was."),
      ".PP",
      text("Each command has a page of its own: wf-run(1) tells of"),
      `${bold("wf run")}.`,
    ]),
    ...[...Map.groupBy(entries, ({ group }) => group)].map(([group, members]) =>
      section(
        `COMMANDS: ${group.toUpperCase()}`,
        members.map(({ name, summary }) => item(bold(`wf ${name}`), text(summary))),
      ),
    ),
    section("OPTIONS OF ALL COMMANDS", optionItems(GLOBAL_OPTIONS)),
    section(
      "EXIT STATUS",
      EXIT_CODES.map(({ code, meaning }) => item(bold(String(code)), text(meaning))),
    ),
    section(
      "ENVIRONMENT",
      environment().map(([name, meaning]) => item(bold(name), text(meaning))),
    ),
    section("FILES", [
      item(bold("workflows/"), text("the workflows of a project: TypeScript, JavaScript, and executable scripts with a header")),
      item(bold(".wf.db"), text("all that has happened, one SQLite file")),
      item(bold("wf.config.ts"), text("settings of the project")),
      item(bold(".wf.key"), text("the key of values that are secret")),
    ]),
    seeAlso(entries.map(({ name }) => name)),
  ]);

const commandPage = ({ name, summary, group }: CommandEntry, command: Command, entries: readonly CommandEntry[]): string => {
  const { options = {}, details, examples } = command;
  const [, ...args] = command.usage.split(" ");
  const near = entries.filter((other) => other.group === group && other.name !== name).map((other) => other.name);
  return page(`wf-${name}`, summary, [
    section("SYNOPSIS", [[bold(`wf ${name}`), ...args.map((word) => text(word)), "[options]"].join(" ")]),
    ...(details === undefined ? [] : [section("DESCRIPTION", paragraphs(details))]),
    ...(Object.keys(options).length === 0 ? [] : [section("OPTIONS", optionItems(options))]),
    section("OPTIONS OF ALL COMMANDS", [text("--dir, --db, -o, -q and others: see wf(1).")]),
    section("EXIT STATUS", [text("See wf(1).")]),
    section("EXAMPLES", [".nf", ...examples.map(text), ".fi"]),
    seeAlso(near),
  ]);
};

/** Filled to the width of the reader; columns stay as they are. */
const paragraphs = (details: string): readonly string[] =>
  flowing(details)
    .split("\n\n")
    .flatMap((paragraph) => {
      const lines = paragraph.split("\n").map(text);
      return [
        ".PP",
        ...(hasColumns(paragraph) ? [".nf", ...lines, ".fi"] : lines.flatMap((line, at) => (at === 0 ? [line] : [".br", line]))),
      ];
    })
    .slice(1);

const page = (name: string, summary: string, sections: readonly string[]): string =>
  [
    `.\\" Made from the commands: bun test/shipped/make.ts`,
    // No day: pages change with the commands, and a test holds them equal.
    `.TH ${name.toUpperCase().replaceAll("-", "\\-")} 1 "" "wflite ${manifest.version}" "Manual of wflite"`,
    section("NAME", [`${text(name)} \\- ${text(summary)}`]),
    ...sections,
    "",
  ].join("\n");

const section = (title: string, lines: readonly string[]): string => [`.SH ${title}`, ...lines].join("\n");

const item = (term: string, description: string): string => `.TP\n${term}\n${description}`;

const optionItems = (options: OptionTable): readonly string[] =>
  Object.entries(options).map(([flags, text_]) => item(bold(flags), text(text_)));

const seeAlso = (names: readonly string[]): string =>
  section("SEE ALSO", [["wf(1)", ...names.map((name) => `wf\\-${name}(1)`)].map((word) => word).join(", ")]);

const bold = (words: string): string => `\\fB${escaped(words)}\\fR`;
const italic = (words: string): string => `\\fI${escaped(words)}\\fR`;

/** A line of its own: a point or an apostrophe at its beginning would be a request. */
const text = (words: string): string => escaped(words).replace(/^(?=[.'])/, "\\&");

const escaped = (words: string): string =>
  words.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("…", "...").replaceAll("·", "\\(bu").replaceAll("≤", "\\(<=");

/** The table of the reference, without its marks. */
const environment = (): readonly (readonly [name: string, meaning: string])[] => {
  const reference = readFileSync(join(root, "docs/reference-command.md"), "utf8");
  const [, table = ""] = reference.split("\n## Environment\n");
  const rows = [...table.matchAll(/^\| (`.*?) \| (.*) \|$/gm)];
  const plain = (words: string): string => words.replace(/\[([^\]]+)\]\([^)]*\)/g, "$1").replaceAll("`", "");
  return rows.map(([, names = "", meaning = ""]) => [plain(names), plain(meaning)]);
};
