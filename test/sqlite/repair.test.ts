/** What is mended of a damaged execution when somebody says how. */
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { recompute } from "../crash/corruption/checksums.ts";
import { codeOf, event, owned, step, submit, worker } from "../suites/store/samples.ts";
import { lookedAfter } from "./looked-after.ts";
import { cellsOf } from "./pages.ts";

const { fill, sql, withMaintenance, repair, stepsOf, storeOf, file } = lookedAfter();

describe("running a damaged step again", () => {
  const damage = (): void => sql("UPDATE steps SET output = '\"other\"' WHERE execution_id = 'hit' AND name = 'two'");

  test("takes away it and what completed after it, and leaves a line in the log", async () => {
    await fill();
    damage();
    expect(await repair("hit", { how: "run-again" })).toEqual(['run again: "two" (damaged), "three"']);
    expect(await stepsOf("hit")).toEqual(['one "done"']);
    const store = await storeOf();
    expect((await store.logs("hit", 0, 9)).at(-1)?.message).toBe('Repaired by hand (run-again): run again: "two" (damaged), "three"');
    await store.close();
    expect((await withMaintenance((maintenance) => maintenance.check())).ok).toBe(true);
  });

  test("changes nothing when it is only to be shown", async () => {
    await fill();
    damage();
    expect(await repair("hit", { how: "run-again" }, { dryRun: true })).toEqual(['run again: "two" (damaged), "three"']);
    expect((await withMaintenance((maintenance) => maintenance.check())).damaged).toHaveLength(1);
  });

  test("leaves alone what completed before it, although a place in the order was never given", async () => {
    await fill();
    sql("UPDATE steps SET ord = ord + 1 WHERE execution_id = 'hit'");
    const database = new Database(file());
    recompute(database, "steps");
    database.close();
    sql("UPDATE steps SET output = '1' WHERE execution_id = 'hit' AND name = 'three'");
    expect(await repair("hit", { how: "run-again" })).toEqual(['run again: "three" (damaged)']);
    expect(await stepsOf("hit")).toEqual(['one "done"', 'two "done"']);
  });

  test("finds where it stood although its place itself was struck", async () => {
    await fill();
    sql("UPDATE steps SET ord = 9 WHERE execution_id = 'hit' AND name = 'two'");
    expect(await repair("hit", { how: "run-again" })).toEqual(['run again: "three", "two" (damaged)']);
    expect(await stepsOf("hit")).toEqual(['one "done"']);
  });

  test("lets an event that the step had taken wait again", async () => {
    await fill();
    const store = await storeOf();
    const { lease } = await owned(store, "eventful");
    await store.addEvent("eventful", event("e-2"));
    const by = { scope: "", kind: "event", name: "paid", n: 1 } as const;
    await submit(store, { lease, steps: [step("paid", { kind: "event" })], consume: { eventId: "e-2", by }, change: {}, release: true });
    expect(await store.pendingEvents("eventful", "paid")).toEqual([]);
    sql("UPDATE steps SET output = '1' WHERE execution_id = 'eventful'");
    await repair("eventful", { how: "run-again" });
    expect((await store.pendingEvents("eventful", "paid")).map(({ id }) => id)).toEqual(["e-2"]);
    await store.close();
  });

  test("also serves steps that are missing", async () => {
    await fill();
    sql("DELETE FROM steps WHERE execution_id = 'hit' AND name = 'one'");
    expect(await repair("hit", { how: "run-again" })).toEqual(['run again: "two", "three"']);
    expect(await stepsOf("hit")).toEqual([]);
  });

  test("is refused for what no step can mend", async () => {
    await fill();
    sql("UPDATE executions SET input = '1' WHERE id = 'hit'");
    expect(repair("hit", { how: "run-again" })).rejects.toThrow("its own row is damaged");
    expect(repair("sound", { how: "run-again" })).rejects.toThrow("nothing of it is damaged");
    expect(await codeOf(repair("nobody", { how: "run-again" }))).toBe("EXECUTION_NOT_FOUND");
  });

  test("is refused while a living process has the execution", async () => {
    await fill();
    damage();
    const store = await storeOf(500);
    const claimed = await store.claimOne("hit", { worker: worker("w-live", 500), now: 1 }).catch(() => undefined);
    expect(claimed?.lease.workerId).toBe("w-live");
    expect(await codeOf(repair("hit", { how: "run-again" }))).toBe("EXECUTION_OWNED");
    await store.close();
  });
});

describe("taking rows as they are", () => {
  test("gives steps, events and the execution itself the checksum of what they hold", async () => {
    await fill();
    sql("UPDATE steps SET output = '\"other\"' WHERE execution_id = 'hit' AND name = 'two'");
    sql("UPDATE executions SET input = '{\"email\":\"x@y.z\"}', damaged_at = 5 WHERE id = 'hit'");
    sql("UPDATE events SET payload = '1'");
    expect(await repair("hit", { how: "accept" })).toEqual([
      "taken as it is: execution",
      "taken as it is: step two",
      "taken as it is: event e-1",
    ]);
    expect(await stepsOf("hit")).toEqual(['one "done"', 'two "other"', 'three "done"']);
    expect((await withMaintenance((maintenance) => maintenance.check())).ok).toBe(true);
  });

  test("makes one due that was running when it was damaged", async () => {
    await fill();
    const store = await storeOf();
    const { lease } = await owned(store, "busy");
    sql("UPDATE executions SET input = '1' WHERE id = 'busy'");
    expect(await codeOf(submit(store, { lease, change: { version: 2 } }))).toBe("CORRUPT");
    await store.close();
    await repair("busy", { how: "accept" });
    const again = await storeOf();
    expect(await again.execution("busy")).toMatchObject({ status: "pending", reason: "queued", inputText: "1" });
    await again.close();
  });

  test("is refused for a row that SQLite does not write to any more, and says so", async () => {
    await fill();
    const bytes = readFileSync(file());
    const typeOfId = (cellsOf(file(), "executions")[0]?.header ?? 0) + 2;
    bytes[typeOfId] = 12 + 2 * "hit".length; // bytes, where a text was
    writeFileSync(file(), bytes);
    expect(await codeOf(repair("hit", { how: "accept" }))).toBe("USAGE");
    expect((await withMaintenance((maintenance) => maintenance.check())).damaged).toMatchObject([
      { executionId: "hit", what: "execution" },
    ]);
  });

  test("is refused for what nobody can read, and changes nothing", async () => {
    await fill();
    sql("UPDATE steps SET output = '{not json' WHERE execution_id = 'hit' AND name = 'two'");
    expect(repair("hit", { how: "accept" })).rejects.toThrow("cannot be read");
    await Bun.sleep(0);
    expect((await withMaintenance((maintenance) => maintenance.check())).damaged).toHaveLength(1);
  });
});
