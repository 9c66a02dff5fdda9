/** What is made from the sources and shipped beside them is what would be made now. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../architecture/source.ts";
import { describeNeeding } from "../support/needing.ts";
import { shippedFiles } from "./shipped-files.ts";

const made = await shippedFiles();

const written = (folder: string): readonly string[] =>
  [...new Bun.Glob(`share/${folder}/**/*`).scanSync({ cwd: root })].map((path) => path.replace("share/", "")).sort();

/** Written by hand. */
const BY_HAND = ["types/bun/index.d.ts"];

test("each file is up to date; if not: bun test/shipped/make.ts", () => {
  const outdated = [...made].filter(([path, text]) => read(path) !== text).map(([path]) => path);
  expect(outdated).toEqual([]);
});

test("there is no other one, left over from what is gone", () => {
  const expected = [...made.keys(), ...BY_HAND].sort();
  expect([...written("types"), ...written("man")].sort()).toEqual(expected);
});

test("declarations import nothing but what a project has", () => {
  const text = made.get("types/wflite/index.d.ts") ?? "";
  const packages = [...text.matchAll(/(?:from|import)\s*\(?"([^"]+)"/g)].map(([, name]) => name);
  expect([...new Set(packages)].sort()).toEqual(["bun:sqlite", "zod"]);
});

describeNeeding("mandoc", "mandoc", "the manual", () => {
  test("is right to the letter, and says what a command is for", () => {
    const pages = [...made.keys()].filter((path) => path.startsWith("man/")).map((path) => join(root, "share", path));
    // A page that is made has no day; all else that mandoc warns of counts.
    const { stdout } = Bun.spawnSync(["mandoc", "-T", "lint", "-W", "warning", ...pages]);
    const problems = stdout
      .toString()
      .split("\n")
      .filter((line) => line !== "" && !line.includes("missing date"));
    expect(problems).toEqual([]);
    const shown = Bun.spawnSync(["mandoc", "-T", "ascii", join(root, "share/man/man1/wf-cancel.1")])
      .stdout.toString()
      .replace(/.\u0008/g, "");
    expect(shown).toContain("wf-cancel - stop executions");
    expect(shown).toContain("--dry-run");
  });
});

function read(path: string): string | undefined {
  try {
    return readFileSync(join(root, "share", path), "utf8");
  } catch {
    return undefined;
  }
}
