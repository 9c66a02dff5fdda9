/** Whatever lets go of an execution lets the next of its lane in: one test for each way there is. */
import { describe, expect, test } from "bun:test";
import type { Claimed, Store } from "../../../src/engine/store.ts";
import type { Open, OpenedStore } from "../store.ts";
import { begin, claim, running } from "./lanes.ts";
import { codeOf, execution, NOW, submit, worker } from "./samples.ts";

const OWNER = worker("w1", 100);
const OTHER = worker("w2", 200);

interface Scene extends OpenedStore {
  /** Owned by a worker of process 100. */
  readonly runs: Claimed;
  /** Has just looked for lanes that were shut by mistake, and does so again only after a while: none of this is its doing. */
  readonly watcher: Store;
}

type Way = (scene: Scene) => Promise<unknown>;

const dies: Way = ({ setLiveness }) => Promise.resolve(setLiveness(100, "dead"));

const WAYS: Readonly<Record<string, Way>> = {
  "its owner ends it": ({ store, runs: { lease } }) =>
    submit(store, { lease, change: { status: "failed", errorText: "1", finishedAt: NOW } }),
  "its owner parks it": ({ store, runs: { lease } }) =>
    submit(store, { lease, change: { status: "sleeping", reason: "sleep", wakeAt: NOW + 9 }, release: true }),
  "its owner gives it back": ({ store, runs: { lease } }) =>
    submit(store, { lease, change: { status: "pending", reason: "queued", wakeAt: NOW + 9 }, release: true }),
  "its owner begins anew": ({ store, runs: { lease } }) => submit(store, { lease, startOver: { inputText: "2" }, release: true }),
  "its owner blocks it": ({ store, runs: { lease } }) =>
    submit(store, { lease, change: { status: "blocked", reason: "diverged", wakeAt: null }, release: true }),
  "its worker leaves": ({ store }) => store.removeWorker(OWNER.id, NOW),
  "its process dies": dies,
  "its process dies and it is cancelled": async (scene) => {
    await dies(scene);
    await scene.store.requestCancel("runs", { at: NOW, reason: null });
  },
  "its process dies and it is blocked as a crash loop": dies,
  "its process dies and it is replaced": async (scene) => {
    await dies(scene);
    await scene.store.create(execution("runs", { wakeAt: NOW + 9 }), { replace: true });
  },
  "its process dies and it is taken by its id": async (scene) => {
    await dies(scene);
    await scene.store.claimOne("runs", { worker: OTHER, now: NOW });
  },
  "its row is damaged, and its owner writes": async ({ store, runs: { lease }, damageExecution }) => {
    damageExecution("runs");
    expect(await codeOf(submit(store, { lease, change: { status: "completed" } }))).toBe("CORRUPT");
    await store.recordTick(NOW); // the mark is on disk before it
  },
  "its row is damaged, and its process dies": async (scene) => {
    scene.damageExecution("runs");
    await dies(scene);
  },
  "its row is damaged, and its worker leaves": async ({ store, damageExecution }) => {
    damageExecution("runs");
    await store.removeWorker(OWNER.id, NOW);
  },
};

export const lettingGoSuite = (open: Open): void =>
  describe("whoever waits for a place gets it when", () => {
    const scene = async (): Promise<Scene> => {
      const opened = await open();
      await opened.store.registerWorker(OWNER);
      const panic = { maxRestarts: 0, delayMs: 1, factor: 1, maxDelayMs: 1 };
      const creation = await begin(opened.store, "runs", { claimFor: OWNER, parts: { panic, createdAt: NOW + 1 } });
      if (!creation.created || creation.claimed === undefined) throw new Error("it has not begun");
      await begin(opened.store, "waits");
      const watcher = await opened.another(200);
      expect(await claim(watcher, OTHER)).toEqual([]);
      return { ...opened, runs: creation.claimed, watcher };
    };

    test.each(Object.entries(WAYS))("%s", async (_, letGo) => {
      const opened = await scene();
      await letGo(opened);
      expect(await claim(opened.watcher, OTHER)).toEqual(["waits"]);
      expect(await claim(opened.watcher, OTHER)).toEqual([]);
    });

    test("nothing of that has happened: not before", async () => {
      const { store, runs } = await scene();
      await submit(store, { lease: runs.lease, change: { status: "sleeping", reason: "sleep", wakeAt: NOW + 9 } });
      await store.requestCancel("runs", { at: NOW, reason: null });
      await store.heartbeat(OWNER.id, NOW, 1);
      expect(await claim(store, OTHER)).toEqual([]);
    });

    test("several are let go of at once: as many as there are places", async () => {
      const { store } = await open();
      for (const id of ["a", "b", "c"]) await begin(store, id, { limits: running(3), claimFor: OWNER });
      for (const id of ["d", "e", "f", "g"]) await begin(store, id, { limits: running(3) });
      await store.removeWorker(OWNER.id, NOW);
      expect(await claim(store, OTHER)).toEqual(["a", "b", "c"]);
    });
  });
