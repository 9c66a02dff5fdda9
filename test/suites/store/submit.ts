/** Owners' writes: order, atomicity, fencing, endings. */
import { describe, expect, test } from "bun:test";
import type { Open } from "../store.ts";
import { codeOf, event, log, NOW, owned, park, step, submit, worker } from "./samples.ts";

export const submitSuite = (open: Open): void =>
  describe("an owner's write", () => {
    test("stores steps, attempts, logs and the change of the execution", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a");
      const attempt = {
        scope: "",
        kind: "step",
        name: "pay",
        n: 1,
        attempt: 1,
        startedAt: NOW,
        finishedAt: NOW + 1,
        errorText: '{"name":"Error"}',
      } as const;
      await submit(store, {
        lease,
        steps: [step("pay", { attempt: 2 }), step("ship", { order: 2 })],
        attempts: [attempt],
        logs: [log("hello", { dataText: "1", step: "pay" })],
        change: { sourceHash: "abc", version: 2 },
      });
      const history = await store.history("a");
      expect(history?.steps).toEqual([step("pay", { attempt: 2 }), step("ship", { order: 2 })]);
      expect(history?.attempts).toEqual([attempt]);
      expect(history?.execution).toMatchObject({ status: "running", sourceHash: "abc", version: 2 });
      expect(await store.logs("a", 0, 10)).toEqual([{ cursor: expect.any(Number), ...log("hello", { dataText: "1", step: "pay" }) }]);
    });

    test("replaces a step of the same identity as a whole, and no other", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a");
      await submit(store, {
        lease,
        steps: [step("pay", { status: "running", order: null, outputText: null }), step("pay", { n: 2, order: 1 })],
      });
      await submit(store, { lease, steps: [step("pay", { order: 2, outputText: "7" })] });
      expect((await store.history("a"))?.steps).toEqual([step("pay", { n: 2, order: 1 }), step("pay", { order: 2, outputText: "7" })]);
    });

    test("tells apart steps that differ in scope, kind or number alone", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a");
      const steps = [
        step("x", { order: 1 }),
        step("x", { order: 2, scope: "s" }),
        step("x", { order: 3, kind: "sleep" }),
        step("x", { order: 4, n: 2 }),
      ];
      await submit(store, { lease, steps });
      expect((await store.history("a"))?.steps).toEqual(steps);
    });

    test("is settled after it is stored, in the order of submitting", async () => {
      const { store, another } = await open();
      const { lease } = await owned(store, "a");
      const other = await another(200);
      const settled: number[] = [];
      const writes = [1, 2, 3].map(
        (order) =>
          new Promise<number>((resolve) =>
            store.submit({ lease, steps: [step(`s${order}`, { order })] }, () => {
              settled.push(order);
              resolve(other.history("a").then((history) => history?.steps.length ?? 0));
            }),
          ),
      );
      for (const stored of await Promise.all(writes)) expect(stored).toBe(3);
      expect(settled).toEqual([1, 2, 3]);
    });

    test("may be submitted by the settling of another", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a");
      await new Promise<void>((resolve) =>
        store.submit({ lease, steps: [step("one")] }, () => store.submit({ lease, steps: [step("two", { order: 2 })] }, () => resolve())),
      );
      expect((await store.history("a"))?.steps.map(({ name }) => name)).toEqual(["one", "two"]);
    });

    test("that fails is refused alone and leaves nothing, whatever comes before and after it in the same turn", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a");
      const bad = step("bad", { order: 2, n: 0 });
      const before = submit(store, { lease, steps: [step("before")] });
      const failing = submit(store, { lease, steps: [step("half", { order: 9 }), bad], change: { sourceHash: "never" } });
      const after = submit(store, { lease, steps: [step("after", { order: 3 })] });
      expect(await Promise.allSettled([before, failing, after])).toMatchObject([
        { status: "fulfilled" },
        { status: "rejected" },
        { status: "fulfilled" },
      ]);
      const history = await store.history("a");
      expect(history?.steps.map(({ name }) => name)).toEqual(["before", "after"]);
      expect(history?.execution.sourceHash).toBeNull();
    });

    test("under an older term is refused with LEASE_LOST and changes nothing", async () => {
      const { store } = await open();
      const first = await owned(store, "a");
      await park(store, first, { wakeAt: NOW });
      const second = await store.claimOne("a", { worker: worker("w1"), now: NOW });
      expect(second?.lease.term).toBeGreaterThan(first.lease.term);
      if (second !== undefined) await submit(store, { lease: second.lease, change: { sourceHash: "new" } });
      const write = { lease: first.lease, steps: [step("late")], logs: [log("late")], change: { status: "failed" as const } };
      expect(await codeOf(submit(store, write))).toBe("LEASE_LOST");
      expect((await store.history("a"))?.steps).toEqual([]);
      expect(await store.logs("a", 0, 10)).toEqual([]);
      expect((await store.execution("a"))?.status).toBe("running");
    });

    test("after another process has taken the execution is refused with LEASE_LOST, however recently it was allowed", async () => {
      const { store, another, setLiveness } = await open();
      const { lease } = await owned(store, "a", worker("w1", 111));
      const other = await another(222);
      await submit(store, { lease, steps: [step("before")] });
      setLiveness(111, "dead");
      expect((await other.claimDue({ worker: worker("w2", 222), now: NOW, limit: 1 })).claimed).toHaveLength(1);
      expect(await codeOf(submit(store, { lease, steps: [step("late", { order: 2 })] }))).toBe("LEASE_LOST");
      expect((await other.history("a"))?.steps).toHaveLength(1);
    });

    test("of another worker is refused with LEASE_LOST, with the right term too", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a");
      expect(await codeOf(submit(store, { lease: { ...lease, workerId: "w2" }, steps: [step("x")] }))).toBe("LEASE_LOST");
      expect(await codeOf(submit(store, { lease, steps: [step("x")] }))).toBe("none");
    });

    test("to an execution that is not there is refused with LEASE_LOST", async () => {
      const { store } = await open();
      expect(await codeOf(submit(store, { lease: { executionId: "nope", workerId: "w", term: 1 }, steps: [step("x")] }))).toBe(
        "LEASE_LOST",
      );
    });

    test("after the release, in the same turn or later, is refused with LEASE_LOST", async () => {
      const { store } = await open();
      const claimed = await owned(store, "a");
      const parking = park(store, claimed);
      const same = submit(store, { lease: claimed.lease, steps: [step("x")] });
      expect(await codeOf(same)).toBe("LEASE_LOST");
      expect(await codeOf(parking)).toBe("none");
      expect(await codeOf(submit(store, { lease: claimed.lease, steps: [step("x")] }))).toBe("LEASE_LOST");
    });

    test("that ends the execution is final: nobody owns it, nothing is due, nothing more is written", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a");
      await submit(store, { lease, change: { status: "completed", outputText: "1", finishedAt: NOW + 9 } });
      expect(await store.execution("a")).toMatchObject({
        status: "completed",
        reason: null,
        wakeAt: null,
        finishedAt: NOW + 9,
        outputText: "1",
      });
      expect(await store.ownerOf("a")).toBeUndefined();
      expect(await codeOf(submit(store, { lease, change: { status: "failed" } }))).toBe("LEASE_LOST");
      expect(await store.claimOne("a", { worker: worker("w1"), now: NOW })).toBeUndefined();
      expect((await store.claimDue({ worker: worker("w1"), now: NOW + 1e12, limit: 10 })).claimed).toEqual([]);
      expect((await store.execution("a"))?.status).toBe("completed");
    });

    test("that lets go of a running execution leaves it due, not stuck", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a");
      await submit(store, { lease, release: true });
      expect(await store.execution("a")).toMatchObject({ status: "pending", reason: "queued" });
      expect(await store.claimOne("a", { worker: worker("w1"), now: NOW })).toBeDefined();
    });

    test("takes an event for one wait; another wait gets EVENT_TAKEN, and the same wait may say it again", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a");
      await store.addEvent("a", event("e1"));
      const by = { scope: "", kind: "event", name: "paid", n: 1 } as const;
      await submit(store, { lease, steps: [step("paid", { kind: "event" })], consume: { eventId: "e1", by } });
      expect(await store.pendingEvents("a", "paid")).toEqual([]);
      const second = submit(store, {
        lease,
        steps: [step("paid", { kind: "event", n: 2, order: 2 })],
        consume: { eventId: "e1", by: { ...by, n: 2 } },
      });
      expect(await codeOf(second)).toBe("EVENT_TAKEN");
      expect((await store.history("a"))?.steps).toHaveLength(1);
      expect(await codeOf(submit(store, { lease, consume: { eventId: "e1", by } }))).toBe("none");
      expect(await codeOf(submit(store, { lease, consume: { eventId: "unknown", by } }))).toBe("EVENT_TAKEN");
    });

    test("after closing is refused with CLOSED; one before it is still stored", async () => {
      const { store, another } = await open();
      const other = await another(200);
      const { lease } = await owned(store, "a");
      const before = submit(store, { lease, steps: [step("before")] });
      const closing = store.close();
      expect(await codeOf(submit(store, { lease, steps: [step("after")] }))).toBe("CLOSED");
      await Promise.all([before, closing]);
      expect((await other.history("a"))?.steps.map(({ name }) => name)).toEqual(["before"]);
    });

    test("keeps texts of any kind, and numbers up to the largest instant", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a");
      const texts = ["", " ", "\u0000nul\u0000", "ünï", "😀", "'; DROP TABLE steps; --", '"\\', "a\r\nb", "x".repeat(100_000)];
      const steps = texts.map((outputText, at) => step(`s${at}`, { order: at + 1, outputText, startedAt: 8.64e15, wakeAt: -1 }));
      await submit(store, { lease, steps });
      expect((await store.history("a"))?.steps).toEqual(steps);
    });
  });
