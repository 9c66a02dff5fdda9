/** A stored error is a real error again: of its class, with its name, code, properties and causes, and no trace of where it was rebuilt. */

import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";

import { decodeError, encodeError, errorToRecord, recordToError } from "../../../src/model/codec/error.ts";
import type { ErrorRecord } from "../../../src/model/codec/error.ts";

type Fields = Readonly<Record<string, unknown>>;

const again = (thrown: unknown): Error & Fields => decodeError(encodeError(thrown)) as Error & Fields;

const thrownBy = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}
class Slow extends RangeError {}

const RECORD: ErrorRecord = { name: "Error", message: "m", code: null, stack: null, cause: null };

describe("the class of a rebuilt error", () => {
  test.each([Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError])("%p", (Class) => {
    const error = again(new Class("m"));
    expect(Object.getPrototypeOf(error)).toBe(Class.prototype);
    expect(Error.isError(error)).toBe(true);
    expect(error).toMatchObject({ name: Class.name, message: "m" });
  });

  test("an AggregateError has its errors, each a real one", () => {
    const error = again(new AggregateError([new TypeError("a"), "b", new Error("c", { cause: "d" })], "all")) as unknown as AggregateError;
    expect(error).toBeInstanceOf(AggregateError);
    expect(error.errors).toEqual([new TypeError("a"), "b", new Error("c", { cause: "d" })]);
    expect(Object.keys(error)).toEqual([]);
  });

  test("a SuppressedError has both its errors", () => {
    const error = again(new SuppressedError(new TypeError("later"), new Error("first"), "m")) as unknown as SuppressedError;
    expect(error).toBeInstanceOf(SuppressedError);
    expect([error.error, error.suppressed]).toEqual([new TypeError("later"), new Error("first")]);
  });

  test("a DOMException keeps its name and what follows from it", () => {
    const error = again(new DOMException("stopped", "AbortError"));
    expect(error).toBeInstanceOf(DOMException);
    expect([error.name, error.message, error["code"]]).toEqual(["AbortError", "stopped", 20]);
  });

  test("a class of the user is an Error of its name", () => {
    const error = again(new HttpError("m", 503));
    expect(Object.getPrototypeOf(error)).toBe(Error.prototype);
    expect([error.name, error.message, error["status"], String(error)]).toEqual(["HttpError", "m", 503, "HttpError: m"]);
  });

  test("a class of the user below one of the language stays below it", () => {
    const slow = Object.assign(new Slow("m"), { name: "Slow" });
    expect(again(slow)).toBeInstanceOf(RangeError);
    expect(again(slow).name).toBe("Slow");
    expect(again(Object.assign(new Error("m"), { name: "TypeError" }))).not.toBeInstanceOf(TypeError);
  });
});

describe("what a rebuilt error carries", () => {
  test("the stack it had, and none of this module where it had none", () => {
    const error = new Error("m");
    expect(again(error).stack).toBe(String(error.stack));
    expect(recordToError(RECORD).stack).toBe("Error: m");
    expect(Object.getOwnPropertyNames(recordToError(RECORD)).sort()).toEqual(["message", "stack"]);
    expect(new Error("x").stack).toContain("error-rebuild.test.ts");
  });

  test("code and facts of a system error", () => {
    const error = again(thrownBy(() => readFileSync("/no/such/file")));
    expect(error).toMatchObject({ code: "ENOENT", errno: -2, syscall: "open", path: "/no/such/file" });
  });

  test("code of an error of SQLite", () => {
    using db = new Database(":memory:");
    expect(again(thrownBy(() => db.run("no sql")))).toMatchObject({ name: "SQLiteError", code: "SQLITE_ERROR", errno: 1 });
  });

  test("a numeric code as a number", () => {
    expect(again(Object.assign(new Error("m"), { code: 7 }))["code"]).toBe(7);
  });

  test("its causes, down to one that is no error", () => {
    const error = again(new Error("a", { cause: new TypeError("b", { cause: { at: new Date(0) } }) }));
    expect(error.cause).toBeInstanceOf(TypeError);
    expect((error.cause as Error).cause).toEqual({ at: new Date(0) });
    expect(Object.keys(error)).toEqual([]);
  });

  test("no cause where there was none", () => {
    expect(Object.hasOwn(again(new Error("m")), "cause")).toBe(false);
  });

  test("the value that was thrown instead of an error", () => {
    expect(again("x")).toMatchObject({ name: "NonError", message: "x", thrown: "x" });
    expect(again(new Map([[1, 2]]))["thrown"]).toEqual(new Map([[1, 2]]));
    expect(
      Object.hasOwn(
        again(() => 1),
        "thrown",
      ),
    ).toBe(false);
  });

  test("own keys named after the prototype, without changing it", () => {
    const error = again(Object.assign(new Error("m"), JSON.parse('{"constructor":1,"toString":"t"}')));
    expect([Object.getPrototypeOf(error), error["constructor"] as unknown, error["toString"] as unknown]).toEqual([
      Error.prototype,
      1,
      "t",
    ]);
    const hostile = JSON.parse(
      '{"name":"Error","message":"m","code":null,"stack":null,"cause":null,"props":{"__proto__":{"polluted":1}}}',
    ) as ErrorRecord;
    expect(recordToError(hostile)).toBeInstanceOf(Error);
    expect("polluted" in {}).toBe(false);
  });

  test("the same record once more", () => {
    const error = Object.assign(new HttpError("m", 503), { code: "E", cause: new AggregateError([new TypeError("a")], "b") });
    expect(errorToRecord(again(error))).toEqual(errorToRecord(error));
  });
});

describe("classes of the caller", () => {
  const classes = new Map([["HttpError", ({ message }: ErrorRecord) => new HttpError(message, 0)]]);

  test("make the instance; code, properties, stack and cause are restored on it", () => {
    const original = Object.assign(new HttpError("m", 503), { code: "E", cause: new HttpError("inner", 500) });
    const error = decodeError(encodeError(original), classes) as HttpError & Fields;
    expect(error).toBeInstanceOf(HttpError);
    expect([error.name, error.message, error.status, error["code"], error.stack]).toEqual(["HttpError", "m", 503, "E", original.stack]);
    expect(error.cause).toBeInstanceOf(HttpError);
    expect((error.cause as HttpError).status).toBe(500);
  });

  test("are asked by name alone", () => {
    expect(recordToError({ ...RECORD, name: "Other" }, classes)).not.toBeInstanceOf(HttpError);
    expect(recordToError({ ...RECORD, name: "HttpError" }, classes)).toBeInstanceOf(HttpError);
  });

  test("may answer with another message; the stored one counts", () => {
    const changed = new Map([["Error", () => new Error("changed")]]);
    expect(recordToError(RECORD, changed)).toMatchObject({ name: "Error", message: "m" });
  });
});

describe("text that was not stored by encodeError", () => {
  const without = (key: string): string => JSON.stringify({ ...RECORD, [key]: undefined });
  test.each([
    "",
    "{",
    "null",
    "[]",
    '"x"',
    "{}",
    ...["name", "message", "code", "stack", "cause"].map(without),
    JSON.stringify({ ...RECORD, cause: {} }),
    JSON.stringify({ ...RECORD, errors: [1] }),
    JSON.stringify({ ...RECORD, props: 1 }),
    JSON.stringify({ ...RECORD, thrown: 1 }),
  ])("%s is refused", (text) => {
    expect(() => decodeError(text)).toThrow("Not a stored error");
  });

  test("a thrown value that this version cannot read does not cost the error", () => {
    const error = decodeError(JSON.stringify({ ...RECORD, thrown: "devalue:9:[]" }));
    expect(error).toMatchObject({ name: "Error", message: "m", thrown: undefined });
  });

  test("a class this version does not know is an Error", () => {
    expect(decodeError(JSON.stringify({ ...RECORD, base: "FutureError" }))).toBeInstanceOf(Error);
  });
});
