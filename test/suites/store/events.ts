/** Events: kept, in order, once each, and never missed. */
import { describe, expect, test } from "bun:test";
import type { Open } from "../store.ts";
import { event, execution, NOW, owned, park, step, submit, waiting, worker } from "./samples.ts";

const waitFor = (name: string, afterCursor = 0) => ({ steps: [waiting(name)], waitingFor: [{ name, afterCursor }] });

const WAITING = { status: "waiting", reason: "event", wakeAt: null } as const;

export const eventsSuite = (open: Open): void =>
  describe("an event", () => {
    test("is kept until taken, first in first out by arrival, apart for each name and execution", async () => {
      const { store } = await open();
      for (const id of ["a", "b"]) await store.create(execution(id), {});
      await store.addEvent("a", event("z", "paid", { sentAt: NOW + 9 }));
      await store.addEvent("a", event("y", "paid", { sentAt: NOW + 1 }));
      await store.addEvent("a", event("x", "other"));
      await store.addEvent("b", event("z", "paid", { payloadText: "2" }));
      const pending = await store.pendingEvents("a", "paid");
      expect(pending).toEqual([
        { cursor: expect.any(Number), kind: "event", target: null, ...event("z", "paid", { sentAt: NOW + 9 }) },
        { cursor: expect.any(Number), kind: "event", target: null, ...event("y", "paid", { sentAt: NOW + 1 }) },
      ]);
      expect(pending[1]?.cursor).toBeGreaterThan(pending[0]?.cursor ?? Infinity);
      expect(pending[0]?.cursor).toBeGreaterThan(0);
      expect(await store.pendingEvents("b", "paid")).toMatchObject([{ payloadText: "2" }]);
    });

    test("with an id that is there is the same event, also after it was taken", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a");
      expect(await store.addEvent("a", event("e1"))).toBe("created");
      expect(await store.addEvent("a", event("e1", "paid", { payloadText: "other" }))).toBe("existing");
      expect(await store.pendingEvents("a", "paid")).toMatchObject([{ payloadText: event("e1").payloadText }]);
      await submit(store, { lease, consume: { eventId: "e1", by: { scope: "", kind: "event", name: "paid", n: 1 } } });
      expect(await store.addEvent("a", event("e1"))).toBe("existing");
      expect(await store.pendingEvents("a", "paid")).toEqual([]);
    });

    test("to an execution that is over, or not there, is refused as that", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a");
      await submit(store, { lease, change: { status: "completed", finishedAt: NOW } });
      expect(await store.addEvent("a", event("e1"))).toBe("over");
      expect(await store.pendingEvents("a", "paid")).toEqual([]);
      expect(await store.addEvent("nope", event("e1"))).toBe("no-execution");
    });

    test("makes an execution due that is parked waiting for its name, and no other", async () => {
      const { store, clock } = await open();
      clock.now = NOW + 77;
      await park(store, await owned(store, "waits"), WAITING, waitFor("paid"));
      await park(store, await owned(store, "other"), WAITING, waitFor("shipped"));
      await park(store, await owned(store, "done"), WAITING, { steps: [step("paid", { kind: "event" }), waiting("shipped")] });
      for (const id of ["waits", "other", "done"]) expect(await store.addEvent(id, event("e1"))).toBe("created");
      const { claimed } = await store.claimDue({ worker: worker("w"), now: clock.now, limit: 9 });
      expect(claimed.map(({ lease }) => lease.executionId)).toEqual(["waits"]);
    });

    test("never makes it due later than it was", async () => {
      const { store, clock } = await open();
      clock.now = NOW + 77;
      await park(store, await owned(store, "a"), { ...WAITING, wakeAt: NOW + 3 }, waitFor("paid"));
      await store.addEvent("a", event("e1"));
      expect((await store.execution("a"))?.wakeAt).toBe(NOW + 3);
    });

    test("is kept for one that is blocked or paused, and leaves it so", async () => {
      const { store } = await open();
      await park(store, await owned(store, "a"), { status: "blocked", reason: "diverged", wakeAt: null }, waitFor("paid"));
      await park(store, await owned(store, "b"), { status: "paused", reason: "paused", wakeAt: null }, waitFor("paid"));
      for (const id of ["a", "b"]) expect(await store.addEvent(id, event("e1"))).toBe("created");
      expect((await store.claimDue({ worker: worker("w"), now: NOW + 1e9, limit: 9 })).claimed).toEqual([]);
    });

    test("that comes between the owner's last look and its parking leaves the execution due", async () => {
      const { store, clock } = await open();
      clock.now = NOW + 12;
      const claimed = await owned(store, "a");
      await store.addEvent("a", event("unfit"));
      const [seen] = await store.pendingEvents("a", "paid");
      await store.addEvent("a", event("fits"));
      await park(store, claimed, WAITING, waitFor("paid", seen?.cursor ?? -1));
      expect(await store.execution("a")).toMatchObject({ status: "pending", reason: "queued", wakeAt: NOW + 12 });
      expect(await store.ownerOf("a")).toBeUndefined();
    });

    test("that the owner has looked at and left alone does not", async () => {
      const { store } = await open();
      const claimed = await owned(store, "a");
      await store.addEvent("a", event("unfit"));
      await store.addEvent("a", event("news", "other"));
      const [seen] = await store.pendingEvents("a", "paid");
      await park(store, claimed, WAITING, waitFor("paid", seen?.cursor ?? -1));
      expect(await store.execution("a")).toMatchObject({ status: "waiting", reason: "event", wakeAt: null });
    });

    test("that comes after the end of an execution does not wake it", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a");
      await store.addEvent("a", event("e1"));
      await submit(store, { lease, release: true, change: { status: "completed", finishedAt: NOW }, ...waitFor("paid") });
      expect((await store.execution("a"))?.status).toBe("completed");
    });
  });
