/**
 * Goal: whatever reaches an execution while it ends or is undone, each step that was completed is undone once, the last one first, and the
 * execution ends as it was to end.
 *
 * Method: an act is let in after one turn of the loop, after two, and so on, so that it meets every moment of a walk. Time is simulated.
 */
import { afterEach, describe, expect, test } from "bun:test";
import { z } from "zod";
import type { WorkflowContext } from "../../src/model/context.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { WorkflowError } from "../../src/model/errors.ts";
import { isTerminal } from "../../src/model/status.ts";
import { RIG_TIMEOUT_MS, tiered } from "../crash/tier.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

/** Longer than any of the walks here. */
const TURNS = 36;
/** Other turns for every pair of act and end; all of them at night. */
const STRIDE = tiered({ ci: 5, night: 1, soak: 1 });

const pauseOf = (ctx: { readonly signal: AbortSignal }, ms: number): Promise<void> =>
  new Promise((resolve) => {
    bench.host.timers.after(ms, resolve);
    ctx.signal.addEventListener("abort", () => resolve());
  });

/** Three steps that can be undone, one after the other and side by side; ends as told. */
const saga = (all: (what: string) => unknown, end: End) =>
  defineWorkflow({
    name: "saga",
    retry: { attempts: 2, delay: "1s", jitter: false },
    panic: { maxRestarts: 50, delay: 1 },
    timeout: "1m",
    output: z.unknown().refine(async () => (await bench.host.settle(3), true)),
    async run(ctx) {
      const step = (what: string, ms = 0): Promise<unknown> =>
        ctx.step(
          what,
          async (step) => {
            if (ms > 0) await pauseOf(step, ms);
            all(`${ctx.executionId} did ${what}`);
            return what;
          },
          { compensate: (_, { attempt }) => void all(`${ctx.executionId} undid ${what} (${attempt})`) },
        );
      await step("a");
      await Promise.all([step("b", 5), step("c")]);
      return end(ctx, all);
    },
  });

type End = (ctx: WorkflowContext, note: (what: string) => unknown) => unknown;

const ENDS: Readonly<Record<string, End>> = {
  sleeps: (ctx) => ctx.sleep("nap", "2m"),
  throws: () => {
    throw new WorkflowError("no");
  },
  "begins a step that must not run twice": async (ctx, note) => {
    const body = (): void => void note(`${ctx.executionId} did once`);
    await ctx.step("once", body, { once: true, compensate: () => void note(`${ctx.executionId} undid once (1)`) });
    await ctx.sleep("nap", "2m");
  },
  returns: () => "done",
};

/** What the record and the ledger say that must not be. */
const wrongOf = async (id: string, all: readonly string[]): Promise<readonly string[]> => {
  const { execution, steps } = await bench.engine.history(id);
  const wrong: string[] = [];
  if (!isTerminal(execution.status)) return [`${id} is ${execution.status} ${execution.reason}`];
  const done = steps.filter(({ kind, status }) => kind === "step" && status === "completed");
  const undone = steps.filter(({ kind }) => kind === "compensation");
  const order = (rows: typeof steps): string[] => rows.toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0)).map(({ name }) => name);
  const [expected, found] = [order(done).reverse().join(" "), order(undone).join(" ")];
  if (execution.status === "completed" ? found !== "" : found !== expected) wrong.push(`${id} undid [${found}] of [${expected}]`);
  for (const { name } of undone) {
    const times = all.filter((line) => line.startsWith(`${id} undid ${name} `)).length;
    if (times !== 1) wrong.push(`${id} undid ${name} ${times} times`);
  }
  for (const { name, status } of steps) {
    if (["running", "waiting", "sleeping", "retrying"].includes(status)) wrong.push(`${id} has ${name} ${status}`);
  }
  return wrong;
};

/** Enough ticks and time, and a person who lets go on what was paused. */
const calm = async (id: string): Promise<void> => {
  for (let round = 0; round < 100; round++) {
    const { status } = await bench.engine.getStatus(id);
    if (isTerminal(status)) return;
    if (status === "paused") await bench.engine.resume(id).catch(() => {}); // over meanwhile
    void bench.engine.tick().catch(() => {});
    await bench.host.advance(10_000);
  }
};

interface Sweep {
  readonly act: (id: string) => unknown;
  /** So many turns later. */
  readonly then?: (id: string) => unknown;
  readonly from: number;
}

/** Lets `act` in after each number of turns, into an execution of its own. @returns what was wrong, with the turn */
const swept = async (all: readonly string[], { act, then, from }: Sweep): Promise<readonly string[]> => {
  const wrong: string[] = [];
  for (let turns = from; turns < TURNS; turns += STRIDE) {
    const id = `x${turns}`;
    await bench.engine.start("saga", undefined, { id });
    void bench.engine.tick({ holdMs: 5_000 }).catch(() => {});
    for (let turn = 0; turn < turns; turn++) {
      // Once time goes on, so that the slow step comes to its end.
      if (turn === 18) await bench.host.advance(5);
      else await bench.host.settle(1);
    }
    const acts = [done(act, id)];
    if (then !== undefined) {
      await bench.host.settle((turns * 5) % 11);
      acts.push(done(then, id));
    }
    await bench.host.settle(1);
    await calm(id);
    await Promise.all(acts);
    wrong.push(...(await wrongOf(id, all)).map((what) => `turn ${turns}: ${what}`));
  }
  return wrong;
};

/** What comes too late is refused. */
const done = async (act: (id: string) => unknown, id: string): Promise<void> => {
  await Promise.resolve(act(id)).catch(() => {});
};

const ACTS: Readonly<Record<string, Pick<Sweep, "act" | "then">>> = {
  "is cancelled": { act: (id) => bench.engine.cancel(id) },
  "is cancelled twice": { act: (id) => bench.engine.cancel(id, "first"), then: (id) => bench.engine.cancel(id, "second") },
  "is cancelled by another process": {
    act: async (id) => {
      const other = await bench.another();
      await other.requestCancel(id, { at: bench.host.clock.now(), reason: null });
      await other.close();
    },
    then: () => bench.host.advance(1_500),
  },
  "passes its deadline": { act: () => bench.host.advance(60_000) },
  "is paused": { act: (id) => bench.engine.operations.pause(id) },
  "is cancelled and then paused": { act: (id) => bench.engine.cancel(id), then: (id) => bench.engine.operations.pause(id) },
  "is paused and then cancelled": { act: (id) => bench.engine.operations.pause(id), then: (id) => bench.engine.cancel(id) },
  "is cancelled and passes its deadline": { act: (id) => bench.engine.cancel(id), then: () => bench.host.advance(60_000) },
};

describe("an execution undoes what it has completed, only that, once, and in order", () => {
  for (const [nth, [when, acts]] of Object.entries(ACTS).entries()) {
    for (const [mth, [what, end]] of Object.entries(ENDS).entries()) {
      test(
        `when it ${when} at any moment, and ${what}`,
        async () => {
          const { note, all } = ledger();
          bench = await openBench([saga(note, end)]);
          expect(await swept(all, { ...acts, from: (nth + 2 * mth) % STRIDE })).toEqual([]);
        },
        RIG_TIMEOUT_MS,
      );
    }
  }
});

test("a step that ends in the very moment of a cancellation is undone if it counts as completed", async () => {
  const { note, all } = ledger();
  const hops = (count: number, hop: () => Promise<unknown>): Promise<void> =>
    (async () => {
      for (let at = 0; at < count; at++) await hop();
    })();
  const close = defineWorkflow({
    name: "close",
    input: z.object({ turns: z.number(), ticks: z.number() }),
    async run(ctx, { turns, ticks }) {
      const body = async (): Promise<void> => {
        void bench.engine.cancel(ctx.executionId);
        await hops(turns, () => bench.host.settle(1));
        await hops(ticks, async () => null);
        note(`${ctx.executionId} did a`);
      };
      await ctx.step("a", body, { compensate: () => void note(`${ctx.executionId} undid a (1)`) });
      await ctx.sleep("nap", "2m");
    },
  });
  bench = await openBench([close]);
  const wrong: string[] = [];
  for (let turns = 0; turns < 6; turns++) {
    for (let ticks = 0; ticks < 24; ticks += 2) {
      const { id } = await bench.engine.start(close, { turns, ticks }, { id: `x${turns}-${ticks}` });
      await calm(id);
      wrong.push(...(await wrongOf(id, all)).map((what) => `after ${turns} turns and ${ticks} ticks: ${what}`));
    }
  }
  expect(wrong).toEqual([]);
});

test("an execution that is cancelled while it is taken up again undoes all that earlier passes have done", async () => {
  const { note, all } = ledger();
  const long = defineWorkflow({
    name: "long",
    async run(ctx) {
      for (let at = 0; at < 12; at++) {
        await ctx.step(`s${at}`, () => at, { compensate: () => void note(`${ctx.executionId} undid s${at} (1)`) });
      }
      await ctx.sleep("nap", "2m");
    },
  });
  bench = await openBench([long]);
  const wrong: string[] = [];
  for (let turns = 0; turns < TURNS; turns++) {
    const id = `x${turns}`;
    await bench.engine.start(long, undefined, { id });
    await during(bench, bench.engine.tick());
    await bench.engine.operations.wake(id);
    void bench.engine.tick();
    await bench.host.settle(turns);
    await bench.engine.cancel(id);
    await calm(id);
    wrong.push(...(await wrongOf(id, all)).map((what) => `turn ${turns}: ${what}`));
  }
  expect(wrong).toEqual([]);
});

test("a cancelled execution whose record cannot be read just now is undone later, and not ended as it is", async () => {
  const { note, all } = ledger();
  bench = await openBench([saga(note, (ctx) => ctx.sleep("nap", "2m"))]);
  await bench.engine.start("saga", undefined, { id: "x" });
  await during(bench, bench.engine.tick(), 1_000, 10);
  expect(await bench.engine.cancel("x")).toMatchObject({ status: "pending" });
  const history = bench.store.history.bind(bench.store);
  let failures = 0;
  bench.store.history = (id) =>
    failures++ === 0 ? Promise.reject(Object.assign(new Error("disk I/O error"), { code: "SQLITE_IOERR_READ" })) : history(id);
  await calm("x");
  expect(await wrongOf("x", all)).toEqual([]);
  expect(all.filter((line) => line.includes("undid"))).toHaveLength(3);
});

describe("a step that must not run twice, whose start is on its way to the disk when its execution is decided to fail", () => {
  const strayed = (isUndoable: boolean, note: (what: string) => unknown) =>
    defineWorkflow({
      name: "strayed",
      async run(ctx) {
        await ctx.step("a", () => note("did a"), isUndoable ? { compensate: () => void note("undid a") } : {});
        void ctx.step("once", () => note("did once"), { once: true, compensate: () => void note("undid once") });
        bench.host.throwStray(new Error("out of nowhere"));
        await ctx.sleep("nap", "2m");
      },
    });

  for (const isUndoable of [true, false]) {
    test(`does not begin any more, and is not left open${isUndoable ? "; what was done before is undone" : ""}`, async () => {
      const { note, all } = ledger();
      const workflow = strayed(isUndoable, note);
      bench = await openBench([workflow]);
      const { id } = await bench.engine.start(workflow, undefined);
      await calm(id);
      const { execution, steps } = await bench.engine.history(id);
      expect(execution).toMatchObject({ status: "failed", error: { code: "STRAY_ERROR" } });
      expect(all).toEqual(isUndoable ? ["did a", "undid a"] : ["did a"]);
      expect(steps.find(({ name }) => name === "once")).toMatchObject({ status: "cancelled" });
    });
  }
});
