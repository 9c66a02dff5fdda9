/** What may be removed, and what not. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { removeAll, tallyAll } from "../../src/engine/retention/removing.ts";
import { execution, NOW, owned, worker } from "../suites/store/samples.ts";
import { all, DAY_MS, Ended, sum } from "./ended.ts";

let at: Ended;
beforeEach(async () => {
  at = await Ended.open();
});
afterEach(() => at.close());

describe("what goes", () => {
  test("is over, and was over before the instant", async () => {
    await at.over("old", 31);
    await at.over("young", 29);
    await at.store.create(execution("pending", { createdAt: NOW - 90 * DAY_MS }), {});
    await owned(at.store, "running", worker("w1"), { createdAt: NOW - 90 * DAY_MS });
    expect(await at.remove(all(NOW - 30 * DAY_MS))).toBe(1);
    expect(await at.left()).toEqual(["pending", "running", "young"]);
    expect(sum(at.rowsOf("old"))).toBe(0);
    expect(at.rowsOf("young")).toMatchObject({ steps: 1, logs: 1 });
  });

  test("is of the statuses and the workflow that were asked for, with an age for each status", async () => {
    await at.over("completed", 40);
    await at.over("failed", 40, { status: "failed" });
    await at.over("failed-long-ago", 100, { status: "failed" });
    await at.over("cancelled", 400, { status: "cancelled" });
    await at.over("other", 400, { workflow: "other" });
    const endedBefore = { completed: NOW - 30 * DAY_MS, failed: NOW - 90 * DAY_MS, cancelled: null };
    expect((await removeAll(at.removing(), { endedBefore, keep: 0, workflow: "signup" })).gone).toEqual({
      completed: 1,
      failed: 1,
      cancelled: 0,
    });
    expect(await at.left()).toEqual(["cancelled", "failed", "other"]);
  });

  test("are not the newest of each workflow that are to stay, however they ended", async () => {
    for (const days of [5, 4, 3, 2]) await at.over(`a-${days}`, days, days % 2 === 0 ? {} : { status: "failed" });
    for (const days of [9, 8]) await at.over(`b-${days}`, days, { workflow: "other" });
    expect(await at.remove(all(NOW, { keep: 3 }))).toBe(1);
    expect(await at.left()).toEqual(["a-2", "a-3", "a-4", "b-8", "b-9"]);
    expect(await at.remove(all(NOW - 4 * DAY_MS, { keep: 1 }))).toBe(1);
    expect(await at.left()).toEqual(["a-2", "a-3", "a-4", "b-8"]);
  });

  test("of those that ended in the same millisecond the ones that came first", async () => {
    for (const id of ["a", "b", "c", "d"]) await at.over(id, 5);
    expect(await at.remove(all(NOW, { keep: 2 }))).toBe(2);
    expect(await at.left()).toEqual(["c", "d"]);
  });

  test("is not what is damaged, since that it is over may be what is", async () => {
    await at.over("marked", 40);
    await at.over("struck", 40);
    at.sql("UPDATE executions SET damaged_at = 1 WHERE id = 'marked'");
    at.sql("UPDATE executions SET input = '1' WHERE id = 'struck'");
    expect(await at.remove(all(NOW))).toBe(0);
    expect(await at.left()).toEqual(["marked", "struck"]);
  });

  test("is not what was taken up again since it was listed", async () => {
    await at.over("a", 40, { status: "failed" });
    const [range] = (await at.store.retention.ranges(all(NOW))).filter(({ status }) => status === "failed");
    if (range === undefined) throw new Error("no range");
    expect((await at.store.retention.page(range, { at: 0, seq: 0 }, 10)).ids).toEqual(["a"]);
    await at.store.operations.retry("a", { at: NOW, by: "ann@here", reason: null, isDry: false });
    expect(await at.store.retention.remove(range, ["a"])).toMatchObject({ handled: 1, gone: { failed: 0 } });
    expect((await at.store.execution("a"))?.status).toBe("pending");
  });

  test("is counted the same by a dry run, which removes nothing", async () => {
    await at.over("parent", 40);
    await at.over("child", 41, { parentId: "parent" });
    await at.over("grandchild", 42, { parentId: "child", status: "failed" });
    await at.over("detached", 42, { parentId: "parent", isDetached: true });
    const { gone } = await tallyAll(at.removing(), all(NOW - 30 * DAY_MS));
    expect(gone).toEqual({ completed: 3, failed: 1, cancelled: 0 });
    expect(await at.left()).toHaveLength(4);
    expect((await removeAll(at.removing(), all(NOW - 30 * DAY_MS))).gone).toEqual(gone);
    expect(await at.left()).toEqual([]);
  });
});

describe("a child", () => {
  test("stays as long as its parent does, and goes with it whatever its own age", async () => {
    await at.over("parent", 10);
    await at.over("child", 90, { parentId: "parent" });
    expect(await at.remove(all(NOW - 30 * DAY_MS))).toBe(0);
    await at.over("young", 1, { parentId: "parent", status: "failed" });
    expect((await removeAll(at.removing(), all(NOW - 5 * DAY_MS))).gone).toEqual({ completed: 2, failed: 1, cancelled: 0 });
    expect(await at.left()).toEqual([]);
  });

  test("that is not over stays, and is judged alone from then on", async () => {
    await at.over("parent", 10);
    await at.store.create(execution("child", { parentId: "parent" }), {});
    expect(await at.remove(all(NOW))).toBe(1);
    expect(await at.left()).toEqual(["child"]);
    expect((await at.store.execution("child"))?.parentId).toBe("parent");
  });

  test("that is detached goes alone once its parent is over, not before, and not with it", async () => {
    await at.store.create(execution("running"), {});
    await at.over("needed", 90, { parentId: "running", isDetached: true });
    await at.over("parent", 90);
    await at.over("young", 1, { parentId: "parent", isDetached: true });
    await at.over("old", 90, { parentId: "parent", isDetached: true });
    expect(await at.remove(all(NOW - 30 * DAY_MS))).toBe(2);
    expect(await at.left()).toEqual(["needed", "running", "young"]);
  });

  test("that is damaged stays, and holds up nobody", async () => {
    await at.over("parent", 90);
    for (let n = 0; n < 40; n++) await at.over(`child-${n}`, 90, { parentId: "parent" });
    at.sql("UPDATE executions SET input = '1' WHERE id = 'child-0'");
    expect(await at.remove(all(NOW))).toBe(40);
    expect(await at.left()).toEqual(["child-0"]);
  });
});
