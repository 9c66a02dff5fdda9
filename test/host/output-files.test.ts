/** Whole outputs of commands go with their executions, and nothing else does. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ProjectOutputFiles } from "../../src/host/output-files.ts";

let root: string;
let files: ProjectOutputFiles;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "wf-outputs-")));
  files = new ProjectOutputFiles(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), path);
};
const left = (): readonly string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();

const remove = async (...ids: readonly string[]): Promise<void> => {
  files.setAside(ids);
  await files.clear();
};

test("those of the executions that are named go, with what is in their folders", async () => {
  for (const path of [".wf/logs/a/build.1.log", ".wf/logs/a/build.2.log", ".wf/logs/ab/build.1.log", ".wf/tick.log"]) write(path);
  expect(files.having(["a", "b", "ab"])).toEqual(["a", "ab"]);
  await remove("a", "b");
  expect(left()).toEqual([".wf/logs/ab/build.1.log", ".wf/tick.log"]);
  expect(existsSync(join(root, ".wf/logs/a"))).toBe(false);
});

test("what an execution of the same id writes after that stays", async () => {
  write(".wf/logs/a/old.1.log");
  files.setAside(["a"]);
  write(".wf/logs/a/new.1.log");
  await files.clear();
  expect(left()).toEqual([".wf/logs/a/new.1.log"]);
});

test("what a process has set aside that died then is deleted by the next", async () => {
  write(".wf/logs/a/old.1.log");
  files.setAside(["a"]);
  await new ProjectOutputFiles(root).clear();
  expect(readdirSync(join(root, ".wf/logs"))).toEqual([]);
});

describe("nothing outside of the folder goes", () => {
  beforeEach(() => {
    write("elsewhere/precious.log");
    write(".wf/logs/b/build.1.log");
    write(".wf/precious.log");
  });

  test.each([".", "..", "../logs", "b/../..", "", "/", ".gone-1", "b/", "b\0"])("for the id %j", async (id) => {
    const before = left();
    expect(files.having([id])).toEqual([]);
    await remove(id);
    expect(left()).toEqual(before);
  });

  test("by a link in the place of its folder, which stays, too", async () => {
    symlinkSync(join(root, "elsewhere"), join(root, ".wf/logs/a"));
    const before = left();
    await remove("a");
    expect(left()).toEqual(before);
  });

  test("by a link in its folder, which goes alone", async () => {
    symlinkSync(join(root, "elsewhere"), join(root, ".wf/logs/b/folder"));
    symlinkSync(join(root, "elsewhere/precious.log"), join(root, ".wf/logs/b/file.log"));
    await remove("b");
    expect(left()).toEqual([".wf/precious.log", "elsewhere/precious.log"]);
  });

  test.each([".wf/logs", ".wf"])("where %s itself is a link", async (path) => {
    write(".wf/logs/.gone-1/build.1.log");
    renameSync(join(root, path), join(root, "moved"));
    symlinkSync(join(root, "moved"), join(root, path));
    const before = left();
    expect(files.having(["b"])).toEqual([]);
    await remove("b");
    expect(left()).toEqual(before);
  });
});

test("where there are no outputs, nothing is made", async () => {
  await remove("a");
  writeFileSync(join(root, ".wf"), "");
  await remove("a");
  expect([files.having(["a"]), left()]).toEqual([[], [".wf"]]);
});

test("ids that differ in their capitals have folders of their own where the file system says so", () => {
  write(".wf/logs/job/build.1.log");
  expect(files.ignoresCase("job")).toBe(existsSync(join(root, ".wf/logs/JOB")));
  write(".wf/logs/17/build.1.log");
  expect(files.ignoresCase("17")).toBe(false);
});
