/** Claiming what is due. */
import { describe, expect, test } from "bun:test";
import type { ExecutionRecord } from "../../../src/model/records.ts";
import type { Open } from "../store.ts";
import { execution, NOW, owned, park, submit, worker } from "./samples.ts";

const W1 = worker("w1", 101);
const W2 = worker("w2", 102);

export const claimSuite = (open: Open): void =>
  describe("claiming", () => {
    test("gives what is due, oldest wake first, ties by id, and nothing that is not due yet", async () => {
      const { store } = await open();
      const wakes: readonly [string, number][] = [
        ["c", 5],
        ["b", 3],
        ["a", 5],
        ["later", 6],
      ];
      for (const [id, wake] of wakes) await store.create(execution(id, { wakeAt: NOW + wake }), {});
      const { claimed, blocked } = await store.claimDue({ worker: W1, now: NOW + 5, limit: 10 });
      expect(claimed.map(({ lease }) => lease.executionId)).toEqual(["b", "a", "c"]);
      expect(blocked).toEqual([]);
      expect((await store.claimDue({ worker: W1, now: NOW + 6, limit: 10 })).claimed.map(({ lease }) => lease.executionId)).toEqual([
        "later",
      ]);
    });

    test("makes it running, counts the pass, starts it once and gives a new term each time", async () => {
      const { store } = await open();
      await store.create(execution("a"), {});
      const [first] = (await store.claimDue({ worker: W1, now: NOW + 1, limit: 1 })).claimed;
      expect(first).toMatchObject({
        pass: 1,
        cancel: null,
        execution: { status: "running", reason: null, wakeAt: null, startedAt: NOW + 1 },
      });
      expect(await store.execution("a")).toEqual(first?.execution as ExecutionRecord);
      if (first !== undefined) await park(store, first, { wakeAt: NOW + 2 });
      const [second] = (await store.claimDue({ worker: W2, now: NOW + 2, limit: 1 })).claimed;
      expect(second).toMatchObject({ pass: 2, lease: { workerId: "w2" }, execution: { startedAt: NOW + 1 } });
      expect(first?.lease.term).toBeGreaterThan(0);
      expect(second?.lease.term).toBeGreaterThan(first?.lease.term ?? Infinity);
    });

    test("never gives more than the limit, nor what is excepted", async () => {
      const { store } = await open();
      for (const id of ["a", "b", "c", "d"]) await store.create(execution(id), {});
      const claim = async (limit: number, except: readonly string[]): Promise<readonly string[]> =>
        (await store.claimDue({ worker: W1, now: NOW, limit, except: new Set(except) })).claimed.map(({ lease }) => lease.executionId);
      expect(await claim(0, [])).toEqual([]);
      expect(await claim(1, ["a"])).toEqual(["b"]);
      expect(await claim(5, ["a", "c"])).toEqual(["d"]);
      expect(await claim(5, [])).toEqual(["a", "c"]);
    });

    test("with dueAt leaves what became due since", async () => {
      const { store } = await open();
      await store.create(execution("then", { wakeAt: NOW }), {});
      await store.create(execution("since", { wakeAt: NOW + 1 }), {});
      const { claimed } = await store.claimDue({ worker: W1, now: NOW + 10, dueAt: NOW, limit: 9 });
      expect(claimed.map(({ lease }) => lease.executionId)).toEqual(["then"]);
    });

    test("of several that claim at once, one gets an execution", async () => {
      const { store, another } = await open();
      const stores = [store, await another(102), await another(103)];
      for (let at = 0; at < 30; at++) await store.create(execution(`e${at}`), {});
      const claims = await Promise.all(
        stores.flatMap((one, at) => [0, 1].map((n) => one.claimDue({ worker: worker(`w${at}-${n}`, 100 + at), now: NOW, limit: 12 }))),
      );
      const ids = claims.flatMap(({ claimed }) => claimed.map(({ lease }) => lease.executionId));
      expect(ids).toHaveLength(30);
      expect(new Set(ids).size).toBe(30);
    });

    test("takes blocked and paused executions only when they have a time to be looked at again", async () => {
      const { store } = await open();
      await park(store, await owned(store, "person"), { status: "blocked", reason: "diverged", wakeAt: null });
      await park(store, await owned(store, "timed"), { status: "blocked", reason: "definition-missing", wakeAt: NOW });
      await park(store, await owned(store, "waits"), { status: "waiting", reason: "event", wakeAt: null });
      const { claimed } = await store.claimDue({ worker: W1, now: NOW + 1e9, limit: 9 });
      expect(claimed.map(({ lease }) => lease.executionId)).toEqual(["timed"]);
    });

    test("one by id takes it whether due or not", async () => {
      const { store } = await open();
      await store.create(execution("a", { wakeAt: NOW + 1e9 }), {});
      expect(await store.claimOne("a", { worker: W1, now: NOW })).toMatchObject({
        lease: { workerId: "w1" },
        pass: 1,
        execution: { status: "running" },
      });
    });

    test("one by id gives nothing when it is unknown, over, blocked, or owned by a live process, this one included", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "over", W1);
      await submit(store, { lease, change: { status: "failed", finishedAt: NOW } });
      await park(store, await owned(store, "blocked", W1), { status: "blocked", reason: "diverged", wakeAt: null });
      await owned(store, "busy", W1);
      for (const id of ["unknown", "over", "blocked", "busy"]) {
        expect(await store.claimOne(id, { worker: W2, now: NOW })).toBeUndefined();
        expect(await store.claimOne(id, { worker: W1, now: NOW })).toBeUndefined();
      }
    });

    test("the earliest wake is that of what nobody owns", async () => {
      const { store } = await open();
      expect(await store.nextWakeAt()).toBeNull();
      await store.create(execution("a", { wakeAt: NOW + 7 }), {});
      await store.create(execution("b", { wakeAt: NOW + 5 }), {});
      await store.create(execution("c", { wakeAt: null, status: "waiting", reason: "event" }), {});
      expect(await store.nextWakeAt()).toBe(NOW + 5);
      const claimed = await store.claimOne("b", { worker: W1, now: NOW });
      expect(await store.nextWakeAt()).toBe(NOW + 7);
      if (claimed !== undefined) await park(store, claimed, { wakeAt: NOW + 1 });
      expect(await store.nextWakeAt()).toBe(NOW + 1);
    });

    test("a worker is known by its claims, and a heartbeat moves its marks alone", async () => {
      const { store, clock } = await open();
      clock.now = NOW + 4;
      clock.boot = 2_000_000;
      await store.registerWorker(W1);
      await store.create(execution("a"), {});
      await store.claimDue({ worker: W2, now: NOW + 4, limit: 1 });
      expect(await store.workers()).toEqual([W1, { ...W2, seenAt: NOW + 4, seenBootMs: 2_000_000 }]);
      await store.heartbeat("w1", NOW + 9, 2_000_009.5);
      expect((await store.workers())[0]).toEqual({ ...W1, seenAt: NOW + 9, seenBootMs: 2_000_009.5 });
      expect((await store.ownerOf("a"))?.id).toBe("w2");
    });

    test("a worker that leaves gives back what it owns: what ran is due, what slept sleeps on", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "ran", W1);
      const held = await owned(store, "slept", W1);
      await submit(store, { lease: held.lease, change: { status: "sleeping", reason: "sleep", wakeAt: NOW + 50 } });
      await store.removeWorker("w1", NOW + 8);
      expect(await store.workers()).toEqual([]);
      expect(await store.execution("ran")).toMatchObject({ status: "pending", reason: "queued", wakeAt: NOW + 8, panics: 0 });
      expect(await store.execution("slept")).toMatchObject({ status: "sleeping", reason: "sleep", wakeAt: NOW + 50 });
      await expect(submit(store, { lease, release: true })).rejects.toMatchObject({ code: "LEASE_LOST" });
      await store.removeWorker("w1", NOW + 9);
    });
  });
