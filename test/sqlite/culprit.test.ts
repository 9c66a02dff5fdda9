/** Which failed steps ended an execution: by their errors, the order of completions, and the times of their attempts. */
import { describe, expect, test } from "bun:test";
import { encodeError } from "../../src/model/codec/error.ts";
import type { AttemptRecord, StepRecord } from "../../src/model/records.ts";
import { culpritsOf } from "../../src/sqlite/operations/culprit.ts";
import { NOW, step } from "../suites/store/samples.ts";

/** Without a stack, so that two of one message are one error. */
const error = (message: string, more: Partial<Error> & { readonly errors?: readonly Error[] } = {}): Error =>
  Object.assign(new Error(message), { stack: undefined }, more);

const failed = (name: string, order: number, given: { error: Error; from?: number; to?: number }): StepRecord =>
  step(name, {
    ...{ order, status: "failed", outputText: null, errorText: encodeError(given.error) },
    ...{ startedAt: NOW + (given.from ?? order * 10), finishedAt: NOW + (given.to ?? order * 10 + 5) },
  });

const names = (thrown: Error | null, steps: readonly StepRecord[], attempts: readonly AttemptRecord[] = []): readonly string[] =>
  culpritsOf(thrown === null ? null : encodeError(thrown), { steps, attempts }).map(({ name }) => name);

const down = error("down");

describe("the culprit is", () => {
  test("the step whose error was thrown, not one that failed with another", () => {
    const steps = [failed("a", 1, { error: error("other") }), failed("b", 2, { error: down }), step("c", { order: 3 })];
    expect(names(down, steps)).toEqual(["b"]);
  });

  test("the last of those that failed with it one after the other", () => {
    const steps = [failed("a", 1, { error: down }), step("between", { order: 2 }), failed("b", 3, { error: down })];
    expect(names(down, steps)).toEqual(["b"]);
  });

  test("all that were under way with it, each overlapping the next", () => {
    const steps = [
      failed("before", 1, { error: down, from: 0, to: 9 }),
      failed("a", 2, { error: down, from: 10, to: 20 }),
      failed("b", 3, { error: down, from: 15, to: 30 }),
      failed("c", 4, { error: down, from: 28, to: 40 }),
    ];
    expect(names(down, steps)).toEqual(["a", "b", "c"]);
  });

  test("one that was under way with it by an earlier attempt", () => {
    const late = failed("late", 2, { error: down, from: 50, to: 60 });
    const steps = [failed("early", 1, { error: down, from: 10, to: 20 }), late];
    expect(names(down, steps)).toEqual(["late"]);
    const { scope, kind, name, n } = late;
    const attempt = { scope, kind, name, n, attempt: 1, startedAt: NOW + 12, finishedAt: NOW + 15, errorText: "{}" };
    expect(names(down, steps, [attempt])).toEqual(["early", "late"]);
  });

  test("each of those whose errors were gathered, and the one that is a cause", () => {
    const steps = [failed("a", 1, { error: error("one") }), failed("b", 2, { error: error("two") }), failed("c", 3, { error: down })];
    expect(names(new AggregateError([error("one"), error("two")], "all"), steps)).toEqual(["a", "b"]);
    expect(names(error("wrapped", { cause: error("again", { cause: down }) }), steps)).toEqual(["c"]);
  });

  test("the last completion, where it failed and the error names no step", () => {
    const steps = [failed("a", 1, { error: down }), failed("b", 2, { error: error("other") })];
    expect(names(error("new"), steps)).toEqual(["b"]);
    expect(names(error("new"), [...steps, step("c", { order: 3 })])).toEqual([]);
  });

  test("no step, where none failed, and no compensation", () => {
    expect(names(down, [step("a"), step("b", { order: 2 })])).toEqual([]);
    expect(names(down, [{ ...failed("undo", 1, { error: down }), kind: "compensation" }])).toEqual([]);
    expect(names(null, [])).toEqual([]);
  });

  test("not found by an error that cannot be read", () => {
    const steps = [failed("a", 1, { error: down }), { ...failed("b", 2, { error: down }), errorText: "{" }, step("c", { order: 3 })];
    expect(names(down, steps)).toEqual(["a"]);
    expect(culpritsOf("{", { steps, attempts: [] })).toEqual([]);
  });
});
