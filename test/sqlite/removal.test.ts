/** How what is over is removed: in parts, whole to everybody else, and so that nothing of it is left in the file. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { removeAll } from "../../src/engine/retention/removing.ts";
import { REMOVED_TABLES } from "../../src/sqlite/removal.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { event, execution, NOW, worker } from "../suites/store/samples.ts";
import { all, DAY_MS, Ended, sum } from "./ended.ts";

let at: Ended;
beforeEach(async () => {
  at = await Ended.open();
});
afterEach(() => at.close());

describe("a long history", () => {
  const STEPS = 3_000;
  const ranges = () => at.store.retention.ranges(all(NOW));

  /** One transaction, as a process does it that dies right after. */
  const begin = async (): Promise<void> => {
    const [range] = (await ranges()).filter(({ status }) => status === "completed");
    const removal = await at.store.retention.remove(range, ["long"]);
    expect(removal).toMatchObject({ handled: 1, isUnfinished: true });
    expect(removal.gone.completed).toBeGreaterThan(0);
    const { steps = 0 } = at.rowsOf("long");
    expect(steps).toBeGreaterThan(0);
    expect(steps).toBeLessThan(STEPS);
  };

  test("goes in parts, and from the first on nobody meets it", async () => {
    await at.over("long", 40, {}, STEPS);
    await at.store.create(execution("later", { createdAt: NOW - 1 }), {});
    await begin();
    expect(await at.store.execution("long")).toBeUndefined();
    expect(await at.store.history("long")).toBeUndefined();
    expect(await at.left()).toEqual(["later"]);
    expect(await at.store.idsStartingWith("lo", 5)).toEqual([]);
    expect(await at.store.latestId()).toBe("later");
    expect((await at.store.counts({})).completed).toBe(0);
    expect((await at.store.counts({ since: 0 })).completed).toBe(0);
    expect((await at.store.verify("", 100)).damaged).toEqual([]);
    expect(await at.store.addEvent("long", event("e-1"))).toBe("no-execution");
    expect((await at.store.claimOne("long", { worker: worker("w2", 102), now: NOW }))?.execution.id).toBeUndefined();
    expect(at.sql<{ id: string }>("SELECT id FROM v_executions").map(({ id }) => id)).toEqual(["later"]);
    expect(await ranges().then(([range]) => range && at.store.retention.page(range, { at: 0, seq: 0 }, 10))).toMatchObject({ ids: [] });
  });

  test("that a process which died has left is deleted by the next removal", async () => {
    await at.over("long", 40, {}, STEPS);
    await begin();
    await at.reopen();
    expect(await at.remove(all(NOW - 90 * DAY_MS))).toBe(0);
    expect(sum(at.rowsOf("long"))).toBe(0);
    expect(at.sql("SELECT 1 FROM executions")).toEqual([]);
  });

  test("leaves its id free at once, and nothing of it to who takes it", async () => {
    await at.over("long", 40, {}, STEPS);
    await begin();
    const { created } = await at.store.create(execution("long"), {});
    expect(created).toBe(true);
    expect(at.rowsOf("long")).toMatchObject({ steps: 0, logs: 0 });
    expect((await at.store.counts({})).pending).toBe(1);
    expect(await at.remove(all(NOW))).toBe(0);
    expect((await at.store.execution("long"))?.status).toBe("pending");
  });

  test("of a parent takes its children along after a crash, too", async () => {
    await at.over("long", 40, {}, STEPS);
    for (let n = 0; n < 50; n++) await at.over(`child-${n}`, 1, { parentId: "long" }, n === 0 ? 300 : 1);
    await at.over("other", 1);
    await begin();
    await at.reopen();
    await at.remove(all(NOW - 90 * DAY_MS));
    expect(await at.left()).toEqual(["other"]);
    expect(at.sql("SELECT 1 FROM steps WHERE execution_id <> 'other'")).toEqual([]);
  });
});

test("each transaction is over soon after the clock says so", async () => {
  for (let n = 0; n < 50; n++) await at.over(`a-${n}`, 40, {}, 5);
  const [range] = await at.store.retention.ranges(all(NOW));
  const { now } = at.machine.host();
  let looks = 0;
  const slow = await openSqliteStore({ file: at.file, create: false, host: { ...at.machine.host(), now: () => now() + 4 * looks++ } });
  const { ids } = await slow.retention.page(range as NonNullable<typeof range>, { at: 0, seq: 0 }, 50);
  const { handled } = await slow.retention.remove(range, ids);
  expect(handled).toBeGreaterThan(0);
  expect(handled).toBeLessThan(6);
  await slow.close();
});

test("a removal that is told to end does so between two transactions, and says so", async () => {
  for (let n = 0; n < 400; n++) await at.over(`a-${n}`, 40, {}, 2);
  let asked = 0;
  const { gone, isAll } = await removeAll(
    at.removing(() => ++asked > 1),
    all(NOW),
  );
  expect(isAll).toBe(false);
  expect(sum(gone) + (await at.left()).length).toBe(400);
  expect(sum(gone)).toBeGreaterThan(0);
});

describe("what belongs to an execution", () => {
  const children = () =>
    at.sql<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'").flatMap(({ name }) =>
      at
        .sql<{ table: string; from: string }>(`SELECT "table", "from" FROM pragma_foreign_key_list('${name}')`)
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
      const indexes = at.sql<{ name: string }>(`SELECT name FROM pragma_index_list('${name}')`);
      const leading = indexes.map(
        (index) => at.sql<{ name: string }>(`SELECT name FROM pragma_index_info('${index.name}') WHERE seqno = 0`)[0]?.name,
      );
      expect([name, leading.includes(from)]).toEqual([name, true]);
    }
  });
});

describe("what nobody needs any more", () => {
  test("goes: lanes without executions, starts that do not count, sources that nobody refers to", async () => {
    at.sql("INSERT INTO lanes (key, max_running) VALUES ('used', 1), ('unused', 1)");
    at.sql("INSERT INTO lanes (key, max_starts, period_ms) VALUES ('rate', 2, 1000)");
    at.sql(
      "INSERT INTO starts (lane, wanted_at, at, execution_id, begun) VALUES ('rate', 1, ?, 'gone', 1), ('rate', 1, ?, 'gone', 1)",
      NOW - 5_000,
      NOW - 500,
    );
    await at.store.create(execution("a", { lane: "used", startSource: "begun-on" }), {});
    for (const hash of ["begun-on", "of-a-workflow", "unused"])
      await at.store.sources.save({ hash, savedAt: 1, files: new Uint8Array([1]) });
    await at.store.saveWorkflow({ name: "w", version: 1, file: "w.ts", description: null, sourceHash: "of-a-workflow", seenAt: 1 });
    await at.store.retention.sweepUp(NOW, false);
    expect(at.sql("SELECT key FROM lanes")).toEqual([{ key: "rate" }, { key: "used" }]);
    expect(at.sql("SELECT at FROM starts")).toEqual([{ at: NOW - 500 }]);
    expect(at.sql("SELECT hash FROM sources")).toHaveLength(3);
    await at.store.retention.sweepUp(NOW + 5_000, true);
    expect(at.sql("SELECT key FROM lanes")).toEqual([{ key: "used" }]);
    expect(at.sql("SELECT hash FROM sources ORDER BY hash")).toEqual([{ hash: "begun-on" }, { hash: "of-a-workflow" }]);
  });
});

describe("a purge", () => {
  const CANARY = "a-canary-that-must-not-be-found";
  const isFound = (): boolean => ["", "-wal"].some((suffix) => readFileSync(at.file + suffix).includes(CANARY));

  test("leaves nothing of what was deleted in the raw file, neither in pages of its own nor in others", async () => {
    const long = `"${CANARY.repeat(2_000)}"`;
    await at.over("a", 40, { inputText: long });
    await at.over("b", 40, { inputText: `"${CANARY}"` }, 200);
    await at.store.create(execution("stays"), {});
    await at.remove(all(NOW));
    expect(isFound()).toBe(true);
    expect(await at.store.retention.purge()).toBe(true);
    expect(isFound()).toBe(false);
    expect(await at.left()).toEqual(["stays"]);
  });

  test("says so when a reader has kept the WAL from it", async () => {
    await at.over("a", 40);
    const reader = new Database(at.file);
    reader.run("BEGIN");
    reader.query("SELECT count(*) FROM executions").get();
    const hasty = await openSqliteStore({
      file: at.file,
      create: false,
      host: { ...at.machine.host(), after: (_, fn) => void setTimeout(fn) },
    });
    expect(await hasty.retention.purge()).toBe(false);
    await hasty.close();
    reader.run("ROLLBACK");
    reader.close();
  });
});

describe("the turn to tidy up", () => {
  test("is one process's, until the next", async () => {
    const other = await at.another();
    expect(await at.store.retention.takeTurn(NOW, NOW + 600)).toBe(true);
    expect(await other.retention.takeTurn(NOW + 599, NOW + 1_200)).toBe(false);
    expect(await other.retention.takeTurn(NOW + 600, NOW + 1_200)).toBe(true);
    await at.store.retention.setTurn(NOW + 700);
    expect(await at.store.retention.takeTurn(NOW + 700, NOW + 1_300)).toBe(true);
    await other.close();
  });

  test("comes also after the clock was put back by days", async () => {
    expect(await at.store.retention.takeTurn(NOW, NOW + 600)).toBe(true);
    expect(await at.store.retention.takeTurn(NOW - 3 * DAY_MS, NOW)).toBe(true);
  });
});
