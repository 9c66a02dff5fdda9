/** Removing what is over: what may go, how it goes in parts, and what is left in the file. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { Removable } from "../../src/engine/store/retention.ts";
import { removeAll, tallyAll } from "../../src/engine/retention/removing.ts";
import type { Store } from "../../src/engine/store.ts";
import type { ExecutionRecord } from "../../src/model/records.ts";
import { REMOVED_TABLES } from "../../src/sqlite/removal.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { execution, event, log, NOW, owned, step, submit, worker } from "../suites/store/samples.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";

let folder: Folder;
let machine: Machine;
let store: Store;
beforeEach(async () => {
  folder = makeFolder();
  machine = new Machine();
  store = await open();
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const open = (): Promise<Store> => openSqliteStore({ file: folder.file, create: true, host: machine.host() });

const DAY_MS = 86_400_000;

/** Over since so many days. */
const over = async (id: string, days: number, parts: Partial<ExecutionRecord> = {}, steps = 1): Promise<void> => {
  const { status = "completed", ...rest } = parts;
  const { lease } = await owned(store, id, worker("w1"), rest);
  const rows = Array.from({ length: steps }, (_, at) => step("s", { n: at + 1, order: at + 1 }));
  const finishedAt = NOW - days * DAY_MS;
  await submit(store, { lease, steps: rows, logs: [log(`of ${id}`)], change: { status, finishedAt } });
};

const all = (before: number, parts: Partial<Removable> = {}): Removable => ({
  endedBefore: { completed: before, failed: before, cancelled: before },
  keep: 0,
  ...parts,
});

const clock = { now: () => NOW, monotonic: () => 0, boot: () => 0 };
const timers = { after: (_: number, fn: () => void) => (queueMicrotask(fn), () => {}), at: () => () => {}, turn: () => {} };
const removing = (isOver = (): boolean => false) => ({ store: store.retention, clock, timers, isOver });
const remove = async (what: Removable): Promise<number> => sum((await removeAll(removing(), what)).gone);
const sum = (gone: Readonly<Record<string, number>>): number => Object.values(gone).reduce((total, n) => total + n, 0);
const left = async (): Promise<readonly string[]> => (await store.list({ limit: 1_000 })).map(({ id }) => id).sort();

const sql = <Row>(text: string, ...values: (string | number)[]): readonly Row[] => {
  const database = new Database(folder.file);
  try {
    return database.query<Row, (string | number)[]>(text).all(...values);
  } finally {
    database.close();
  }
};

const rowsOf = (id: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    REMOVED_TABLES.map((table) => [table, sql<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE execution_id = ?`, id)[0]?.n ?? 0]),
  );

describe("what goes", () => {
  test("is over, and was over before the instant", async () => {
    await over("old", 31);
    await over("young", 29);
    await store.create(execution("pending", { createdAt: NOW - 90 * DAY_MS }), {});
    await owned(store, "running", worker("w1"), { createdAt: NOW - 90 * DAY_MS });
    expect(await remove(all(NOW - 30 * DAY_MS))).toBe(1);
    expect(await left()).toEqual(["pending", "running", "young"]);
    expect(sum(rowsOf("old"))).toBe(0);
    expect(rowsOf("young")).toMatchObject({ steps: 1, logs: 1 });
  });

  test("is of the statuses and the workflow that were asked for, with an age for each status", async () => {
    await over("completed", 40);
    await over("failed", 40, { status: "failed" });
    await over("failed-long-ago", 100, { status: "failed" });
    await over("cancelled", 400, { status: "cancelled" });
    await over("other", 400, { workflow: "other" });
    const endedBefore = { completed: NOW - 30 * DAY_MS, failed: NOW - 90 * DAY_MS, cancelled: null };
    expect((await removeAll(removing(), { endedBefore, keep: 0, workflow: "signup" })).gone).toEqual({
      completed: 1,
      failed: 1,
      cancelled: 0,
    });
    expect(await left()).toEqual(["cancelled", "failed", "other"]);
  });

  test("are not the newest of each workflow that are to stay, however they ended", async () => {
    for (const days of [5, 4, 3, 2]) await over(`a-${days}`, days, days % 2 === 0 ? {} : { status: "failed" });
    for (const days of [9, 8]) await over(`b-${days}`, days, { workflow: "other" });
    expect(await remove(all(NOW, { keep: 3 }))).toBe(1);
    expect(await left()).toEqual(["a-2", "a-3", "a-4", "b-8", "b-9"]);
    expect(await remove(all(NOW - 4 * DAY_MS, { keep: 1 }))).toBe(1);
    expect(await left()).toEqual(["a-2", "a-3", "a-4", "b-8"]);
  });

  test("of those that ended in the same millisecond the ones that came first", async () => {
    for (const id of ["a", "b", "c", "d"]) await over(id, 5);
    expect(await remove(all(NOW, { keep: 2 }))).toBe(2);
    expect(await left()).toEqual(["c", "d"]);
  });

  test("is not what is damaged, since that it is over may be what is", async () => {
    await over("marked", 40);
    await over("struck", 40);
    sql("UPDATE executions SET damaged_at = 1 WHERE id = 'marked'");
    sql("UPDATE executions SET input = '1' WHERE id = 'struck'");
    expect(await remove(all(NOW))).toBe(0);
    expect(await left()).toEqual(["marked", "struck"]);
  });

  test("is not what was taken up again since it was listed", async () => {
    await over("a", 40, { status: "failed" });
    const [range] = (await store.retention.ranges(all(NOW))).filter(({ status }) => status === "failed");
    if (range === undefined) throw new Error("no range");
    expect((await store.retention.page(range, { at: 0, seq: 0 }, 10)).ids).toEqual(["a"]);
    await store.operations.retry("a", { at: NOW, by: "ann@here", reason: null, isDry: false });
    expect(await store.retention.remove(range, ["a"], NOW)).toMatchObject({ handled: 1, gone: { failed: 0 } });
    expect((await store.execution("a"))?.status).toBe("pending");
  });

  test("is counted the same by a dry run, which removes nothing", async () => {
    await over("parent", 40);
    await over("child", 41, { parentId: "parent" });
    await over("grandchild", 42, { parentId: "child", status: "failed" });
    await over("detached", 42, { parentId: "parent", isDetached: true });
    const { gone } = await tallyAll(removing(), all(NOW - 30 * DAY_MS));
    expect(gone).toEqual({ completed: 3, failed: 1, cancelled: 0 });
    expect(await left()).toHaveLength(4);
    expect((await removeAll(removing(), all(NOW - 30 * DAY_MS))).gone).toEqual(gone);
    expect(await left()).toEqual([]);
  });
});

describe("a child", () => {
  test("stays as long as its parent does, and goes with it whatever its own age", async () => {
    await over("parent", 10);
    await over("child", 90, { parentId: "parent" });
    expect(await remove(all(NOW - 30 * DAY_MS))).toBe(0);
    await over("young", 1, { parentId: "parent", status: "failed" });
    expect((await removeAll(removing(), all(NOW - 5 * DAY_MS))).gone).toEqual({ completed: 2, failed: 1, cancelled: 0 });
    expect(await left()).toEqual([]);
  });

  test("that is not over stays, and is judged alone from then on", async () => {
    await over("parent", 10);
    await store.create(execution("child", { parentId: "parent" }), {});
    expect(await remove(all(NOW))).toBe(1);
    expect(await left()).toEqual(["child"]);
    expect((await store.execution("child"))?.parentId).toBe("parent");
  });

  test("that is detached goes alone once its parent is over, not before, and not with it", async () => {
    await store.create(execution("running"), {});
    await over("needed", 90, { parentId: "running", isDetached: true });
    await over("parent", 90);
    await over("young", 1, { parentId: "parent", isDetached: true });
    await over("old", 90, { parentId: "parent", isDetached: true });
    expect(await remove(all(NOW - 30 * DAY_MS))).toBe(2);
    expect(await left()).toEqual(["needed", "running", "young"]);
  });

  test("that is damaged stays, and holds up nobody", async () => {
    await over("parent", 90);
    for (let at = 0; at < 40; at++) await over(`child-${at}`, 90, { parentId: "parent" });
    sql("UPDATE executions SET input = '1' WHERE id = 'child-0'");
    expect(await remove(all(NOW))).toBe(40);
    expect(await left()).toEqual(["child-0"]);
  });
});

describe("a long history", () => {
  const STEPS = 3_000;
  const ranges = () => store.retention.ranges(all(NOW));

  /** One transaction, as a process does it that dies right after. */
  const begin = async (): Promise<void> => {
    const [range] = (await ranges()).filter(({ status }) => status === "completed");
    const removal = await store.retention.remove(range, ["long"], NOW);
    expect(removal).toMatchObject({ handled: 1, isUnfinished: true });
    expect(removal.gone.completed).toBeGreaterThan(0);
    const { steps = 0 } = rowsOf("long");
    expect(steps).toBeGreaterThan(0);
    expect(steps).toBeLessThan(STEPS);
  };

  test("goes in parts, and from the first on nobody meets it", async () => {
    await over("long", 40, {}, STEPS);
    await store.create(execution("later", { createdAt: NOW - 1 }), {});
    await begin();
    expect(await store.execution("long")).toBeUndefined();
    expect(await store.history("long")).toBeUndefined();
    expect(await left()).toEqual(["later"]);
    expect(await store.idsStartingWith("lo", 5)).toEqual([]);
    expect(await store.latestId()).toBe("later");
    expect((await store.counts({})).completed).toBe(0);
    expect((await store.counts({ since: 0 })).completed).toBe(0);
    expect((await store.verify("", 100)).damaged).toEqual([]);
    expect(await store.addEvent("long", event("e-1"))).toBe("no-execution");
    expect((await store.claimOne("long", { worker: worker("w2", 102), now: NOW }))?.execution.id).toBeUndefined();
    expect(sql<{ id: string }>("SELECT id FROM v_executions").map(({ id }) => id)).toEqual(["later"]);
    expect(await ranges().then(([range]) => range && store.retention.page(range, { at: 0, seq: 0 }, 10))).toMatchObject({ ids: [] });
  });

  test("that a process which died has left is deleted by the next removal", async () => {
    await over("long", 40, {}, STEPS);
    await begin();
    await store.close();
    store = await open();
    expect(await remove(all(NOW - 90 * DAY_MS))).toBe(0);
    expect(sum(rowsOf("long"))).toBe(0);
    expect(sql("SELECT 1 FROM executions")).toEqual([]);
  });

  test("leaves its id free at once, and nothing of it to who takes it", async () => {
    await over("long", 40, {}, STEPS);
    await begin();
    const { created } = await store.create(execution("long"), {});
    expect(created).toBe(true);
    expect(rowsOf("long")).toMatchObject({ steps: 0, logs: 0 });
    expect((await store.counts({})).pending).toBe(1);
    expect(await remove(all(NOW))).toBe(0);
    expect((await store.execution("long"))?.status).toBe("pending");
  });

  test("of a parent takes its children along after a crash, too", async () => {
    await over("long", 40, {}, STEPS);
    for (let at = 0; at < 50; at++) await over(`child-${at}`, 1, { parentId: "long" }, at === 0 ? 300 : 1);
    await over("other", 1);
    await begin();
    await store.close();
    store = await open();
    await remove(all(NOW - 90 * DAY_MS));
    expect(await left()).toEqual(["other"]);
    expect(sql("SELECT 1 FROM steps WHERE execution_id <> 'other'")).toEqual([]);
  });
});

test("each transaction is over soon after the clock says so", async () => {
  for (let at = 0; at < 50; at++) await over(`a-${at}`, 40, {}, 5);
  const [range] = await store.retention.ranges(all(NOW));
  const { now } = machine.host();
  let looks = 0;
  const slow = await openSqliteStore({ file: folder.file, create: false, host: { ...machine.host(), now: () => now() + 4 * looks++ } });
  const { ids } = await slow.retention.page(range as NonNullable<typeof range>, { at: 0, seq: 0 }, 50);
  const { handled } = await slow.retention.remove(range, ids, NOW);
  expect(handled).toBeGreaterThan(0);
  expect(handled).toBeLessThan(6);
  await slow.close();
});

test("a removal that is told to end does so between two transactions, and says so", async () => {
  for (let at = 0; at < 400; at++) await over(`a-${at}`, 40, {}, 2);
  let asked = 0;
  const { gone, isAll } = await removeAll(
    removing(() => ++asked > 1),
    all(NOW),
  );
  expect(isAll).toBe(false);
  expect(sum(gone) + (await left()).length).toBe(400);
  expect(sum(gone)).toBeGreaterThan(0);
});

describe("what belongs to an execution", () => {
  const children = () =>
    sql<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'").flatMap(({ name }) =>
      sql<{ table: string; from: string }>(`SELECT "table", "from" FROM pragma_foreign_key_list('${name}')`)
        .filter(({ table }) => table === "executions")
        .map(({ from }) => ({ name, from })),
    );

  test("is deleted in parts table by table, and no table is forgotten", () => {
    expect(
      children()
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...REMOVED_TABLES].sort());
  });

  test("is found by an index in each table", () => {
    for (const { name, from } of children()) {
      const indexes = sql<{ name: string }>(`SELECT name FROM pragma_index_list('${name}')`);
      const leading = indexes.map(
        (index) => sql<{ name: string }>(`SELECT name FROM pragma_index_info('${index.name}') WHERE seqno = 0`)[0]?.name,
      );
      expect([name, leading.includes(from)]).toEqual([name, true]);
    }
  });
});

describe("what nobody needs any more", () => {
  test("goes: lanes without executions, starts that do not count, sources that nobody refers to", async () => {
    sql(
      "INSERT INTO lanes (key, max_running, max_starts, period_ms) VALUES ('used', 1, NULL, NULL), ('unused', 1, NULL, NULL), ('rate', NULL, 2, 1000)",
    );
    sql(
      "INSERT INTO starts (lane, wanted_at, at, execution_id, begun) VALUES ('rate', 1, ?, 'gone', 1), ('rate', 1, ?, 'gone', 1)",
      NOW - 5_000,
      NOW - 500,
    );
    await store.create(execution("a", { lane: "used", startSource: "begun-on" }), {});
    for (const hash of ["begun-on", "of-a-workflow", "unused"]) await store.sources.save({ hash, savedAt: 1, files: new Uint8Array([1]) });
    await store.saveWorkflow({ name: "w", version: 1, file: "w.ts", description: null, sourceHash: "of-a-workflow", seenAt: 1 });
    await store.retention.sweepUp(NOW, false);
    expect(sql("SELECT key FROM lanes")).toEqual([{ key: "rate" }, { key: "used" }]);
    expect(sql("SELECT at FROM starts")).toEqual([{ at: NOW - 500 }]);
    expect(sql("SELECT hash FROM sources")).toHaveLength(3);
    await store.retention.sweepUp(NOW + 5_000, true);
    expect(sql("SELECT key FROM lanes")).toEqual([{ key: "used" }]);
    expect(sql("SELECT hash FROM sources ORDER BY hash")).toEqual([{ hash: "begun-on" }, { hash: "of-a-workflow" }]);
  });
});

describe("a purge", () => {
  const CANARY = "a-canary-that-must-not-be-found";
  const isFound = (): boolean => ["", "-wal"].some((suffix) => readFileSync(folder.file + suffix).includes(CANARY));

  test("leaves nothing of what was deleted in the raw file, neither in pages of its own nor in others", async () => {
    const long = `"${CANARY.repeat(2_000)}"`;
    await over("a", 40, { inputText: long });
    await over("b", 40, { inputText: `"${CANARY}"` }, 200);
    await store.create(execution("stays"), {});
    await remove(all(NOW));
    expect(isFound()).toBe(true);
    expect(await store.retention.purge()).toBe(true);
    expect(isFound()).toBe(false);
    expect(await left()).toEqual(["stays"]);
  });

  test("says so when a reader has kept the WAL from it", async () => {
    await over("a", 40);
    const reader = new Database(folder.file);
    reader.run("BEGIN");
    reader.query("SELECT count(*) FROM executions").get();
    const hasty = await openSqliteStore({
      file: folder.file,
      create: false,
      host: { ...machine.host(), after: (_, fn) => void setTimeout(fn) },
    });
    expect(await hasty.retention.purge()).toBe(false);
    await hasty.close();
    reader.run("ROLLBACK");
    reader.close();
  });
});

describe("the turn to tidy up", () => {
  test("is one process's, until the next", async () => {
    const other = await open();
    expect(await store.retention.takeTurn(NOW, NOW + 600)).toBe(true);
    expect(await other.retention.takeTurn(NOW + 599, NOW + 1_200)).toBe(false);
    expect(await other.retention.takeTurn(NOW + 600, NOW + 1_200)).toBe(true);
    await store.retention.setTurn(NOW + 700);
    expect(await store.retention.takeTurn(NOW + 700, NOW + 1_300)).toBe(true);
    await other.close();
  });

  test("comes also after the clock was put back by days", async () => {
    expect(await store.retention.takeTurn(NOW, NOW + 600)).toBe(true);
    expect(await store.retention.takeTurn(NOW - 3 * DAY_MS, NOW)).toBe(true);
  });
});
