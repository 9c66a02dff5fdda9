/** What a pass promises to those who run one; the numbers are those of its header. */
import { describe, expect, test } from "bun:test";
import { bench, recorded } from "./bench-pass.ts";

describe("1. completions settle in their recorded order, one a turn", () => {
  test("two completions of one commit settle in two turns, so the first one's continuation runs before the second", async () => {
    const trace: string[] = [];
    const { complete, turns } = bench(async (ctx) => {
      const one = ctx
        .step("one", () => 1)
        .then(async () => {
          for (let hop = 0; hop < 20; hop++) await null;
          trace.push("after one");
        });
      const two = ctx.step("two", () => 2).then(() => void trace.push("after two"));
      await Promise.all([one, two]);
    });
    await turns();
    complete("one");
    complete("two");
    await turns();
    expect(trace).toEqual(["after one", "after two"]);
  });

  test("a race has the same winner on replay although the loser is recorded too", async () => {
    const { seen, turns } = bench(
      (ctx) => Promise.race([ctx.step("slow", () => "slow"), ctx.step("fast", () => "fast")]),
      [recorded("fast", 1, "fast"), recorded("slow", 2, "slow")],
    );
    await turns();
    expect(seen.end).toMatchObject({ type: "returned", value: "fast" });
  });

  test("the clock of the context stands at the completion delivered last", async () => {
    const clock: number[] = [];
    const { complete, turns } = bench(async (ctx) => {
      clock.push(ctx.now());
      await ctx.step("one", () => 1);
      clock.push(ctx.now());
    });
    await turns();
    complete("one");
    await turns();
    expect(clock).toEqual([1_000, 1_001]);
  });

  test("chance of the context is the same on every pass of one execution", async () => {
    const drawn: unknown[] = [];
    const draw = async (): Promise<void> => {
      const { turns } = bench((ctx) => void drawn.push([ctx.random(), ctx.uuid(), ctx.random()]));
      await turns();
    };
    await draw();
    await draw();
    expect(drawn[0]).toEqual(drawn[1]);
    expect(String((drawn[0] as unknown[])[1])).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe("2. nothing new runs during replay", () => {
  test("a new call waits until all recorded completions have been delivered", async () => {
    const reached: string[] = [];
    const { calls, turns } = bench(
      async (ctx) => {
        const fresh = ctx.step("new", () => 0);
        await ctx.step("one", () => 1);
        reached.push(`${calls.length} calls after one`);
        await ctx.step("two", () => 2);
        reached.push(`${calls.length} calls after two`);
        await fresh;
      },
      [recorded("one", 1, 1), recorded("two", 2, 2)],
    );
    await turns();
    expect(reached).toEqual(["0 calls after one", "0 calls after two"]);
    expect(calls.map((call) => call.identity.name)).toEqual(["new"]);
  });

  test("messages of replayed code are not logged again, those of new code are", async () => {
    const { complete, logged, turns } = bench(
      async (ctx) => {
        ctx.log.info("begin");
        await ctx.step("one", () => 1);
        ctx.log.info("after one");
        await ctx.step("two", () => 2);
        ctx.log.info("after two");
      },
      [recorded("one", 1, 1)],
    );
    await turns();
    complete("two");
    await turns();
    expect(logged).toEqual(["after two"]);
  });

  test("what is in progress is handed over with its call, so that a sleep keeps its deadline", async () => {
    const { calls, turns } = bench(
      (ctx) => ctx.sleep("nap", "1h"),
      [recorded("nap", null, undefined, { kind: "sleep", status: "sleeping", wakeAt: 77 })],
    );
    await turns();
    expect(calls[0]?.recorded?.wakeAt).toBe(77);
  });
});

describe("3. what the code waits for is known", () => {
  test("only durable waits are left: idle", async () => {
    const { seen, turns } = bench((ctx) => ctx.sleep("nap", "1h"));
    await turns();
    expect(seen).toEqual({ idle: 1, stalled: 0, end: undefined });
  });

  test("a step that executes: neither idle nor stalled", async () => {
    const { seen, turns } = bench((ctx) => Promise.all([ctx.step("one", () => 1), ctx.sleep("nap", "1h")]));
    await turns();
    expect(seen).toEqual({ idle: 0, stalled: 0, end: undefined });
  });

  test("nothing known: stalled", async () => {
    const { seen, turns } = bench(() => new Promise(() => {}));
    await turns();
    expect(seen).toEqual({ idle: 0, stalled: 1, end: undefined });
  });

  test("calls that nobody waits for at the return are named", async () => {
    const { seen, turns } = bench((ctx) => {
      void ctx.step("floating", () => 1);
      return "done";
    });
    await turns();
    expect(seen.end).toMatchObject({ type: "returned", value: "done", unfinished: [{ name: "floating" }] });
  });
});

describe("4. a parked pass can do nothing", () => {
  test("neither catch nor finally run, and a completion that comes late settles nothing", async () => {
    const ran: string[] = [];
    const { pass, complete, turns } = bench(async (ctx) => {
      try {
        await ctx.step("one", () => 1);
        ran.push("after");
      } catch {
        ran.push("catch");
      } finally {
        ran.push("finally");
      }
    });
    await turns();
    expect(pass.park()).toEqual({ type: "parked", waits: [{ scope: "", kind: "step", name: "one", n: 1 }] });
    complete("one");
    await turns();
    expect(ran).toEqual([]);
  });

  test("a call made later parks too, reaches nobody, and is told as late", async () => {
    const gate = Promise.withResolvers<void>();
    const { pass, calls, late, turns } = bench(async (ctx) => {
      const nap = ctx.sleep("nap", "1h");
      await gate.promise;
      await ctx.step("too late", () => 1);
      await nap;
    });
    await turns();
    pass.park();
    gate.resolve();
    await turns();
    expect(calls.map((call) => call.identity.name)).toEqual(["nap"]);
    expect(late.map(({ name }) => name)).toEqual(["too late"]);
  });

  test("what a parked pass held can be collected", async () => {
    const references: WeakRef<object>[] = [];
    const walk = async (): Promise<void> => {
      const { pass, turns } = bench(async (ctx) => {
        const held = { big: new Array(1_000).fill("x") };
        references.push(new WeakRef(held));
        await ctx.sleep("nap", "1h");
        return held;
      });
      await turns();
      pass.park();
    };
    for (let index = 0; index < 50; index++) await walk();
    for (let round = 0; round < 5; round++) {
      await new Promise((resolve) => setImmediate(resolve));
      Bun.gc(true);
    }
    expect(references.filter((reference) => reference.deref() !== undefined).length).toBeLessThan(5);
  });
});

describe("5. changed code is found out before anything new runs", () => {
  const history = [recorded("one", 1, 1), recorded("two", 2, 2)];

  test("a renamed step: after the grace, with both names in the comparison", async () => {
    const { seen, calls, turns, passGrace } = bench(async (ctx) => {
      await ctx.step("one", () => 1);
      await ctx.step("zwei", () => 2);
    }, history);
    await turns();
    expect(seen.end).toBeUndefined();
    passGrace();
    expect(seen.end).toEqual({
      type: "diverged",
      comparison:
        'number 2 was step "two", and the code asks for step "zwei"\n' +
        '  1 step "one"            ok\n' +
        '  2 recorded: step "two"  code asks: step "zwei"',
      isBeforeAnythingNew: true,
    });
    expect(calls).toEqual([]);
  });

  test("a removed step: at once, since the function has returned", async () => {
    const { seen, turns } = bench((ctx) => ctx.step("one", () => 1), history);
    await turns();
    expect(seen.end).toMatchObject({ type: "diverged" });
  });

  test("another kind under the same name is another step", async () => {
    const { seen, turns, passGrace } = bench((ctx) => ctx.sleep("one", "1h"), history);
    await turns();
    passGrace();
    expect(seen.end).toMatchObject({ type: "diverged", comparison: expect.stringContaining('sleep "one"') });
  });

  test("slow code is not changed code: within the grace it may still ask", async () => {
    const outside = Promise.withResolvers<void>();
    const { seen, turns, passGrace } = bench(async (ctx) => {
      await ctx.step("one", () => 1);
      await outside.promise;
      return ctx.step("two", () => 2);
    }, history);
    await turns();
    outside.resolve();
    await turns();
    passGrace();
    expect(seen.end).toMatchObject({ type: "returned", value: 2 });
  });

  test("a step added after the recorded ones is fine", async () => {
    const { calls, turns } = bench(async (ctx) => {
      await ctx.step("one", () => 1);
      await ctx.step("two", () => 2);
      await ctx.step("three", () => 3);
    }, history);
    await turns();
    expect(calls.map((call) => call.identity.name)).toEqual(["three"]);
  });
});

test("a stored error is thrown into the code as the error it was", async () => {
  const { seen, failStep, turns } = bench((ctx) => ctx.step("one", () => 1));
  await turns();
  failStep("one", "no such customer");
  await turns();
  expect(seen.end).toMatchObject({ type: "threw", error: new Error("no such customer") });
});

test("a function that throws before its first call ends the pass like any other", async () => {
  const { seen, turns } = bench(() => {
    throw new Error("at once");
  });
  await turns();
  expect(seen.end).toMatchObject({ type: "threw", error: new Error("at once") });
});
