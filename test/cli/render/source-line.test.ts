/** The line of the user's code that an error came from: only of a program of the project, and only as it was then. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { renderError } from "../../../src/cli/render/error.ts";
import { fileLink } from "../../../src/cli/render/link.ts";
import { readSourceLine } from "../../../src/cli/render/source-line.ts";
import { lookOf, terminal } from "./looks.ts";
import { errorOf } from "./views.ts";

const folder = mkdtempSync(join(tmpdir(), "wf-source-"));
afterAll(() => rmSync(folder, { recursive: true }));
const root = join(folder, "project");
mkdirSync(root);
const file = join(root, "pay.ts");
const CHANGED_AT = 1_700_000_000_000;
const write = (path: string, text: string): string => {
  writeFileSync(path, text);
  utimesSync(path, CHANGED_AT / 1_000, CHANGED_AT / 1_000);
  return path;
};
write(file, "one\n  two()\t\x1b[2J;\n\n" + "x".repeat(300));
const read = readSourceLine(root);

describe("the line of the user's code", () => {
  test("is read without its indentation, and not without end", () => {
    expect(read(file, 2, undefined)).toBe("two()\t\x1b[2J;");
    expect(read(file, 4, undefined)).toHaveLength(200);
  });

  test("is none where the file has no such line, an empty one, or is not there", () => {
    for (const row of [0, 3, 5, 1e9]) expect(read(file, row, undefined)).toBeUndefined();
    expect(read(join(root, "none.ts"), 1, undefined)).toBeUndefined();
  });

  test("is none of a file that was changed after the error; of one changed at that moment it is", () => {
    expect(read(file, 1, CHANGED_AT)).toBe("one");
    expect(read(file, 1, CHANGED_AT - 1)).toBeUndefined();
  });

  test("is none of another kind of file, of one outside of the project, by whatever way, or of a large one", () => {
    expect(read(write(join(root, ".env"), "SECRET=1"), 1, undefined)).toBeUndefined();
    const outside = write(join(folder, "other.ts"), "secret");
    expect(read(outside, 1, undefined)).toBeUndefined();
    expect(read(join(root, "..", "other.ts"), 1, undefined)).toBeUndefined();
    symlinkSync(outside, join(root, "link.ts"));
    expect(read(join(root, "link.ts"), 1, undefined)).toBeUndefined();
    expect(read(write(join(root, "large.ts"), "a\n".repeat(600_000)), 1, undefined)).toBeUndefined();
    mkdirSync(join(root, "folder.ts"));
    expect(read(join(root, "folder.ts"), 1, undefined)).toBeUndefined();
  });
});

describe("an error with a line of the user's code", () => {
  const error = errorOf("declined", { stack: `Error: declined\n    at charge (${file}:2:5)` });

  test("shows it below its place, with its number; control characters are shown", () => {
    const look = lookOf({ root, sourceLine: read });
    expect(renderError(error, look)).toBe("Error: declined\n    at pay.ts:2:5\n    2 │ two()\\t\\x1b[2J;");
    expect(renderError(error, { ...look, isUnicode: false })).toEndWith("\n    2 | two()\\t\\x1b[2J;");
    expect(renderError(error, look, { at: new Date(CHANGED_AT - 1).toISOString() })).toEndWith("\n    at pay.ts:2:5");
  });

  test("is cut at the edge of a terminal, and wrapped between words", () => {
    const long = errorOf("the bank says that there is no such card", { stack: `Error\n    at charge (${file}:4:1)` });
    const rows = renderError(long, { ...terminal(30), root, sourceLine: read }).split("\n");
    expect(rows).toEqual(["Error: the bank says that", "  there is no such card", "    at pay.ts:4:1", `    4 │ ${"x".repeat(21)}…`]);
  });

  test("leads to its file where the terminal can do that", () => {
    const place = renderError(error, lookOf({ root, hasLinks: true })).split("\n")[1];
    expect(place).toBe(`    at \x1b]8;;file://${hostname()}${file}\x1b\\pay.ts:2:5\x1b]8;;\x1b\\`);
    expect(fileLink("a", "/with blank/ü\x1b]8.ts", { hasLinks: true })).toMatch(/^\x1b\]8;;[!-~]*\x1b\\a\x1b\]8;;\x1b\\$/);
    expect(fileLink("a", file, {})).toBe("a");
  });
});
