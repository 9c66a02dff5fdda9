/** Errors inside values come back as real errors, with everything that hangs on them. */

import { describe, expect, test } from "bun:test";
import vm from "node:vm";

import { decodeValue } from "../../../src/model/codec/decode.ts";
import { encodeValue } from "../../../src/model/codec/encode.ts";
import { difference } from "./same.ts";

const roundTrip = <Value>(value: Value): Value => {
  const encoded = encodeValue(value);
  if (!encoded.ok) throw new Error(`${encoded.path} ${encoded.problem}`);
  return decodeValue(encoded.text) as Value;
};

class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status = 503;
}
class Inherited extends TypeError {
  get code(): string {
    return "E_INHERITED";
  }
}

const selfReferring = (): Error => {
  const error = new Error("m") as Error & { self?: unknown };
  error.self = { back: error };
  error.cause = new Map([[error, [error]]]);
  return error;
};

test.each<[string, unknown]>([
  ["an error", new Error("m")],
  ["one without a message", new RangeError()],
  ["a cause of any kind", new Error("m", { cause: new Map([[1n, undefined]]) })],
  ["a cause that is undefined", new Error("m", { cause: undefined })],
  ["own properties of any kind", Object.assign(new Error("m"), { code: "E", at: new Date(0), map: new Map() })],
  ["a cause set afterwards", Object.assign(new Error("m"), { cause: 1 })],
  ["an AggregateError", new AggregateError([new TypeError("a"), "b"], "m")],
  ["a SuppressedError", new SuppressedError(new Error("a"), "b", "m")],
  ["a DOMException", new DOMException("m", "TimeoutError")],
  ["an error that refers to itself", selfReferring()],
  ["the same error twice", ((error) => [error, { error }])(new Error("m"))],
  ["an error as key", new Map([[new Error("m"), 1]])],
  ["a message that is no text", Object.assign(new Error(), { message: { a: 1 } })],
  ["an error without a stack", ((error) => (delete error.stack, error))(new Error("m"))],
])("%s comes back the same", (_, value) => {
  expect(difference(value, roundTrip(value))).toBeUndefined();
});

describe("classes of the user", () => {
  test("become the class of the language below them, and keep name and properties", () => {
    const error = roundTrip({ failed: new HttpError("m") }).failed;
    expect(Object.getPrototypeOf(error)).toBe(Error.prototype);
    expect([error.name, error.message, error.status]).toEqual(["HttpError", "m", 503]);
  });

  test("of another realm become those of this one", () => {
    const error = roundTrip(vm.runInNewContext("new TypeError('m')") as unknown);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toBe("m");
  });

  test("keep a code that their prototype gives", () => {
    const error = roundTrip(new Inherited("m"));
    expect(Object.getPrototypeOf(error)).toBe(TypeError.prototype);
    expect(error.code).toBe("E_INHERITED");
  });
});

describe("a property that cannot be stored", () => {
  test("is left out, and costs nothing else", () => {
    const shared = { id: 1, run: undefined as unknown };
    const kept = { fine: true };
    const error = Object.assign(new Error("m"), { request: { kept, shared, socket: () => 1 }, kept });
    const [first, second] = roundTrip([error, kept]) as [typeof error, typeof kept];
    expect(Object.keys(first)).toEqual(["kept"]);
    expect(first.kept).toBe(second);
  });

  test("is still refused where it stands outside the error", () => {
    const request = { socket: () => 1 };
    expect(encodeValue([Object.assign(new Error("m"), { request }), request])).toMatchObject({ ok: false, path: "$[1].socket" });
  });

  test("does not count towards the size of the value", () => {
    const large = (unit: string) => ({ text: unit.repeat(600_000), run: () => 1 });
    const error = Object.assign(new Error("m"), { first: large("x"), second: large("y"), status: 1 });
    expect(Object.keys(roundTrip(error))).toEqual(["status"]);
  });

  test("is left out when it is too large", () => {
    expect(Object.keys(roundTrip(Object.assign(new Error("m"), { body: "x".repeat(2_000_000), status: 1 })))).toEqual(["status"]);
  });

  test("does not make many errors that share it slow", () => {
    const graph = Array.from({ length: 20_000 }, (_, at) => ({ at }) as object);
    graph.push(() => 1);
    const errors = Array.from({ length: 2_000 }, () => Object.assign(new Error("m"), { graph }));
    expect(encodeValue(errors)).toMatchObject({ ok: false, kind: "too-large" });
  });

  test("costs the value when it is the cause", () => {
    expect(encodeValue(new Error("m", { cause: Promise }))).toMatchObject({ ok: false, path: "$.cause" });
    expect(encodeValue(Object.assign(new Error("m"), { cause: Promise }))).toMatchObject({ ok: false, path: "$.cause" });
  });
});

test("the settled results of Promise.allSettled come back the same", async () => {
  const results = await Promise.allSettled([Promise.resolve(1), Promise.reject(new TypeError("m", { cause: "c" }))]);
  expect(difference(results, roundTrip(results))).toBeUndefined();
});
