/** A damaged row keeps neither its parent nor its children from their end. */
import { Database } from "bun:sqlite";
import { afterEach, expect, test } from "bun:test";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, during, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const child = defineWorkflow({
  name: "child",
  async run(ctx) {
    await ctx.sleep("nap", "1m");
    return "rested";
  },
});

const parent = defineWorkflow({
  name: "parent",
  run: (ctx) => Promise.all(["one", "other"].map((id) => ctx.run(child, undefined, { id }))),
});

const begun = async (): Promise<void> => {
  bench = await openBench([child, parent]);
  await bench.engine.start(parent, undefined, { id: "parent" });
  await during(bench, bench.engine.tick());
};

/** One field that its checksum does not know of. */
const damage = (id: string): void => {
  const database = new Database(bench.file);
  database.query("UPDATE executions SET created_at = created_at + 1 WHERE id = ?").run(id);
  database.close();
};

test("a parent with a damaged child is cancelled, with the children that are sound", async () => {
  await begun();
  damage("one");
  expect(await bench.engine.cancel("parent")).toMatchObject({ status: "cancelled" });
  expect(await bench.engine.getStatus("other")).toMatchObject({ status: "cancelled" });
});

test("the children of a damaged parent come to their end", async () => {
  await begun();
  damage("parent");
  await bench.host.advance(60_000);
  await during(bench, bench.engine.tick());
  for (const id of ["one", "other"]) expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: "rested" });
  await expect(bench.engine.getStatus("parent")).rejects.toMatchObject({ code: "CORRUPT" });
});
