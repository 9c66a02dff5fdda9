/** A script as a workflow: its settings are those of `Workflow.define`, and what it is given fits into an environment. */
import { describe, expect, test } from "bun:test";
import { scriptWorkflow } from "../../../src/model/scripts/definition.ts";
import { inputProblem, inputVariables } from "../../../src/model/scripts/input.ts";

describe("a script as a workflow", () => {
  test.each([
    ["workflows/nightly.sh", "nightly"],
    ["workflows/jobs/nightly", "nightly"],
    ["workflows/a.b.py", "a.b"],
  ])("%s without a name is %s", (file, name) => {
    expect(scriptWorkflow(file, {})).toMatchObject({ name, version: 1, script: { file, retry: null }, schedule: null, timeoutMs: null });
  });

  test("has the settings of its header", () => {
    const header = {
      ...{
        name: "night",
        version: "3",
        description: "d",
        schedule: "0 2 * * *",
        timezone: "Europe/Paris",
        overlap: "queue",
        catchUp: "all",
      },
      ...{ timeout: "2h", concurrency: "2", priority: "-5", retry: "3" },
    };
    expect(scriptWorkflow("workflows/a.sh", header)).toMatchObject({
      ...{ name: "night", version: 3, description: "d", timeoutMs: 7_200_000, priority: -5, script: { retry: 3 } },
      schedule: { cron: "0 2 * * *", timezone: "Europe/Paris", overlap: "queue", catchUp: "all" },
      concurrency: { limit: 2, key: null, onLimit: "queue" },
    });
  });

  test.each([
    [{ name: "no spaces here" }, "name"],
    [{ schedule: "tomorrow" }, "schedule.cron"],
    [{ schedule: "0 2 * * *", timezone: "Mars/Olympus" }, "schedule.timezone"],
    [{ schedule: "0 2 * * *", overlap: "maybe" }, "schedule.overlap"],
    [{ timezone: "Europe/Paris" }, "timezone: it belongs to a schedule"],
    [{ timeout: "soon" }, "timeout"],
    [{ version: "1.5" }, "version: it takes a whole number"],
    [{ version: "0" }, "version"],
    [{ concurrency: "many" }, "concurrency: it takes a whole number"],
    [{ concurrency: "0" }, "concurrency.limit"],
    [{ priority: "101" }, "priority"],
    [{ retry: "-1" }, "retry: it takes 0 to 9999"],
    [{ retry: "3x" }, "retry: it takes a whole number"],
  ])("refuses %j, and names the setting", (header, named) => {
    expect(() => scriptWorkflow("workflows/a.sh", header)).toThrow(named);
  });
});

describe("its input as variables", () => {
  test("texts as they are, all else as JSON, and the whole", () => {
    const input = { table: "or ders", "max-rows": 5, on: true, nested: { a: [1] }, none: null };
    expect(inputVariables(input)).toEqual({
      ...{ WF_INPUT: JSON.stringify(input), WF_INPUT_TABLE: "or ders", WF_INPUT_MAX_ROWS: "5", WF_INPUT_ON: "true" },
      WF_INPUT_NESTED: '{"a":[1]}',
    });
  });

  test.each([
    [undefined, "null"],
    [null, "null"],
    ["text", '"text"'],
    [[1, 2], "[1,2]"],
  ])("%j is WF_INPUT alone", (input, text) => {
    expect(inputVariables(input)).toEqual({ WF_INPUT: text });
  });

  test("a key that is no name of a variable is in the whole alone, and none can name another variable", () => {
    expect(Object.keys(inputVariables({ "=PATH": "x", ä: "y", "": "z", "a=b": "q" }))).toEqual(["WF_INPUT", "WF_INPUT_A_B"]);
  });

  test.each([
    [{ at: new Date(0) }, "JSON"],
    [{ n: 1n }, "JSON"],
    [{ n: Number.NaN }, "JSON"],
    [new Map(), "JSON"],
    [{ "a-b": 1, a_b: 2 }, "two of its keys would both be WF_INPUT_A_B"],
    [{ a: "x\0y" }, "NUL"],
    [{ a: "x".repeat(120_000) }, "at most 120000"],
  ])("what does not fit is refused (%#)", (input, problem) => {
    expect(inputProblem(input)).toContain(problem);
  });

  test("the first of many keys that would be another one's variable is named, and many that are not are taken", () => {
    const many = Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [`k${n}`, n]));
    expect(inputProblem(many)).toBeUndefined();
    expect(inputProblem({ ...many, K8999: 1, K1: 2, "k.": null, "k-": null })).toBe("two of its keys would both be WF_INPUT_K8999");
    expect(inputProblem({ a: 1, b: "\0", A: 2, B: 3 })).toBe("two of its keys would both be WF_INPUT_A");
  });

  test("a circle is refused, and what just fits is not", () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    expect(inputProblem(circle)).toContain("JSON");
    expect(inputProblem({ a: "x".repeat(119_990) })).toBeUndefined();
    expect(inputProblem({ "a-b": 1, "a.c": 2 })).toBeUndefined();
  });
});
