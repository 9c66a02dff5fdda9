/** What one write changes of other executions, and what the process that has written it still knows of them. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { ChildStart, Creation, Store } from "../../src/engine/store.ts";
import { unwrap } from "../../src/model/result.ts";
import { DatabaseConnection } from "../../src/sqlite/connection.ts";
import { dueNow } from "../../src/sqlite/fast.ts";
import { isOwnerWriteStored } from "../../src/sqlite/owner-write.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { begin } from "../suites/store/lanes.ts";
import { event, execution, NOW, owned, step, submit, waiting, worker } from "../suites/store/samples.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";

const A = worker("a", 100);
const B = worker("b", 200);
const CANCEL = { at: NOW, reason: "no more" };

let machine: Machine;
let folder: Folder;
let a: Store;
let b: Store;
beforeEach(async () => {
  machine = new Machine();
  folder = makeFolder();
  const open = (pid: number): Promise<Store> =>
    openSqliteStore({ file: folder.file, create: true, durability: "normal", host: machine.host(pid) });
  [a, b] = [await open(100), await open(200)];
  await a.registerWorker(A);
  await b.registerWorker(B);
});
afterEach(async () => {
  await a.close();
  await b.close();
  folder.remove();
});

describe("a claim of one execution that finds its owner, or that of its place, gone", () => {
  test("does not take a child that it has just cancelled with its parent", async () => {
    await begin(a, "parent", { claimFor: A });
    await begin(a, "child", { parts: { parentId: "parent" } });
    await b.requestCancel("parent", CANCEL);
    machine.liveness.set(100, "dead");
    expect(await b.claimOne("child", { worker: B, now: NOW })).toBeUndefined();
    expect(await b.execution("parent")).toMatchObject({ status: "cancelled" });
    expect(await b.execution("child")).toMatchObject({ status: "cancelled" });
  });

  test("marks the children of this process in a way that their own writes do not undo", async () => {
    await a.create(execution("parent"), { claimFor: A });
    const lease = { executionId: "child", workerId: "b", term: 1 };
    await b.create(execution("child", { parentId: "parent" }), { claimFor: B });
    await a.requestCancel("parent", CANCEL);
    await submit(b, { lease, change: { panics: 0 } });
    machine.liveness.set(100, "dead");
    const before = b.dataVersion();
    await b.claimOne("parent", { worker: B, now: NOW });
    expect(b.dataVersion()).not.toBe(before);
    await submit(b, { lease, steps: [step("s")], change: { panics: 0 } });
    expect(await b.isCancelRequested("child")).toBe(true);
  });
});

test("a process is told of what it asks of its own executions, and of nothing else that it writes", async () => {
  const { lease } = await owned(a, "x", A);
  await submit(a, { lease, steps: [step("s")] });
  const before = a.dataVersion();
  await submit(a, { lease, steps: [step("t", { order: 2 })], change: { panics: 0 } });
  expect(a.dataVersion()).toBe(before);
  await a.requestCancel("x", CANCEL);
  expect(a.dataVersion()).not.toBe(before);
});

test("a child that is made by a write whose outcome was unknown, and by the same write once more, is its owner's both times", async () => {
  const { lease } = await owned(a, "parent", A);
  const told: Creation[] = [];
  const child = execution("child", { parentId: "parent" });
  const making = (parts: Partial<ChildStart> = {}) => ({
    lease,
    children: [{ execution: child, claim: true, tell: (one: Creation) => void told.push(one), ...parts }],
  });
  for (let time = 0; time < 2; time++) await submit(a, making());
  await submit(a, making({ claim: false }));
  await submit(a, making({ execution: { ...child, createdAt: NOW + 1 } }));
  expect(told.map(({ created }) => created)).toEqual([true, true, false, false]);
  expect(told[1]).toEqual(told[0] as Creation);
});

test("whether a write that starts over is in the file is told by its lease, and not by steps that are gone with the history", async () => {
  const { lease } = await owned(a, "x", A);
  const change = { status: "pending", reason: "queued", wakeAt: NOW } as const;
  const write = { lease, steps: [step("s")], change, release: true, startOver: { inputText: "2" } };
  const db = unwrap(await DatabaseConnection.open(folder.file, { create: false, host: machine.host() }));
  expect(await db.read(() => isOwnerWriteStored(db, write))).toBe(false);
  await submit(a, write);
  expect(await db.read(() => isOwnerWriteStored(db, write))).toBe(true);
  db.close();
});

describe("an event that comes while its execution is about to park", () => {
  const parking = async (change: { status: "waiting" | "paused" | "blocked"; reason: "event" | "paused" | "in-doubt" }): Promise<Store> => {
    const { lease } = await owned(a, "x", A);
    await submit(a, { lease, steps: [waiting("paid")] });
    await b.addEvent("x", event("e-1"));
    await submit(a, { lease, release: true, change: { ...change, wakeAt: null }, waitingFor: [{ name: "paid", afterCursor: 0 }] });
    return a;
  };

  test("leaves it due", async () => {
    await parking({ status: "waiting", reason: "event" });
    expect(await a.execution("x")).toMatchObject({ status: "pending", reason: "queued", wakeAt: machine.clock.now });
  });

  test.each([
    ["paused", { status: "paused", reason: "paused" }],
    ["in doubt", { status: "blocked", reason: "in-doubt" }],
  ] as const)("is kept by one that is %s until a person lets it go on", async (_, change) => {
    await parking(change);
    expect(await a.execution("x")).toMatchObject({ ...change, wakeAt: null });
    expect(await a.pendingEvents("x", "paid")).toHaveLength(1);
  });
});

test("the short way of a tick takes nothing for due that waits for others, though it was made before the clock was put back", async () => {
  const looks = (now: number): string => dueNow(folder.file, { now: () => now, liveness: () => "alive" });
  await a.create(execution("behind", { reason: "concurrency", reasonDetail: "an earlier slot", wakeAt: null }), {});
  await a.create(execution("later", { wakeAt: NOW + 60_000 }), {});
  expect(looks(NOW - 60_000)).toBe("nothing");
  await a.create(execution("now"), {});
  expect(looks(NOW - 60_000)).not.toBe("nothing");
});
