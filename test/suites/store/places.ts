/** Limits of executions that run at the same time: who gets a place, who waits, and in which order. */
import { describe, expect, test } from "bun:test";
import type { Claimed, Store } from "../../../src/engine/store.ts";
import type { Open } from "../store.ts";
import { begin, claim, IN_LINE, running } from "./lanes.ts";
import { event, execution, NOW, owned, park, step, submit, worker } from "./samples.ts";

const W = worker("w1");

const taken = async (store: Store, id: string): Promise<Claimed> => {
  const { claimed } = await store.claimDue({ worker: W, now: NOW, limit: 10 });
  const one = claimed.find(({ lease }) => lease.executionId === id);
  if (one === undefined) throw new Error(`${id} was not handed out`);
  return one;
};

const end = (store: Store, { lease }: Claimed): Promise<void> =>
  submit(store, { lease, change: { status: "completed", outputText: "1", finishedAt: NOW } });

export const placesSuite = (open: Open): void =>
  describe("a limit of executions at the same time", () => {
    test("hands out as many as it allows; the others wait, and not until a time", async () => {
      const { store } = await open();
      for (const id of ["a", "b", "c", "d"]) await begin(store, id, { limits: running(2) });
      expect(await claim(store)).toEqual(["a", "b"]);
      for (const id of ["c", "d"]) expect(await store.execution(id)).toMatchObject(IN_LINE);
      expect(await claim(store)).toEqual([]);
      expect(await store.nextWakeAt()).toBeNull();
    });

    test("keeps whoever creates it from owning it where no place is free", async () => {
      const { store } = await open();
      expect(await begin(store, "a", { claimFor: W })).toMatchObject({ created: true, claimed: { execution: { status: "running" } } });
      expect(await begin(store, "b", { claimFor: W })).toEqual({ created: true, claimed: undefined });
      expect(await store.execution("b")).toMatchObject(IN_LINE);
    });

    test("does not keep others from being handed out by the same claim", async () => {
      const { store } = await open();
      for (let n = 100; n < 400; n++) await begin(store, `a${n}`, { parts: { wakeAt: NOW - 1_000 } });
      await store.create(execution("other", { wakeAt: NOW - 1 }), {});
      expect(await claim(store, W, { limit: 2 })).toEqual(["a100", "other"]);
    });

    test("counts each key for itself", async () => {
      const { store } = await open();
      for (const id of ["a1", "a2"]) await begin(store, id, { limits: running(1, "queue", "import\u001fa") });
      for (const id of ["b1", "b2"]) await begin(store, id, { limits: running(1, "queue", "import\u001fb") });
      expect(await claim(store)).toEqual(["a1", "b1"]);
    });

    test("lets in the highest priority first, then the oldest", async () => {
      const { store } = await open();
      await begin(store, "runs", { claimFor: W });
      await begin(store, "late", { parts: { createdAt: NOW + 2 } });
      await begin(store, "early", { parts: { createdAt: NOW + 1 } });
      await begin(store, "low", { parts: { createdAt: NOW, priority: -1 } });
      await begin(store, "high", { parts: { createdAt: NOW + 3, priority: 1 } });
      const order: string[] = [];
      let claimed = (await store.claimOne("runs", { worker: W, now: NOW })) ?? (await ownedNow(store, "runs"));
      for (let n = 0; n < 4; n++) {
        await end(store, claimed);
        const next = await store.claimDue({ worker: W, now: NOW + 5, limit: 10 });
        expect(next.claimed).toHaveLength(1);
        claimed = next.claimed[0] as Claimed;
        order.push(claimed.lease.executionId);
      }
      expect(order).toEqual(["high", "early", "late", "low"]);
    });

    test("does not give a newcomer the place of one that waits, unless it comes first by its priority", async () => {
      const { store } = await open();
      const runs = await begun(store, "runs");
      await begin(store, "waits");
      await end(store, runs);
      expect(await store.nextWakeAt()).toBe(NOW);
      expect(await begin(store, "new", { claimFor: W })).toMatchObject({ claimed: undefined });
      expect(await begin(store, "low", { claimFor: W, parts: { priority: -1, createdAt: NOW - 9 } })).toMatchObject({ claimed: undefined });
      expect(await begin(store, "high", { claimFor: W, parts: { priority: 1 } })).toMatchObject({ claimed: { execution: { id: "high" } } });
      expect(await claim(store)).toEqual([]);
    });

    test("one by its id is handed out in its turn, or when it may overtake", async () => {
      const { store } = await open();
      const runs = await begun(store, "runs");
      for (const id of ["first", "second"]) await begin(store, id);
      const one = (id: string, overtakes = false) => store.claimOne(id, { worker: W, now: NOW, overtakes });
      expect(await one("first", true)).toBeUndefined();
      await end(store, runs);
      expect(await one("second")).toBeUndefined();
      expect(await one("second", true)).toMatchObject({ execution: { id: "second", status: "running", reason: null } });
      expect(await one("first", true)).toBeUndefined();
      expect(await store.execution("first")).toMatchObject(IN_LINE);
    });

    test("does not count what is parked; it needs a place again when it wakes, and has one before those that came later", async () => {
      const { store } = await open();
      const sleeper = await begun(store, "sleeper");
      await begin(store, "next", { parts: { createdAt: NOW + 1 } });
      await begin(store, "last", { parts: { createdAt: NOW + 2 } });
      await park(store, sleeper, { wakeAt: NOW + 10 });
      const next = await taken(store, "next");
      expect(await claim(store, W, { now: NOW + 20 })).toEqual([]);
      expect(await store.execution("sleeper")).toMatchObject(IN_LINE);
      await end(store, next);
      expect(await claim(store, W, { now: NOW + 20 })).toEqual(["sleeper"]);
    });

    test("does not take one out of its sleep before its time, only to make it wait", async () => {
      const { store } = await open();
      await park(store, await begun(store, "sleeper"), { wakeAt: NOW + 10 });
      await begin(store, "runs", { claimFor: W });
      expect(await store.claimOne("sleeper", { worker: W, now: NOW })).toBeUndefined();
      expect(await store.execution("sleeper")).toMatchObject({ status: "sleeping", reason: "sleep", wakeAt: NOW + 10 });
    });

    test("that was raised lets those in that wait; one that was lowered lets nobody in until enough have left", async () => {
      const { store } = await open();
      for (const id of ["a", "b", "c", "d"]) await begin(store, id);
      expect(await claim(store)).toEqual(["a"]);
      await begin(store, "e", { limits: running(3) });
      expect(await claim(store)).toEqual(["b", "c"]);
      await begin(store, "f", { limits: running(2) });
      await end(store, await ownedNow(store, "a"));
      expect(await claim(store)).toEqual([]);
      await end(store, await ownedNow(store, "b"));
      expect(await claim(store)).toEqual(["d"]);
    });

    test("an event that comes meanwhile is kept, and does not take it out of the line", async () => {
      const { store } = await open();
      const waits = await begun(store, "waits");
      await park(store, waits, { status: "waiting", reason: "event", wakeAt: NOW + 5 }, { steps: [waitFor("paid")] });
      await begin(store, "runs", { claimFor: W });
      await claim(store, W, { now: NOW + 5 });
      expect(await store.addEvent("waits", event("e1"))).toBe("created");
      expect(await store.execution("waits")).toMatchObject(IN_LINE);
    });

    test("one that has panicked, and may not be taken now, does not keep the place from the next", async () => {
      const { store } = await open();
      const runs = await begun(store, "runs");
      await begin(store, "suspect", { parts: { panics: 1 } });
      await begin(store, "next");
      await end(store, runs);
      const claimed = await store.claimDue({ worker: W, now: NOW, limit: 10, suspects: false });
      expect(claimed.claimed.map(({ lease }) => lease.executionId)).toEqual(["next"]);
      await end(store, claimed.claimed[0] as Claimed);
      expect(await claim(store)).toEqual(["suspect"]);
    });

    test("a resume does not move one forward in its line", async () => {
      const { store } = await open();
      const runs = await begun(store, "runs");
      for (const id of ["first", "second"]) await begin(store, id);
      await store.operations.resume("second", { at: NOW, by: "ada@box", reason: null, isDry: false });
      await end(store, runs);
      expect(await claim(store)).toEqual(["first"]);
      expect(await store.execution("second")).toMatchObject(IN_LINE);
    });

    test("what waits behind something else is not let in", async () => {
      const { store } = await open();
      const runs = await begun(store, "runs");
      await begin(store, "behind", { parts: { ...IN_LINE, reasonDetail: "behind an earlier slot", wakeAt: null } });
      await end(store, runs);
      expect(await claim(store)).toEqual([]);
    });

    test("one that has not begun by its deadline fails then, though no place is free", async () => {
      const { store } = await open();
      await begin(store, "runs", { claimFor: W });
      await begin(store, "late", { parts: { deadlineAt: NOW + 100 } });
      expect(await store.execution("late")).toMatchObject({ ...IN_LINE, wakeAt: NOW + 100 });
      expect(await claim(store, W, { now: NOW + 99 })).toEqual([]);
      expect(await store.execution("late")).toMatchObject({ status: "pending" });
    });

    test("skip: one that comes while so many are not over is over at once, and says why", async () => {
      const { store } = await open();
      const skip = running(2, "skip");
      const first = await begin(store, "a", { limits: skip, claimFor: W });
      await begin(store, "b", { limits: skip, parts: { wakeAt: NOW + 1e6 } });
      expect(await begin(store, "c", { limits: skip, claimFor: W })).toEqual({ created: true, claimed: undefined });
      expect(await store.execution("c")).toMatchObject({ status: "cancelled", reason: null, wakeAt: null, finishedAt: expect.any(Number) });
      expect((await store.execution("c"))?.errorText).toMatch(/has a limit of 2 .*: a, b/);
      if (first.created && first.claimed !== undefined) await end(store, first.claimed);
      expect(await begin(store, "d", { limits: skip, claimFor: W })).toMatchObject({ claimed: { execution: { id: "d" } } });
    });

    test("cancel-oldest: the oldest make room; one that a live process owns is asked to, and its place is waited for", async () => {
      const { store } = await open();
      const oldest = running(2, "cancel-oldest");
      await begin(store, "a", { limits: oldest, claimFor: W, parts: { createdAt: NOW } });
      await begin(store, "b", { limits: oldest, parts: { createdAt: NOW + 1, wakeAt: NOW + 1e6 } });
      await begin(store, "c", { limits: oldest, claimFor: W, parts: { createdAt: NOW + 2 } });
      expect(await store.isCancelRequested("a")).toBe(true);
      expect(await store.execution("b")).toMatchObject({ status: "pending" });
      expect(await store.execution("c")).toMatchObject({ status: "running" });
      await begin(store, "d", { limits: oldest, claimFor: W, parts: { createdAt: NOW + 3 } });
      expect(await store.execution("b")).toMatchObject({ status: "cancelled" });
      expect((await store.execution("b"))?.errorText).toMatch(/\\"d\\" takes its place/);
      expect(await store.execution("d")).toMatchObject(IN_LINE);
      expect(await store.isCancelRequested("c")).toBe(false);
    });

    test("the same id, a second time, changes nothing", async () => {
      const { store } = await open();
      const oldest = running(1, "cancel-oldest");
      await begin(store, "a", { limits: oldest });
      expect(await begin(store, "a", { limits: oldest, claimFor: W })).toMatchObject({ created: false, existing: { status: "pending" } });
      await begin(store, "a", { limits: running(1, "skip") });
      expect(await store.execution("a")).toMatchObject({ status: "pending" });
    });

    test("says where one stands in the line, and who runs", async () => {
      const { store } = await open();
      await begin(store, "runs", { claimFor: W });
      for (const id of ["first", "second"]) await begin(store, id);
      expect(await store.place("second")).toEqual({ lane: "import", limit: 1, running: 1, runningIds: ["runs"], ahead: 1 });
      expect(await store.place("first")).toMatchObject({ ahead: 0 });
      expect(await store.place("runs")).toBeUndefined();
      expect(await store.place("nobody")).toBeUndefined();
    });

    test("what has no limit is not kept back by a lane that is full", async () => {
      const { store } = await open();
      await begin(store, "runs", { claimFor: W });
      expect(await owned(store, "free", W)).toMatchObject({ execution: { status: "running" } });
    });
  });

const begun = async (store: Store, id: string): Promise<Claimed> => {
  const creation = await begin(store, id, { claimFor: W });
  if (!creation.created || creation.claimed === undefined) throw new Error(`${id} has not begun`);
  return creation.claimed;
};

/** As its owner holds it: its term is what its row says. */
const ownedNow = async (store: Store, id: string): Promise<Claimed> => {
  const execution = await store.execution(id);
  const owner = await store.ownerOf(id);
  if (execution === undefined || owner === undefined) throw new Error(`nobody owns ${id}`);
  return { lease: { executionId: id, workerId: owner.id, term: 1 }, execution, pass: 1, cancel: null };
};

const waitFor = (name: string) => step(name, { kind: "event", status: "waiting", order: null, finishedAt: null, outputText: null });
