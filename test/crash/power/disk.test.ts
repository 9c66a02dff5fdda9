/** The model of the disk has to be right itself, on traces that can be followed by eye. */
import { describe, expect, test } from "bun:test";
import { ALL_KEPT, Disk, type DiskEvent, drawnFate, type Fate, type Files, NONE_KEPT } from "./disk.ts";

const create = (name = "a", file = 1): DiskEvent => ({ what: "create", name, file });
const write = (text: string, at = 0, file = 1): DiskEvent => ({ what: "write", file, at, bytes: Buffer.from(text) });
const sync = (file = 1): DiskEvent => ({ what: "sync", file });
const unlink = (name = "a"): DiskEvent => ({ what: "unlink", name });
const syncFolder: DiskEvent = { what: "sync folder" };
/** A file that is there for good. */
const there = (text = "old"): readonly DiskEvent[] => [create(), write(text), sync(), syncFolder];

const after = (...events: readonly DiskEvent[]): Disk => {
  const disk = new Disk();
  for (const event of events) disk.apply(event);
  return disk;
};
const texts = (files: Files): Record<string, string> =>
  Object.fromEntries([...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString("latin1")]));
const failed = (disk: Disk, fate: Partial<Fate> = {}): Record<string, string> => texts(disk.fail({ ...NONE_KEPT, ...fate }));

describe("the contents of a file", () => {
  test("a write that was not flushed can be lost, and can be kept", () => {
    const disk = after(...there(), write("new"));
    expect(failed(disk)).toEqual({ a: "old" });
    expect(failed(disk, ALL_KEPT)).toEqual({ a: "new" });
  });

  test("a write that was flushed is kept, one after it is not", () => {
    const disk = after(...there(), write("new"), sync(), write("N"));
    expect(failed(disk)).toEqual({ a: "new" });
    expect(disk.pending()).toEqual([6]);
  });

  test("a flush of one file says nothing about another", () => {
    const disk = after(...there(), create("b", 2), write("b", 0, 2), syncFolder, write("new"), sync(2));
    expect(failed(disk)).toEqual({ a: "old", b: "b" });
  });

  test("the later of two writes can be kept without the earlier", () => {
    const disk = after(...there("...."), write("1"), write("2", 1));
    expect(failed(disk, { keeps: (order) => order === 5 })).toEqual({ a: ".2.." });
  });

  test("a write is torn at the sectors of the disk, not at those of its own", () => {
    const disk = after(...there("-".repeat(1_200)), write("x".repeat(1_000), 100));
    const sectors = [true, false, true];
    const { a = "" } = failed(disk, { keeps: () => true, tears: () => true, keepsSector: () => sectors.shift() === true });
    expect(a.replace(/(.)\1*/g, (run, sign) => `${sign}${run.length} `)).toBe("-100 x412 -512 x76 -100 ");
    expect(sectors).toEqual([]);
  });

  test("where lost bytes had made a file longer there are zeros or noise", () => {
    const disk = after(...there(""), write("1"), write("2", 3));
    const keeps = (order: number): boolean => order === 5;
    expect(failed(disk, { keeps })).toEqual({ a: "\0\0\0" + "2" });
    expect(failed(disk, { keeps, hasNoise: true })).toEqual({ a: "\xaa\xaa\xaa2" });
  });

  test("a truncation that was not flushed can be lost, and so can what it made room for", () => {
    const disk = after(...there("long"), { what: "truncate", file: 1, sizeBytes: 1 }, write("?", 1));
    expect(failed(disk)).toEqual({ a: "long" });
    expect(failed(disk, { keeps: (order) => order === 4 })).toEqual({ a: "l" });
    expect(failed(disk, { keeps: (order) => order === 5 })).toEqual({ a: "l?ng" });
    expect(failed(disk, ALL_KEPT)).toEqual({ a: "l?" });
  });

  test("failing changes nothing: the disk can fail again", () => {
    const disk = after(...there(), write("new"));
    expect(failed(disk, ALL_KEPT)).toEqual({ a: "new" });
    expect(failed(disk)).toEqual({ a: "old" });
  });
});

describe("the names of files", () => {
  test("a new file is gone without a flush of the folder, however often it was flushed itself", () => {
    const disk = after(create(), write("new"), sync());
    expect(failed(disk)).toEqual({});
    expect(failed(disk, { keepsName: () => true })).toEqual({ a: "new" });
  });

  test("a new file whose name was flushed is there, and empty until it is flushed itself", () => {
    expect(failed(after(create(), write("new"), syncFolder))).toEqual({ a: "" });
  });

  test("a deleted file comes back without a flush of the folder, as it was flushed last", () => {
    const disk = after(...there(), write("new"), unlink());
    expect(failed(disk)).toEqual({ a: "old" });
    expect(failed(disk, { keepsName: () => true })).toEqual({});
    expect(failed(disk, { keeps: () => true })).toEqual({ a: "new" });
  });

  test("a deleted file stays away after a flush of the folder", () => {
    const disk = after(...there(), write("new"), unlink(), syncFolder);
    expect(failed(disk)).toEqual({});
    expect(disk.pending()).toEqual([]);
  });

  test("a file under the name of a deleted one is the old, the new, or none", () => {
    const disk = after(...there(), unlink(), create("a", 2), write("new", 0, 2), sync(2));
    expect(failed(disk)).toEqual({ a: "old" });
    expect(failed(disk, { keepsName: (order) => order === 4 })).toEqual({});
    expect(failed(disk, { keepsName: (order) => order === 5 })).toEqual({ a: "new" });
  });
});

describe("a drawn way to fail", () => {
  const disk = after(...there("...."), write("1"), write("2", 1), write("3", 2), write("4", 3));
  const drawn = (seed: string): string => texts(disk.fail(drawnFate(seed, disk.pending())))["a"] ?? "none";
  const all = Array.from({ length: 500 }, (_, seed) => drawn(`${seed}`));

  test("is the same for the same seed", () => expect(drawn("7")).toBe(drawn("7")));
  test("gets to every subset", () => expect(new Set(all).size).toBe(16));
});
