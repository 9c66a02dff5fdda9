/** Events: kept until a wait takes them, first in first out, never lost at the moment of parking. */
import { Database } from "bun:sqlite";
import { afterEach, expect, test } from "bun:test";
import { z } from "zod";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, during, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const collect = defineWorkflow({
  name: "collect",
  async run(ctx) {
    const first = await ctx.waitForEvent("answer");
    const second = await ctx.waitForEvent("answer");
    return [first?.payload, second?.payload];
  },
});

test("events sent before the wait are kept, and come in the order they were sent", async () => {
  bench = await openBench([collect]);
  const { id } = await bench.engine.start(collect, undefined);
  await bench.engine.sendEvent(id, "answer", "one");
  await bench.engine.sendEvent(id, "other", "not this");
  await bench.engine.sendEvent(id, "answer", "two");
  expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "completed", output: ["one", "two"] });
});

test("whoever sends one is told its id, the given one or the one that was made", async () => {
  bench = await openBench([collect]);
  const { id } = await bench.engine.start(collect, undefined);
  const ids: string[] = [];
  const onId = (made: string) => void ids.push(made);
  await bench.engine.sendEvent(id, "answer", 1, { onId });
  await bench.engine.sendEvent(id, "answer", 2, { onId, id: "invoice-1" });
  const [made = "", given] = ids;
  expect([made.startsWith("e-"), given]).toEqual([true, "invoice-1"]);
  expect(await bench.engine.sendEvent(id, "answer", 1, { id: made })).toBe("existing");
});

test("a parked wait becomes due when the event comes, and the event has its id and time", async () => {
  const one = defineWorkflow({ name: "one", run: (ctx) => ctx.waitForEvent("answer") });
  bench = await openBench([one]);
  const { id } = await bench.engine.start(one, undefined);
  expect(await during(bench, bench.engine.carry(id))).toMatchObject({
    status: "waiting",
    reason: "event",
    reasonDetail: 'event "answer"',
    wakeAt: null,
  });
  expect(await during(bench, bench.engine.tick())).toMatchObject({ claimed: 0 });
  bench = await bench.reopen();
  await bench.host.advance(5_000);
  await bench.engine.sendEvent(id, "answer", { stars: 5 }, { id: "mail-7" });
  expect(await during(bench, bench.engine.tick())).toMatchObject({ completed: 1 });
  const { output } = await bench.engine.getStatus(id);
  expect(output).toEqual({ id: "mail-7", name: "answer", payload: { stars: 5 }, sentAt: new Date("2026-01-01T00:00:05.000Z") });
});

test("an event with the id of one that was sent is that one", async () => {
  bench = await openBench([collect]);
  const { id } = await bench.engine.start(collect, undefined);
  expect(await bench.engine.sendEvent(id, "answer", 1, { id: "e1" })).toBe("created");
  expect(await bench.engine.sendEvent(id, "answer", 1, { id: "e1" })).toBe("existing");
  expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "waiting" });
});

test("the time-out of a wait gives null, and the event that comes after it stays for the next wait", async () => {
  const twice = defineWorkflow({
    name: "twice",
    async run(ctx) {
      const first = await ctx.waitForEvent("answer", { timeout: "1h" });
      await ctx.sleep("nap", "1h");
      const second = await ctx.waitForEvent("answer", { timeout: "1h" });
      return [first, second?.payload];
    },
  });
  bench = await openBench([twice]);
  const { id } = await bench.engine.start(twice, undefined);
  expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "waiting", wakeAt: "2026-01-01T01:00:00.000Z" });
  await bench.host.advance(3_600_000);
  await during(bench, bench.engine.tick());
  await bench.engine.sendEvent(id, "answer", "late");
  await bench.host.advance(3_600_000);
  await during(bench, bench.engine.tick());
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: [null, "late"] });
});

test("events that do not fit the schema or the match are left alone, and the first kind is said in the log", async () => {
  const picky = defineWorkflow({
    name: "picky",
    run: async (ctx) => {
      const event = await ctx.waitForEvent("vote", { schema: z.object({ n: z.coerce.number() }), match: ({ n }) => n > 2 });
      return event?.payload;
    },
  });
  bench = await openBench([picky]);
  const { id } = await bench.engine.start(picky, undefined);
  await bench.engine.sendEvent(id, "vote", { n: "many" });
  await bench.engine.sendEvent(id, "vote", { n: 1 });
  expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "waiting" });
  await bench.engine.sendEvent(id, "vote", { n: "3" });
  expect(await during(bench, bench.engine.tick())).toMatchObject({ completed: 1 });
  expect(await bench.engine.getStatus(id)).toMatchObject({ output: { n: 3 } });
  expect((await bench.engine.logs(id)).map(({ message }) => message)).toContainEqual(expect.stringContaining("does not fit"));
});

test("two waits for one name in parallel take one event each", async () => {
  const both = defineWorkflow({
    name: "both",
    run: async (ctx) => (await Promise.all([ctx.waitForEvent("a"), ctx.waitForEvent("a")])).map((event) => event?.payload),
  });
  bench = await openBench([both]);
  const { id } = await bench.engine.start(both, undefined);
  await bench.engine.sendEvent(id, "a", 1);
  expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "waiting" });
  await bench.engine.sendEvent(id, "a", 2);
  await during(bench, bench.engine.tick());
  const { output } = await bench.engine.getStatus(id);
  expect([...(output as number[])].sort()).toEqual([1, 2]);
});

test("a wait that is held in memory hears an event that this or another process sends", async () => {
  const one = defineWorkflow({ name: "held", run: async (ctx) => (await ctx.waitForEvent("answer"))?.payload });
  bench = await openBench([one]);
  const { id } = await bench.engine.start(one, undefined);
  const carried = bench.engine.carry(id, { holdMs: Number.POSITIVE_INFINITY });
  await bench.host.settle();
  await bench.engine.sendEvent(id, "answer", "here");
  expect(await during(bench, carried, 2_000)).toMatchObject({ status: "completed", output: "here" });
});

test("an event to an execution that is over is refused, and one that does not exist is not found", async () => {
  const quick = defineWorkflow({ name: "quick", run: () => 1 });
  bench = await openBench([quick]);
  const { id } = await bench.engine.start(quick, undefined);
  await during(bench, bench.engine.carry(id));
  expect(bench.engine.sendEvent(id, "answer")).rejects.toMatchObject({ code: "EXECUTION_OVER" });
  expect(bench.engine.sendEvent("nobody", "answer")).rejects.toMatchObject({ code: "EXECUTION_NOT_FOUND" });
  expect(bench.engine.sendEvent(id, "")).rejects.toMatchObject({ code: "NAME_INVALID" });
});

test("an event whose payload was damaged in the file blocks its execution as corrupt, and no restart is burnt on it", async () => {
  const one = defineWorkflow({ name: "one", run: async (ctx) => (await ctx.waitForEvent<string>("answer"))?.payload });
  bench = await openBench([one]);
  for (const id of ["hit", "sound"]) {
    await bench.engine.start(one, undefined, { id });
    await bench.engine.sendEvent(id, "answer", "yes");
  }
  const { file } = bench;
  await bench.engine.close();
  const database = new Database(file);
  database.run("UPDATE events SET payload = '\"no!\"' WHERE execution_id = 'hit'");
  database.close();
  bench = await bench.reopen();
  await during(bench, bench.engine.tick());
  expect(await bench.engine.getStatus("hit")).toMatchObject({
    status: "blocked",
    reason: "corrupt",
    restarts: 0,
    reasonDetail: expect.stringContaining('event "'),
  });
  expect(await bench.engine.getStatus("sound")).toMatchObject({ status: "completed", output: "yes" });
});
