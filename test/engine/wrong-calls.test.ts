/** Calls that the types would have refused: each is a `ValidationError` that names the call, and nothing is recorded for it. */
import { afterEach, expect, test } from "bun:test";
import type { WorkflowContext } from "../../src/model/context.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, during, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

type Untyped = { readonly [Call in keyof WorkflowContext]: (...args: unknown[]) => unknown };
const one = (): number => 1;

const outcomeOf = async (call: (ctx: Untyped) => unknown) => {
  const work = defineWorkflow({ name: "work", retry: { attempts: 1 }, run: (ctx) => call(ctx as unknown as Untyped) });
  bench = await openBench([work]);
  const { id } = await bench.engine.start(work, undefined);
  await during(bench, bench.engine.tick());
  return bench.engine.history(id);
};

test.each([
  [
    "a compensation that is a text",
    (ctx: Untyped) => ctx.step("a", one, { compensate: "undo" }),
    'step "a": its `compensate` is not a function',
  ],
  ["a verify that is a value", (ctx: Untyped) => ctx.step("a", one, { once: true, verify: 3 }), 'step "a": its `verify` is not a function'],
  ["another onExhausted", (ctx: Untyped) => ctx.step("a", one, { onExhausted: "stop" }), 'its `onExhausted` is neither "fail" nor "pause"'],
  ["a map of a text", (ctx: Untyped) => ctx.map("m", "abc", one), 'map "m": its items are not an array'],
  ["a map without a function", (ctx: Untyped) => ctx.map("m", [1]), 'call "m": its function is undefined'],
  ["a race of nobody", (ctx: Untyped) => ctx.race(), "race: nobody takes part in it"],
  ["a child without a name", (ctx: Untyped) => ctx.run(undefined, {}), "a child name is text, not undefined"],
  [
    "an approval that never ends",
    (ctx: Untyped) => ctx.approve("a", { timeout: "never" }),
    'timeout of approval "a": "never" is not a duration',
  ],
  ["a patch without an id", (ctx: Untyped) => ctx.patched(), "a patch name is text, not undefined"],
] as const)("%s", async (_, call, message) => {
  const { execution, steps } = await outcomeOf(call);
  expect(execution).toMatchObject({ status: "failed", error: { name: "ValidationError", message: expect.stringContaining(message) } });
  expect(steps).toEqual([]);
});

test.each([
  ["an approval", (ctx: Untyped) => ctx.approve("b"), 'approval "b"'],
  ["a step", (ctx: Untyped) => ctx.step("b", one), 'step "b"'],
  ["a child", (ctx: Untyped) => ctx.run("b"), 'child "b"'],
  ["a new beginning", (ctx: Untyped) => ctx.continueAsNew({}), "continueAsNew"],
] as const)("%s inside the function of a step is refused by its name", async (_, call, name) => {
  const { execution, steps } = await outcomeOf((ctx) => ctx.step("a", () => call(ctx), { retry: { attempts: 3 } }));
  // Trying again would ask for the same.
  expect(steps.map(({ attempts }) => attempts.length)).toEqual([1]);
  expect(execution).toMatchObject({
    status: "failed",
    error: { code: "NESTED_CALL", message: expect.stringMatching(new RegExp(`^${name} was asked`)) },
  });
});

test("right options are left alone", async () => {
  const right = { compensate: one, verify: one, onExhausted: "pause" };
  const { execution } = await outcomeOf((ctx) => ctx.step("a", one, right));
  expect(execution).toMatchObject({ status: "completed", output: 1 });
});
