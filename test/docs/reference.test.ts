/**
 * Goal: the reference leaves nothing out and says nothing else than the code.
 *
 * Method: what the code has as tables (commands with their options, exit codes, errors, statuses) is looked up on its page.
 */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { EXIT_CODES } from "../../src/cli/exit-codes.ts";
import { GLOBAL_OPTIONS } from "../../src/cli/global-options.ts";
import { COMMANDS } from "../../src/cli/registry.ts";
import { CATALOGUE } from "../../src/model/catalogue.ts";
import { EXECUTION_STATUSES, REASONS } from "../../src/model/status.ts";

const read = (page: string): string => readFileSync(resolve(import.meta.dir, "../..", page), "utf8");
const reference = read("docs/reference-command.md");
const visible = COMMANDS.filter(({ isHidden }) => !isHidden);

/** From a heading to the next one of its level; empty when there is none. */
const sectionOf = (markdown: string, heading: string): string => {
  const [, text = ""] = markdown.split(`\n## ${heading}\n`);
  return text.split(/\n## /)[0] ?? "";
};

/** With the sections that it refers to. */
const withReferred = (section: string): string => {
  const headings = [...section.matchAll(/\]\(#([a-z-]+)\)/g)].map((match) => (match[1] ?? "").replaceAll("-", " "));
  const referred = headings.map((heading) =>
    sectionOf(
      reference,
      heading.replace(/^./, (letter) => letter.toUpperCase()),
    ),
  );
  return [section, ...referred].join("\n");
};

/** `-o, --output <format>` as `--output`. */
const longOf = (flags: string): string => /--[a-z-]+/.exec(flags)?.[0] ?? flags;

test("a section ends where the next one begins", () => {
  expect(sectionOf("# A\n\n## B\n\nb\n\n### C\n\n## D\nd", "B")).toBe("\nb\n\n### C\n");
  expect(sectionOf("# A", "B")).toBe("");
});

describe("commands", () => {
  test("each has a section, and there is none of another", () => {
    const sections = [...reference.matchAll(/^## `wf ([a-z-]+)`$/gm)].map((match) => match[1] ?? "");
    expect(sections.sort()).toEqual(visible.map(({ name }) => name).sort());
  });

  test.each(visible)("$name has its options in its section, and no others", async ({ name, load }) => {
    const section = sectionOf(reference, `\`wf ${name}\``);
    const { options = {} } = await load();
    const own = Object.keys(options).map(longOf);
    const text = withReferred(section);
    expect(own.filter((flag) => !text.includes(flag))).toEqual([]);
    const known = [...own, ...Object.keys(GLOBAL_OPTIONS).map(longOf)];
    const prose = section.replace(/```[\s\S]*?```/g, "");
    expect(
      [...prose.matchAll(/`(?:-[a-z], )?(--[a-z-]+)/g)].map((match) => match[1] ?? "").filter((flag) => !known.includes(flag)),
    ).toEqual([]);
  });

  test("the global options are all there", () => {
    const section = sectionOf(reference, "Global options");
    expect(Object.keys(GLOBAL_OPTIONS).filter((flags) => !section.includes(longOf(flags)))).toEqual([]);
  });
});

test.each(["README.md", "docs/reference-command.md"])("the exit codes of %s are those of the command", (page) => {
  const rows = [...sectionOf(read(page), "Exit codes").matchAll(/^\| ([\d, ]+) \|/gm)];
  const codes = rows.flatMap((match) => (match[1] ?? "").split(",").map(Number));
  expect(codes).toEqual(EXIT_CODES.map(({ code }) => code));
});

test("each error of the catalogue stands with its class and exit code", () => {
  const rows = [...sectionOf(read("docs/errors-and-retries.md"), "Codes").matchAll(/^\| (`[A-Z_`, ]+) \| `(\w+)` \| (\d+) \|$/gm)];
  const listed = rows.flatMap(([, codes = "", as, exit]) => [...codes.matchAll(/\w+/g)].map(([code]) => [code, as, Number(exit)]));
  const known = Object.entries(CATALOGUE).map(([code, { as, exit }]) => [code, as, exit]);
  expect(listed.sort()).toEqual(known.sort());
});

test("each status and reason is explained, and no other", () => {
  const section = sectionOf(reference, "Statuses and reasons");
  for (const word of [...EXECUTION_STATUSES, ...REASONS]) expect(section).toContain(`\`${word}\``);
});
