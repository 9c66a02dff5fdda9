/** What everybody may read. */
import { describe, expect, test } from "bun:test";
import { EXECUTION_STATUSES } from "../../../src/model/status.ts";
import type { Open } from "../store.ts";
import { execution, log, NOW, owned, park, step, submit, worker } from "./samples.ts";

export const readSuite = (open: Open): void =>
  describe("reading", () => {
    test("what is not there is undefined, empty or null, never an error", async () => {
      const { store } = await open();
      for (const nothing of [store.execution("x"), store.history("x"), store.ownerOf("x"), store.latestId(), store.workflow("x")]) {
        expect(await nothing).toBeUndefined();
      }
      for (const none of [store.list({ limit: 9 }), store.logs("x", 0, 9), store.workers(), store.pendingEvents("x", "y")]) {
        expect(await none).toHaveLength(0);
      }
      expect([await store.nextWakeAt(), await store.lastTickAt()]).toEqual([null, null]);
      expect(await store.counts({})).toEqual(Object.fromEntries(EXECUTION_STATUSES.map((status) => [status, 0])) as never);
    });

    test("history gives completions in their order, then open steps in the order of their start", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a");
      const openStep = (name: string, startedAt: number) =>
        step(name, { status: "running", order: null, outputText: null, finishedAt: null, startedAt });
      await submit(store, {
        lease,
        steps: [
          openStep("b-late", NOW + 9),
          step("z", { order: 1 }),
          step("a", { order: 10 }),
          step("m", { order: 2 }),
          openStep("y-early", NOW + 1),
        ],
      });
      expect((await store.history("a"))?.steps.map(({ name }) => name)).toEqual(["z", "m", "a", "y-early", "b-late"]);
    });

    test("lists are newest first, filtered by status, workflow, tags and time, and limited", async () => {
      const { store } = await open();
      await store.create(execution("a", { createdAt: NOW + 1, tags: { team: "red", area: "x" } }), {});
      await store.create(execution("b", { createdAt: NOW + 3, workflow: "other", tags: { team: "red" } }), {});
      await store.create(execution("c", { createdAt: NOW + 2, tags: { team: "blue" } }), {});
      await store.create(execution("d", { createdAt: NOW + 2 }), { claimFor: worker("w1") });
      const ids = async (filter: object): Promise<string> => (await store.list({ limit: 9, ...filter })).map(({ id }) => id).join("");
      expect(await ids({})).toBe("bdca");
      expect(await ids({ limit: 2 })).toBe("bd");
      expect(await ids({ workflow: "signup" })).toBe("dca");
      expect(await ids({ statuses: ["running"] })).toBe("d");
      expect(await ids({ statuses: ["running", "pending"] })).toBe("bdca");
      expect(await ids({ statuses: ["running", "pending"], limit: 3 })).toBe("bdc");
      expect(await ids({ statuses: [] })).toBe("");
      expect(await ids({ since: NOW + 2 })).toBe("bdc");
      expect(await ids({ tags: { team: "red" } })).toBe("ba");
      expect(await ids({ tags: { team: "red", area: "x" } })).toBe("a");
      expect(await ids({ tags: {} })).toBe("bdca");
      expect(await ids({ tags: { team: "red", area: "y" } })).toBe("");
      expect(await ids({ tags: { "' OR 1=1 --": "%" } })).toBe("");
      expect(await ids({ workflow: "signup", statuses: ["pending"], since: NOW + 2, tags: { team: "blue" } })).toBe("c");
      expect(await store.counts({ tags: { team: "red" } })).toMatchObject({ pending: 2, running: 0 });
      expect(await store.counts({ workflow: "signup" })).toMatchObject({ pending: 2, running: 1 });
      expect(await store.counts({ statuses: ["running"], since: NOW })).toMatchObject({ pending: 0, running: 1 });
      expect(await store.latestId()).toBe("b");
    });

    test("ids are found by their beginning, in order, limited, with every character taken as it is", async () => {
      const { store } = await open();
      for (const id of ["ab-1", "ab-2", "ab_2", "abc", "b", "AB-1"]) await store.create(execution(id), {});
      expect(await store.idsStartingWith("ab", 9)).toEqual(["ab-1", "ab-2", "ab_2", "abc"]);
      expect(await store.idsStartingWith("ab-", 1)).toEqual(["ab-1"]);
      expect(await store.idsStartingWith("ab-2", 9)).toEqual(["ab-2"]);
      expect(await store.idsStartingWith("a%", 9)).toEqual([]);
      expect(await store.idsStartingWith("ab_", 9)).toEqual(["ab_2"]);
      expect(await store.idsStartingWith("zz", 9)).toEqual([]);
    });

    test("logs come page by page, after a cursor that only grows", async () => {
      const { store } = await open();
      const { lease } = await owned(store, "a");
      await submit(store, { lease, logs: [log("1"), log("2"), log("3")] });
      await store.addLog("a", log("4", { source: "wf", level: "warn" }));
      await store.addLog("nobody", log("lost"));
      const first = await store.logs("a", 0, 2);
      const second = await store.logs("a", first[1]?.cursor ?? 0, 9);
      expect([...first, ...second].map(({ message }) => message)).toEqual(["1", "2", "3", "4"]);
      expect(await store.logs("a", second.at(-1)?.cursor ?? 0, 9)).toEqual([]);
    });

    test("ticks and workflows are remembered, the last one counting", async () => {
      const { store, another } = await open();
      await store.recordTick(NOW);
      await store.recordTick(NOW + 1);
      const workflow = { name: "signup", version: 1, file: "workflows/signup.ts", description: null, sourceHash: "h", seenAt: NOW };
      await store.saveWorkflow(workflow);
      await store.saveWorkflow({ ...workflow, version: 2, description: "new" });
      const other = await another(300);
      expect(await other.lastTickAt()).toBe(NOW + 1);
      expect(await other.workflow("signup")).toEqual({ ...workflow, version: 2, description: "new", isSourceKept: false });
    });

    test("the data version changes when another process has written, and stays while nobody has", async () => {
      const { store, another } = await open();
      const other = await another(300);
      const before = store.dataVersion();
      expect(store.dataVersion()).toBe(before);
      await other.recordTick(NOW);
      const after = store.dataVersion();
      expect(after).not.toBe(before);
      expect(store.dataVersion()).toBe(after);
    });

    test("what one process has written another sees at once", async () => {
      const { store, another } = await open();
      const other = await another(300);
      await park(store, await owned(store, "a"), { reasonDetail: "naps" });
      expect(await other.execution("a")).toMatchObject({ status: "sleeping", reasonDetail: "naps" });
    });
  });
