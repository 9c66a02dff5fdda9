/** An execution from its start to its end: what runs, what is kept, what a caller sees. */
import { afterEach, expect, test } from "bun:test";
import { z } from "zod";
import { defineWorkflow } from "../../src/model/definition.ts";
import { RetryAfterError, WorkflowError } from "../../src/model/errors.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

test("steps run once, a sleep parks, and the next tick after the deadline completes it", async () => {
  const { note, all } = ledger();
  const signup = defineWorkflow({
    name: "signup",
    input: z.object({ email: z.email() }),
    async run(ctx, { email }) {
      const id = await ctx.step("create", () => (note("create"), `id of ${email}`));
      await ctx.sleep("trial", "3d");
      await ctx.step("survey", () => void note("survey"));
      return { id };
    },
  });
  bench = await openBench([signup]);
  const { id } = await bench.engine.start(signup, { email: "ada@example.com" }, { id: "s-1" });
  expect(await during(bench, bench.engine.carry(id))).toMatchObject({
    status: "sleeping",
    reason: "sleep",
    wakeAt: "2026-01-04T00:00:00.000Z",
  });

  bench = await bench.reopen();
  await bench.host.advance(3 * 86_400_000 - 1);
  expect(await during(bench, bench.engine.tick())).toMatchObject({ claimed: 0, nextWakeAt: "2026-01-04T00:00:00.000Z" });
  await bench.host.advance(1);
  expect(await during(bench, bench.engine.tick())).toMatchObject({ claimed: 1, completed: 1, executions: [{ id, status: "completed" }] });
  expect(await bench.engine.getStatus(id)).toMatchObject({
    status: "completed",
    output: { id: "id of ada@example.com" },
    reason: null,
    wakeAt: null,
  });
  expect(all).toEqual(["create", "survey"]);
});

test("the value a step gives is the stored one, on the first pass as on every other", async () => {
  const date = new Date("2026-02-03T04:05:06.789Z");
  const seen: unknown[] = [];
  const values = defineWorkflow({
    name: "values",
    async run(ctx) {
      const value = await ctx.step("make", () => ({ date, map: new Map([["a", 1n]]), none: undefined, bytes: new Uint8Array([1, 2]) }));
      seen.push(value);
      await ctx.sleep("nap", "1h");
      return value;
    },
  });
  bench = await openBench([values]);
  const { id } = await bench.engine.start(values, undefined);
  await during(bench, bench.engine.carry(id));
  await bench.host.advance(3_600_000);
  await during(bench, bench.engine.tick());
  expect(seen).toHaveLength(2);
  expect(seen[1]).toEqual(seen[0]);
  expect((seen[0] as { date: Date }).date).not.toBe(date);
  expect((await bench.engine.getStatus(id)).output).toEqual(seen[0]);
});

test("a failing step is tried again as its policy says, and the error of the last attempt is thrown into the code", async () => {
  const { note, of } = ledger();
  const flaky = defineWorkflow({
    name: "flaky",
    retry: { attempts: 3, delay: "10s", backoff: "constant", jitter: false },
    async run(ctx) {
      await ctx.step("second time lucky", ({ attempt }) => {
        if (note("lucky") < 2) throw new Error(`attempt ${attempt}`);
      });
      try {
        await ctx.step("hopeless", ({ attempt }) => {
          note("hopeless");
          throw new TypeError(`attempt ${attempt}`);
        });
      } catch (error) {
        return { caught: error instanceof TypeError && error.message };
      }
      return null;
    },
  });
  bench = await openBench([flaky]);
  const { id } = await bench.engine.start(flaky, undefined);
  const execution = await during(bench, bench.engine.carry(id, { holdMs: 60_000 }), 60_000);
  expect(execution).toMatchObject({ status: "completed", output: { caught: "attempt 3" } });
  expect([of("lucky"), of("hopeless")]).toEqual([2, 3]);
  const { steps } = await bench.engine.history(id);
  expect(steps.map(({ name, status, attempts }) => [name, status, attempts.length])).toEqual([
    ["second time lucky", "completed", 2],
    ["hopeless", "failed", 3],
  ]);
  expect(steps[1]?.attempts[0]?.error?.message).toBe("attempt 1");
});

test("a retry delay longer than the holding time parks, and the count of attempts goes on after a crash", async () => {
  const { note, of } = ledger();
  const parked = defineWorkflow({
    name: "parked",
    retry: { attempts: 3, delay: "1h", maxDelay: "1h", backoff: "constant", jitter: false },
    run: (ctx) =>
      ctx.step("work", ({ attempt }) => {
        note(`attempt ${attempt}`);
        throw new Error("no");
      }),
  });
  bench = await openBench([parked]);
  const { id } = await bench.engine.start(parked, undefined);
  expect(await during(bench, bench.engine.carry(id, { holdMs: 60_000 }))).toMatchObject({
    status: "sleeping",
    reason: "retry",
    reasonDetail: 'step "work", attempt 2 of 3',
    wakeAt: "2026-01-01T01:00:00.000Z",
  });
  for (let tick = 0; tick < 2; tick++) {
    bench = await bench.crash();
    await bench.host.advance(3_600_000);
    await during(bench, bench.engine.tick());
  }
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "failed", error: { message: "no" } });
  expect([of("attempt 1"), of("attempt 2"), of("attempt 3")]).toEqual([1, 1, 1]);
});

test("a WorkflowError is never retried, and RetryAfterError names its own delay", async () => {
  const { note, of } = ledger();
  const permanent = defineWorkflow({
    name: "permanent",
    retry: { attempts: 5, delay: 1 },
    async run(ctx) {
      await ctx.step("later", () => {
        if (note("later") === 1) throw new RetryAfterError("busy", "30s");
      });
      await ctx.step("never", () => {
        note("never");
        throw new WorkflowError("no such customer", { code: "NO_CUSTOMER" });
      });
    },
  });
  bench = await openBench([permanent]);
  const { id } = await bench.engine.start(permanent, undefined);
  const carried = bench.engine.carry(id, { holdMs: 60_000 });
  await bench.host.advance(29_000);
  expect(of("later")).toBe(1);
  expect(await during(bench, carried, 5_000)).toMatchObject({ status: "failed", error: { name: "WorkflowError", code: "NO_CUSTOMER" } });
  expect(of("never")).toBe(1);
});

test("a result that cannot be stored fails the step at once and names the path", async () => {
  const { note, of } = ledger();
  const unstorable = defineWorkflow({
    name: "unstorable",
    run: (ctx) => ctx.step("make", () => (note("make"), { rows: [{ ok: 1 }, { fn: () => 1 }] })),
  });
  bench = await openBench([unstorable]);
  const { id } = await bench.engine.start(unstorable, undefined);
  const { status, error } = await during(bench, bench.engine.carry(id, { holdMs: 60_000 }));
  expect({ status, code: error?.code }).toEqual({ status: "failed", code: "VALUE_UNSUPPORTED" });
  expect(error?.message).toContain('step "make"');
  expect(error?.message).toContain("rows[1].fn");
  expect(of("make")).toBe(1);
});

test("an output schema of a step types and checks what is stored", async () => {
  const checked = defineWorkflow({
    name: "checked",
    retry: { attempts: 1 },
    async run(ctx) {
      const row = await ctx.step("row", () => ({ n: "5" }) as never, { output: z.object({ n: z.coerce.number() }) });
      await ctx.step("bad", () => ({ n: "x" }) as never, { output: z.object({ n: z.number() }) });
      return row;
    },
  });
  bench = await openBench([checked]);
  const { id } = await bench.engine.start(checked, undefined);
  const { error } = await during(bench, bench.engine.carry(id));
  expect(error).toMatchObject({ code: "OUTPUT_INVALID", message: expect.stringContaining("n:") });
  expect((await bench.engine.history(id)).steps[0]?.output).toEqual({ n: 5 });
});

test("steps without end are told apart: the loser of a race is cancelled when the workflow returns", async () => {
  let aborted: unknown;
  const race = defineWorkflow({
    name: "race",
    async run(ctx) {
      return Promise.race([
        ctx.step("fast", () => "fast"),
        ctx.step("slow", ({ signal }) => new Promise<string>(() => signal.addEventListener("abort", () => (aborted = signal.reason)))),
      ]);
    },
  });
  bench = await openBench([race]);
  const { id } = await bench.engine.start(race, undefined);
  expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "completed", output: "fast" });
  expect(String(aborted)).toContain("returned");
  expect((await bench.engine.history(id)).steps.find(({ name }) => name === "slow")).toMatchObject({ status: "cancelled" });
  expect((await bench.engine.logs(id)).map(({ level, message }) => `${level}: ${message}`)).toEqual([
    expect.stringMatching(/^warn: step "slow" was still running/),
  ]);
});

test("a race between a slow and a fast step has the same winner after a sleep, and nothing ran at the park", async () => {
  const { note, all } = ledger();
  const race = defineWorkflow({
    name: "race-sleep",
    async run(ctx) {
      const winner = await Promise.race([
        ctx.step("slow", async () => {
          await new Promise((resolve) => bench.host.timers.after(500, () => resolve(undefined)));
          return "slow";
        }),
        ctx.step("fast", () => "fast"),
      ]);
      note(`winner ${winner}`);
      try {
        await ctx.sleep("nap", "1h");
      } catch {
        note("catch");
      } finally {
        note("finally");
      }
      return winner;
    },
  });
  bench = await openBench([race]);
  const { id } = await bench.engine.start(race, undefined);
  expect(await during(bench, bench.engine.carry(id), 1_000, 100)).toMatchObject({ status: "sleeping" });
  expect(all).toEqual(["winner fast"]);
  bench = await bench.reopen();
  await bench.host.advance(3_600_000);
  await during(bench, bench.engine.tick());
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: "fast" });
  expect(all).toEqual(["winner fast", "winner fast", "finally"]);
});

test("of two sleeps that are both due, the one with the earlier deadline ends first, whichever was called first", async () => {
  const race = defineWorkflow({
    name: "two-naps",
    run: (ctx) => Promise.race([ctx.sleep("long", "2h").then(() => "long"), ctx.sleep("short", "1h").then(() => "short")]),
  });
  bench = await openBench([race]);
  const { id } = await bench.engine.start(race, undefined);
  await during(bench, bench.engine.carry(id));
  bench = await bench.reopen();
  await bench.host.advance(3 * 3_600_000);
  await during(bench, bench.engine.tick());
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: "short" });
});

test("a sleep of nothing is a step of the record like any other", async () => {
  const zero = defineWorkflow({
    name: "zero",
    async run(ctx) {
      await ctx.sleep("now", 0);
      await ctx.sleepUntil("past", new Date(0));
      return "awake";
    },
  });
  bench = await openBench([zero]);
  const { id } = await bench.engine.start(zero, undefined);
  expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "completed", output: "awake" });
  expect((await bench.engine.history(id)).steps.map(({ name, order }) => [name, order])).toEqual([
    ["now", 1],
    ["past", 2],
  ]);
});
