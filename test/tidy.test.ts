/**
 * Goal: what a reader meets is the same on every page: files of a bearable length that open with what they are, and links that lead
 * somewhere.
 *
 * Method: each rule is a function over the path and the text of one file, and is held to a made-up offender, to the text just inside the
 * limit, and to the tree.
 */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./architecture/source.ts";

const LINES_MAX = 300;
const COLUMNS_MAX = 140;
const FOLDERS = ["src", "build", "test", "workflows"];

interface Page {
  readonly path: string;
  readonly text: string;
}

type Rule = (page: Page) => readonly string[];

const read = (...patterns: readonly string[]): readonly Page[] =>
  patterns
    .flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: root })].sort())
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

const code = read(...FOLDERS.map((folder) => `${folder}/**/*.{ts,tsx,mts}`));
const words = read("{README,CONTRIBUTING,CHANGELOG}.md", "docs/**/*.md");

const linesOf = (text: string): readonly string[] => text.replace(/\n$/, "").split("\n");

/** One offence for each line that the pattern is found in. */
const without =
  (pattern: RegExp): Rule =>
  ({ path, text }) =>
    linesOf(text).flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim().slice(0, 60)}`] : []));

const length: Rule = ({ path, text }) => (linesOf(text).length > LINES_MAX ? [`${path} has ${linesOf(text).length} lines`] : []);
const width = without(new RegExp(`^.{${COLUMNS_MAX + 1}}`, "u"));
const header: Rule = ({ path, text }) => (/^(#!.*\n)?\/\*\*/.test(text) ? [] : [`${path} does not open with what it is`]);
/** The third mark is also an airport, so it counts in a comment alone. */
const unfinished = without(/\b(?:TO[D]O|FIX[M]E)\b|(?:\/\/|^\s*\/?\*).*\bX[X]X\b/);
const partial = without(/\b(?:test|it|describe)\.(?:only|skip|todo|if|skipIf|todoIf|failing)\b/);

const folderNames: Rule = ({ path }) => {
  const vague = dirname(path)
    .split("/")
    .filter((folder) => /^(?:utils?|helpers?|common|managers?|misc|shared|lib)$/.test(folder));
  return vague.map((folder) => `${path} lies in ${folder}, which names nothing`);
};

/** Links within the repository; an anchor on another page is not followed. */
const links: Rule = ({ path, text }) => {
  const prose = text.replace(/^(```|~~~)[\s\S]*?^\1/gm, "").replace(/`[^`\n]*`/g, "");
  const targets = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)|^\[[^\]]+\]:\s*(\S+)/gm)].map((match) => match[1] ?? match[2] ?? "");
  return targets
    .filter((target) => !/^(?:[a-z][a-z+.-]*:|#)/i.test(target))
    .filter((target) => !existsSync(join(root, target.startsWith("/") ? "" : dirname(path), decodeURI(target.replace(/[?#].*$/, "")))))
    .map((target) => `${path} links to ${target}, which does not exist`);
};

const holds = (
  title: string,
  rule: Rule,
  { wrong, right, pages }: { wrong: readonly Page[]; right: readonly Page[]; pages: readonly Page[] },
): void =>
  describe(title, () => {
    test("an offender is found", () => wrong.forEach((page) => expect({ page, found: rule(page).length }).toEqual({ page, found: 1 })));
    test("its neighbour is none", () => expect(right.flatMap(rule)).toEqual([]));
    test("it holds in the tree", () => expect(pages.flatMap(rule)).toEqual([]));
  });

const page = (text: string, path = "src/model/a.ts"): Page => ({ path, text });

test("the tree is read at all", () => expect(code.map(({ path }) => path)).toContain("test/tidy.test.ts"));

holds("a file ends before it tires", length, {
  wrong: [page("a\n".repeat(LINES_MAX + 1))],
  right: [page("a\n".repeat(LINES_MAX)), page("a\n".repeat(LINES_MAX).trimEnd())],
  pages: code,
});

holds("a line fits on the screen", width, {
  wrong: [page(`\n${"é".repeat(COLUMNS_MAX + 1)}\n`)],
  right: [page("😀".repeat(COLUMNS_MAX))],
  pages: code,
});

holds("a file of src opens with what it is", header, {
  wrong: [page('import a from "a";\n/** Late. */'), page("// A line."), page("")],
  right: [page("/** What it is. */"), page("#!/usr/bin/env bun\n/**\n * What it is.\n */")],
  pages: code.filter(({ path }) => path.startsWith("src/")),
});

holds("nothing is left for later", unfinished, {
  wrong: ["TO" + "DO", "FIX" + "ME", "XX" + "X"].map((word) => page(`const a = 1; // ${word}: b`)),
  right: [page("const todos = mastodon; // `todo` is a word, and so is XXXX"), page(`const airport = "${"XX" + "X"}";`)],
  pages: [...code, ...words],
});

holds("every test runs", partial, {
  wrong: ["only", "skip", "todo", "skipIf"].map((way) => page(`  test.${way}("a", () => {});`)),
  right: [page('test("only", () => {}); latest.only(); test.each([])("", () => {});')],
  pages: code.filter(({ path }) => path.startsWith("test/") && path !== "test/tidy.test.ts"),
});

holds("a folder is named for what it holds", folderNames, {
  wrong: ["src/utils/a.ts", "src/model/helpers/a.ts", "test/common/deep/a.ts"].map((path) => page("", path)),
  right: [page("", "src/model/common.ts"), page("", "src/utilities-of-bun/a.ts")],
  pages: code,
});

holds("a link leads somewhere", links, {
  wrong: [
    page("See [it](./nowhere.md).", "docs/a.md"),
    page("![it](nowhere.png)", "README.md"),
    page("[it]: ../nowhere.md#part", "docs/a.md"),
    page("[it](/nowhere.md)", "docs/a.md"),
    page("```sh\n[a](x)\n```\n[it](nowhere.md)", "README.md"),
  ],
  right: [
    page("[it](../package.json) [it](/package.json#part) [it](https://example.org/a) [it](#part) [it](mailto:a@example.org)", "docs/a.md"),
    page("`[it](nowhere.md)`\n```sh\n[it](nowhere.md)\n```\n[ref]: package.json", "README.md"),
  ],
  pages: words,
});

describe("the code is formatted", () => {
  const check = (cwd: string, ...paths: readonly string[]) =>
    Bun.spawnSync([process.execPath, "fmt", "--check", "--no-script", ...paths], { cwd });

  test("bun fmt would change nothing", () => {
    const { stdout, exitCode } = check(root, ...FOLDERS.filter((folder) => code.some(({ path }) => path.startsWith(`${folder}/`))));
    expect({ stdout: stdout.toString(), exitCode }).toEqual({ stdout: "", exitCode: 0 });
  });
});
