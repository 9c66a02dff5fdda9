/** What is durable of schedules, and who may start a slot. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Store } from "../../src/engine/store.ts";
import type { SlotOrder } from "../../src/engine/store/schedules.ts";
import type { Overlap } from "../../src/model/schedule/config.ts";
import { BEHIND } from "../../src/model/schedule/record.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { execution, NOW, owned, submit, worker } from "../suites/store/samples.ts";
import { schedule } from "../suites/store/schedule-samples.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";

const MINUTE_MS = 60_000;

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

const put = (...records: ReturnType<typeof schedule>[]) => store.schedules.change(() => ({ put: records }));

const ofSlot = (slot: number, id = `report@${slot}`) => ({
  record: execution(id, { workflow: "report", schedule: "report", scheduledFor: slot, origin: "schedule" }),
  spareId: `spare-${slot}`,
  limits: null,
});

const order = (slot: number, parts: Partial<SlotOrder> = {}): SlotOrder => ({
  schedule: "report",
  advance: { from: schedule({ nextAt: slot }), nextAt: slot + MINUTE_MS, lastSlotAt: slot, missed: 0 },
  overlap: "skip",
  executions: [ofSlot(slot)],
  now: NOW,
  ...parts,
});

const created = async (slot: number, parts: Partial<SlotOrder> = {}) =>
  (await store.schedules.start(order(slot, parts)))?.created.map(({ id }) => id);

describe("a schedule", () => {
  test("is kept as it is, replaced as a whole, and forgotten", async () => {
    const full = schedule({
      inputText: '{"a":1}',
      lastSlotAt: NOW,
      skipped: 3,
      missed: 4,
      pausedAt: 5,
      pausedBy: "ada",
      pausedReason: "why",
      problem: "p",
      problemAt: 6,
    });
    await put(full, schedule({ name: "another" }));
    expect(await store.schedules.all()).toEqual([schedule({ name: "another" }), full]);
    await put(schedule());
    expect(await store.schedules.find("report")).toEqual(schedule());
    await store.schedules.change(() => ({ forget: ["report"] }));
    expect(await store.schedules.find("report")).toBeUndefined();
  });

  test("is due from its slot on, the longest due first, and not while it is paused or has no slot", async () => {
    await put(
      schedule({ name: "later", nextAt: NOW + 1 }),
      schedule({ name: "due", nextAt: NOW }),
      schedule({ name: "overdue", nextAt: NOW - 1 }),
      schedule({ name: "paused", nextAt: NOW - 2, pausedAt: NOW }),
      schedule({ name: "over", nextAt: null }),
    );
    expect((await store.schedules.due(NOW)).map(({ name }) => name)).toEqual(["overdue", "due"]);
  });

  test("counts for the next wake, unless it is paused or has a problem", async () => {
    await put(schedule({ nextAt: NOW + 5 }));
    expect(await store.nextWakeAt()).toBe(NOW + 5);
    await store.create(execution("a", { wakeAt: NOW + 3 }), {});
    expect(await store.nextWakeAt()).toBe(NOW + 3);
    await put(schedule({ nextAt: NOW + 1 }));
    expect(await store.nextWakeAt()).toBe(NOW + 1);
    await put(schedule({ nextAt: NOW + 1, problem: "its file is broken" }));
    expect(await store.nextWakeAt()).toBe(NOW + 3);
    await put(schedule({ nextAt: NOW + 1, pausedAt: NOW }));
    expect(await store.nextWakeAt()).toBe(NOW + 3);
  });
});

describe("a slot", () => {
  test("is started once, however often it was planned", async () => {
    await put(schedule());
    expect(await created(NOW)).toEqual([`report@${NOW}`]);
    expect(await created(NOW)).toBeUndefined();
    expect(await store.schedules.find("report")).toMatchObject({ nextAt: NOW + MINUTE_MS, lastSlotAt: NOW });
  });

  test.each([
    ["was paused", { pausedAt: NOW }],
    ["has another pattern", { cron: "0 * * * *" }],
    ["has another zone", { timezone: "Asia/Tokyo" }],
    ["has another slot", { nextAt: NOW + 1 }],
  ] as const)("is not started once the schedule %s", async (_, parts) => {
    await put(schedule(parts));
    expect(await created(NOW)).toBeUndefined();
    expect(await store.list({ limit: 9 })).toEqual([]);
    expect(await store.schedules.find("report")).toEqual(schedule(parts));
  });

  test("that comes again, as when the clock is put back, keeps the execution it has", async () => {
    await put(schedule());
    await created(NOW);
    await put(schedule());
    const again = await store.schedules.start(order(NOW, { executions: [ofSlot(NOW, "another-id")] }));
    expect(again).toMatchObject({ created: [], existing: [`report@${NOW}`], skipped: 0 });
  });

  test("is kept single by the file itself, whatever the code does", async () => {
    await put(schedule());
    await created(NOW);
    const database = new Database(folder.file);
    const columns = database
      .query<{ name: string }, []>("SELECT name FROM pragma_table_info('executions')")
      .all()
      .map(({ name }) => name)
      .filter((name) => name !== "seq");
    const values = columns.map((name) => (name === "id" ? "'other'" : name));
    expect(() => database.run(`INSERT INTO executions (${columns.join()}) SELECT ${values.join()} FROM executions`)).toThrow(
      "UNIQUE constraint failed: executions.schedule, executions.scheduled_for",
    );
    database.close();
  });

  test("takes its spare id where its own is taken by something else", async () => {
    await put(schedule());
    await store.create(execution(`report@${NOW}`), {});
    expect(await created(NOW)).toEqual([`spare-${NOW}`]);
  });
});

describe("a slot that comes while an earlier execution is not over", () => {
  const second = (overlap: Overlap) => store.schedules.start(order(NOW + MINUTE_MS, { overlap }));
  beforeEach(async () => {
    await put(schedule());
    await created(NOW);
  });

  test("is left out and counted with skip", async () => {
    expect(await second("skip")).toMatchObject({ created: [], skipped: 1 });
    expect(await store.schedules.find("report")).toMatchObject({ skipped: 1, nextAt: NOW + 2 * MINUTE_MS });
    expect(await store.schedules.unfinished()).toEqual(new Map([["report", 1]]));
  });

  test("is started with allow", async () => {
    expect((await second("allow"))?.created).toMatchObject([{ status: "pending", reason: "queued", wakeAt: NOW }]);
  });

  test("waits with queue, and is let in by the commit that ends the first", async () => {
    expect((await second("queue"))?.created).toMatchObject([
      { status: "pending", reason: "concurrency", reasonDetail: BEHIND, wakeAt: null },
    ]);
    const { claimed } = await store.claimDue({ worker: worker("w"), now: NOW, limit: 9 });
    expect(claimed.map(({ execution: { id } }) => id)).toEqual([`report@${NOW}`]);
    await submit(store, { lease: claimed[0]!.lease, change: { status: "failed", finishedAt: NOW } });
    expect(await store.execution(`report@${NOW + MINUTE_MS}`)).toMatchObject({ reason: "queued", wakeAt: NOW });
  });

  test("waits with cancel-previous for one that a live process has, which is asked to end", async () => {
    const { claimed } = await store.claimDue({ worker: worker("w"), now: NOW, limit: 9 });
    expect(await second("cancel-previous")).toMatchObject({ cancelling: [`report@${NOW}`], created: [{ reasonDetail: BEHIND }] });
    expect([...(await store.cancelRequests(claimed[0]!.lease.workerId)).keys()]).toEqual([`report@${NOW}`]);
  });

  test("begins at once with cancel-previous where nobody has the first", async () => {
    expect(await second("cancel-previous")).toMatchObject({ cancelling: [], created: [{ reason: "queued" }] });
    expect(await store.execution(`report@${NOW}`)).toMatchObject({ status: "cancelled" });
  });

  test("cancels those that wait as well, and lets none of them in", async () => {
    await second("queue");
    expect(await store.schedules.start(order(NOW + 2 * MINUTE_MS, { overlap: "cancel-previous" }))).toMatchObject({ cancelling: [] });
    const all = await store.list({ limit: 9 });
    expect(all.map(({ status }) => status).sort()).toEqual(["cancelled", "cancelled", "pending"]);
  });

  test("starts without regard to what is over", async () => {
    await store.requestCancel(`report@${NOW}`, { at: NOW, reason: null });
    expect(await second("skip")).toMatchObject({ created: [{ id: `report@${NOW + MINUTE_MS}` }], skipped: 0 });
  });
});

describe("those that wait behind others", () => {
  test("are not let in by a cancellation of one of themselves, nor ahead of an earlier one", async () => {
    await put(schedule());
    const slots = [0, 1, 2].map((minute) => ofSlot(NOW + minute * MINUTE_MS));
    await store.schedules.start(order(NOW, { overlap: "queue", executions: slots }));
    await store.requestCancel(slots[1]!.record.id, { at: NOW, reason: null });
    expect(await store.execution(slots[2]!.record.id)).toMatchObject({ reasonDetail: BEHIND });
    await store.requestCancel(slots[0]!.record.id, { at: NOW, reason: null });
    expect(await store.execution(slots[2]!.record.id)).toMatchObject({ reason: "queued" });
  });

  test("are let in by a look where the one before was taken away by hand", async () => {
    await put(schedule());
    const slots = [0, 1].map((minute) => ofSlot(NOW + minute * MINUTE_MS));
    await store.schedules.start(order(NOW, { overlap: "queue", executions: slots }));
    await store.create(execution(slots[0]!.record.id), { replace: true });
    await store.schedules.admit(NOW);
    expect(await store.execution(slots[1]!.record.id)).toMatchObject({ reason: "queued", wakeAt: NOW });
  });

  test("of another schedule are none of its business", async () => {
    await put(schedule(), schedule({ name: "other" }));
    await store.schedules.start(order(NOW, { overlap: "queue", executions: [0, 1].map((minute) => ofSlot(NOW + minute * MINUTE_MS)) }));
    await owned(store, "plain");
    expect(await store.schedules.unfinished()).toEqual(new Map([["report", 2]]));
  });
});

describe("one of them whose row is damaged", () => {
  test("is passed over, and marked", async () => {
    await put(schedule());
    const slots = [0, 1, 2].map((minute) => ofSlot(NOW + minute * MINUTE_MS));
    await store.schedules.start(order(NOW, { overlap: "queue", executions: slots }));
    const database = new Database(folder.file);
    database.run("UPDATE executions SET input = 'other' WHERE id = ?", [slots[1]!.record.id]);
    database.close();
    await store.requestCancel(slots[0]!.record.id, { at: NOW, reason: null });
    expect(await store.execution(slots[2]!.record.id)).toMatchObject({ reason: "queued" });
    expect(store.execution(slots[1]!.record.id)).rejects.toMatchObject({ code: "CORRUPT" });
  });
});

test("what was noted of the files is kept with the schedules they gave", async () => {
  expect(await store.schedules.filesMark()).toBeUndefined();
  await store.schedules.change(() => ({ put: [schedule()], filesMark: "a b" }));
  expect(await store.schedules.filesMark()).toBe("a b");
});
