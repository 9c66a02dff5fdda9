/** Capturing never fails, whatever was thrown, and the record stays readable, plain and small. */

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import vm from "node:vm";

import { decodeError, encodeError, errorToRecord } from "../../../src/model/codec/error.ts";
import { anyValue } from "./any-value.ts";

const LIMIT = 65_536;

const boom = (): never => {
  throw new Error("trapped");
};

const withGetter = (key: string): Error => Object.defineProperty(new Error("kept"), key, { get: boom, configurable: true });

const cyclic = (): Error => {
  const error = new Error("ouroboros");
  error.cause = error;
  return error;
};

const longCycle = (): Error => {
  const first = new Error("first");
  first.cause = new Error("second", { cause: new Error("third", { cause: first }) });
  return first;
};

const chain = (length: number, message = ""): Error => {
  let error = new Error(`level ${length}${message}`);
  for (let level = length - 1; level >= 0; level -= 1) error = new Error(`level ${level}${message}`, { cause: error });
  return error;
};

const manyProperties = (): Error =>
  Object.assign(new Error("wide"), Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`p${at}`, "v".repeat(2_000)])));

const wideTree = (depth: number): Error =>
  depth === 0
    ? new Error("leaf")
    : new AggregateError(
        Array.from({ length: 10 }, () => wideTree(depth - 1)),
        `level ${depth}`,
      );

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

const trapped = new Proxy({}, { get: boom, has: boom, ownKeys: boom, getPrototypeOf: boom, getOwnPropertyDescriptor: boom });
const throwingText = { toString: boom, valueOf: boom, [Symbol.toPrimitive]: boom };

class Quiet extends Error {
  override get message(): string {
    return boom();
  }
}

const HOSTILE: readonly (readonly [string, () => unknown, string])[] = [
  ["a string", () => "out of stock", "out of stock"],
  ["an empty string", () => "", ""],
  ["a string with a lone surrogate", () => "half \ud83d", "half \ud83d"],
  ["null", () => null, "Not an Error: null"],
  ["undefined", () => undefined, "Not an Error: undefined"],
  ["a number", () => 42, "Not an Error: 42"],
  ["NaN", () => Number.NaN, "Not an Error: NaN"],
  ["a bigint", () => 10n, "Not an Error: 10"],
  ["a symbol", () => Symbol("s"), "Not an Error: a symbol"],
  ["a function", () => boom, "Not an Error: a function"],
  ["a class", () => Quiet, "Not an Error: a class"],
  ["a plain object", () => ({ status: 503 }), 'Not an Error: {"status":503}'],
  ["an object with a message", () => ({ message: "no row", code: "PGRST116" }), "no row"],
  ["an object without a prototype", () => Object.create(null), "Not an Error: an object"],
  ["an object whose conversions throw", () => throwingText, "Not an Error: an object"],
  ["an array", () => [1, 2], "Not an Error: [1,2]"],
  ["a Map", () => new Map(), "Not an Error: an instance of Map"],
  ["a Response", () => new Response("no"), "Not an Error: an instance of Response"],
  ["a Promise", () => Promise.resolve(), "Not an Error: an instance of Promise"],
  ["a Proxy whose traps throw", () => trapped, "Not an Error: a Proxy"],
  ["a revoked Proxy", revoked, "Not an Error: a Proxy"],
  ["a Proxy of an error", () => new Proxy(new Error("inside"), {}), "inside"],
  ["an object whose prototype is a Proxy", () => Object.create(trapped), "Not an Error: an object with a prototype of its own"],
  ["an error whose message throws", () => withGetter("message"), "(the message cannot be read)"],
  ["an error whose name throws", () => withGetter("name"), "kept"],
  ["an error whose stack throws", () => withGetter("stack"), "kept"],
  ["an error whose cause throws", () => withGetter("cause"), "kept"],
  ["an error whose code throws", () => withGetter("code"), "kept"],
  ["an error of a class whose message throws", () => new Quiet(), "(the message cannot be read)"],
  ["an error whose property throws", () => Object.defineProperty(new Error("kept"), "p", { get: boom, enumerable: true }), "kept"],
  ["an error whose message is no text", () => Object.assign(new Error(), { message: throwingText }), "(the message is an object)"],
  ["an error whose message is a symbol", () => Object.assign(new Error(), { message: Symbol("s") }), "(the message is a symbol)"],
  ["an error whose name is no text", () => Object.assign(new Error("kept"), { name: 5, stack: {}, code: {} }), "kept"],
  ["an error without its prototype's name", () => Object.setPrototypeOf(new Error("kept"), null), "kept"],
  ["an object made of Error.prototype", () => Object.create(Error.prototype), ""],
  ["a frozen error", () => Object.freeze(new Error("kept")), "kept"],
  ["an error that is its own cause", cyclic, "ouroboros"],
  ["errors that cause each other", longCycle, "first"],
  ["a chain of 10,000 causes", () => chain(10_000), "level 0"],
  ["an error whose cause is a Proxy", () => new Error("kept", { cause: trapped }), "kept"],
  ["an AggregateError whose errors are a Proxy", () => Object.assign(new AggregateError([], "kept"), { errors: trapped }), "kept"],
  ["an AggregateError of odd length", () => Object.assign(new AggregateError([], "kept"), { errors: { length: throwingText } }), "kept"],
  [
    "an AggregateError that holds itself",
    () => {
      const all = new AggregateError([], "kept");
      all.errors.push(all);
      return all;
    },
    "kept",
  ],
  ["an error of another realm", () => vm.runInNewContext("new TypeError('foreign')"), "foreign"],
  ["an error with 10,000 properties", manyProperties, "wide"],
  ["a tree of 11,111 errors", () => wideTree(4), "level 4"],
];

describe("errorToRecord", () => {
  test.each([...HOSTILE])("keeps %s", (_, make, message) => {
    const record = errorToRecord(make());
    expect(record.message).toBe(message);
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
    expect(Buffer.byteLength(encodeError(make()))).toBeLessThanOrEqual(LIMIT);
    expect(decodeError(encodeError(make()))).toBeInstanceOf(Error);
  });

  test("stays within its limit, in well-formed text, for any value", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const text = encodeError(value);
        expect(text.isWellFormed() && Buffer.byteLength(text) <= LIMIT).toBe(true);
        expect(decodeError(text)).toBeInstanceOf(Error);
      }),
      { numRuns: 300 },
    );
  });

  test("is detached from what was thrown", () => {
    const details = { retries: 1 };
    const record = errorToRecord(Object.assign(new Error("x"), { details }));
    details.retries = 2;
    expect(record.props).toEqual({ details: { retries: 1 } });
  });

  test("keeps plain properties and leaves the others out", () => {
    const error = Object.assign(new Error("x"), {
      status: 503,
      retry: true,
      body: { a: [1] },
      at: new Date(0),
      run: boom,
      none: undefined,
      socket: trapped,
    });
    expect(errorToRecord(error).props).toEqual({ status: 503, retry: true, body: { a: [1] } });
    expect(errorToRecord(new Error("x"))).not.toHaveProperty("props");
  });

  test("leaves out the position that the engine writes on a DOMException", () => {
    expect(errorToRecord(Object.assign(new DOMException("x", "AbortError"), { line: 1, column: 2 }))).not.toHaveProperty("props");
  });

  test("knows the class of an error of another realm", () => {
    expect(decodeError(encodeError(vm.runInNewContext("new RangeError('m')")))).toBeInstanceOf(RangeError);
    expect(errorToRecord(vm.runInNewContext("Object.assign(new Error('m'), { name: 'Own' })"))).toMatchObject({
      name: "Own",
      message: "m",
    });
    expect(errorToRecord(vm.runInNewContext("Object.assign(new Error('m'), { name: 'Own' })"))).not.toHaveProperty("thrown");
  });

  test("gives a numeric code as text, and keeps the number", () => {
    expect(errorToRecord(Object.assign(new Error("x"), { code: 7 }))).toMatchObject({ code: "7", props: { code: 7 } });
    expect(errorToRecord(Object.assign(new Error("x"), { code: "E7" }))).toMatchObject({ code: "E7" });
    expect(errorToRecord(Object.assign(new Error("x"), { code: "E7" }))).not.toHaveProperty("props");
    expect(errorToRecord(new DOMException("x", "AbortError")).code).toBeNull();
  });
});

const depthOf = (error: { readonly cause: unknown }): number =>
  error.cause === null ? 0 : 1 + depthOf(error.cause as { readonly cause: unknown });

describe("the limits of a record", () => {
  test("a cause that leads back to an error above ends the chain", () => {
    expect([cyclic(), longCycle()].map((error) => depthOf(errorToRecord(error)))).toEqual([0, 2]);
  });

  test("five causes are kept, a sixth is not", () => {
    expect([4, 5, 6].map((length) => depthOf(errorToRecord(chain(length))))).toEqual([4, 5, 5]);
  });

  test("twenty errors of an AggregateError are kept", () => {
    const kept = (count: number) => errorToRecord(new AggregateError(Array.from({ length: count }, () => new Error("x")))).errors?.length;
    expect([1, 20, 21].map(kept)).toEqual([1, 20, 20]);
  });

  test("fifty properties are kept", () => {
    const kept = (count: number) => {
      const props = Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, at]));
      return Object.keys(errorToRecord(Object.assign(new Error("x"), props)).props ?? {}).length;
    };
    expect([49, 50, 51].map(kept)).toEqual([49, 50, 50]);
  });

  test.each([
    ["ASCII", "x"],
    ["two-byte characters", "é"],
    ["four-byte characters", "😀"],
    ["characters that are escaped", "\u0001"],
    ["lone surrogates", "\ud800"],
    ["escapes first, then ASCII", "\u0001".repeat(5_000) + "x".repeat(5_000)],
  ])("a long message of %s is cut, and says how much is missing", (_, unit) => {
    const message = unit.repeat(Math.ceil(1e6 / unit.length));
    const { message: kept } = errorToRecord(new Error(message));
    const [, body = "", missing] = /^(.*)… \[(\d+) more characters\]$/s.exec(kept) ?? [];
    expect(message.startsWith(body)).toBe(true);
    expect(body.length + Number(missing)).toBe(message.length);
    expect(body.isWellFormed()).toBe(unit.isWellFormed());
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThanOrEqual(16_384);
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeGreaterThan(16_000);
  });

  test("a message that just fits is kept whole", () => {
    const message = (length: number) => errorToRecord(new Error("x".repeat(length))).message;
    expect(message(16_382)).toBe("x".repeat(16_382));
    expect(message(16_383)).toEndWith("more characters]");
  });

  test("causes keep their messages beside a huge error", () => {
    const error = Object.assign(manyProperties(), { message: "m".repeat(1e6), stack: "s".repeat(1e6), cause: new Error("the reason") });
    expect(errorToRecord(error).cause?.message).toBe("the reason");
  });

  test("everything huge at once stays within the whole", () => {
    const huge = (cause: unknown): Error =>
      Object.assign(new Error("\u0001".repeat(1e5), { cause }), manyProperties(), {
        stack: "é".repeat(1e5),
        code: "c".repeat(1e4),
        name: "n".repeat(1e4),
      });
    const text = encodeError(huge(huge(huge(huge("t".repeat(1e5))))));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMIT);
    expect(Buffer.byteLength(text)).toBeGreaterThan(LIMIT * 0.9);
  });
});
