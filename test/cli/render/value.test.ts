/** Values as text: JSON that can be copied out, a form for all that JSON lacks, and no way to break it. */
import { describe, expect, test } from "bun:test";
import { renderValue, renderValueFlat } from "../../../src/cli/render/value.ts";
import { lines } from "./looks.ts";

describe("plain JSON", () => {
  test.each([
    "null",
    "true",
    "0",
    "-1.5",
    '"text"',
    '"a \\"quoted\\" \\\\ text"',
    "[]",
    "{}",
    "[1,2,3]",
    '{"a":{"b":[null,"c"]},"d e":false}',
  ])("%s can be copied out, from one line and from many", (json) => {
    for (const columns of [1, 20, 80, 1_000]) expect(JSON.stringify(JSON.parse(renderValue(JSON.parse(json), columns)))).toBe(json);
  });

  test("takes one line where it fits, and not where it is one column too wide", () => {
    const value = { email: "ada@example.com" };
    const flat = '{ "email": "ada@example.com" }';
    expect(renderValue(value, flat.length)).toBe(flat);
    expect(renderValue(value, flat.length - 1)).toBe('{\n  "email": "ada@example.com"\n}');
  });

  test("breaks the outermost brackets first", () => {
    expect(renderValue({ name: "ada", seats: [{ row: 1 }, { row: 2 }] }, 34)).toBe(
      lines(`
        {
          "name": "ada",
          "seats": [
            { "row": 1 },
            { "row": 2 }
          ]
        }
      `),
    );
  });

  test("numbers stand side by side", () => {
    expect(renderValue([100, 200, 300, 400, 500], 16)).toBe("[\n  100, 200, 300,\n  400, 500\n]");
  });

  test("begins where other text ends", () => {
    expect(renderValue({ a: "b" }, 20, 8)).toBe('{ "a": "b" }');
    expect(renderValue({ a: "b" }, 20, 9)).toBe('{\n           "a": "b"\n         }');
  });
});

const FORMS = [
  [undefined, "undefined"],
  [Number.NaN, "NaN"],
  [-0, "-0"],
  [-Infinity, "-Infinity"],
  [10n, "10n"],
  [Symbol("s"), "Symbol(s)"],
  [() => 1, "[function]"],
  [new Date(0), "Date(1970-01-01T00:00:00.000Z)"],
  [new Date(Number.NaN), "Date(invalid)"],
  [/a\/b/gi, "/a\\/b/gi"],
  [new URL("https://a.example/b?c=d"), 'URL("https://a.example/b?c=d")'],
  [new TypeError("no"), "[TypeError: no]"],
  [
    new Map<unknown, unknown>([
      ["a", 1],
      [{ b: 2 }, new Set([3])],
    ]),
    'Map(2) { "a" => 1, { "b": 2 } => Set(1) { 3 } }',
  ],
  [new Map(), "Map(0) {}"],
  [new Set(["x", undefined]), 'Set(2) { "x", undefined }'],
  [new Uint8Array([1, 255]), "Uint8Array(2) [1, 255]"],
  [new BigInt64Array([-1n]), "BigInt64Array(1) [-1n]"],
  [new Float64Array([-0, 1.5]), "Float64Array(2) [-0, 1.5]"],
  [new Uint8Array([1, 2]).buffer, "ArrayBuffer(2) [1, 2]"],
  [new DataView(new Uint8Array([1, 2, 3]).buffer, 1, 2), "DataView(2) [2, 3]"],
  [Object(1), "Object(1)"],
  [[1, , 3, , ,], "[1, <1 empty>, 3, <2 empty>]"],
  [new Array(4_000_000_000), "[<4000000000 empty>]"],
  [Object.assign(Object.create(null), { a: undefined }), '{ "a": undefined }'],
  [JSON.parse('{"__proto__": {"a": 1}}'), '{ "__proto__": { "a": 1 } }'],
] as readonly (readonly [unknown, string])[];

test.each(FORMS.map(([value, text]) => ({ value, text })))("$text has a form of its own", ({ value, text }) => {
  expect(renderValueFlat(value)).toBe(text);
});

describe("an object that is met again", () => {
  test("is a cycle when it lies around itself", () => {
    const cycle: { name: string; self?: unknown; list: unknown[] } = { name: "a", list: [] };
    cycle.self = cycle;
    cycle.list.push(cycle);
    expect(renderValueFlat(cycle)).toBe('{ "name": "a", "list": [[circular]], "self": [circular] }');
  });

  test("through the keys and values of maps and sets too", () => {
    const map = new Map<unknown, unknown>();
    map.set(map, new Set([map]));
    expect(renderValueFlat(map)).toBe("Map(1) { [circular] => Set(1) { [circular] } }");
  });

  test("is told by its path when it holds objects, and shown again when it does not", () => {
    const leaf = { a: 1 };
    const holder = { leaf };
    expect(renderValueFlat({ one: holder, "two three": [holder, leaf] })).toBe(
      '{ "one": { "leaf": { "a": 1 } }, "two three": [[same as .one], { "a": 1 }] }',
    );
  });

  test("does not make the text grow with the ways to it: forty levels of pairs", () => {
    let value: unknown = { end: true };
    for (let level = 0; level < 40; level++) value = [value, value];
    expect(renderValue(value, 80).length).toBeLessThan(20_000);
  });
});

test("ten thousand levels do not exhaust the stack", () => {
  let value: unknown = "end";
  for (let level = 0; level < 10_000; level++) value = { a: value };
  expect(renderValueFlat(value)).toContain("[deeper than 1000 levels]");
});

test("five hundred levels, which is what can be stored, are shown whole", () => {
  let value: unknown = "end";
  for (let level = 0; level < 500; level++) value = [value];
  expect(renderValue(value, 80)).toContain('"end"');
});

test("a value of a million characters is not cut", () => {
  expect(renderValue({ text: "x".repeat(1_000_000) }, 80)).toContain("x".repeat(1_000_000));
});

describe("a hostile value", () => {
  test("a getter that throws leaves its neighbours alone", () => {
    const value = {
      a: 1,
      get b(): never {
        throw new Error("no");
      },
    };
    expect(renderValueFlat(value)).toBe('{ "a": 1, "b": [unreadable] }');
  });

  test("a proxy that throws is unreadable, and nothing is thrown", () => {
    const trap = (): never => {
      throw new Error("no");
    };
    expect(renderValueFlat(new Proxy({}, { ownKeys: trap, get: trap, getPrototypeOf: trap }))).toBe("[unreadable]");
  });

  test("control characters are escaped in texts, keys and names", () => {
    const text = renderValue(
      { "k\x1b[31m\u202e": "v\r\n\x07\x9b", map: new Map([["m\x1b", 1]]), error: new Error("e\x1b\n"), symbol: Symbol("\x1b") },
      20,
    );
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(text).toContain("\\u202e");
    expect(text).toContain("\\r\\n\\u0007\\x9b");
  });
});
