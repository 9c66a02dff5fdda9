/** Executions of dead processes: taken at once, counted, bounded; those of live ones left alone. */
import { describe, expect, test } from "bun:test";
import type { OpenedStore, Open } from "../store.ts";
import { codeOf, execution, NOW, owned, step, submit, worker } from "./samples.ts";

const DEAD = worker("dead", 111);
const ME = worker("me", 222);

/** One more process takes the execution and dies with it. */
async function crash({ store, clock, setLiveness }: OpenedStore, id: string, pid: number): Promise<void> {
  await store.claimOne(id, { worker: worker(`w${pid}`, pid), now: clock.now });
  setLiveness(pid, "dead");
}

export const recoverySuite = (open: Open): void =>
  describe("executions of a process that is gone", () => {
    test("are taken at once, with the panic counted and said in the log", async () => {
      const { store, setLiveness, clock } = await open();
      const { lease } = await owned(store, "a", DEAD);
      setLiveness(111, "dead");
      clock.now = NOW + 2_000;
      const { claimed } = await store.claimDue({ worker: ME, now: clock.now, limit: 9 });
      expect(claimed).toMatchObject([
        { pass: 2, lease: { executionId: "a", workerId: "me" }, execution: { status: "running", panics: 1, restarts: 1 } },
      ]);
      expect(await store.execution("a")).toMatchObject({ panics: 1, restarts: 1, status: "running" });
      const [entry] = await store.logs("a", 0, 9);
      expect(entry).toMatchObject({ level: "warn", source: "wf", at: clock.now });
      expect(entry?.message).toContain("111");
      expect(entry?.message).toContain("restart 1");
      expect(await codeOf(submit(store, { lease, steps: [step("late")] }))).toBe("LEASE_LOST");
      expect(await store.workers()).toMatchObject([{ id: "me" }]);
    });

    test("come after what was due before, and are not left out by a sweep that began earlier", async () => {
      const { store, setLiveness } = await open();
      await owned(store, "orphan", DEAD);
      await store.create(execution("old", { wakeAt: NOW - 5 }), {});
      setLiveness(111, "dead");
      const { claimed } = await store.claimDue({ worker: ME, now: NOW + 10, dueAt: NOW, limit: 9 });
      expect(claimed.map(({ lease }) => lease.executionId)).toEqual(["old", "orphan"]);
    });

    test("are handed out one at a time, since one of them may be what has killed the process; the others stay due", async () => {
      const { store, setLiveness } = await open();
      for (const id of ["a", "b", "c"]) await owned(store, id, DEAD);
      await store.create(execution("healthy", { wakeAt: NOW }), {});
      setLiveness(111, "dead");
      const ids = async (options: { readonly suspects?: boolean }): Promise<readonly string[]> =>
        (await store.claimDue({ worker: ME, now: NOW, limit: 9, ...options })).claimed.map(({ execution: { id } }) => id);
      expect(await ids({})).toEqual(["healthy", "a"]);
      expect(await ids({ suspects: false })).toEqual([]);
      expect(await ids({})).toEqual(["b"]);
      const { claimed } = await store.claimDue({ worker: ME, now: NOW, limit: 2 });
      expect(claimed).toMatchObject([{ execution: { id: "c", panics: 1, restarts: 1 } }]);
    });

    test("wait longer after each panic, from the second on, and are blocked past the last restart", async () => {
      const opened = await open();
      const { store, clock } = opened;
      await store.create(execution("a", { panic: { maxRestarts: 3, delayMs: 1_000, factor: 10, maxDelayMs: 5_000 } }), {});
      const sweep = async () => store.claimDue({ worker: worker("sweeper", 500), now: clock.now, limit: 9 });

      await crash(opened, "a", 1);
      await crash(opened, "a", 2);
      expect(await store.execution("a")).toMatchObject({ status: "running", panics: 1, restarts: 1 });
      expect((await sweep()).claimed).toEqual([]);
      const second = await store.execution("a");
      expect(second).toMatchObject({ status: "pending", reason: "restart", panics: 2, restarts: 2 });
      expect((second?.wakeAt ?? 0) - clock.now).toBeWithin(1_000, 1_101);
      expect(await store.ownerOf("a")).toBeUndefined();

      await crash(opened, "a", 3);
      await sweep();
      const third = await store.execution("a");
      expect(third).toMatchObject({ status: "pending", reason: "restart", panics: 3, restarts: 3 });
      expect((third?.wakeAt ?? 0) - clock.now).toBe(5_000);

      await crash(opened, "a", 4);
      expect(await sweep()).toEqual({ claimed: [], blocked: [{ id: "a", workflow: "signup" }] });
      expect(await store.execution("a")).toMatchObject({ status: "blocked", reason: "crash-loop", wakeAt: null, panics: 4, restarts: 3 });
      expect((await store.execution("a"))?.reasonDetail).toContain("4 times");
      clock.now += 1e12;
      expect((await sweep()).claimed).toEqual([]);
    });

    test("with no restart allowed are blocked at the first panic", async () => {
      const opened = await open();
      await opened.store.create(execution("a", { panic: { maxRestarts: 0, delayMs: 1, factor: 1, maxDelayMs: 1 } }), {});
      await crash(opened, "a", 1);
      expect((await opened.store.claimDue({ worker: ME, now: NOW, limit: 9 })).blocked).toHaveLength(1);
      expect(await opened.store.execution("a")).toMatchObject({ status: "blocked", panics: 1, restarts: 0 });
    });

    test("start over with the delays when a step has been completed in between", async () => {
      const opened = await open();
      const { store, setLiveness } = opened;
      await store.create(execution("a"), {});
      await crash(opened, "a", 1);
      await crash(opened, "a", 2);
      const claimed = await store.claimOne("a", { worker: worker("w3", 3), now: NOW });
      expect(claimed?.execution.panics).toBe(2);
      if (claimed !== undefined) await submit(store, { lease: claimed.lease, steps: [step("done")], change: { panics: 0 } });
      setLiveness(3, "dead");
      expect((await store.claimDue({ worker: ME, now: NOW, limit: 9 })).claimed).toMatchObject([{ execution: { panics: 1, restarts: 3 } }]);
    });

    test("are not restarted later than their deadline", async () => {
      const opened = await open();
      await opened.store.create(execution("a", { deadlineAt: NOW + 10 }), {});
      await crash(opened, "a", 1);
      await crash(opened, "a", 2);
      await opened.store.claimDue({ worker: ME, now: NOW, limit: 9 });
      expect(await opened.store.execution("a")).toMatchObject({ reason: "restart", wakeAt: NOW + 10 });
    });

    test("of a live process are never taken, however old its heartbeat", async () => {
      const { store, clock } = await open();
      await owned(store, "a", worker("old", 111, { seenAt: 0, seenBootMs: 0 }));
      clock.now = NOW + 1e12;
      clock.boot = 1e12;
      expect(await store.claimDue({ worker: ME, now: clock.now, limit: 9 })).toEqual({ claimed: [], blocked: [] });
      expect(await store.claimOne("a", { worker: ME, now: clock.now })).toBeUndefined();
      expect(await store.execution("a")).toMatchObject({ status: "running", panics: 0 });
    });

    test("that cannot be looked up are taken only after its lease, by the boot clock", async () => {
      const { store, clock, setLiveness } = await open();
      await owned(store, "a", worker("elsewhere", 111));
      const seenBootMs = clock.boot;
      setLiveness(111, "unknown");
      clock.now = NOW + 1e12;
      clock.boot = seenBootMs + 30_000;
      expect((await store.claimDue({ worker: ME, now: clock.now, limit: 9 })).claimed).toEqual([]);
      clock.boot = seenBootMs + 30_001;
      expect((await store.claimDue({ worker: ME, now: clock.now, limit: 9 })).claimed).toHaveLength(1);
    });

    test("are kept by a heartbeat", async () => {
      const { store, clock, setLiveness } = await open();
      await owned(store, "a", worker("elsewhere", 111));
      setLiveness(111, "unknown");
      clock.boot += 40_000;
      await store.heartbeat("elsewhere", clock.now, clock.boot);
      expect((await store.claimDue({ worker: ME, now: clock.now, limit: 9 })).claimed).toEqual([]);
    });

    test("that somebody asked to cancel are cancelled, not restarted", async () => {
      const { store, setLiveness } = await open();
      const { lease } = await owned(store, "a", DEAD);
      await submit(store, { lease, steps: [step("open", { status: "running", order: null, outputText: null, finishedAt: null })] });
      await store.requestCancel("a", { at: NOW + 1, reason: "enough" });
      setLiveness(111, "dead");
      expect(await store.claimDue({ worker: ME, now: NOW + 2, limit: 9 })).toEqual({ claimed: [], blocked: [] });
      expect(await store.execution("a")).toMatchObject({ status: "cancelled", panics: 0, finishedAt: NOW + 1 });
      expect((await store.history("a"))?.steps).toMatchObject([{ status: "cancelled" }]);
    });

    test("by id are taken at once, with the panic counted, unless that was one too many", async () => {
      const opened = await open();
      const { store } = opened;
      await store.create(execution("a", { panic: { maxRestarts: 2, delayMs: 1_000, factor: 1, maxDelayMs: 1_000 } }), {});
      for (const pid of [1, 2]) await crash(opened, "a", pid);
      expect(await store.claimOne("a", { worker: worker("w3", 3), now: NOW })).toMatchObject({ execution: { panics: 2, restarts: 2 } });
      opened.setLiveness(3, "dead");
      expect(await store.claimOne("a", { worker: ME, now: NOW })).toBeUndefined();
      expect(await store.execution("a")).toMatchObject({ status: "blocked", reason: "crash-loop", panics: 3 });
    });

    test("do not keep the row of a dead process that owns nothing", async () => {
      const { store, setLiveness } = await open();
      await store.registerWorker(worker("idle", 333));
      await owned(store, "a", DEAD);
      setLiveness(333, "dead");
      setLiveness(111, "dead");
      await store.claimDue({ worker: ME, now: NOW, limit: 9 });
      expect((await store.workers()).map(({ id }) => id)).toEqual(["me"]);
    });
  });
