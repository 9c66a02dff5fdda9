/** Which of the writes of a call have to be on disk before it goes on. */
import { expect, test } from "bun:test";
import { SqliteScripts } from "../../src/sqlite/scripts.ts";
import { World } from "../engine/scripts/calls/calling.ts";

test("the start of a step is on disk before it runs where it begins at most once; elsewhere its end is enough", async () => {
  const world = await World.open();
  await world.pass();
  const synced: string[] = [];
  const store = new SqliteScripts({
    db: { query: () => ({ get: () => undefined, all: () => [], run: () => 0 }) as never },
    host: {} as never,
    read: () => Promise.reject(new Error("read")),
    change: () => Promise.reject(new Error((synced.push("synced"), "synced"))),
    changeLightly: () => Promise.reject(new Error((synced.push("light"), "light"))),
  });
  const start = {
    pass: { executionId: world.id, term: world.term },
    step: { scope: "", kind: "shell", name: "x", isKeyed: false },
    process: world.process(1),
  } as const;
  await store.callStep({ ...start, once: true }).catch(() => {});
  await store.callStep({ ...start, once: false }).catch(() => {});
  await world.close();
  expect(synced).toEqual(["synced", "light"]);
});
