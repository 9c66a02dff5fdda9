/** What the doctor finds, and that it says what to do about it. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import type { Finding } from "../../src/model/examination.ts";
import { examine } from "../../src/sqlite/examine.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { execution, NOW, owned, park, step, worker } from "../suites/store/samples.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";

let folder: Folder;
let machine: Machine;
beforeEach(() => {
  folder = makeFolder();
  machine = new Machine();
});
afterEach(() => folder.remove());

const RUNTIME = { name: "Bun", version: "1.4.5", needs: "1.4.5" };

const look = async (given: Partial<Parameters<typeof examine>[0]> = {}): Promise<ReadonlyMap<string, Finding>> => {
  const { findings } = await examine({ file: folder.file, host: machine.host(300), runtime: RUNTIME, isThorough: false, ...given });
  for (const { level, next } of findings) expect(next === null).toBe(level === "ok");
  return new Map(findings.map((finding) => [finding.what, finding]));
};

const fill = async (): Promise<void> => {
  const store = await openSqliteStore({ file: folder.file, create: true, host: machine.host() });
  await park(store, await owned(store, "a"), {}, { steps: [step("one")] });
  await store.removeWorker("w1", NOW);
  await store.close();
};

const sql = (text: string): void => {
  const database = new Database(folder.file);
  database.run(text);
  database.close();
};

test("a sound database in order is well in every respect, and a thorough look says so too", async () => {
  await fill();
  const findings = await look({ isThorough: true });
  expect([...findings.values()].filter(({ level }) => level !== "ok")).toEqual([]);
  expect([...findings.keys()]).toEqual(["Bun", "mode", "space", "WAL", "database", "SQLite", "ticker", "workers", "blocked", "check"]);
});

describe("it finds", () => {
  test("a runtime that is too old", async () => {
    expect((await look({ runtime: { ...RUNTIME, version: "1.4.4" } })).get("Bun")).toMatchObject({ level: "problem", next: "Update Bun." });
  });

  test("that there is no database yet, which is no problem", async () => {
    expect((await look()).get("database")).toMatchObject({ level: "warning", next: "`wf run` creates it." });
  });

  test("a database that cannot be used, with the reason and the way out of the error", async () => {
    writeFileSync(folder.file, "no database at all, but long enough for the header of one", { mode: 0o600 });
    expect((await look()).get("database")).toMatchObject({ level: "problem", text: expect.stringContaining("it is not a database") });
  });

  test("files that others may read, with the command that closes them", async () => {
    await fill();
    chmodSync(folder.file, 0o644);
    expect((await look()).get("mode")).toMatchObject({ level: "warning", next: `chmod 600 ${folder.file}` });
  });

  test("executions that are long due while nothing ticks, but not while a daemon runs", async () => {
    const store = await openSqliteStore({ file: folder.file, create: true, host: machine.host() });
    await store.create(execution("due"), {});
    await store.recordTick(NOW);
    machine.clock.now = NOW + 3 * 3_600_000;
    expect((await look()).get("ticker")).toMatchObject({
      level: "problem",
      text: "executions have been due for 3h, and the last tick was 3h ago",
    });
    await store.registerWorker(worker("d", 100, { role: "daemon" }));
    expect((await look()).get("ticker")).toMatchObject({ level: "ok" });
    await store.close();
  });

  test("workers that died in the middle", async () => {
    const store = await openSqliteStore({ file: folder.file, create: true, host: machine.host() });
    await owned(store, "left", worker("w1", 111));
    machine.liveness.set(111, "dead");
    expect((await look()).get("workers")).toMatchObject({ level: "warning", text: expect.stringContaining("111") });
    await store.close();
  });

  test("executions that wait for a decision", async () => {
    await fill();
    sql("UPDATE executions SET input = '1', damaged_at = 5");
    expect((await look()).get("blocked")).toMatchObject({ level: "warning", text: "1 execution waits for a decision" });
  });

  test("damaged rows, when it is asked to look at everything", async () => {
    await fill();
    sql("UPDATE steps SET output = '1'");
    expect((await look()).has("check")).toBe(false);
    expect((await look({ isThorough: true })).get("check")).toMatchObject({
      level: "problem",
      next: expect.stringContaining("wf db repair"),
    });
  });
});
