/** Where processes come from: which of them is the script, and what belongs to it. */
import { describe, expect, test } from "bun:test";
import {
  ancestorsOf,
  callingProcess,
  descendantsOf,
  descendsFrom,
  identityOf,
  type Kin,
  parseKin,
  scriptProcess,
} from "../../src/host/lineage.ts";
import { openPipe } from "../../src/host/pipes.ts";
import { systemProcesses } from "../../src/host/processes.ts";

/** `pid: [parent, group]` */
const table =
  (rows: Readonly<Record<number, readonly [parent: number, group: number]>>) =>
  (pid: number): Kin | undefined => {
    const row = rows[pid];
    return row === undefined ? undefined : { parent: row[0], group: row[1] };
  };

/** Where there are no commands, nothing is known of any. */
const sightOf = (
  rows: Parameters<typeof table>[0],
  commands: Readonly<Record<number, readonly string[]>> = {},
): NonNullable<Parameters<typeof scriptProcess>[1]> => ({
  kinOf: table(rows),
  commandOf: (pid) => commands[pid],
  programOf: (pid) => commands[pid]?.[0],
});

const SCRIPT = ["sh", "deploy.sh"];

describe("the process of the script that called", () => {
  test("is the leader of its process group", () => {
    expect(scriptProcess(50, sightOf({ 50: [40, 30], 40: [30, 30], 30: [20, 30], 20: [1, 20] }))).toBe(30);
  });

  test("is its parent where it leads the group itself, as a shell with job control makes it", () => {
    expect(scriptProcess(50, sightOf({ 50: [40, 50], 40: [20, 40], 20: [1, 20] }))).toBe(40);
  });

  test("is its parent where the leader is another program of a pipeline, or gone", () => {
    expect(scriptProcess(50, sightOf({ 50: [40, 39], 39: [20, 39], 40: [20, 39], 20: [20, 39] }))).toBe(40);
    expect(scriptProcess(50, sightOf({ 50: [40, 39], 40: [20, 39], 20: [1, 20] }))).toBe(40);
  });

  test("is not the copy that its shell has made of itself, where the group tells nothing", () => {
    const rows = { 50: [41, 50], 41: [40, 40], 40: [20, 20], 20: [1, 20] } as const;
    expect(scriptProcess(50, sightOf(rows, { 41: SCRIPT, 40: SCRIPT, 20: ["server"] }))).toBe(40);
  });

  test.each([[["timeout", "20"]], [["/usr/bin/sudo"]], [["/opt/homebrew/bin/gtimeout", "20"]], [["time"]]])(
    "is found as if %j were not there, which leads a group of its own and ends with the call",
    (wrapper) => {
      const rows = { 50: [42, 42], 42: [41, 42], 41: [30, 30], 30: [20, 30], 20: [1, 20] } as const;
      expect(scriptProcess(50, sightOf(rows, { 42: [...wrapper, "wf"], 41: SCRIPT, 30: SCRIPT }))).toBe(30);
      expect(callingProcess(50, 30, sightOf(rows, { 42: [...wrapper, "wf"], 41: SCRIPT, 30: SCRIPT }))).toBe(30);
    },
  );

  test("is found behind several of them, and where it does not lead a group", () => {
    const rows = { 50: [43, 43], 43: [42, 43], 42: [41, 40], 41: [20, 19], 20: [1, 20] } as const;
    expect(scriptProcess(50, sightOf(rows, { 43: ["timeout", "3"], 42: ["nice"], 41: SCRIPT, 20: ["server"] }))).toBe(41);
  });

  test("may be called as one, and is started by one", () => {
    const rows = { 50: [42, 30], 42: [30, 30], 30: [20, 30], 20: [1, 20] } as const;
    expect(scriptProcess(50, sightOf(rows, { 42: ["sh", "timeout"], 30: ["timeout", "60", "./deploy.sh"] }))).toBe(30);
    expect(callingProcess(50, 30, sightOf(rows, { 42: ["mytimeout"], 30: ["timeout", "60"] }))).toBe(42);
  });

  test("is not known where nothing is seen, and is the nearest where all there is are wrappers", () => {
    expect(scriptProcess(50, sightOf({}))).toBeUndefined();
    expect(scriptProcess(50, sightOf({ 50: [40, 40], 40: [0, 40] }, { 40: ["timeout"] }))).toBe(40);
  });
});

test("the process that called is the script, not what its shell has made of itself for `$( … )`, nor the program that started it", () => {
  const rows = { 50: [42, 20], 42: [41, 20], 41: [40, 20], 40: [20, 20], 20: [10, 20], 10: [1, 10] } as const;
  const called = (commands: Readonly<Record<number, readonly string[]>>, last?: number) =>
    callingProcess(50, last, sightOf(rows, commands));
  expect(called({ 42: SCRIPT, 41: SCRIPT, 40: SCRIPT, 20: ["server"] }, 20)).toBe(40);
  expect(called({ 42: SCRIPT, 41: SCRIPT, 40: SCRIPT, 20: SCRIPT, 10: SCRIPT }, 20)).toBe(20);
  expect(called({ 42: ["make"], 41: SCRIPT })).toBe(42);
  expect(called({ 42: ["sudo", "wf"], 41: SCRIPT, 40: SCRIPT })).toBe(40);
  expect(called({})).toBe(42);
  expect(callingProcess(50, 20, sightOf({}))).toBeUndefined();
});

test("ancestors are the nearest first, and a table that leads back to itself has an end", () => {
  expect(ancestorsOf(50, table({ 50: [40, 1], 40: [1, 1], 1: [0, 1] }))).toEqual([40, 1]);
  expect(ancestorsOf(50, table({ 50: [40, 1], 40: [50, 1] })).length).toBeLessThan(1_000);
});

test("descendants are children and theirs, and nobody else", () => {
  const parents = new Map([
    [2, 1],
    [10, 2],
    [11, 10],
    [12, 10],
    [13, 12],
    [20, 2],
  ]);
  expect(descendantsOf(10, parents)).toEqual([11, 12, 13]);
  expect(descendantsOf(13, parents)).toEqual([]);
});

test("the line of a process is read whatever its program is called", () => {
  expect(parseKin("4711 (a) b) S 12 34 56")).toEqual({ parent: 12, group: 34 });
  expect(parseKin("")).toBeUndefined();
});

test("this process descends from its parent, not from a child, nor from a later process of the same number", () => {
  const { self } = systemProcesses;
  const parent = identityOf(process.ppid, self);
  if (parent === undefined) throw new Error("no parent");
  expect([descendsFrom(parent, self), descendsFrom({ ...parent, startTime: "1" }, self), descendsFrom(self, self)]).toEqual([
    true,
    false,
    false,
  ]);
});

test("what a child is given as its output can be opened by name, as scripts do", async () => {
  const pipe = openPipe();
  if (pipe === undefined) throw new Error("no pipe");
  const child = Bun.spawn(["sh", "-c", "echo plain; echo named > /dev/stdout"], { stdout: pipe.writeEnd, stderr: "ignore" });
  const { closeSync } = await import("node:fs");
  closeSync(pipe.writeEnd);
  expect(await new Response(Bun.file(pipe.readEnd).stream()).text()).toBe("plain\nnamed\n");
  expect(await child.exited).toBe(0);
});
