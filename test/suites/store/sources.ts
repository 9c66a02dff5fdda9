/** Sources: kept as they were, executions pinned to them, and those that wait for code which is missing. */
import { describe, expect, test } from "bun:test";
import type { UnfinishedCursor } from "../../../src/engine/store/sources.ts";
import type { Store } from "../../../src/engine/store.ts";
import type { ExecutionStatus } from "../../../src/model/status.ts";
import type { Open } from "../store.ts";
import { codeOf, execution, NOW, owned, park, submit } from "./samples.ts";

const source = (hash: string, ...bytes: readonly number[]) => ({ hash, savedAt: NOW, files: new Uint8Array(bytes) });

const ACT = { at: NOW, by: "ann@here", reason: null, isDry: false };

const MISSING = { status: "blocked", reason: "definition-missing", reasonDetail: "no file", wakeAt: NOW + 60_000 } as const;

/** Ids of all pages. */
const pages = async (store: Store, limit: number, workflow?: string): Promise<readonly string[]> => {
  const ids: string[] = [];
  let after: UnfinishedCursor | undefined;
  for (let page = 0; page < 100; page++) {
    const { executions, next } = await store.sources.unfinished({ after, limit, workflow });
    if (executions.length > limit) throw new Error("a page is longer than its limit");
    ids.push(...executions.map(({ id }) => id));
    if (next === undefined) return ids;
    after = next;
  }
  throw new Error("the pages never end");
};

export const sourcesSuite = (open: Open): void => {
  describe("a source", () => {
    test("comes back byte for byte, and what was kept first stays", async () => {
      const { store } = await open();
      expect(await store.sources.find("h")).toBeUndefined();
      await store.sources.save(source("h", 0, 255, 7));
      await store.sources.save({ ...source("h", 1), savedAt: NOW + 1 });
      expect(await store.sources.find("h")).toEqual(source("h", 0, 255, 7));
    });

    test("of a workflow is known to be kept, or not", async () => {
      const { store } = await open();
      await store.saveWorkflow({ name: "w", version: 1, file: "f", description: null, sourceHash: "h", seenAt: NOW });
      expect((await store.workflow("w"))?.isSourceKept).toBe(false);
      await store.sources.save(source("h", 1));
      expect((await store.workflow("w"))?.isSourceKept).toBe(true);
      await store.saveWorkflow({ name: "w", version: 1, file: "f", description: null, sourceHash: "other", seenAt: NOW });
      expect((await store.workflow("w"))?.isSourceKept).toBe(false);
    });
  });

  describe("pinning", () => {
    test("takes the code of the start, which is the last where that never changed, and is undone", async () => {
      const { store } = await open();
      await store.sources.save(source("first", 1));
      await park(store, await owned(store, "a", undefined, { sourceHash: "first" }));
      await park(store, await owned(store, "b", undefined, { sourceHash: "second", startSource: "first" }));
      expect(await store.sources.pinned()).toEqual(new Set());
      for (const id of ["a", "b"]) expect(await store.sources.pin(id, true, ACT)).toMatchObject({ id, isPinned: true, status: "sleeping" });
      expect((await store.history("b"))?.execution).toMatchObject({ isPinned: true, sourceHash: "second", startSource: "first" });
      expect(await store.sources.pinned()).toEqual(new Set(["first"]));
      for (const id of ["a", "b"]) expect(await store.sources.pin(id, false, ACT)).toMatchObject({ isPinned: false });
      expect(await store.sources.pinned()).toEqual(new Set());
    });

    test("is told by a decision, once, and not where it was only asked whether it could be", async () => {
      const { store } = await open();
      await store.sources.save(source("h", 1));
      await park(store, await owned(store, "a", undefined, { sourceHash: "h" }));
      expect(await store.sources.pin("a", true, { ...ACT, isDry: true })).toMatchObject({ isPinned: false });
      for (let twice = 0; twice < 2; twice++) await store.sources.pin("a", true, { ...ACT, reason: "renamed" });
      await store.sources.pin("a", false, ACT);
      expect(await store.operations.decisions("a")).toEqual([
        { at: NOW, by: "ann@here", action: "code", detail: "original", reason: "renamed" },
        { at: NOW, by: "ann@here", action: "code", detail: "current", reason: null },
      ]);
    });

    test("is refused where nothing is kept, where it is over, and of nothing", async () => {
      const { store } = await open();
      await store.create(execution("unknown"), {});
      await store.create(execution("gone", { sourceHash: "h" }), {});
      const { lease } = await owned(store, "over", undefined, { sourceHash: "h" });
      await submit(store, { lease, change: { status: "completed", finishedAt: NOW } });
      expect(await codeOf(store.sources.pin("unknown", true, ACT))).toBe("SOURCE_NOT_KEPT");
      expect(await codeOf(store.sources.pin("gone", true, ACT))).toBe("SOURCE_NOT_KEPT");
      await store.sources.save(source("h", 1));
      expect(await codeOf(store.sources.pin("gone", true, ACT))).toBe("none");
      expect(await codeOf(store.sources.pin("over", true, ACT))).toBe("EXECUTION_OVER");
      expect(await store.sources.pin("nothing", true, ACT)).toBeUndefined();
      expect(await codeOf(store.sources.pin("unknown", false, ACT))).toBe("none");
    });

    test("of one that runs is not undone by its owner, and takes nothing from it", async () => {
      const { store, another } = await open();
      const other = await another(200);
      await store.sources.save(source("h", 1));
      const claimed = await owned(store, "a", undefined, { sourceHash: "h" });
      await submit(store, { lease: claimed.lease, change: { restarts: 1 } });
      expect(await other.sources.pin("a", true, ACT)).toMatchObject({ status: "running" });
      await submit(store, { lease: claimed.lease, change: { restarts: 2 } });
      await park(store, claimed);
      expect((await other.history("a"))?.execution).toMatchObject({ isPinned: true, restarts: 2, status: "sleeping" });
      await other.close();
    });

    test("counts no more once the execution is over", async () => {
      const { store } = await open();
      await store.sources.save(source("h", 1));
      const { lease } = await owned(store, "a", undefined, { sourceHash: "h" });
      await store.sources.pin("a", true, ACT);
      expect(await store.sources.pinned()).toEqual(new Set(["h"]));
      await submit(store, { lease, change: { status: "completed", finishedAt: NOW } });
      expect(await store.sources.pinned()).toEqual(new Set());
    });
  });

  describe("unfinished executions", () => {
    test("come page by page, each once, and those that are over or damaged do not", async () => {
      const { store, damageExecution } = await open();
      const statuses: readonly ExecutionStatus[] = ["sleeping", "waiting", "paused", "blocked"];
      for (const [at, status] of statuses.entries()) {
        for (const n of [1, 2, 3]) {
          const claimed = await owned(store, `${status}-${n}`, undefined, {
            createdAt: NOW + at + (n % 2),
            workflow: n === 1 ? "one" : "more",
          });
          await park(store, claimed, { status, reason: status === "blocked" ? "diverged" : "sleep" });
        }
      }
      await store.create(execution("pending-1"), {});
      await owned(store, "running-1");
      await submit(store, { lease: (await owned(store, "over")).lease, change: { status: "failed", finishedAt: NOW } });
      await store.create(execution("damaged"), {});
      damageExecution("damaged");
      await store.execution("damaged").catch(() => {});
      const all = [...statuses.flatMap((status) => [1, 2, 3].map((n) => `${status}-${n}`)), "pending-1", "running-1"].sort();
      for (const limit of [1, 2, 3, 100]) {
        const seen = (await pages(store, limit)).filter((id) => id !== "damaged");
        expect(seen.toSorted()).toEqual(all);
      }
      expect((await pages(store, 2, "one")).toSorted()).toEqual(statuses.map((status) => `${status}-1`).toSorted());
      expect(await pages(store, 2, "none")).toEqual([]);
    });
  });

  describe("executions whose workflow is missing", () => {
    test("are made due once for each state of the files", async () => {
      const { store } = await open();
      for (const id of ["a", "b"]) await park(store, await owned(store, id), MISSING);
      expect(await store.sources.hasMissing(NOW)).toBe(true);
      expect(await store.sources.retryMissing("files 1", NOW)).toBe(2);
      expect(await store.execution("a")).toMatchObject({ ...MISSING, wakeAt: NOW });
      expect(await store.sources.hasMissing(NOW)).toBe(false);
      await park(store, await owned(store, "c"), MISSING);
      expect(await store.sources.retryMissing("files 1", NOW)).toBe(0);
      expect(await store.sources.retryMissing("files 2", NOW)).toBe(1);
      expect(await store.nextWakeAt()).toBe(NOW);
    });

    test("are not tried with the files in which they were not found", async () => {
      const { store } = await open();
      await store.sources.noteMissing("files 1");
      await park(store, await owned(store, "a"), MISSING);
      expect(await store.sources.retryMissing("files 1", NOW)).toBe(0);
      // Who waits already has perhaps not been tried with these.
      await store.sources.noteMissing("files 2");
      expect(await store.sources.retryMissing("files 2", NOW)).toBe(1);
    });

    test("and no others: not those that wait for a person, are blocked for something else, or are due already", async () => {
      const { store } = await open();
      await park(store, await owned(store, "pinned"), { ...MISSING, wakeAt: null });
      await park(store, await owned(store, "diverged"), { ...MISSING, reason: "diverged" });
      await park(store, await owned(store, "sleeping"), { reasonDetail: null });
      await park(store, await owned(store, "due"), { ...MISSING, wakeAt: NOW - 1 });
      expect(await store.sources.hasMissing(NOW)).toBe(false);
      expect(await store.sources.retryMissing("files 1", NOW)).toBe(0);
      expect(await store.execution("due")).toMatchObject({ wakeAt: NOW - 1 });
    });
  });
};
