/** The short way of `wf tick`. */
import { SCHEMA } from "../../src/sqlite/schema.ts";
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Store } from "../../src/engine/store.ts";
import { dueNow } from "../../src/sqlite/fast.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import type { ScheduleRecord } from "../../src/model/schedule/record.ts";
import { schedule } from "../suites/store/schedule-samples.ts";
import { execution, NOW, owned, park, submit, worker } from "../suites/store/samples.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";

const DAY_MS = 86_400_000;

let folder: Folder;
let machine: Machine;
let store: Store;
beforeEach(async () => {
  folder = makeFolder();
  machine = new Machine();
  store = await openSqliteStore({ file: folder.file, create: true, host: machine.host() });
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const look = () => dueNow(folder.file, machine.host());

describe("the short way", () => {
  test("says nothing, and records the tick, where nothing is due", async () => {
    expect(look()).toBe("nothing");
    expect(await store.lastTickAt()).toBe(NOW);
    await store.create(execution("later", { wakeAt: NOW + 1 }), {});
    await park(store, await owned(store, "waits"), { status: "waiting", reason: "event", wakeAt: null });
    const { lease } = await owned(store, "over");
    await submit(store, { lease, change: { status: "completed", finishedAt: NOW } });
    await owned(store, "runs", worker("w", 111));
    machine.clock.now = NOW;
    expect(look()).toBe("nothing");
  });

  test("says due from the instant of the wake on, and leaves tick and execution alone", async () => {
    await store.create(execution("a", { wakeAt: NOW + 5 }), {});
    machine.clock.now = NOW + 4;
    expect(look()).toBe("nothing");
    machine.clock.now = NOW + 5;
    expect(look()).toBe("due");
    expect(await store.lastTickAt()).toBe(NOW + 4);
    expect(await store.execution("a")).toEqual(execution("a", { wakeAt: NOW + 5 }));
  });

  test.each([100, 1, -1, -100])("says due of priority %d as of any other", async (priority) => {
    await store.create(execution("other", { priority: priority / 2 > 1 ? 1 : 2, wakeAt: NOW + 1e6 }), {});
    await store.create(execution("a", { priority, wakeAt: NOW + 5 }), {});
    machine.clock.now = NOW + 4;
    expect(look()).toBe("nothing");
    machine.clock.now = NOW + 5;
    expect(look()).toBe("due");
  });

  test("says due where an owner is dead, unsure where that cannot be known, and nothing where it lives", async () => {
    await owned(store, "a", worker("w", 111));
    for (const [liveness, answer] of [
      ["alive", "nothing"],
      ["unknown", "unsure"],
      ["dead", "due"],
    ] as const) {
      machine.liveness.set(111, liveness);
      expect(look()).toBe(answer);
    }
  });

  test("does not ask about workers that own nothing", async () => {
    await store.registerWorker(worker("idle", 111));
    machine.liveness.set(111, "dead");
    expect(look()).toBe("nothing");
  });
});

describe("schedules on the short way", () => {
  const plan = (parts: Partial<ScheduleRecord>) => store.schedules.change(() => ({ put: [schedule(parts)] }));

  test("are due from the instant of their slot on, and not while they are paused", async () => {
    await plan({ nextAt: NOW + 5 });
    expect(look()).toBe("nothing");
    machine.clock.now = NOW + 5;
    expect(look()).toBe("due");
    await plan({ nextAt: NOW, pausedAt: NOW });
    expect(look()).toBe("nothing");
  });

  test("are looked at where their last slot lies more than a day ahead: the clock was put back", async () => {
    await plan({ nextAt: NOW + 365 * DAY_MS, lastSlotAt: NOW + DAY_MS });
    expect(look()).toBe("nothing");
    await plan({ nextAt: NOW + 365 * DAY_MS, lastSlotAt: NOW + DAY_MS + 1 });
    expect(look()).toBe("due");
  });

  test("are read again on the long way where the files are not what was noted", async () => {
    const asked: (string | undefined)[] = [];
    const host = { ...machine.host(), haveFilesChanged: (noted: string | undefined) => (asked.push(noted), noted !== "as they are") };
    expect(dueNow(folder.file, host)).toBe("unsure");
    await store.schedules.change(() => ({ filesMark: "as they are" }));
    expect(dueNow(folder.file, host)).toBe("nothing");
    expect(asked).toEqual([undefined, "as they are"]);
  });
});

describe("the short way is unsure of", () => {
  const changed = (sql: string): void => {
    const other = new Database(folder.file);
    other.run(sql);
    other.close();
  };

  test("a file that is not there, is no database, or is another's", () => {
    expect(dueNow(join(folder.path, "none"), machine.host())).toBe("unsure");
    const text = join(folder.path, "text");
    writeFileSync(text, "hello", { mode: 0o600 });
    expect(dueNow(text, machine.host())).toBe("unsure");
    expect(readFileSync(text, "utf8")).toBe("hello");
    chmodSync(folder.file, 0o666);
    expect(look()).toBe("unsure");
  });

  test.each([
    ["another schema version", `PRAGMA user_version = ${SCHEMA.version + 1}`],
    ["a planted trigger", "CREATE TRIGGER evil AFTER UPDATE ON meta BEGIN DELETE FROM executions; END"],
    ["a missing table", "DROP TABLE logs"],
  ])("%s, and writes nothing", async (_, sql) => {
    await store.create(execution("a", { wakeAt: null, status: "waiting", reason: "event" }), {});
    changed(sql);
    expect(look()).toBe("unsure");
    expect(new Database(folder.file, { readonly: true }).query("SELECT count(*) AS n FROM meta").get()).toEqual({ n: 0 });
  });

  test("a lock that stays", () => {
    const other = new Database(folder.file);
    other.run("BEGIN IMMEDIATE");
    expect(look()).toBe("unsure");
    other.run("ROLLBACK");
    other.close();
    expect(look()).toBe("nothing");
  });
});

test("it loads few files, none of them the engine's, the errors' or a package's", () => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const imports = readFileSync(file, "utf8").matchAll(/^(?:import|export) (?!type )[^;]*? from "([^"]+)"/gm);
    for (const [, from = ""] of imports) {
      if (from.startsWith(".")) visit(join(dirname(file), from));
      else expect(from).toMatch(/^(bun:|node:)/);
    }
  };
  visit(join(import.meta.dir, "../../src/sqlite/fast.ts"));
  expect([...seen].filter((file) => !file.includes("/src/sqlite/"))).toEqual([]);
  expect(seen.size).toBeLessThan(12);
});
