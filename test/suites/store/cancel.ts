/** Cancelling and resuming. */
import { describe, expect, test } from "bun:test";
import { decodeError } from "../../../src/model/codec/error.ts";
import type { Open } from "../store.ts";
import { codeOf, execution, NOW, owned, park, step, submit, waiting, worker } from "./samples.ts";

export const cancelSuite = (open: Open): void => {
  describe("a request to cancel", () => {
    test("ends at once what nobody owns, with its open steps and the reason", async () => {
      const { store } = await open();
      const steps = [
        step("done"),
        waiting("paid"),
        step("nap", { kind: "sleep", status: "sleeping", order: null, finishedAt: null, wakeAt: NOW + 60_000 }),
      ];
      await park(
        store,
        await owned(store, "a"),
        {},
        { steps: [...steps, step("odd", { status: "in-doubt", order: null, finishedAt: null })] },
      );
      const record = await store.requestCancel("a", { at: NOW + 5, reason: "wrong customer" });
      expect(record).toMatchObject({ status: "cancelled", reason: null, wakeAt: null, finishedAt: NOW + 5 });
      expect(await store.execution("a")).toEqual(record);
      expect(decodeError(record?.errorText ?? "")).toMatchObject({
        name: "CancelledError",
        message: expect.stringContaining("wrong customer"),
      });
      const states = (await store.history("a"))?.steps.map(({ name, status, finishedAt, wakeAt }) => [name, status, finishedAt, wakeAt]);
      expect(new Set(states)).toEqual(
        new Set([
          ["done", "completed", NOW + 5, null],
          ["paid", "cancelled", NOW + 5, null],
          ["nap", "cancelled", NOW + 5, NOW + 60_000],
          ["odd", "in-doubt", null, null],
        ]),
      );
      expect((await store.claimDue({ worker: worker("w"), now: NOW + 1e9, limit: 9 })).claimed).toEqual([]);
    });

    test("is handed to a live owner, the first one counting, and waits for it", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a", worker("w1"));
      await owned(store, "b", worker("w1"));
      expect(await store.isCancelRequested("a")).toBe(false);
      expect(await store.requestCancel("a", { at: NOW + 5, reason: "first" })).toMatchObject({ status: "running" });
      await store.requestCancel("a", { at: NOW + 6, reason: "second" });
      expect(await store.cancelRequests("w1")).toEqual(new Map([["a", { at: NOW + 5, reason: "first" }]]));
      expect(await store.cancelRequests("w2")).toEqual(new Map());
      expect([await store.isCancelRequested("a"), await store.isCancelRequested("b"), await store.isCancelRequested("c")]).toEqual([
        true,
        false,
        false,
      ]);
      await submit(store, { lease, change: { status: "cancelled", finishedAt: NOW + 7 } });
      expect((await store.execution("a"))?.status).toBe("cancelled");
    });

    test("is not lost when the owner parks without having seen it: it is due, and the next owner is told", async () => {
      const { store } = await open();
      const claimed = await owned(store, "a", worker("w1"));
      await store.requestCancel("a", { at: NOW + 5, reason: null });
      await park(store, claimed, { status: "waiting", reason: "event", wakeAt: null });
      expect(await store.execution("a")).toMatchObject({ status: "pending", reason: "queued" });
      const next = await store.claimDue({ worker: worker("w2"), now: NOW + 6, limit: 9 });
      expect(next.claimed).toMatchObject([{ cancel: { at: NOW + 5, reason: null } }]);
    });

    test("by another process is not lost either, although its owner has written the row itself and knows it", async () => {
      const { store, another } = await open();
      const claimed = await owned(store, "a", worker("w1"));
      await submit(store, { lease: claimed.lease, change: { version: 2 } });
      await (await another(200)).requestCancel("a", { at: NOW + 5, reason: "theirs" });
      await park(store, claimed, { status: "waiting", reason: "event", wakeAt: null });
      expect(await store.execution("a")).toMatchObject({ status: "pending", reason: "queued", version: 2 });
      const next = await store.claimDue({ worker: worker("w2"), now: NOW + 6, limit: 9 });
      expect(next.claimed).toMatchObject([{ cancel: { at: NOW + 5, reason: "theirs" } }]);
    });

    test("ends at once what a dead process owned, and its former owner may write no more", async () => {
      const { store, setLiveness } = await open();
      const { lease } = await owned(store, "a", worker("w1", 111));
      setLiveness(111, "dead");
      expect(await store.requestCancel("a", { at: NOW, reason: null })).toMatchObject({ status: "cancelled" });
      expect(await codeOf(submit(store, { lease, change: { status: "completed" } }))).toBe("LEASE_LOST");
      expect((await store.execution("a"))?.status).toBe("cancelled");
    });

    test("changes nothing of what is over, and knows what is not there", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a");
      await submit(store, { lease, change: { status: "completed", outputText: "1", finishedAt: NOW } });
      const before = await store.execution("a");
      expect(await store.requestCancel("a", { at: NOW + 5, reason: null })).toEqual(before as never);
      expect(await store.execution("a")).toEqual(before as never);
      expect(await store.requestCancel("nope", { at: NOW, reason: null })).toBeUndefined();
    });
  });

  describe("resuming", () => {
    const act = { at: NOW + 1, by: "ada@box", reason: null, isDry: false };

    test("makes due what is parked or blocked, for whatever reason", async () => {
      const { store } = await open();
      const parked = [
        { status: "sleeping", reason: "sleep", wakeAt: NOW + 9_999 },
        { status: "waiting", reason: "event", wakeAt: null },
        { status: "paused", reason: "paused", wakeAt: null },
        { status: "blocked", reason: "crash-loop", wakeAt: null, reasonDetail: "died", panics: 4 },
      ] as const;
      for (const [at, change] of parked.entries()) {
        await park(store, await owned(store, `e${at}`), change);
        const record = await store.operations.resume(`e${at}`, act);
        expect(record).toMatchObject({ status: "pending", reason: "queued", reasonDetail: null, wakeAt: NOW + 1 });
        expect(await store.execution(`e${at}`)).toEqual(record as never);
      }
      expect((await store.claimDue({ worker: worker("w"), now: NOW + 1, limit: 9 })).claimed).toHaveLength(4);
    });

    test("by restart begins the count of panics anew as well", async () => {
      const { store } = await open();
      await store.create(execution("a", { panics: 4, restarts: 3 }), {});
      expect(await store.operations.resume("a", act)).toMatchObject({ panics: 4 });
      expect(await store.operations.restart("a", act)).toMatchObject({ panics: 0, restarts: 3 });
    });

    test("leaves alone what runs and what is held in memory; what is over or not there is refused", async () => {
      const { store } = await open();
      const running = await owned(store, "running");
      const held = await owned(store, "held");
      await submit(store, { lease: held.lease, change: { status: "sleeping", reason: "sleep", wakeAt: NOW + 50 } });
      const over = await owned(store, "over");
      await submit(store, { lease: over.lease, change: { status: "failed", finishedAt: NOW } });
      for (const id of ["running", "held"]) {
        const before = await store.execution(id);
        expect(await store.operations.restart(id, act)).toEqual(before as never);
        expect(await store.execution(id)).toEqual(before as never);
        expect(await store.operations.decisions(id)).toEqual([]);
      }
      expect(await codeOf(store.operations.restart("over", act))).toBe("EXECUTION_OVER");
      expect(await codeOf(submit(store, { lease: running.lease, steps: [step("x")] }))).toBe("none");
      expect(await codeOf(store.operations.restart("nope", act))).toBe("EXECUTION_NOT_FOUND");
    });
  });
};
