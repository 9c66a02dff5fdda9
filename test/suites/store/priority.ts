/** Among what is due the highest priority comes first. */
import { describe, expect, test } from "bun:test";
import type { Open } from "../store.ts";
import { claim } from "./lanes.ts";
import { execution, NOW, worker } from "./samples.ts";

const W = worker("w1");

export const prioritySuite = (open: Open): void =>
  describe("priority", () => {
    test("decides before age; within one, the oldest wake comes first, ties by id", async () => {
      const { store } = await open();
      const due: readonly (readonly [string, number, number])[] = [
        ["ordinary-b", 0, -5],
        ["ordinary-a", 0, -5],
        ["low", -3, -90],
        ["lowest", -100, -99],
        ["high-late", 7, -1],
        ["high-early", 7, -2],
        ["highest", 100, 0],
        ["highest-later", 100, 1],
      ];
      for (const [id, priority, wake] of due) await store.create(execution(id, { priority, wakeAt: NOW + wake }), {});
      const order = ["highest", "high-early", "high-late", "ordinary-a", "ordinary-b", "low", "lowest"];
      expect(await claim(store, W, { limit: 2 })).toEqual(order.slice(0, 2));
      expect(await claim(store, W, { limit: 2 })).toEqual(order.slice(2, 4));
      expect(await claim(store, W)).toEqual(order.slice(4));
      expect(await store.execution("highest-later")).toMatchObject({ status: "pending", priority: 100 });
    });

    test("does not hide what is due earlier: the earliest wake is that of all", async () => {
      const { store } = await open();
      await store.create(execution("high", { priority: 5, wakeAt: NOW + 30 }), {});
      expect(await store.nextWakeAt()).toBe(NOW + 30);
      await store.create(execution("ordinary", { wakeAt: NOW + 20 }), {});
      await store.create(execution("low", { priority: -5, wakeAt: NOW + 10 }), {});
      expect(await store.nextWakeAt()).toBe(NOW + 10);
    });

    test("of those that have panicked one is handed out, the highest", async () => {
      const { store } = await open();
      for (const [id, priority] of [
        ["low", -1],
        ["high", 1],
        ["ordinary", 0],
      ] as const) {
        await store.create(execution(id, { priority, panics: 1 }), {});
      }
      expect(await claim(store, W)).toEqual(["high"]);
    });

    test("is kept with the execution, and part of what its checksum covers", async () => {
      const { store } = await open();
      await store.create(execution("a", { priority: -7 }), {});
      expect(await store.execution("a")).toMatchObject({ priority: -7 });
    });
  });
