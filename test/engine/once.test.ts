/** Steps that begin at most once, and executions that wait for a person. */
import { afterEach, describe, expect, test } from "bun:test";
import type { StepOptions } from "../../src/model/context.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const forever = new Promise<never>(() => {});

const paying = (note: (what: string) => number, options: StepOptions<string> = {}) =>
  defineWorkflow({
    name: "paying",
    async run(ctx) {
      const receipt = await ctx.step("pay", async () => (note("pay") === 1 ? forever : "paid"), { once: true, ...options });
      return ctx.step("thank", () => receipt);
    },
  });

/** Runs into the middle of the payment and dies. */
const dieWhilePaying = async (): Promise<string> => {
  const { id } = await bench.engine.start("paying", undefined);
  bench.engine.tick().catch(() => {});
  // However slow the disk is: its start is recorded, and then it begins.
  while ((await bench.engine.history(id)).steps.length === 0) await bench.host.settle(10);
  await bench.host.settle(60);
  bench = await bench.crash();
  return id;
};

describe("a step that begins once, cut off in the middle", () => {
  test("is in doubt, and blocks its execution until a person says what has happened", async () => {
    const { note, of } = ledger();
    bench = await openBench([paying(note)]);
    const id = await dieWhilePaying();
    for (let round = 0; round < 3; round++) await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "blocked", reason: "in-doubt", wakeAt: null });
    expect((await bench.engine.history(id)).steps).toMatchObject([{ name: "pay", status: "in-doubt" }]);
    expect(of("pay")).toBe(1);
  });

  test("had its start on disk before it began", async () => {
    const { note } = ledger();
    bench = await openBench([paying(note)]);
    let seen: unknown;
    bench.host.define(
      defineWorkflow({
        name: "paying",
        run: (ctx) =>
          ctx.step(
            "pay",
            async () => {
              const other = await bench.another();
              seen = (await other.history(ctx.executionId))?.steps.map(({ name, status }) => [name, status]);
              await other.close();
              return "paid";
            },
            { once: true },
          ),
      }),
    );
    await bench.engine.start("paying", undefined);
    await during(bench, bench.engine.tick());
    expect(seen).toEqual([["pay", "running"]]);
  });

  test.each([
    ["has happened, with its result", { done: true, result: "paid before" } as const, { status: "completed", output: "paid before" }, 1],
    ["has not happened, and then begins", { done: false } as const, { status: "completed", output: "paid" }, 2],
    ["cannot be told", undefined, { status: "blocked", reason: "in-doubt" }, 1],
  ])("is asked by `verify`, which answers that it %s", async (_, answer, outcome, times) => {
    const { note, of } = ledger();
    bench = await openBench([paying(note, { verify: () => answer })]);
    const id = await dieWhilePaying();
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject(outcome);
    expect(of("pay")).toBe(times);
  });

  test("whose `verify` fails is in doubt, with that error", async () => {
    const { note } = ledger();
    const verify = (): never => {
      throw new Error("the bank does not answer");
    };
    bench = await openBench([paying(note, { verify })]);
    const id = await dieWhilePaying();
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject({
      status: "blocked",
      reasonDetail: expect.stringContaining("the bank does not answer"),
    });
  });

  test("does not hold up what runs beside it: the execution is blocked when that is done", async () => {
    const { note } = ledger();
    const both = defineWorkflow({
      name: "paying",
      run: (ctx) =>
        Promise.all([
          ctx.step("pay", () => (note("pay"), forever), { once: true }),
          ctx.step("pack", () => (note("pack") === 1 ? forever : "packed")),
        ]),
    });
    bench = await openBench([both]);
    const id = await dieWhilePaying();
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "blocked", reason: "in-doubt" });
    expect((await bench.engine.history(id)).steps.map(({ name, status }) => [name, status])).toContainEqual(["pack", "completed"]);
  });

  test("is not tried again by itself when it throws, unless it says so", async () => {
    const { note, of } = ledger();
    const failing = (name: string, options: StepOptions<never>) =>
      defineWorkflow({
        name,
        retry: { attempts: 5, delay: 0 },
        run: (ctx) =>
          ctx.step(
            name,
            () => {
              note(name);
              throw new Error("no");
            },
            { once: true, ...options },
          ),
      });
    bench = await openBench([failing("strict", {}), failing("patient", { retry: { attempts: 3 } })]);
    for (const name of ["strict", "patient"]) await bench.engine.start(name, undefined);
    await during(bench, bench.engine.tick(), 5_000);
    expect([of("strict"), of("patient")]).toEqual([1, 3]);
  });
});

describe("a step whose attempts are used up", () => {
  const broken = (note: (what: string) => number, isBroken: () => boolean) =>
    defineWorkflow({
      name: "broken",
      retry: { attempts: 2, delay: 0 },
      async run(ctx) {
        await ctx.step("first", () => note("first"));
        return ctx.step(
          "call",
          () => {
            note("call");
            if (isBroken()) throw new Error("no answer");
            return "answered";
          },
          { onExhausted: "pause" },
        );
      },
    });

  test("pauses its execution if told, which goes on with new attempts when it is resumed", async () => {
    const { note, of } = ledger();
    let isBroken = true;
    bench = await openBench([broken(note, () => isBroken)]);
    const { id } = await bench.engine.start("broken", undefined);
    await during(bench, bench.engine.tick(), 5_000);
    expect(await bench.engine.getStatus(id)).toMatchObject({
      status: "paused",
      reason: "paused",
      reasonDetail: 'step "call" failed after 2 attempts: no answer',
    });
    for (let round = 0; round < 3; round++) await during(bench, bench.engine.tick());
    expect(of("call")).toBe(2);
    bench = await bench.reopen();
    await bench.engine.resume(id);
    await during(bench, bench.engine.tick(), 5_000);
    expect([of("call"), (await bench.engine.getStatus(id)).status]).toEqual([4, "paused"]);
    isBroken = false;
    await bench.engine.resume(id);
    await during(bench, bench.engine.tick(), 5_000);
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: "answered" });
    const call = (await bench.engine.history(id)).steps.find(({ name }) => name === "call");
    expect(call?.attempts.map(({ attempt, error }) => [attempt, error?.message])).toEqual([
      [1, "no answer"],
      [2, "no answer"],
      [3, "no answer"],
      [4, "no answer"],
      [5, undefined],
    ]);
    expect(of("first")).toBe(1);
  });

  test("throws its error into the workflow otherwise", async () => {
    const { note } = ledger();
    const throwing = defineWorkflow({
      name: "throwing",
      retry: { attempts: 1 },
      run: (ctx) => ctx.step("call", () => Promise.reject(new Error(String(note("call"))))).catch((error: Error) => error.message),
    });
    bench = await openBench([throwing]);
    expect(await during(bench, bench.engine.execute(throwing, undefined))).toMatchObject({ output: "1" });
  });
});
