/** What a workflow says of limits and priorities, and what follows for one input. */
import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { defineWorkflow } from "../../src/model/definition.ts";
import { WfliteError } from "../../src/model/errors.ts";
import { describeFlow, flowOf } from "../../src/model/flow.ts";
import { describeLane, laneKey } from "../../src/model/lane.ts";

const run = (): void => {};
const base = { name: "import", run };
const clear = { hide: (text: string) => text };

const problemOf = (fn: () => unknown): string => {
  try {
    fn();
    return "none";
  } catch (error) {
    return error instanceof WfliteError ? `${error.code}: ${error.message}` : String(error);
  }
};

describe("a definition", () => {
  test("without limits has none", () => {
    expect(defineWorkflow(base)).toMatchObject({ concurrency: null, rateLimit: null, priority: 0 });
    expect(flowOf(defineWorkflow(base), {}, clear)).toEqual({ priority: 0, lane: null, limits: null });
  });

  test("has its limits with every default filled in, durations in milliseconds", () => {
    const limited = defineWorkflow({ ...base, concurrency: { limit: 2 }, rateLimit: { limit: 10, period: "1m" }, priority: -3 });
    expect(limited).toMatchObject({
      concurrency: { limit: 2, key: null, onLimit: "queue" },
      rateLimit: { limit: 10, periodMs: 60_000, key: null },
      priority: -3,
    });
  });

  test.each([
    [{ concurrency: { limit: 0 } }, /concurrency\.limit/],
    [{ concurrency: { limit: 1.5 } }, /concurrency\.limit: must be a whole number from 1 to 10000/],
    [{ concurrency: { limit: 10_001 } }, /concurrency\.limit/],
    [{ concurrency: {} }, /concurrency\.limit/],
    [{ concurrency: { limit: 1, key: "plan" } }, /concurrency\.key: must be a function/],
    [{ concurrency: { limit: 1, onLimit: "wait" } }, /concurrency\.onLimit/],
    [{ concurrency: { limit: 1, max: 3 } }, /max/],
    [{ rateLimit: { limit: 1 } }, /rateLimit\.period/],
    [{ rateLimit: { limit: 1, period: "soon" } }, /rateLimit\.period/],
    [{ rateLimit: { limit: 1, period: 0 } }, /rateLimit\.period: must be longer than nothing/],
    [{ priority: 101 }, /priority/],
    [{ priority: -101 }, /priority/],
    [{ priority: 0.5 }, /priority/],
    [{ priority: "high" }, /priority: must be a whole number from -100 to 100, or a function/],
  ])("that says %p is refused, with the field", (wrong, problem) => {
    const refused = problemOf(() => defineWorkflow({ ...base, ...wrong } as never));
    expect(refused).toStartWith("DEFINITION_INVALID");
    expect(refused).toMatch(problem);
  });

  test("of another copy of this package, which knows of no limits, has none", () => {
    expect(flowOf({ name: "old" } as never, {}, clear)).toEqual({ priority: 0, lane: null, limits: null });
    expect(describeFlow({})).toBeNull();
  });

  test("is described for people", () => {
    const limited = { ...base, concurrency: { limit: 2, key: () => 1, onLimit: "skip" as const }, rateLimit: { limit: 10, period: "1m" } };
    expect(describeFlow(defineWorkflow({ ...limited, priority: 5 }))).toBe("2 at a time for each key (skip), 10 begin in 1m, priority 5");
    expect(describeFlow(defineWorkflow({ ...base, priority: () => 1 }))).toBe("priority by the input");
  });

  test("gives its functions the input as the workflow gets it, and its type", () => {
    const typed = defineWorkflow({
      ...base,
      input: z.object({ plan: z.enum(["free", "pro"]).default("free"), size: z.string().transform(Number) }),
      concurrency: { limit: 2, key: (input) => input.plan satisfies "free" | "pro" },
      rateLimit: { limit: 1, period: "1s", key: ({ size }) => size satisfies number },
      priority: ({ plan }) => (plan === "pro" ? 10 : 0),
    });
    expect(flowOf(typed, { plan: "pro", size: 3 }, clear)).toEqual({
      priority: 10,
      lane: "import\u001fpro",
      limits: {
        concurrency: { lane: "import\u001fpro", limit: 2, onLimit: "queue" },
        rate: { lane: "import\u001f3", limit: 1, periodMs: 1_000 },
      },
    });
  });
});

describe("a key", () => {
  const of = (key: unknown) => {
    const limited = defineWorkflow({ ...base, concurrency: { limit: 1, key: key as () => string } });
    return problemOf(() => flowOf(limited, { a: "secret" }, clear));
  };

  test.each([["x"], [""], ["\u001f"], [3], [-0.5], [true], [false], ["x".repeat(500)]])("may be %p", (value) => {
    expect(of(() => value)).toBe("none");
  });

  test.each([
    [undefined, "gave undefined"],
    [null, "gave null"],
    [{ a: 1 }, "gave a value of type object"],
    [["a"], "gave an array"],
    [Promise.resolve("x"), "gave a promise"],
    [Number.NaN, "gave NaN"],
    [Infinity, "gave Infinity"],
    [3n, "gave a value of type bigint"],
    ["x".repeat(501), "gave 501 characters"],
    ["\ud800", "cannot be stored"],
    ["a\0b", "cannot be stored"],
  ])("that is %p makes the input invalid", (value, problem) => {
    const refused = of(() => value);
    expect(refused).toStartWith("INPUT_INVALID");
    expect(refused).toContain(problem);
  });

  test("that throws makes the input invalid, and says what it threw", () => {
    const refused = of(() => {
      throw new Error("no plan");
    });
    expect(refused).toBe('INPUT_INVALID: Invalid input for workflow "import": `concurrency.key` threw: no plan');
  });

  test("is hidden where it must be", () => {
    const limited = defineWorkflow({ ...base, concurrency: { limit: 1, key: () => "4711" } });
    expect(flowOf(limited, {}, { hide: (text) => `hash of ${text.length}` }).lane).toBe("import\u001fhash of 4");
  });
});

describe("a priority", () => {
  const of = (priority: unknown, start?: unknown) =>
    problemOf(() => flowOf(defineWorkflow({ ...base, priority: priority as number }), {}, { ...clear, priority: start as number }));

  test("of a start counts instead of the workflow's, which is not even asked", () => {
    const never = (): number => {
      throw new Error("asked");
    };
    expect(flowOf(defineWorkflow({ ...base, priority: never }), {}, { ...clear, priority: 4 }).priority).toBe(4);
  });

  test.each([[1.5], [101], ["3"], [undefined], [Number.NaN]])("of %p from a function makes the input invalid", (value) => {
    expect(of(() => value)).toStartWith("INPUT_INVALID");
  });

  test.each([[1.5], [-101], [Number.NaN], ["3"]])("of %p for a start is refused", (value) => {
    expect(of(0, value)).toStartWith("USAGE: Invalid priority");
  });
});

describe("a lane", () => {
  test("of one workflow cannot be that of another, whatever the keys", () => {
    const lanes = [laneKey("a", null), laneKey("a", ""), laneKey("a", "b"), laneKey("a.b", null), laneKey("a", "\u001fb")];
    expect(new Set(lanes).size).toBe(lanes.length);
  });

  test("is named with its key", () => {
    expect(describeLane(laneKey("import", null))).toBe('workflow "import"');
    expect(describeLane(laneKey("import", 'e"u'))).toContain("with key");
  });
});
