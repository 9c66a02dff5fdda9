/** "Why" of what is damaged: the damage, and what mends it, and nothing that would be refused for it. */
import { Database } from "bun:sqlite";
import { afterEach, describe, expect, test } from "bun:test";
import { explainWhy } from "../../src/engine/why.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, during, openBench } from "./harness.ts";
import { factsOf, HOUR, NOW, sleeping } from "./why-facts.ts";

let bench: Bench | undefined;
afterEach(() => bench?.close());

const trial = defineWorkflow({
  name: "trial",
  async run(ctx) {
    await ctx.step("one", () => 1);
    await ctx.sleep("nap", "3d");
  },
});

test("a sleeper with a damaged step is told as such, as `wf wake` refuses it", async () => {
  bench = await openBench([trial]);
  await bench.engine.start(trial, undefined, { id: "t-1" });
  await during(bench, bench.engine.tick());
  expect((await bench.engine.why("t-1")).text).toContain("`wf wake t-1` ends that now");
  const database = new Database(bench.file);
  database.run("UPDATE steps SET output = '2' WHERE name = 'one'");
  database.close();

  const { text, next } = await bench.engine.why("t-1");
  expect(text).toContain('Stored state of step "one" of execution "t-1" is damaged: its row does not match its checksum. Nothing goes on');
  expect([text.includes("wf wake"), text.includes("`wf db check`"), next]).toEqual([false, true, "wf db repair"]);
  await expect(bench.engine.operations.wake("t-1")).rejects.toMatchObject({ code: "CORRUPT" });
});

describe("the damage", () => {
  const damage = "Stored state is damaged: its row does not match its checksum";

  test("is told of what is over, too, and instead of a retry that would be refused", () => {
    const { text, next } = explainWhy(factsOf({ execution: { status: "failed", finishedAt: NOW - HOUR }, damage }));
    expect([text.includes(damage), next]).toEqual([true, "wf db repair"]);
  });

  test("is told once where it is the reason already", () => {
    const execution = { status: "blocked", reason: "corrupt", reasonDetail: damage, wakeAt: null } as const;
    const { text, next } = explainWhy(factsOf({ execution, damage }));
    expect([text.split(damage).length, next]).toEqual([2, "wf db repair"]);
  });

  test("is no part of what is sound", () => {
    expect(explainWhy(factsOf(sleeping(NOW + HOUR))).text).not.toContain("damaged");
  });
});
