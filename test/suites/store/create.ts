/** Creating, and creating twice. */
import { describe, expect, test } from "bun:test";
import type { Open } from "../store.ts";
import { codeOf, event, execution, log, NOW, owned, park, step, submit, worker } from "./samples.ts";

export const createSuite = (open: Open): void =>
  describe("creating an execution", () => {
    test("keeps every field", async () => {
      const { store } = await open();
      const full = execution("a", {
        version: 7,
        sourceHash: "h",
        reasonDetail: "why",
        wakeAt: NOW + 1,
        deadlineAt: NOW + 2,
        panic: { maxRestarts: 9, delayMs: 1, factor: 1.5, maxDelayMs: 2 },
        parentId: "p",
        tags: { team: "red", "odd.key": "ü 'x'" },
      });
      expect(await store.create(full, {})).toEqual({ created: true, claimed: undefined });
      expect(await store.execution("a")).toEqual(full);
      expect(await store.ownerOf("a")).toBeUndefined();
    });

    test("with claimFor it is owned from the start: running, pass 1, and nobody else gets it", async () => {
      const { store, clock } = await open();
      clock.now = NOW + 3;
      const { lease, pass, execution: record, cancel } = await owned(store, "a", worker("w1"));
      expect({ ...lease, pass, cancel }).toEqual({ executionId: "a", workerId: "w1", term: lease.term, pass: 1, cancel: null });
      expect(record).toEqual(execution("a", { status: "running", reason: null, wakeAt: null, startedAt: NOW + 3 }));
      expect(await store.execution("a")).toEqual(record);
      expect((await store.ownerOf("a"))?.id).toBe("w1");
      expect(await store.claimOne("a", { worker: worker("w2", 200), now: NOW + 3 })).toBeUndefined();
      expect((await store.claimDue({ worker: worker("w2", 200), now: NOW + 3, limit: 9 })).claimed).toEqual([]);
    });

    test("an id that is there answers with what is there, and changes nothing", async () => {
      const { store } = await open();
      await store.create(execution("a"), {});
      const again = await store.create(execution("a", { workflow: "other", inputText: "1" }), { claimFor: worker("w1") });
      expect(again).toEqual({ created: false, existing: execution("a") });
      expect(await store.execution("a")).toEqual(execution("a"));
      expect(await store.ownerOf("a")).toBeUndefined();
    });

    test("of many at the same time with one id, one is created", async () => {
      const { store, another } = await open();
      const other = await another(200);
      const answers = await Promise.all([0, 1, 2, 3, 4, 5].map((at) => (at % 2 === 0 ? store : other).create(execution("a"), {})));
      expect(answers.filter(({ created }) => created)).toHaveLength(1);
      expect(answers.filter((answer) => !answer.created && answer.existing.id === "a")).toHaveLength(5);
    });

    test("many at the same time with ids of their own are all created", async () => {
      const { store } = await open();
      await Promise.all(Array.from({ length: 300 }, (_, at) => store.create(execution(`e${at}`), { claimFor: worker("w1") })));
      expect((await store.counts({})).running).toBe(300);
    });

    test("replacing one that is over leaves nothing of it, and its former owner stays out", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a");
      await store.addEvent("a", event("e1"));
      await submit(store, { lease, steps: [step("x")], logs: [log("old")], change: { status: "completed", finishedAt: NOW } });
      const creation = await store.create(execution("a", { workflow: "new" }), { replace: true, claimFor: worker("w1") });
      expect(creation).toMatchObject({ created: true, claimed: { pass: 1 } });
      const history = await store.history("a");
      expect([history?.execution.workflow, history?.steps, await store.logs("a", 0, 9), await store.pendingEvents("a", "paid")]).toEqual([
        "new",
        [],
        [],
        [],
      ]);
      expect(await codeOf(submit(store, { lease, steps: [step("late")] }))).toBe("LEASE_LOST");
    });

    test("replacing one that is parked is allowed; one that a live process moves is not", async () => {
      const { store } = await open();
      await park(store, await owned(store, "parked"));
      expect(await store.create(execution("parked", { workflow: "new" }), { replace: true })).toMatchObject({ created: true });
      await owned(store, "busy");
      expect(await codeOf(store.create(execution("busy", { workflow: "new" }), { replace: true }))).toBe("EXECUTION_OWNED");
      expect((await store.execution("busy"))?.workflow).toBe("signup");
    });

    test("replacing one whose owner is dead is allowed, and the dead one's writes are refused", async () => {
      const { store, setLiveness } = await open();
      const { lease } = await owned(store, "a", worker("w1", 111));
      setLiveness(111, "dead");
      expect(await store.create(execution("a"), { replace: true, claimFor: worker("w2", 222) })).toMatchObject({ created: true });
      expect(await codeOf(submit(store, { lease, steps: [step("late")] }))).toBe("LEASE_LOST");
    });

    test("replacing what is not there creates it", async () => {
      const { store } = await open();
      expect(await store.create(execution("a"), { replace: true })).toEqual({ created: true, claimed: undefined });
    });
  });
