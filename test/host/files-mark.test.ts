/** Whether workflow files have changed: noticed without loading any of them, and agreed upon by both who ask. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { filesMark, haveFilesChanged } from "../../src/host/files-mark.ts";
import { isCurrent, isSameRoot, readNote, writeNote } from "../../src/model/schedule/files-note.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wf-mark-"));
  write("workflows/a.ts", "1");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};

const NOW = 1_000;
const noted = (imports: readonly string[] = [], retryAt: number | null = null): string =>
  writeNote({ mark: filesMark(root, imports), imports, retryAt });

describe("workflow files", () => {
  test("that are as they were have not changed", () => {
    const note = noted(["lib/x.ts"]);
    expect(haveFilesChanged(root, note, NOW)).toBe(false);
    write("elsewhere.ts", "1");
    expect(haveFilesChanged(root, note, NOW)).toBe(false);
  });

  test.each([
    ["a file is added", () => write("workflows/b.ts", "1")],
    ["one is added in a folder", () => write("workflows/deep/er/b.ts", "1")],
    ["one has another size", () => write("workflows/a.ts", "12")],
    ["one has another time", () => utimesSync(join(root, "workflows/a.ts"), 1, 1)],
    ["one is gone", () => rmSync(join(root, "workflows/a.ts"))],
    ["all are gone", () => rmSync(join(root, "workflows"), { recursive: true })],
    ["what one imports comes", () => write("lib/x.ts", "1")],
    ["a link leads to another file", () => symlinkSync(join(root, "workflows/a.ts"), join(root, "workflows/c.ts"))],
  ])("have changed when %s", (_, change) => {
    const note = noted(["lib/x.ts"]);
    change();
    expect(haveFilesChanged(root, note, NOW)).toBe(true);
  });

  test("have changed when one is exchanged for another of the same size and time, as a checkout does", () => {
    const at = new Date(5_000);
    utimesSync(join(root, "workflows/a.ts"), at, at);
    const note = noted();
    write("a.new", "2");
    utimesSync(join(root, "a.new"), at, at);
    renameSync(join(root, "a.new"), join(root, "workflows/a.ts"));
    expect(haveFilesChanged(root, note, NOW)).toBe(true);
  });

  test("of installed packages and hidden folders do not count, and a circle of links ends", () => {
    const note = noted();
    write("workflows/node_modules/x/index.js", "1");
    write("workflows/.cache/x.ts", "1");
    expect(haveFilesChanged(root, note, NOW)).toBe(false);
    symlinkSync(join(root, "workflows"), join(root, "workflows/round"));
    expect(haveFilesChanged(root, noted(), NOW)).toBe(false);
  });

  test("of which nothing was noted have changed, where there are any", () => {
    expect(haveFilesChanged(root, undefined, NOW)).toBe(true);
    rmSync(join(root, "workflows"), { recursive: true });
    expect(haveFilesChanged(root, undefined, NOW)).toBe(false);
  });

  test("one of which did not load are tried again after a while", () => {
    const note = noted([], NOW + 5);
    expect([haveFilesChanged(root, note, NOW + 4), haveFilesChanged(root, note, NOW + 5)]).toEqual([false, true]);
  });
});

describe("a note", () => {
  test("is read by the short way of a tick as it is read by the engine", () => {
    for (const imports of [[], ["a.ts"], ["../a.ts", "b c.ts"]]) {
      for (const retryAt of [null, NOW - 1, NOW, NOW + 1]) {
        const text = writeNote({ mark: filesMark(root, imports), imports, retryAt });
        const note = readNote(text);
        expect(note).toEqual({ mark: filesMark(root, imports), imports, retryAt });
        expect(haveFilesChanged(root, text, NOW)).toBe(!isCurrent(note!, filesMark(root, imports), NOW));
      }
    }
  });

  test("that nobody has made is none, and a damaged one is never current", () => {
    expect(readNote(undefined)).toBeUndefined();
    for (const text of ["", "x", "{}", "a b c"]) expect(isCurrent(readNote(text)!, filesMark(root, []), NOW)).toBe(false);
  });

  test("knows another project by its root", () => {
    const note = readNote(noted())!;
    const other = mkdtempSync(join(tmpdir(), "wf-mark-"));
    expect([isSameRoot(note, filesMark(root, ["x"])), isSameRoot(note, filesMark(other, []))]).toEqual([true, false]);
    rmSync(other, { recursive: true });
  });
});
