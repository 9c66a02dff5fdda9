import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changeDetector, fingerprintFiles } from "../../src/cli/supervisor-watch.ts";

const root = mkdtempSync(join(tmpdir(), "wf-watch-"));
const file = (...parts: readonly string[]): string => join(root, ...parts);
afterAll(() => rmSync(root, { recursive: true }));

beforeEach(() => {
  rmSync(root, { recursive: true });
  mkdirSync(file("workflows", "deep"), { recursive: true });
  writeFileSync(file("workflows", "a.ts"), "1");
  writeFileSync(file("workflows", "deep", "b.ts"), "1");
  for (const path of [file("workflows", "a.ts"), file("workflows", "deep", "b.ts")]) utimesSync(path, 1_000, 1_000);
});

const changes = async (change: () => void): Promise<boolean> => {
  const before = await fingerprintFiles(root);
  change();
  return (await fingerprintFiles(root)) !== before;
};

describe("the fingerprint of the workflow files", () => {
  test("stays the same while nothing changes", async () => {
    expect(await changes(() => {})).toBe(false);
  });

  test("changes with the time, size and mode of a file, however deep", async () => {
    expect(await changes(() => utimesSync(file("workflows", "a.ts"), 1_000, 1_001))).toBe(true);
    expect(await changes(() => utimesSync(file("workflows", "deep", "b.ts"), 1_000, 1_001))).toBe(true);
    expect(await changes(() => chmodSync(file("workflows", "a.ts"), 0o755))).toBe(true);
    const sameTime = (): void => {
      writeFileSync(file("workflows", "a.ts"), "12");
      utimesSync(file("workflows", "a.ts"), 1_000, 1_001);
    };
    expect(await changes(sameTime)).toBe(true);
  });

  test("changes when a file comes, goes or is renamed", async () => {
    expect(await changes(() => writeFileSync(file("workflows", "c.ts"), ""))).toBe(true);
    expect(await changes(() => rmSync(file("workflows", "c.ts")))).toBe(true);
    expect(await changes(() => renameSync(file("workflows", "a.ts"), file("workflows", "z.ts")))).toBe(true);
  });

  test("changes with wf.config.ts", async () => {
    expect(await changes(() => writeFileSync(file("wf.config.ts"), ""))).toBe(true);
  });

  test("passes over packages, hidden files, and what lies elsewhere", async () => {
    mkdirSync(file("workflows", "node_modules"));
    mkdirSync(file("workflows", ".git"));
    const elsewhere = (): void => {
      writeFileSync(file("workflows", "node_modules", "x.ts"), "");
      writeFileSync(file("workflows", ".git", "index"), "");
      writeFileSync(file("workflows", ".a.ts.swp"), "");
      writeFileSync(file(".wf.db"), "");
    };
    expect(await changes(elsewhere)).toBe(false);
  });

  test("is there without a folder too", async () => {
    rmSync(file("workflows"), { recursive: true });
    expect(await fingerprintFiles(root)).toBeString();
    expect(await changes(() => mkdirSync(file("workflows")))).toBe(false);
    expect(await changes(() => writeFileSync(file("workflows", "a.ts"), ""))).toBe(true);
  });
});

describe("a change", () => {
  const seen = (fingerprints: string): readonly boolean[] => {
    const isChange = changeDetector("a");
    return [...fingerprints].map(isChange);
  };

  test("counts once, when two looks in a row see the same", () => {
    expect(seen("aabbbb")).toEqual([false, false, false, true, false, false]);
  });

  test("that goes on does not count before it rests", () => {
    expect(seen("bcdeff")).toEqual([false, false, false, false, false, true]);
  });

  test("that is taken back before it rests is none", () => {
    expect(seen("abaa")).toEqual([false, false, false, false]);
  });

  test("that is taken back later is another", () => {
    expect(seen("bbaa")).toEqual([false, true, false, true]);
  });
});
