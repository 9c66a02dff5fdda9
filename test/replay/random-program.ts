/**
 * Random workflow functions, as trees, and a random engine for them.
 *
 * A program is a tree of steps, sleeps and children under native combinators, `ctx.race`, `ctx.map`, `ctx.scope` and sequences, with few
 * names, so that the same name is used in interleaved branches all the time. Running it notes every continuation in a trace. The engine
 * completes what the program waits for in a seeded random order, several at once now and then, as a group commit does.
 */
import fc from "fast-check";
import type { WorkflowContext } from "../../src/model/context.ts";
import type { StepRecord } from "../../src/model/records.ts";
import type { Call } from "../../src/replay/call.ts";
import { makeContext } from "../../src/replay/context.ts";
import type { PassEnd } from "../../src/replay/outcome.ts";
import { Pass } from "../../src/replay/pass.ts";
import type { PassSink } from "../../src/replay/pass-parts.ts";

export type Program =
  | { readonly do: "step"; readonly name: string; readonly fails: boolean; readonly hops: number }
  | { readonly do: "sleep" | "child"; readonly name: string }
  | { readonly do: "map"; readonly name: string; readonly of: readonly Program[]; readonly concurrency: number; readonly isKeyed: boolean }
  | { readonly do: "scope"; readonly name: string; readonly of: readonly Program[] }
  /** Of what has begun before, of functions, or of both in turn. */
  | { readonly do: "let go"; readonly of: readonly Program[]; readonly racers: "promises" | "functions" | "mixed" }
  | { readonly do: "sequence" | "all" | "race" | "any" | "allSettled" | "catch"; readonly of: readonly Program[] };

const leaf: fc.Arbitrary<Program> = fc.oneof(
  fc.record({
    do: fc.constant("step" as const),
    name: fc.constantFrom("a", "b", "c"),
    fails: fc.boolean(),
    hops: fc.nat(3),
  }),
  fc.record({ do: fc.constantFrom("sleep" as const, "child" as const), name: fc.constantFrom("a", "nap") }),
);

const COMBINATORS = ["sequence", "all", "race", "any", "allSettled", "catch"] as const;

const branches = (child: fc.Arbitrary<Program>): fc.Arbitrary<Program> => {
  const of = fc.array(child, { minLength: 2, maxLength: 4 });
  const name = fc.constantFrom("a", "m");
  return fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom(...COMBINATORS), of }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("map" as const),
        name,
        of,
        concurrency: fc.integer({ min: 1, max: 3 }),
        isKeyed: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("scope" as const), name, of }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant("let go" as const), of, racers: fc.constantFrom("promises", "functions", "mixed") }),
    },
  );
};

const shallow = fc.oneof(leaf, branches(leaf));

/** Up to four levels deep; a third of the programs wait for more than ten operations. */
export const program: fc.Arbitrary<Program> = branches(fc.oneof(leaf, shallow, branches(shallow)));

const hop = async (count: number): Promise<void> => {
  for (let index = 0; index < count; index++) await null;
};

export const perform = async (node: Program, ctx: WorkflowContext, trace: string[]): Promise<unknown> => {
  switch (node.do) {
    case "step": {
      await hop(node.hops);
      const value = await ctx.step(node.name, () => node.name);
      trace.push(`step ${node.name} gave ${JSON.stringify(value)}`);
      return value;
    }
    case "sleep":
      await ctx.sleep(node.name, "1h");
      trace.push(`slept ${node.name}`);
      return `slept ${node.name}`;
    case "child": {
      const value = await ctx.run(node.name);
      trace.push(`child ${node.name} gave ${JSON.stringify(value)}`);
      return value;
    }
    case "sequence":
      return inTurn(node.of, ctx, trace);
    case "scope":
      return ctx.scope(node.name, (inner) => inTurn(node.of, inner, trace));
    case "map": {
      const { concurrency, isKeyed } = node;
      const key = isKeyed ? (_: Program, index: number) => `item ${node.of.length - index}` : undefined;
      const work = (child: Program, inner: WorkflowContext): Promise<unknown> => perform(child, inner, trace);
      const values = await ctx.map(node.name, node.of, work, key === undefined ? { concurrency } : { concurrency, key });
      trace.push(`map gave ${JSON.stringify(values)}`);
      return values;
    }
    case "let go": {
      const result = await ctx.race(racersOf(node, ctx, trace));
      trace.push(`race won by ${JSON.stringify(result)}`);
      return result.winner;
    }
    case "catch":
      try {
        return await perform({ do: "all", of: node.of }, ctx, trace);
      } catch (error) {
        trace.push(`caught ${String(error)}`);
        return "caught";
      }
    default: {
      const branches = node.of.map((child) => perform(child, ctx, trace));
      for (const branch of branches) branch.catch(() => {}); // losers may fail
      const value = await combine(node.do, branches);
      trace.push(`${node.do} gave ${JSON.stringify(value)}`);
      return value;
    }
  }
};

const inTurn = async (nodes: readonly Program[], ctx: WorkflowContext, trace: string[]): Promise<readonly unknown[]> => {
  const values: unknown[] = [];
  for (const child of nodes) values.push(await perform(child, ctx, trace));
  return values;
};

/** A wait is handed over as it is, so that it is let go of itself; other promises are those of code that goes on. */
const racersOf = (
  { of, racers }: Program & { readonly do: "let go" },
  ctx: WorkflowContext,
  trace: string[],
): Record<string, Promise<unknown> | ((ctx: WorkflowContext) => Promise<unknown>)> =>
  Object.fromEntries(
    of.map((child, at) => {
      if (racers === "functions" || (racers === "mixed" && at % 2 === 0)) {
        return [`r${at}`, (inner: WorkflowContext) => perform(child, inner, trace)];
      }
      const promise: Promise<unknown> =
        child.do === "sleep" ? ctx.sleep(child.name, "1h") : child.do === "child" ? ctx.run(child.name) : perform(child, ctx, trace);
      promise.catch(() => {}); // losers may fail
      return [`r${at}`, promise];
    }),
  );

const combine = (how: "all" | "race" | "any" | "allSettled", branches: readonly Promise<unknown>[]): Promise<unknown> => {
  switch (how) {
    case "all":
      return Promise.all(branches);
    case "race":
      return Promise.race(branches);
    case "any":
      return Promise.any(branches);
    case "allSettled":
      return Promise.allSettled(branches).then((all) => all.map(({ status }) => status));
    default:
      return how satisfies never;
  }
};

export interface Walk {
  readonly end: PassEnd | undefined;
  readonly trace: readonly string[];
  /** Everything recorded, in the order of completion. */
  readonly history: readonly StepRecord[];
  /** Keys of the calls that reached the engine, in order. */
  readonly calls: readonly string[];
  /** What was still open at every number of completions. */
  readonly openAfter: ReadonlyMap<number, readonly string[]>;
}

/** Walks a program over `recorded`, then completes up to `more` operations in an order drawn from `chance`. */
export const walk = async (tree: Program, recorded: readonly StepRecord[], chance: () => number, more: number): Promise<Walk> => {
  const trace: string[] = [];
  const history = [...recorded];
  const calls: string[] = [];
  const waiting = new Map<string, Call>();
  const openAfter = new Map<number, readonly string[]>();
  let end: PassEnd | undefined;
  const sink: PassSink = {
    call: (call) => {
      calls.push(call.key);
      waiting.set(call.key, call);
    },
    idle: () => {},
    dropped: (call) => void waiting.delete(call.key),
    marked: () => undefined,
    stalled: () => {},
    ended: (how) => {
      end = how;
    },
    late: () => {},
  };
  const pass = new Pass({
    run: (self) => perform(tree, makeContext(self, FACTS), trace),
    steps: recorded,
    marks: new Map(),
    sink,
    enter: (fn) => fn(),
    decodeError: (text) => new Error(text),
    turn: (fn) => void setImmediate(fn),
    after: () => () => {},
    startedAt: 0,
    graceMs: 0,
  });
  pass.start();
  let left = more;
  for (;;) {
    await settle(recorded.length);
    openAfter.set(history.length, [...waiting.keys()].sort());
    if (end !== undefined || left === 0 || waiting.size === 0) break;
    const batch = Math.min(left, waiting.size, chance() < 0.3 ? 2 : 1);
    const completed = Array.from({ length: batch }, () => take(waiting, chance)).map((call) => {
      const record = complete(call, history.length + 1, tree);
      history.push(record);
      return { call, record };
    });
    for (const { call, record } of completed) pass.complete(call, record);
    left -= batch;
  }
  pass.park();
  return { end, trace, history, calls, openAfter };
};

const FACTS = {
  ...{ executionId: "x", workflow: "w", version: 1, attempt: 1, tags: {}, seed: "x" },
  signal: () => new AbortController().signal,
  isInsideStep: () => false,
  scheduledFor: null,
  transact: () => Promise.reject(new Error("no transactions here")),
  shell: () => Promise.reject(new Error("no shell here")),
  maxValueBytes: 1_048_576,
  log: () => ({ debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }),
};

/** Enough turns for every recorded completion and all that follows from it. */
const settle = async (recorded: number): Promise<void> => {
  for (let turn = 0; turn < recorded + 6; turn++) await new Promise((resolve) => setImmediate(resolve));
};

const take = (waiting: Map<string, Call>, chance: () => number): Call => {
  const all = [...waiting.values()];
  const call = all[Math.min(all.length - 1, Math.floor(chance() * all.length))] as Call;
  waiting.delete(call.key);
  return call;
};

const complete = (call: Call, order: number, tree: Program): StepRecord => {
  const fails = call.asks.type === "step" && failing(tree).has(call.identity.name) && call.identity.n % 2 === 1;
  return {
    ...call.identity,
    ...{ status: fails ? "failed" : "completed", order, attempt: 1, startedAt: order, finishedAt: order, wakeAt: null },
    ...{ flags: 0, detail: null },
    outputText: call.asks.type === "step" && !fails ? JSON.stringify(`${call.identity.name}#${call.identity.n}`) : null,
    errorText: fails ? "boom" : null,
  };
};

const failing = (tree: Program): ReadonlySet<string> => {
  if (tree.do === "step") return new Set(tree.fails ? [tree.name] : []);
  return "of" in tree ? new Set(tree.of.flatMap((child) => [...failing(child)])) : new Set();
};
