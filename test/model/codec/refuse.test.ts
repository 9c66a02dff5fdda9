/** What cannot be stored is refused with its place and the reason, whatever the value does. */

import { describe, expect, test } from "bun:test";
import vm from "node:vm";

import { encodeValue } from "../../../src/model/codec/encode.ts";

class User {
  readonly name = "Ada";
}
class Pair extends Array<number> {}
class Cache extends Map<string, number> {}
class Money extends Number {}

const throwing = (what: unknown) => ({
  get balance(): number {
    throw what;
  },
});

const hostileProxy = (): object => {
  const fail = (): never => {
    throw new Error("trapped");
  };
  return new Proxy({}, { get: fail, getPrototypeOf: fail, ownKeys: fail, getOwnPropertyDescriptor: fail, has: fail });
};

const revokedProxy = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

const detached = (): ArrayBuffer => {
  const buffer = new ArrayBuffer(8);
  buffer.transfer();
  return buffer;
};

const withPath = (depth: number, inner: unknown): unknown => {
  let value = inner;
  for (let level = 0; level < depth; level += 1) value = { a: value };
  return value;
};

const cyclic = (): object => {
  const node: Record<string, unknown> = { at: 1 };
  node["self"] = node;
  node["run"] = () => 1;
  return node;
};

const thrownBy = (run: () => void): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
};

const REFUSALS: readonly (readonly [string, unknown, string, string])[] = [
  ["a function", () => 1, "$", "is a function"],
  ["a method", { run() {} }, "$.run", "is a function"],
  ["an async function deep down", { a: [{ b: async () => 1 }] }, "$.a[0].b", "is a function"],
  ["a class", [User], "$[0]", "is a class"],
  ["a symbol", Symbol("x"), "$", "is a symbol"],
  ["a symbol in a Set", new Set([1, Symbol.iterator]), "$.values()[1]", "is a symbol"],
  ["a boxed symbol", { tag: Object(Symbol("x")) as object }, "$.tag", "is an instance of Symbol"],
  ["an instance of a class", { user: new User() }, "$.user", "is an instance of User; return a plain object"],
  ["an instance of a class without a name", [new (class {})()], "$[0]", "is an object with a prototype of its own"],
  [
    "an object made from another",
    { settings: Object.create({ theme: "dark" }) as object },
    "$.settings",
    "is an object with a prototype of its own",
  ],
  ["a subclass of Array", { pair: Pair.of(1, 2) }, "$.pair", "is an instance of Pair; return a plain array"],
  ["a subclass of Map", [new Cache()], "$[0]", "is an instance of Cache"],
  ["a subclass of Number", new Money(1), "$", "is an instance of Money"],
  ["an array with the prototype of an object", Object.setPrototypeOf([1], Object.prototype), "$", "is an object"],
  ["an object that pretends to be a Map", { m: Object.create(Map.prototype) as object }, "$.m", "cannot be read"],
  ["an object that pretends to be a Date", Object.create(Date.prototype), "$", "cannot be read"],
  ["a Promise", { later: Promise.resolve(1) }, "$.later", "is an instance of Promise; await it first"],
  ["an object with a then", { then: () => 1 }, "$.then", "is a function"],
  ["a generator", { rows: (function* () {})() }, "$.rows", "is an iterator; return an array"],
  ["an iterator of a Map", [new Map().entries()], "$[0]", "is an iterator"],
  ["a WeakMap", new WeakMap(), "$", "is an instance of WeakMap"],
  ["a WeakSet", [[new WeakSet()]], "$[0][0]", "is an instance of WeakSet"],
  ["a WeakRef", { ref: new WeakRef({}) }, "$.ref", "is an instance of WeakRef"],
  ["a Response", { response: new Response("x") }, "$.response", "await response.json()"],
  ["a Request", new Request("http://localhost/"), "$", "await request.json()"],
  ["Headers", { headers: new Headers() }, "$.headers", "Object.fromEntries(headers)"],
  ["FormData", new FormData(), "$", "[...formData]"],
  ["a ReadableStream", { body: new ReadableStream() }, "$.body", "read it to its end"],
  ["a Blob", new Blob(["x"]), "$", "await blob.bytes()"],
  ["an AbortSignal", { signal: AbortSignal.timeout(1) }, "$.signal", "is an instance of AbortSignal"],
  ["a formatter", { format: new Intl.NumberFormat("en") }, "$.format", "is an instance of NumberFormat"],
  ["shared memory", { memory: new SharedArrayBuffer(8) }, "$.memory", "is an instance of SharedArrayBuffer"],
  ["a view of shared memory", { view: new Uint8Array(new SharedArrayBuffer(8)) }, "$.view.buffer", "is an instance of SharedArrayBuffer"],
  ["a Buffer of shared memory", [Buffer.from(new SharedArrayBuffer(8))], "$[0]", "shared memory"],
  ["a detached ArrayBuffer", { bytes: detached() }, "$.bytes", "is a detached ArrayBuffer"],
  ["a resizable ArrayBuffer", new ArrayBuffer(8, { maxByteLength: 16 }), "$", "is a resizable ArrayBuffer"],
  ["the global object", globalThis, "$.addEventListener", "is a function"],
  ["a getter that throws", { account: throwing(new Error("no access")) }, "$.account.balance", "its getter threw: no access"],
  ["a getter that throws null", throwing(null), "$.balance", "its getter threw: null"],
  ["a getter that throws a hostile object", [throwing(hostileProxy())], "$[0].balance", "its getter threw: no message"],
  ["a getter that gives a function", Object.defineProperty({}, "f", { get: () => () => 1, enumerable: true }), "$.f", "is a function"],
  [
    "an element whose getter throws",
    Object.defineProperty([1], 1, { get: () => thrower(), enumerable: true }),
    "$[1]",
    "its getter threw: boom",
  ],
  ["a Proxy", { draft: new Proxy({ a: 1 }, {}) }, "$.draft", "is a Proxy; return a plain copy of it"],
  ["a Proxy of an array", [new Proxy([], {})], "$[0]", "is a Proxy"],
  ["a Proxy whose traps throw", { inner: hostileProxy() }, "$.inner", "is a Proxy"],
  ["a revoked Proxy", revokedProxy(), "$", "is a Proxy"],
  ["a Proxy of a function", { call: new Proxy(() => 1, {}) }, "$.call", "is a"],
  ["a prototype that is a Proxy", { odd: Object.create(hostileProxy()) as object }, "$.odd", "is an object with a prototype of its own"],
  ["a function among values of a Map", new Map([["on click", () => 1]]), '$.get("on click")', "is a function"],
  ["a function under an object as key", new Map([[{}, [() => 1]]]), "$.values()[0][0]", "is a function"],
  [
    "a function as key of a Map",
    new Map<unknown, unknown>([
      ["a", 1],
      [() => 1, 2],
    ]),
    "$.keys()[1]",
    "is a function",
  ],
  ["a function under an odd key", { "first name": { "": () => 1 } }, '$["first name"][""]', "is a function"],
  [
    "a function under __proto__",
    JSON.parse('{"__proto__":{}}', (name, value: unknown) => (name === "__proto__" ? () => 1 : value)),
    "$.__proto__",
    "is a function",
  ],
  ["a function behind a hole", [, , () => 1], "$[2]", "is a function"],
  ["a function on an array", { list: Object.assign([1], { next: () => 1 }) }, "$.list.next", "is a function"],
  ["a function beside a cycle", cyclic(), "$.run", "is a function"],
  ["an error with a function as cause", { failure: new Error("x", { cause: () => 1 }) }, "$.failure.cause", "is a function"],
  ["a function among the errors of an AggregateError", new AggregateError([1, () => 1]), "$.errors[1]", "is a function"],
  [
    "a plain object of another realm",
    { foreign: vm.runInNewContext("({ a: 1 })") as object },
    "$.foreign",
    "is an object with a prototype of its own",
  ],
  [
    "nesting one level too deep",
    withPath(501, {}),
    `$${".a".repeat(24)}…(469 levels)…${".a".repeat(8)}`,
    "is nested more than 500 levels deep",
  ],
  ["nesting without end", withPath(100_000, new Date(0)), `$${".a".repeat(24)}…(469 levels)…${".a".repeat(8)}`, "is nested more than 500"],
];

const thrower = (): never => {
  throw new Error("boom");
};

describe("encodeValue refuses", () => {
  test.each([...REFUSALS])("%s", (_, value, path, problem) => {
    const encoded = encodeValue(value);
    expect(encoded).toEqual({ ok: false, kind: "unsupported", path, problem: expect.stringContaining(problem) as unknown as string });
  });

  test("nothing at the greatest depth", () => {
    expect(encodeValue(withPath(500, {})).ok).toBe(true);
    expect(encodeValue(withPath(500, new Date(0))).ok).toBe(true);
    expect(encodeValue(withPath(501, new Date(0))).ok).toBe(false);
  });

  test("only what is refused: neighbours on the way do not matter", () => {
    expect(encodeValue({ [Symbol("ignored")]: () => 1, kept: 1 })).toEqual({ ok: true, text: '{"kept":1}' });
    expect(encodeValue(Object.defineProperty({ kept: 1 }, "hidden", { value: () => 1 }))).toEqual({ ok: true, text: '{"kept":1}' });
    expect(
      encodeValue({
        get computed() {
          return 2;
        },
      }),
    ).toEqual({ ok: true, text: '{"computed":2}' });
  });

  test("a getter that answers otherwise the second time, without throwing", () => {
    let reads = 0;
    const flipping = {
      get value(): unknown {
        return (reads += 1) === 1 ? 1 : thrownBy(thrower);
      },
    };
    expect(() => encodeValue(flipping)).not.toThrow();
  });
});
