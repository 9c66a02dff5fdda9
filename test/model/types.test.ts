/**
 * Goal: what schemas and functions say of types is known wherever `ctx` gives a value, and a wrong use does not compile.
 *
 * Method: the functions given to `compiles` never run. The compiler fails when a type is another than stated, and when what stands below
 * `@ts-expect-error` compiles; `types-compiled.test.ts` asks it, as `bun check` does.
 */
import type { SQL, TransactionSQL } from "bun";
import type { Database } from "bun:sqlite";
import { describe, expectTypeOf, test } from "bun:test";
import {
  type Approval,
  type ExecutionHandle,
  type RaceResult,
  type Secret,
  secret,
  secretOf,
  type StartedChild,
  type StepOptions,
  Workflow,
  type WorkflowContext,
  type WorkflowDefinition,
  type WorkflowEvent,
} from "wflite";
import { z } from "zod";

declare const ctx: WorkflowContext;
declare const db: Database;
declare const sql: SQL;

const compiles = (_: () => unknown): void => {};

const thumb = Workflow.define({
  name: "thumb",
  input: z.object({ file: z.string(), width: z.number().default(200) }),
  output: z.object({ bytes: z.number() }),
  run: async (_, { width }) => ({ bytes: width }),
});
const bare = Workflow.define({ name: "bare", run: async () => [1, "two"] as const });
const textual = Workflow.define({ name: "textual", input: z.string().transform(Number), run: (_, n) => n });
const silent = Workflow.define({ name: "silent", run: async () => {} });
const login = Workflow.define({
  name: "login",
  input: z.object({ token: secretOf(z.string()) }),
  run: async (_, { token }) => {
    expectTypeOf(token).toEqualTypeOf<Secret<string>>();
    return secret({ session: 1 });
  },
});

describe("a definition", () => {
  test("is typed by its schemas, else by its function", () => {
    expectTypeOf(thumb).toEqualTypeOf<WorkflowDefinition<{ file: string; width?: number | undefined }, { bytes: number }>>();
    expectTypeOf(bare).toEqualTypeOf<WorkflowDefinition<unknown, readonly [1, "two"]>>();
    expectTypeOf(textual).toEqualTypeOf<WorkflowDefinition<string, number>>();
  });

  test("whose function starts over gives what its other ends give", () => {
    const again = Workflow.define({ name: "again", input: z.number(), run: async (c, n) => (n < 3 ? c.continueAsNew(n + 1) : "done") });
    expectTypeOf(again).toEqualTypeOf<WorkflowDefinition<number, string>>();
  });

  test("takes a secret plain or wrapped", () => {
    compiles(() => {
      expectTypeOf(ctx.run(login, { token: "t" })).toEqualTypeOf<Promise<Secret<{ session: number }>>>();
      void ctx.run(login, { token: secret("t") });
      // @ts-expect-error a secret of something else
      void ctx.run(login, { token: secret(1) });
    });
  });

  test("is started from a program as from another workflow", () => {
    compiles(() => {
      expectTypeOf(Workflow.start(thumb, { file: "a" }, { id: "t" })).toEqualTypeOf<Promise<ExecutionHandle<{ bytes: number }>>>();
      void Workflow.start(bare);
      // @ts-expect-error it has an input
      void Workflow.start(thumb);
    });
  });
});

describe("a child", () => {
  test("gives the output of its definition, and takes what its input schema takes", () => {
    compiles(() => {
      expectTypeOf(ctx.run(thumb, { file: "a" })).toEqualTypeOf<Promise<{ bytes: number }>>();
      expectTypeOf(ctx.run(textual, "12", { id: "t", tags: { by: "me" }, delay: "1h", priority: 5 })).toEqualTypeOf<Promise<number>>();
      expectTypeOf(ctx.run(silent, {})).toEqualTypeOf<Promise<void>>();
      // @ts-expect-error no file
      void ctx.run(thumb, {});
      // @ts-expect-error a number
      void ctx.run(thumb, { file: 1 });
      // @ts-expect-error the input as the function gets it, not as the schema takes it
      void ctx.run(textual, 12);
      // @ts-expect-error an option that there is not
      void ctx.run(thumb, { file: "a" }, { tag: "b" });
    });
  });

  test("without an input schema takes anything, or nothing", () => {
    compiles(() => {
      expectTypeOf(ctx.run(bare)).toEqualTypeOf<Promise<readonly [1, "two"]>>();
      void ctx.run(bare, { any: "thing" }, { detached: true });
      void ctx.start(bare);
      // @ts-expect-error this one has a schema
      void ctx.run(thumb);
    });
  });

  test("of a name gives something unknown", () => {
    compiles(() => {
      expectTypeOf(ctx.run("thumb", { file: 1 })).toEqualTypeOf<Promise<unknown>>();
      expectTypeOf(ctx.run("thumb")).toEqualTypeOf<Promise<unknown>>();
    });
  });

  test("that is only started gives its id", () => {
    compiles(() => {
      expectTypeOf(ctx.start(thumb, { file: "a" })).toEqualTypeOf<Promise<StartedChild>>();
      expectTypeOf(ctx.start("thumb")).toEqualTypeOf<Promise<StartedChild>>();
      // @ts-expect-error no file
      void ctx.start(thumb, {});
    });
  });
});

describe("a step", () => {
  test("gives what its function gives", () => {
    compiles(() => {
      expectTypeOf(ctx.step("a", () => 1)).toEqualTypeOf<Promise<number>>();
      expectTypeOf(ctx.step("a", async ({ idempotencyKey }) => ({ key: idempotencyKey }))).toEqualTypeOf<Promise<{ key: string }>>();
      expectTypeOf(ctx.step("a", () => {})).toEqualTypeOf<Promise<void>>();
      expectTypeOf(ctx.step("a", async () => secret("s"))).toEqualTypeOf<Promise<Secret<string>>>();
    });
  });

  test("with an output schema gives what that makes of it, whatever its function gives", () => {
    const output = z.object({ a: z.string() });
    compiles(() => {
      expectTypeOf(ctx.step("a", async (): Promise<unknown> => ({ a: "b" }), { output })).toEqualTypeOf<Promise<{ a: string }>>();
      expectTypeOf(ctx.step("a", () => ({ a: "b", more: 1 }), { output })).toEqualTypeOf<Promise<{ a: string }>>();
      expectTypeOf(ctx.step("a", () => "12", { output: z.string().transform(Number) })).toEqualTypeOf<Promise<number>>();
    });
  });

  test("hands its result, as it is stored, to its compensation", () => {
    compiles(() => {
      void ctx.step("a", async () => ({ seat: "12A" }), {
        compensate: ({ seat }, { idempotencyKey, signal }) => {
          expectTypeOf(seat).toEqualTypeOf<string>();
          expectTypeOf(idempotencyKey).toEqualTypeOf<string>();
          expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
        },
      });
      void ctx.step("a", () => "12", {
        output: z.string().transform(Number),
        compensate: (n) => expectTypeOf(n).toEqualTypeOf<number>(),
      });
      // @ts-expect-error there is no room
      void ctx.step("a", async () => ({ seat: "12A" }), { compensate: ({ room }) => room });
    });
  });

  test("is answered for by `verify` with a result of its own type", () => {
    const pay = async () => ({ receipt: "r" });
    compiles(() => {
      void ctx.step("a", pay, { once: true, verify: async () => ({ done: true, result: { receipt: "r" } }) });
      void ctx.step("a", pay, { once: true, verify: () => ({ done: false }) });
      void ctx.step("a", pay, { once: true, verify: () => undefined });
      // @ts-expect-error a number is no receipt
      void ctx.step("a", pay, { once: true, verify: () => ({ done: true, result: 3 }) });
      // @ts-expect-error done, with what?
      void ctx.step("a", pay, { once: true, verify: () => ({ done: true }) });
    });
  });

  test("has the options that there are, also by way of a function of the user", () => {
    const traced = <T>(name: string, fn: () => Promise<T>, options?: StepOptions<T>): Promise<T> => ctx.step(name, fn, options);
    compiles(() => {
      expectTypeOf(traced("a", async () => 1, { onExhausted: "pause" })).toEqualTypeOf<Promise<number>>();
      // @ts-expect-error neither of the two
      void ctx.step("a", () => 1, { onExhausted: "stop" });
      // @ts-expect-error a misspelt one
      void ctx.step("a", () => 1, { compensates: () => {} });
    });
  });
});

describe("a branch", () => {
  test("of a map gives results of one type, in an array", () => {
    compiles(() => {
      expectTypeOf(ctx.map("a", ["x"], (file, item) => item.run(thumb, { file }))).toEqualTypeOf<Promise<{ bytes: number }[]>>();
      expectTypeOf(ctx.map("a", ["x"] as const, (file) => file)).toEqualTypeOf<Promise<"x"[]>>();
      expectTypeOf(ctx.map("a", [1], async (n, item, index) => ({ n, item, index }))).toEqualTypeOf<
        Promise<{ n: number; item: WorkflowContext; index: number }[]>
      >();
      void ctx.map("a", [{ id: 1 }], ({ id }) => id, { key: ({ id }) => id, concurrency: 2 });
      // @ts-expect-error an object identifies nothing
      void ctx.map("a", [{ id: 1 }], ({ id }) => id, { key: (item) => item });
    });
  });

  test("of a race is told from the others by its name", () => {
    compiles(async () => {
      const result = await ctx.race({
        answer: ctx.waitForEvent("answer", { schema: z.object({ n: z.number() }) }),
        late: ctx.sleep("1h"),
        work: async (lane) => lane.run(thumb, { file: "a" }),
        quick: () => 3,
      });
      expectTypeOf(result).toEqualTypeOf<
        | { readonly winner: "answer"; readonly value: WorkflowEvent<{ n: number }> | null }
        | { readonly winner: "late"; readonly value: void }
        | { readonly winner: "work"; readonly value: { bytes: number } }
        | { readonly winner: "quick"; readonly value: number }
      >();
      if (result.winner === "work") expectTypeOf(result.value).toEqualTypeOf<{ bytes: number }>();
      // @ts-expect-error nobody of that name takes part
      if (result.winner === "nobody") return;
      expectTypeOf<RaceResult<{ a: Promise<1> }>>().toEqualTypeOf<{ readonly winner: "a"; readonly value: 1 }>();
      // @ts-expect-error neither a promise nor a function
      void ctx.race({ a: 1 });
    });
  });

  test("that is a scope gives what its function gives, and gets a context", () => {
    compiles(() => expectTypeOf(ctx.scope("a", async (inner) => inner)).toEqualTypeOf<Promise<WorkflowContext>>());
  });
});

describe("a wait", () => {
  test("for an event is typed by its schema, and so is what `match` looks at", () => {
    compiles(() => {
      expectTypeOf(ctx.waitForEvent("a")).toEqualTypeOf<Promise<WorkflowEvent | null>>();
      expectTypeOf(ctx.waitForEvent("a", { schema: z.object({ n: z.coerce.number() }), match: ({ n }) => n > 3 })).toEqualTypeOf<
        Promise<WorkflowEvent<{ n: number }> | null>
      >();
      // @ts-expect-error it can be null
      void ctx.waitForEvent("a").then(({ payload }) => payload);
    });
  });

  test("for an approval gives the decision", () => {
    compiles(() => {
      expectTypeOf(ctx.approve("a", { timeout: "1h", message: "?" })).toEqualTypeOf<Promise<Approval>>();
      // @ts-expect-error nobody may have decided
      void ctx.approve("a").then(({ by }) => by.length);
    });
  });
});

describe("a transaction", () => {
  test("of SQLite is given the database, and may not be async", () => {
    compiles(() => {
      const saved = ctx.transaction("a", db, (tx) => {
        expectTypeOf(tx).toEqualTypeOf<Database>();
        return 1;
      });
      expectTypeOf(saved).toEqualTypeOf<Promise<number>>();
      // @ts-expect-error it would be over before it is committed
      void ctx.transaction("a", db, async () => 1);
    });
  });

  test("of PostgreSQL is given a connection of its own", () => {
    compiles(() => {
      const saved = ctx.transaction("a", sql, async (tx) => {
        expectTypeOf(tx).toEqualTypeOf<TransactionSQL>();
        return ["row"];
      });
      expectTypeOf(saved).toEqualTypeOf<Promise<string[]>>();
      // @ts-expect-error no database
      void ctx.transaction("a", {}, () => 1);
    });
  });
});

test("the facts and the rest", () => {
  compiles(() => {
    expectTypeOf(ctx.continueAsNew({})).toEqualTypeOf<Promise<never>>();
    expectTypeOf(ctx.patched("a")).toEqualTypeOf<boolean>();
    expectTypeOf(ctx.scheduledFor).toEqualTypeOf<Date | null>();
    expectTypeOf(ctx.tags).toEqualTypeOf<Readonly<Record<string, string>>>();
    // @ts-expect-error a fact
    ctx.version = 2;
  });
});
