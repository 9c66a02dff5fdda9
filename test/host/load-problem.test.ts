/** Why a file did not load, in one line. */
import { describe, expect, test } from "bun:test";
import { describeLoadProblem } from "../../src/host/load-problem.ts";
import { fileOf, placeOf } from "../../src/host/place.ts";
import { ValidationError } from "../../src/model/errors.ts";

const ROOT = "/home/me/app";

/** An error as it leaves the engine: with frames. */
const withStack = (error: Error, ...frames: readonly string[]): Error => {
  error.stack = [`${error.name}: ${error.message}`, ...frames.map((frame) => `    at ${frame}`)].join("\n");
  return error;
};

const buildMessage = (message: string, file: string, line: number) => ({
  name: "BuildMessage",
  message,
  position: { file, line, column: 7 },
});

describe("the line", () => {
  test("names message and place of a syntax error", () => {
    const error = buildMessage("Unexpected =", `${ROOT}/workflows/signup.ts`, 3);
    expect(describeLoadProblem(error, ROOT)).toBe("Unexpected = (workflows/signup.ts:3)");
  });

  test("names the first of several errors and counts the others", () => {
    const errors = [1, 2, 3].map((line) => buildMessage(`Unexpected ${line}`, `${ROOT}/workflows/a.ts`, line));
    expect(describeLoadProblem(new AggregateError(errors, "3 errors"), ROOT)).toBe("Unexpected 1 (workflows/a.ts:1) and 2 more");
    expect(describeLoadProblem(new AggregateError(errors.slice(0, 1), "1 error"), ROOT)).toBe("Unexpected 1 (workflows/a.ts:1)");
    expect(describeLoadProblem(new AggregateError([], "no error"), ROOT)).toBe("no error");
  });

  test("names class, message and the project's own innermost frame of a thrown error", () => {
    const error = withStack(
      new TypeError("x is not a function"),
      `parse (${ROOT}/node_modules/lib/index.js:10:5)`,
      "node:internal/x:1:2",
      `<anonymous> (${ROOT}/workflows/lib/a (copy).ts:20:11)`,
      `${ROOT}/workflows/b.ts:1:1`,
    );
    expect(describeLoadProblem(error, ROOT)).toBe("TypeError: x is not a function (workflows/lib/a (copy).ts:20)");
  });

  test("leaves out class names that say nothing", () => {
    const invalid = new ValidationError("Invalid workflow definition: name: must be a text", { code: "DEFINITION_INVALID", hint: "" });
    expect(describeLoadProblem(withStack(invalid), ROOT)).toBe("Invalid workflow definition: name: must be a text");
    expect(describeLoadProblem(withStack(new Error("no token")), ROOT)).toBe("no token");
  });

  test("names files relative to the root, also in messages", () => {
    const error = { name: "ResolveMessage", message: `Cannot find package 'x' imported from ${ROOT}/workflows/a.ts` };
    expect(describeLoadProblem(error, ROOT)).toBe("Cannot find package 'x' imported from workflows/a.ts");
  });

  test("is one line, short, without control characters", () => {
    const error = withStack(new Error(`one\n   two\r\nthree \u001b[2J ${"x".repeat(1_000)}`));
    const line = describeLoadProblem(error, ROOT);
    expect(line).toStartWith("one two three \\x1b[2J xxx");
    expect(line.length).toBeLessThan(310);
    expect(line).not.toMatch(/[\n\r\u001b]/);
  });

  test.each([
    ["a text", 'it throws "a text"'],
    [undefined, "it throws undefined"],
    [null, "it throws null"],
    [42, "it throws 42"],
    [7n, "it throws 7"],
    [Symbol("s"), "it throws Symbol(s)"],
    [{}, "it throws something that is no error"],
    [() => {}, "it throws something that is no error"],
    [Object.create(null), "it throws something that is no error"],
    [withStack(new RangeError("")), "it throws RangeError"],
    [{ message: "no name" }, "no name"],
    [{ name: "Odd", message: 5 }, "it throws something that is no error"],
  ])("says what was thrown: %#", (thrown, line) => {
    expect(describeLoadProblem(thrown, ROOT)).toBe(line);
  });

  test("survives objects whose fields throw", () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error("no");
        },
      },
    );
    expect(describeLoadProblem(hostile, ROOT)).toBe("it throws something that is no error");
  });
});

describe("the place", () => {
  test("is the innermost frame inside the root", () => {
    const error = withStack(new Error("x"), "/elsewhere/a.ts:1:1", `async run (${ROOT}/workflows/a.ts:5:9)`);
    expect(placeOf(error, ROOT)).toBe("workflows/a.ts:5");
    expect(fileOf(error, ROOT)).toBe("workflows/a.ts");
  });

  test("is not told by a message, by a neighbour of the root, or by anything but an error", () => {
    expect(placeOf(withStack(new Error(`see ${ROOT}/workflows/a.ts:1:1`)), ROOT)).toBeUndefined();
    expect(placeOf(withStack(new Error("x"), `${ROOT}-evil/a.ts:1:1`), ROOT)).toBeUndefined();
    for (const thrown of [undefined, null, "text", 1, {}, { stack: 5 }]) expect(fileOf(thrown, ROOT)).toBeNull();
  });

  test("is told when the project is the root of the file system", () => {
    expect(placeOf(withStack(new Error("x"), "/workflows/a.ts:5:9"), "/")).toBe("workflows/a.ts:5");
  });
});
