/** Rows that do not match their checksum: reported, blocked for good, and no trouble to others. */
import { describe, expect, test } from "bun:test";
import type { Open } from "../store.ts";
import { codeOf, event, execution, NOW, owned, step, submit, worker } from "./samples.ts";

const W = worker("w", 100);

export const damageSuite = (open: Open): void =>
  describe("a damaged row", () => {
    test("of an execution is CORRUPT to whatever loads it, and to nobody else", async () => {
      const { store, damageExecution } = await open();
      for (const id of ["bad", "good"]) await store.create(execution(id, { wakeAt: null, status: "waiting", reason: "event" }), {});
      damageExecution("bad");
      const loads = {
        execution: () => store.execution("bad"),
        history: () => store.history("bad"),
        create: () => store.create(execution("bad"), {}),
        cancel: () => store.requestCancel("bad", { at: NOW, reason: null }),
        resume: () => store.operations.resume("bad", { at: NOW, by: "ada@box", reason: null, isDry: false }),
        event: () => store.addEvent("bad", event("e1")),
        claimOne: () => store.claimOne("bad", { worker: W, now: NOW }),
      };
      for (const [name, load] of Object.entries(loads)) expect(`${name} ${await codeOf(load())}`).toBe(`${name} CORRUPT`);
      const act = { at: NOW, by: "ada@box", reason: null, isDry: false };
      expect(await store.operations.resume("good", act)).toMatchObject({ status: "pending" });
    });

    test("does not stop a claim: it is reported once, and the others are handed out", async () => {
      const { store, damageExecution } = await open();
      await store.create(execution("bad", { wakeAt: NOW - 5 }), {});
      await store.create(execution("good"), {});
      damageExecution("bad");
      const first = await store.claimDue({ worker: W, now: NOW, limit: 9 });
      expect(first.claimed.map(({ lease }) => lease.executionId)).toEqual(["good"]);
      expect(first.blocked).toEqual([{ id: "bad", workflow: expect.any(String) }]);
      expect(await store.claimDue({ worker: W, now: NOW + 1e9, limit: 9 })).toEqual({ claimed: [], blocked: [] });
      expect(await store.nextWakeAt()).toBeNull();
      expect(await codeOf(store.execution("bad"))).toBe("CORRUPT");
    });

    test("asked for by its id is marked, so that nothing takes it up", async () => {
      const { store, damageExecution } = await open();
      await store.create(execution("bad"), {});
      damageExecution("bad");
      expect(await codeOf(store.claimOne("bad", { worker: W, now: NOW }))).toBe("CORRUPT");
      expect(await store.counts({})).toMatchObject({ blocked: 1, pending: 0 });
      expect(await store.claimDue({ worker: W, now: NOW, limit: 9 })).toEqual({ claimed: [], blocked: [] });
    });

    test("is shown in lists as blocked, marked or not, and counted so once it is marked", async () => {
      const { store, damageExecution } = await open();
      for (const id of ["bad", "good"]) await store.create(execution(id), {});
      damageExecution("bad");
      const shown = async () => new Map((await store.list({ limit: 9 })).map(({ id, status, reason }) => [id, `${status} ${reason}`]));
      expect(await shown()).toEqual(
        new Map([
          ["bad", "blocked corrupt"],
          ["good", "pending queued"],
        ]),
      );
      await store.claimDue({ worker: W, now: NOW, limit: 9 });
      expect((await shown()).get("bad")).toBe("blocked corrupt");
      expect((await store.list({ limit: 9, statuses: ["blocked"] })).map(({ id }) => id)).toEqual(["bad"]);
      expect(await store.list({ limit: 9, statuses: ["pending"] })).toEqual([]);
      expect(await store.counts({})).toMatchObject({ blocked: 1, running: 1, pending: 0 });
    });

    test("under an owner refuses its change, and is then nobody's", async () => {
      const { store, damageExecution } = await open();
      const { lease } = await owned(store, "bad", W);
      damageExecution("bad");
      expect(await codeOf(submit(store, { lease, change: { status: "completed", finishedAt: NOW } }))).toBe("CORRUPT");
      await store.recordTick(NOW);
      expect(await store.ownerOf("bad")).toBeUndefined();
      expect(await codeOf(submit(store, { lease, steps: [step("x")] }))).toBe("LEASE_LOST");
      expect(await store.list({ limit: 9 })).toMatchObject([{ id: "bad", status: "blocked", reason: "corrupt" }]);
    });

    test("of a dead process is blocked, and its other executions are recovered", async () => {
      const { store, damageExecution, setLiveness } = await open();
      for (const id of ["bad", "good"]) await owned(store, id, worker("dead", 111));
      damageExecution("bad");
      setLiveness(111, "dead");
      const { claimed, blocked } = await store.claimDue({ worker: W, now: NOW, limit: 9 });
      expect(claimed.map(({ lease }) => lease.executionId)).toEqual(["good"]);
      expect(blocked.map(({ id }) => id)).toEqual(["bad"]);
    });

    test("can be replaced", async () => {
      const { store, damageExecution } = await open();
      await store.create(execution("bad"), {});
      damageExecution("bad");
      expect(await store.create(execution("bad"), { replace: true })).toMatchObject({ created: true });
      expect(await store.execution("bad")).toEqual(execution("bad"));
    });

    test("of a step is CORRUPT to its history alone; the execution can still be blocked and cancelled", async () => {
      const { store, damageStep } = await open();
      const { lease } = await owned(store, "a", W);
      await submit(store, {
        lease,
        steps: [step("pay"), step("open", { order: null, status: "running", outputText: null, finishedAt: null })],
      });
      damageStep("a", "open");
      expect(await codeOf(store.history("a"))).toBe("CORRUPT");
      expect((await store.execution("a"))?.status).toBe("running");
      await submit(store, { lease, change: { status: "blocked", reason: "corrupt", wakeAt: null }, release: true });
      expect(await store.execution("a")).toMatchObject({ status: "blocked", reason: "corrupt" });
      expect(await store.requestCancel("a", { at: NOW, reason: null })).toMatchObject({ status: "cancelled" });
      expect(await codeOf(store.history("a"))).toBe("CORRUPT");
    });

    test("is also a second step with the same place in the order", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a", W);
      await submit(store, { lease, steps: [step("one", { order: 1 }), step("two", { order: 1 })] });
      expect(await codeOf(store.history("a"))).toBe("CORRUPT");
    });
  });
