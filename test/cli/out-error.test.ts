import { describe, expect, test } from "bun:test";
import { PLAIN } from "../../src/cli/out-colour.ts";
import { errorText, errorView } from "../../src/cli/out-error.ts";
import { fail } from "../../src/model/errors.ts";

const textOf = (error: unknown): string => errorText(errorView(error), PLAIN);

describe("the document of an error", () => {
  test("has name, message, code, hint, stack and cause", () => {
    const view = errorView(fail("ID_TAKEN", { id: "a" }, new TypeError("inner")));
    expect(view).toMatchObject({ name: "ValidationError", message: 'Execution "a" exists already', code: "ID_TAKEN" });
    expect(view.hint).toContain("wf status a");
    expect(view.stack).toContain("out-error.test.ts");
    expect(view.cause).toMatchObject({ name: "TypeError", message: "inner", code: null, hint: null, cause: null });
  });

  test("is made of anything that was thrown", () => {
    expect(errorView("plain text")).toEqual({ name: "Error", message: "plain text", code: null, hint: null, stack: null, cause: null });
    expect(errorView(undefined).message).toBe("undefined");
    expect(errorView({ name: 5, message: 6, code: 7 })).toMatchObject({ name: "Error", code: "7" });
    expect(errorView(Object.create(null)).message).toBe("an error that cannot be shown");
  });

  test("is made although a getter throws, and although a cause leads back", () => {
    const hostile = Object.defineProperty(new Error("x"), "message", {
      get: () => {
        throw new Error("no");
      },
    });
    expect(() => errorView(hostile)).not.toThrow();
    const loop = new Error("loop");
    loop.cause = loop;
    let depth = 0;
    for (let view: ReturnType<typeof errorView> | null = errorView(loop); view !== null; view = view.cause) depth++;
    expect(depth).toBe(6);
  });
});

describe("the text of an error", () => {
  test("of the catalogue is its message and what to do next, without a stack", () => {
    expect(textOf(fail("EXECUTION_NOT_FOUND", { id: "x", suggestion: "xy" }))).toBe('error: No execution "x"\n  hint: Did you mean "xy"?');
  });

  test("shows its causes, but none that the message quotes already", () => {
    const cause = new Error("disk full", { cause: new RangeError("inner") });
    const text = textOf(fail("DB_UNUSABLE", { file: "a.db", problem: "disk full", next: "Make room." }, cause));
    expect(text).toBe("error: a.db cannot be used: disk full\n  cause: RangeError: inner\n  hint: Make room.");
  });

  test("that nobody expected says what it is and where it came from, in a few lines", () => {
    const lines = textOf(new TypeError("x is not a function")).split("\n");
    expect(lines[0]).toBe("error: TypeError: x is not a function");
    expect(lines[1]).toMatch(/^ {2}at .*out-error\.test\.ts/);
    expect(lines.length).toBeLessThanOrEqual(9);
  });

  test("holds no control characters, and keeps further lines inside", () => {
    const text = textOf(fail("USAGE", { problem: "a\x1b[2Jb\nerror: forged", next: "c\x07\u202e" }));
    expect(text).toBe("error: a\\x1b[2Jb\n  error: forged\n  hint: c\\x07\\u202e");
  });
});
