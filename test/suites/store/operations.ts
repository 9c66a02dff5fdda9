/** What people do by hand: one transaction each, refused or whole, never under a live owner, and always written down. */
import { describe, expect, test } from "bun:test";
import type { Act } from "../../../src/engine/store/operations.ts";
import type { Claimed, Store } from "../../../src/engine/store.ts";
import { encodeError } from "../../../src/model/codec/error.ts";
import { type ExecutionRecord, STEP_FLAGS } from "../../../src/model/records.ts";
import { identityText } from "../../../src/model/step-reference.ts";
import type { Open } from "../store.ts";
import { codeOf, event, execution, NOW, owned, park, step, submit, waiting, worker } from "./samples.ts";

const act = (parts: Partial<Act> = {}): Act => ({ at: NOW + 5, by: "ada@box", reason: null, isDry: false, ...parts });

const ERROR = encodeError(new Error("no answer"));

/** Failed in its third step; the fourth had completed beside it, a sleep was under way. */
const fail = async (store: Store, id: string, parts: Partial<ExecutionRecord> = {}): Promise<Claimed> => {
  const claimed = await owned(store, id, worker("w1"), parts);
  const nap = step("nap", { kind: "sleep", status: "cancelled", order: null, outputText: null, finishedAt: NOW + 4, wakeAt: NOW + 900 });
  const steps = [
    step("one"),
    step("two", { order: 2 }),
    step("three", { order: 3, status: "failed", outputText: null, errorText: ERROR, attempt: 2 }),
    step("four", { order: 4 }),
    nap,
  ];
  await submit(store, { lease: claimed.lease, steps, change: { status: "failed", errorText: ERROR, finishedAt: NOW + 4 }, release: true });
  return claimed;
};

const rows = async (store: Store, id: string) =>
  (await store.history(id))?.steps.map(({ name, status, order, attempt, wakeAt }) => [name, status, order, attempt, wakeAt]);

export const operationsSuite = (open: Open): void => {
  describe("retrying what has failed", () => {
    test("makes it due, with what completed first kept, the culprit due, and the rest to find its place again", async () => {
      const { store } = await open();
      const { lease } = await fail(store, "a", { deadlineAt: NOW + 1 });
      const record = await store.operations.retry("a", act({ reason: "mended" }));
      expect(record).toMatchObject({ status: "pending", reason: "queued", wakeAt: NOW + 5, errorText: null, finishedAt: null });
      expect(record.deadlineAt).toBe(NOW + 5 + 1);
      expect(await store.execution("a")).toEqual(record);
      expect(new Set(await rows(store, "a"))).toEqual(
        new Set([
          ["one", "completed", 1, 1, null],
          ["two", "completed", 2, 1, null],
          ["three", "retrying", null, 3, NOW + 5],
          ["four", "completed", null, 1, null],
          ["nap", "sleeping", null, 1, NOW + 900],
        ]),
      );
      expect(await store.operations.decisions("a")).toEqual([
        { at: NOW + 5, by: "ada@box", action: "retry", detail: "three", reason: "mended" },
      ]);
      expect(await codeOf(submit(store, { lease, steps: [step("late")] }))).toBe("LEASE_LOST");
      const [claimed] = (await store.claimDue({ worker: worker("w2"), now: NOW + 5, limit: 9 })).claimed;
      // One for the end of the failed one, one for taking it up again, one for the claim.
      expect(claimed?.lease.term).toBe(lease.term + 3);
      expect(await store.counts({})).toMatchObject({ running: 1, failed: 0 });
    });

    test("leaves a deadline alone that has not passed", async () => {
      const { store } = await open();
      await fail(store, "a", { deadlineAt: NOW + 6 });
      expect(await store.operations.retry("a", act())).toMatchObject({ deadlineAt: NOW + 6 });
    });

    test("is done once, however many ask at the same time", async () => {
      const { store, another } = await open();
      await fail(store, "a");
      const other = await another(200);
      const asked = [store.operations.retry("a", act({ by: "ada" })), other.operations.retry("a", act({ by: "bob" }))];
      await Promise.allSettled(asked);
      const decisions = await store.operations.decisions("a");
      expect(decisions.filter(({ detail }) => detail === "three")).toHaveLength(1);
      expect(await rows(store, "a")).toContainEqual(["three", "retrying", null, 3, NOW + 5]);
    });

    test("or not at all: a damaged row of it refuses, and nothing is changed", async () => {
      const { store, damageStep } = await open();
      await fail(store, "a");
      const before = await store.execution("a");
      damageStep("a", "two");
      expect(await codeOf(store.operations.retry("a", act()))).toBe("CORRUPT");
      expect(await store.execution("a")).toEqual(before as never);
      expect(await store.operations.decisions("a")).toEqual([]);
    });

    test("and a tick that comes in the same moment takes it once, or not yet", async () => {
      const { store, another } = await open();
      await fail(store, "a");
      const other = await another(200);
      const tick = other.claimDue({ worker: worker("w2", 200), now: NOW + 5, limit: 9 });
      await store.operations.retry("a", act());
      const later = await store.claimDue({ worker: worker("w3"), now: NOW + 5, limit: 9 });
      expect((await tick).claimed.length + later.claimed.length).toBe(1);
    });
  });

  describe("pausing", () => {
    test("holds at once what nobody owns; its steps stay as they are, and an event does not move it", async () => {
      const { store } = await open();
      await park(store, await owned(store, "a"), { status: "waiting", reason: "event" }, { steps: [waiting("paid", { wakeAt: NOW + 9 })] });
      const record = await store.operations.pause("a", act({ reason: "look" }));
      expect(record).toMatchObject({ status: "paused", reason: "paused", reasonDetail: "by ada@box: look", wakeAt: null });
      await store.addEvent("a", event("e1"));
      expect(await store.execution("a")).toEqual(record);
      expect(await rows(store, "a")).toEqual([["paid", "waiting", null, 1, NOW + 9]]);
      expect(await store.claimOne("a", { worker: worker("w2"), now: NOW + 99 })).toBeUndefined();
      expect(await store.operations.resume("a", act())).toMatchObject({ status: "pending", wakeAt: NOW + 5 });
    });

    test("of what a live process owns is a request, handed to that owner alone, and one however often it is asked", async () => {
      const { store, another } = await open();
      await owned(store, "a");
      await owned(store, "b");
      const other = await another(200);
      expect(await other.operations.pause("a", act())).toMatchObject({ status: "running" });
      await other.operations.pause("a", act());
      const [request, ...more] = await store.operations.requests("w1");
      expect([request, more]).toMatchObject([{ executionId: "a", action: "pause", detail: "by ada@box" }, []]);
      expect(await store.operations.requests("w2")).toEqual([]);
      expect(await store.operations.decisions("a")).toHaveLength(1);
    });

    test("becomes true when the owner lets go, whatever it wanted to leave it in; over stays over, and the request is gone", async () => {
      const { store } = await open();
      const [parks, ends, blocks] = [await owned(store, "parks"), await owned(store, "ends"), await owned(store, "blocks")];
      for (const id of ["parks", "ends", "blocks"]) await store.operations.pause(id, act());
      await park(store, parks);
      await submit(store, { lease: ends.lease, change: { status: "completed", outputText: "1", finishedAt: NOW } });
      await park(store, blocks, { status: "blocked", reason: "diverged", wakeAt: null });
      expect(await store.execution("parks")).toMatchObject({ status: "paused", wakeAt: null });
      expect(await store.execution("ends")).toMatchObject({ status: "completed" });
      expect(await store.execution("blocks")).toMatchObject({ status: "blocked", reason: "diverged" });
      expect(await store.operations.requests("w1")).toEqual([]);
      const failed = await fail(store, "again");
      expect(failed.execution.id).toBe("again");
      await store.operations.retry("again", act());
      expect((await store.claimDue({ worker: worker("w2"), now: NOW + 9, limit: 9 })).claimed).toHaveLength(1);
    });

    test("survives the death of the owner, and its leaving; a cancellation is stronger", async () => {
      const { store, setLiveness } = await open();
      await owned(store, "dead", worker("w1", 111));
      await owned(store, "left", worker("w2", 112));
      await owned(store, "cancelled", worker("w1", 111));
      for (const id of ["dead", "left", "cancelled"]) await store.operations.pause(id, act());
      await store.requestCancel("cancelled", { at: NOW + 6, reason: null });
      await store.removeWorker("w2", NOW + 7);
      expect(await store.execution("left")).toMatchObject({ status: "paused" });
      setLiveness(111, "dead");
      await store.claimDue({ worker: worker("w3"), now: NOW + 8, limit: 9 });
      expect(await store.execution("dead")).toMatchObject({ status: "paused", panics: 1 });
      expect(await store.execution("cancelled")).toMatchObject({ status: "cancelled" });
      expect((await store.claimDue({ worker: worker("w3"), now: NOW + 9e9, limit: 9 })).claimed).toEqual([]);
    });
  });

  describe("waking", () => {
    test("of what a live process owns names the wait; answered, it is asked no more", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a");
      const nap = step("nap", { kind: "sleep", status: "sleeping", order: null, outputText: null, finishedAt: null, wakeAt: NOW + 900 });
      await submit(store, { lease, steps: [nap] });
      await store.operations.wake("a", { ...act(), step: null });
      const requests = await store.operations.requests("w1");
      expect(requests).toMatchObject([{ executionId: "a", action: "wake", detail: identityText(nap) }]);
      await store.operations.answered(requests);
      expect(await store.operations.requests("w1")).toEqual([]);
    });

    test("that was not answered ends the wait when the owner parks", async () => {
      const { store } = await open();
      const claimed = await owned(store, "a");
      const nap = step("nap", { kind: "sleep", status: "sleeping", order: null, outputText: null, finishedAt: null, wakeAt: NOW + 900 });
      await submit(store, { lease: claimed.lease, steps: [nap] });
      await store.operations.wake("a", { ...act(), step: "nap" });
      await park(store, claimed, { wakeAt: NOW + 900 });
      expect(await store.execution("a")).toMatchObject({ status: "pending", reason: "queued" });
      expect((await rows(store, "a"))?.[0]?.[4]).toBeLessThanOrEqual(NOW + 5);
    });
  });

  describe("settling a step", () => {
    const settle = (store: Store, name: string, how: "retry" | "skip") =>
      store.operations.resolve("a", { step: name, settlement: { how } }, act());

    test("gives it the next place in the order, and marks it", async () => {
      const { store } = await open();
      const doubt = step("charge", { status: "in-doubt", order: null, outputText: null, finishedAt: null, flags: STEP_FLAGS.once });
      await park(store, await owned(store, "a"), { status: "blocked", reason: "in-doubt", wakeAt: null }, { steps: [step("one"), doubt] });
      await store.operations.resolve("a", { step: "charge", settlement: { how: "result", outputText: "7" } }, act());
      const [, settled] = (await store.history("a"))?.steps ?? [];
      const flags = STEP_FLAGS.once | STEP_FLAGS.settled;
      expect(settled).toMatchObject({ name: "charge", status: "completed", order: 2, outputText: "7", finishedAt: NOW + 5, flags });
      expect(await store.execution("a")).toMatchObject({ status: "pending", wakeAt: NOW + 5 });
    });

    test("is refused while its process lives, and possible once it is dead", async () => {
      const { store, setLiveness } = await open();
      const { lease } = await owned(store, "a", worker("w1", 111));
      await submit(store, { lease, steps: [step("charge", { status: "running", order: null, outputText: null, finishedAt: null })] });
      expect(await codeOf(settle(store, "charge", "skip"))).toBe("EXECUTION_OWNED");
      setLiveness(111, "dead");
      await settle(store, "charge", "skip");
      expect(await rows(store, "a")).toEqual([["charge", "skipped", 1, 1, null]]);
      expect(await codeOf(submit(store, { lease, steps: [step("charge")] }))).toBe("LEASE_LOST");
    });

    test("is not done to what has completed, or has ended otherwise", async () => {
      const { store } = await open();
      await park(store, await owned(store, "a"), {}, { steps: [step("one")] });
      expect(await codeOf(settle(store, "one", "skip"))).toBe("ACTION_REFUSED");
      expect(await codeOf(settle(store, "two", "skip"))).toBe("STEP_NOT_FOUND");
      await store.requestCancel("a", { at: NOW, reason: null });
      expect(await codeOf(settle(store, "one", "skip"))).toBe("EXECUTION_OVER");
    });
  });

  describe("a new execution made of another", () => {
    test("by fork has its completions up to the step, and is read as one that has begun", async () => {
      const { store } = await open();
      await fail(store, "a");
      const fork = {
        execution: execution("b", { origin: "fork a" }),
        limits: null,
        from: "three",
        set: [{ step: "two", outputText: "2" }],
      };
      expect(await store.operations.fork("a", fork, act())).toMatchObject({ id: "b", status: "pending" });
      const steps = (await store.history("b"))?.steps.map(({ name, order, outputText }) => [name, order, outputText]);
      expect(steps).toEqual([
        ["one", 1, '"done"'],
        ["two", 2, "2"],
      ]);
      const { claimed } = await store.claimDue({ worker: worker("w2"), now: NOW + 5, limit: 9 });
      expect(claimed).toMatchObject([{ execution: { id: "b" }, pass: 2 }]);
      expect(await codeOf(store.operations.fork("a", fork, act()))).toBe("ID_TAKEN");
    });

    test("is made by one of two who ask for the same id", async () => {
      const { store, another } = await open();
      await fail(store, "a");
      const again = { execution: execution("b"), limits: null };
      const other = await another(200);
      const asked = await Promise.all([
        codeOf(store.operations.rerun("a", again, act())),
        codeOf(other.operations.rerun("a", again, act())),
      ]);
      expect(asked.toSorted()).toEqual(["ID_TAKEN", "none"]);
      expect(await store.operations.decisions("a")).toHaveLength(1);
      expect(await store.operations.decisions("b")).toHaveLength(1);
    });
  });

  describe("what is done by hand", () => {
    test("is checked and not done when dry", async () => {
      const { store } = await open();
      await fail(store, "a");
      await park(store, await owned(store, "b"));
      const before = [await store.history("a"), await store.history("b")];
      const dry = act({ isDry: true });
      expect(await store.operations.retry("a", dry)).toEqual(before[0]?.execution as never);
      expect(await store.operations.pause("b", dry)).toEqual(before[1]?.execution as never);
      await store.operations.rerun("a", { execution: execution("c"), limits: null }, dry);
      expect([await store.history("a"), await store.history("b")]).toEqual(before);
      expect(await store.execution("c")).toBeUndefined();
      expect(await codeOf(store.operations.pause("a", dry))).toBe("EXECUTION_OVER");
    });

    test("is gone with its execution, and needs one", async () => {
      const { store } = await open();
      await park(store, await owned(store, "a"));
      await store.operations.pause("a", act());
      await store.create(execution("a"), { replace: true });
      expect(await store.operations.decisions("a")).toEqual([]);
      for (const verb of ["pause", "resume", "restart", "retry"] as const)
        expect(await codeOf(store.operations[verb]("nope", act()))).toBe("EXECUTION_NOT_FOUND");
    });

    test("by cancelling is written down once, for the first wish", async () => {
      const { store } = await open();
      await owned(store, "a");
      await store.operations.cancel("a", { at: NOW + 5, reason: "first" }, act({ reason: "first" }));
      await store.operations.cancel("a", { at: NOW + 6, reason: "second" }, act({ reason: "second" }));
      expect((await store.operations.decisions("a")).map(({ reason }) => reason)).toEqual(["first"]);
      expect(await store.cancelRequests("w1")).toEqual(new Map([["a", { at: NOW + 5, reason: "first" }]]));
    });
  });
};
