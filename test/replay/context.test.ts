/** Mistakes in calls: each is a rejected promise that names the value, and leaves no trace. */
import { expect, test } from "bun:test";
import type { WorkflowContext } from "../../src/model/context.ts";
import { bench } from "./bench-pass.ts";

const mistakes: readonly [string, (ctx: WorkflowContext) => Promise<unknown>, RegExp][] = [
  ["an empty step name", (ctx) => ctx.step("", () => 1), /empty/],
  ["a name with a newline", (ctx) => ctx.step("a\nb", () => 1), /control character/],
  ["a lone surrogate", (ctx) => ctx.step("a\ud800", () => 1), /surrogate/],
  ["a name of 201 characters", (ctx) => ctx.step("x".repeat(201), () => 1), /200/],
  ["no function", (ctx) => ctx.step("a", undefined as never), /function is undefined/],
  ["a negative sleep", (ctx) => ctx.sleep(-1), /-1/],
  ["a sleep of NaN", (ctx) => ctx.sleep(Number.NaN), /NaN/],
  ["a sleep without a unit", (ctx) => ctx.sleep("nap", "90"), /90/],
  ["a sleep of 101 years", (ctx) => ctx.sleep("5300w"), /5300w/],
  ["an invalid date", (ctx) => ctx.sleepUntil("nap", new Date("never")), /not an instant/],
  ["a text as date", (ctx) => ctx.sleepUntil("nap", "tomorrow" as never), /tomorrow/],
  ["a bad time-out of an event", (ctx) => ctx.waitForEvent("e", { timeout: "soon" }), /soon/],
  ["an empty key", (ctx) => ctx.step("a", () => 1, { key: "" }), /empty/],
  ["an empty scope", (ctx) => ctx.scope("", async () => 1), /empty/],
];

for (const [what, call, words] of mistakes) {
  test(`${what} is refused`, async () => {
    const { calls, seen, turns } = bench(call);
    await turns();
    expect(seen.end).toMatchObject({ type: "threw", error: { name: "ValidationError", message: expect.stringMatching(words) } });
    expect(calls).toEqual([]);
  });
}

test("an unnamed sleep is called sleep, and numbered", async () => {
  const { calls, turns } = bench((ctx) => Promise.all([ctx.sleep("1h"), ctx.sleep(5)]));
  await turns();
  expect(calls.map(({ identity: { name, n } }) => `${name} ${n}`)).toEqual(["sleep 1", "sleep 2"]);
});

test("the facts are those of the execution", async () => {
  let facts: unknown;
  const { turns } = bench(({ executionId, workflow, version, attempt, tags }) => {
    facts = { executionId, workflow, version, attempt, tags };
  });
  await turns();
  expect(facts).toEqual({ executionId: "x-1", workflow: "w", version: 2, attempt: 1, tags: { a: "b" } });
});
