/** A copy is the same as what was copied, or it gets no name; and nothing is removed that is not a copy. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProgressListener } from "../../src/model/progress.ts";
import type { ExecutionView } from "../../src/model/views.ts";
import backup from "../../workflows/backup.ts";
import { removeTree } from "../../workflows/tree.ts";
import { openWorkbench, tickToTheEnd, type Workbench } from "./bench.ts";

let at: Workbench;
beforeEach(async () => {
  at = await openWorkbench(backup);
  mkdirSync(at.path("photos/2025/june"), { recursive: true });
  mkdirSync(at.path("disk"));
  writeFileSync(at.path("photos/a.txt"), "a");
  writeFileSync(at.path("photos/2025/june/sea.jpg"), "x".repeat(100_000));
});
afterEach(async () => {
  await removeTree(at.folder);
  await at.close();
});

const input = (more: Readonly<Record<string, unknown>> = {}) => ({ from: at.path("photos"), to: at.path("disk"), ...more });

const copyOnce = async (more?: Readonly<Record<string, unknown>>): Promise<ExecutionView> => {
  const { id } = await at.bench.engine.start(backup, input(more));
  const execution = await tickToTheEnd(at, id);
  await at.bench.host.advance(60_000);
  return execution;
};

const onDisk = (): readonly string[] => readdirSync(at.path("disk")).sort();

describe("a copy", () => {
  test("is named for the folder and the time, and holds every file", async () => {
    const { output } = await copyOnce();
    expect(output).toEqual({ copy: at.path("disk/photos-20260101T000000000Z"), files: 2, sizeBytes: 100_001, removed: [] });
    expect(onDisk()).toEqual(["photos-20260101T000000000Z"]);
    expect(readFileSync(at.path("disk/photos-20260101T000000000Z/2025/june/sea.jpg"), "utf8")).toBe("x".repeat(100_000));
  });

  test("keeps permissions, times and links, also a link to nothing", async () => {
    chmodSync(at.path("photos/a.txt"), 0o640);
    utimesSync(at.path("photos/a.txt"), 1_000, 1_000);
    symlinkSync("../a.txt", at.path("photos/2025/link"));
    symlinkSync("/nowhere/at/all", at.path("photos/dangling"));
    chmodSync(at.path("photos/2025"), 0o555);
    const { status, output } = await copyOnce();
    const inCopy = (path: string): string => join((output as { copy: string }).copy, path);
    expect(status).toBe("completed");
    expect(lstatSync(inCopy("a.txt"))).toMatchObject({ mode: 0o100640, mtimeMs: 1_000_000 });
    expect(lstatSync(inCopy("2025")).mode).toBe(0o040555);
    expect(readlinkSync(inCopy("2025/link"))).toBe("../a.txt");
    expect(readlinkSync(inCopy("dangling"))).toBe("/nowhere/at/all");
  });

  test("leaves out what is neither file, folder nor link, and says so", async () => {
    expect(Bun.spawnSync(["mkfifo", at.path("photos/pipe")]).exitCode).toBe(0);
    const { id, status, output } = await copyOnce();
    expect(status).toBe("completed");
    expect(readdirSync((output as { copy: string }).copy)).toEqual(["2025", "a.txt"]);
    expect(await at.bench.engine.logs(id)).toMatchObject([{ level: "warn", data: ["pipe"] }]);
  });
});

describe("old copies", () => {
  test("the newest are kept, however many there were", async () => {
    for (let round = 0; round < 4; round++) await copyOnce({ keep: "2" });
    expect(onDisk()).toEqual(["photos-20260101T000200000Z", "photos-20260101T000300000Z"]);
    const { output } = await copyOnce({ keep: 1 });
    expect(output).toMatchObject({ removed: ["photos-20260101T000200000Z", "photos-20260101T000300000Z"] });
  });

  test("nothing else is removed, whatever it is called", async () => {
    const strangers = [
      "photos",
      "photos-20250101",
      "photos-2025-20250101T000000000Z",
      "xphotos-20250101T000000000Z",
      "photos-20250101T000000000Z.old",
    ];
    for (const name of strangers) mkdirSync(at.path(`disk/${name}`));
    writeFileSync(at.path("disk/photos-20250101T000000000Z"), "a file");
    symlinkSync(at.path("photos"), at.path("disk/photos-20250202T000000000Z"));
    mkdirSync(at.path("disk/photos-20250303T000000000Z"));
    const { output } = await copyOnce({ keep: 1 });
    expect(output).toMatchObject({ removed: ["photos-20250303T000000000Z"] });
    expect(onDisk()).toEqual(
      [...strangers, "photos-20250101T000000000Z", "photos-20250202T000000000Z", "photos-20260101T000000000Z"].sort(),
    );
    expect(readFileSync(at.path("photos/a.txt"), "utf8")).toBe("a");
  });
});

describe("what changes while it is copied", () => {
  const writesAfterCopy =
    (times: number): ProgressListener =>
    (progress) => {
      if (progress.type !== "step-completed" || progress.step.name !== "copy" || times-- <= 0) return;
      writeFileSync(at.path("photos/a.txt"), `changed ${times}`);
    };

  const carry = async (more: Readonly<Record<string, unknown>>, onProgress: ProgressListener): Promise<ExecutionView> => {
    const { id } = await at.bench.engine.start(backup, input(more));
    for (let round = 0; round < 10; round++) {
      const execution = await at.bench.engine.carry(id, { onProgress });
      if (execution.wakeAt === null) return execution;
      await at.bench.host.advance(Date.parse(execution.wakeAt) - at.bench.host.clock.now());
    }
    throw new Error("it does not end");
  };

  test("is copied again after a while", async () => {
    const execution = await carry({ wait: "5m" }, writesAfterCopy(1));
    expect(execution).toMatchObject({ status: "completed", finishedAt: "2026-01-01T00:05:00.000Z" });
    expect(readFileSync(at.path("disk/photos-20260101T000000000Z/a.txt"), "utf8")).toBe("changed 0");
    expect(onDisk()).toEqual(["photos-20260101T000000000Z"]);
  });

  test("and never holds still fails in the end, and leaves nothing behind", async () => {
    const { status, error } = await carry({ tries: 2 }, writesAfterCopy(9));
    expect(status).toBe("failed");
    expect(error?.message).toMatch(/does not hold still: 2 copies differed, the last in a\.txt/);
    expect(onDisk()).toEqual([]);
  });
});

test("a process that died after the renaming and before its record: the copy is taken for what it is", async () => {
  const { id } = await at.bench.engine.start(backup, input());
  await at.bench.engine.carry(id, {
    onProgress(progress) {
      // Done already when the step comes to it, as after such a death.
      if (progress.type !== "step-completed" || progress.step.name !== "compare") return;
      Bun.spawnSync(["mv", at.path(`disk/.photos-20260101T000000000Z-${id}`), at.path("disk/photos-20260101T000000000Z")]);
    },
  });
  expect(await at.bench.engine.getStatus(id)).toMatchObject({ status: "completed" });
  expect(onDisk()).toEqual(["photos-20260101T000000000Z"]);
});

test.each([
  ["photos", "photos/2025", /lies in/],
  ["photos", "photos", /lies in/],
  ["photos", "link-into-photos", /lies in/],
  ["photos", "missing", /is not a folder/],
  ["missing", "disk", /is not a folder/],
  ["photos/a.txt", "disk", /is not a folder/],
])("from %s to %s is refused at once", async (from, to, words) => {
  symlinkSync(at.path("photos/2025"), at.path("link-into-photos"));
  const { id } = await at.bench.engine.start(backup, { from: at.path(from), to: at.path(to) });
  const { status, error } = await tickToTheEnd(at, id);
  expect(status).toBe("failed");
  expect(error?.message).toMatch(words);
  expect(onDisk()).toEqual([]);
});

test("a folder beside it whose name begins alike is no folder inside it", async () => {
  mkdirSync(at.path("photos-copies"));
  expect(await copyOnce({ to: at.path("photos-copies") })).toMatchObject({ status: "completed" });
  mkdirSync(at.path("photos/..hidden"));
  const { id } = await at.bench.engine.start(backup, { from: at.path("photos"), to: at.path("photos/..hidden") });
  expect(await tickToTheEnd(at, id)).toMatchObject({ status: "failed", error: { message: expect.stringContaining("lies in") } });
});
