/** What only damage or a person with `sqlite3` can do to a lane, and how it heals. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import type { Store } from "../../src/engine/store.ts";
import { dueNow } from "../../src/sqlite/fast.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { begin, claim, running } from "../suites/store/lanes.ts";
import { codeOf, NOW, submit, worker } from "../suites/store/samples.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";
import { cellsOf } from "./pages.ts";

const W = worker("w1", 100);

let machine: Machine;
let folder: Folder;
let store: Store;
beforeEach(async () => {
  machine = new Machine();
  folder = makeFolder();
  store = await openSqliteStore({ file: folder.file, create: true, durability: "normal", host: machine.host() });
  await store.registerWorker(W);
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const tamper = (...statements: readonly string[]): void => {
  const database = new Database(folder.file);
  for (const sql of statements) database.run(sql);
  database.close();
};

const looksIn = (): string => {
  machine.clock.boot += 1_000;
  return dueNow(folder.file, { now: () => machine.clock.now, liveness: () => "alive" });
};

const end = async (id: string): Promise<void> => {
  const execution = await store.execution(id);
  await submit(store, {
    lease: { executionId: id, workerId: W.id, term: 1 },
    change: { status: "completed", outputText: execution?.inputText ?? "1", finishedAt: NOW },
  });
};

describe("a lane", () => {
  test.each([
    ["whose opening was lost", "UPDATE lanes SET turn = NULL"],
    ["whose row was lost", "DELETE FROM lanes"],
    ["whose limit was lost", "UPDATE lanes SET turn = NULL, max_running = NULL"],
  ])("%s lets the next in within a second", async (_, sql) => {
    await begin(store, "a", { claimFor: W });
    await begin(store, "b");
    expect(await claim(store, W)).toEqual([]);
    expect(looksIn()).toBe("nothing");
    await end("a");
    tamper(sql);
    expect(looksIn()).toBe("due");
    expect(await claim(store, W)).toEqual(["b"]);
    expect(looksIn()).toBe("nothing");
  });

  test("without a limit that anybody knows runs one at a time", async () => {
    for (const id of ["a", "b"]) await begin(store, id, { limits: running(5) });
    tamper("DELETE FROM lanes");
    expect(await claim(store, W)).toEqual(["a"]);
  });

  test("that is open although nobody waits, or no place is free, is shut, and does not hide those behind it", async () => {
    const limits = running(1, "queue", "full");
    await begin(store, "full-1", { limits, claimFor: W });
    await begin(store, "full-2", { limits });
    await begin(store, "a", { claimFor: W });
    await begin(store, "b");
    const idle = Array.from({ length: 300 }, (_, n) => `('idle-${n}', 1, ${n + 10})`).join(", ");
    tamper(`INSERT INTO lanes (key, max_running, turn) VALUES ${idle}`, "UPDATE lanes SET turn = 1 WHERE key = 'full'");
    await end("a");
    expect(await claim(store, W)).toEqual([]);
    for (let n = 0; n < 5; n++) if ((await claim(store, W)).includes("b")) return;
    expect("b was let in").toBe("");
  });

  test("passes over one whose id is no text any more", async () => {
    await begin(store, "a", { claimFor: W });
    for (const id of ["b", "c"]) await begin(store, id);
    await end("a");
    await store.close();
    const bytes = readFileSync(folder.file);
    const typeOfId = (cellsOf(folder.file, "executions")[1]?.header ?? 0) + 2; // behind that of its number
    expect(bytes[typeOfId]).toBe(15);
    bytes[typeOfId] = 14; // bytes, as many
    writeFileSync(folder.file, bytes);
    store = await openSqliteStore({ file: folder.file, create: false, durability: "normal", host: machine.host() });
    expect(await claim(store, W)).toEqual(["c"]);
    expect(await codeOf(store.execution("b"))).toBe("CORRUPT");
  });

  test("counts no row that nobody can write to any more", async () => {
    await begin(store, "a", { claimFor: W });
    await begin(store, "b");
    tamper("PRAGMA ignore_check_constraints = ON", "UPDATE executions SET status = 'completed', wake_at = 5 WHERE id = 'a'");
    machine.liveness.set(100, "dead");
    const other = await openSqliteStore({ file: folder.file, create: false, durability: "normal", host: machine.host(200) });
    try {
      const owner = worker("w2", 200);
      const first = await claim(other, owner);
      machine.clock.boot += 1_000;
      expect([...first, ...(await claim(other, owner))]).toEqual(["b"]);
    } finally {
      await other.close();
    }
  });

  test("with a thousand that wait is out of the way of others: none of them is due, or met again", async () => {
    for (let n = 0; n < 1_500; n++) await begin(store, `a${n}`);
    await begin(store, "other", { limits: running(1, "queue", "other"), parts: { wakeAt: NOW + 1 } });
    machine.clock.now += 10;
    expect(await claim(store, W, { now: NOW + 10, limit: 1 })).toEqual(["a0"]);
    expect(await claim(store, W, { now: NOW + 10, limit: 1 })).toEqual(["other"]);
    expect(await store.nextWakeAt()).toBeNull();
    expect(await claim(store, W, { now: NOW + 10 })).toEqual([]);
  });
});
