import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { toJson } from "../../src/cli/out-json.ts";
import { escapeControls } from "../../src/model/escape.ts";

const back = (value: unknown): unknown => JSON.parse(toJson(value));

describe("JSON of any value", () => {
  test("is that of JSON.stringify where JSON has words for it", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(back(value)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("keeps fields that are undefined, as null", () => {
    expect(toJson({ a: undefined, b: [undefined] })).toBe('{"a":null,"b":[null]}');
    expect(toJson(undefined)).toBe("null");
  });

  test("has a word for what JSON lacks", () => {
    const value = {
      date: new Date(0),
      bad: new Date(Number.NaN),
      big: 12n,
      map: new Map([["k", { v: 1 }]]),
      set: new Set([1, 2]),
      bytes: new Uint8Array([1, 2, 255]),
      buffer: new Uint8Array([1]).buffer,
      pattern: /a/g,
      nan: Number.NaN,
      error: new TypeError("no"),
    };
    expect(back(value)).toEqual({
      date: "1970-01-01T00:00:00.000Z",
      bad: null,
      big: "12",
      map: [["k", { v: 1 }]],
      set: [1, 2],
      bytes: "AQL/",
      buffer: "AQ==",
      pattern: "/a/g",
      nan: null,
      error: { name: "TypeError", message: "no" },
    });
  });

  test("shows a cycle and a throwing getter instead of failing", () => {
    const value: Record<string, unknown> = { a: 1 };
    value["self"] = value;
    expect(back(value)).toEqual({ a: 1, self: "[circular]" });
    const hostile = {
      inner: Object.defineProperty({}, "x", {
        enumerable: true,
        get: () => {
          throw new Error("no");
        },
      }),
    };
    expect(back(hostile)).toEqual({ inner: "[unreadable]" });
  });

  test("repeats an object that is met twice and lies in no cycle", () => {
    const shared = { a: 1 };
    expect(back([shared, shared])).toEqual([{ a: 1 }, { a: 1 }]);
  });

  test("ends at a depth that would exhaust the stack, and at lists of holes", () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    expect(toJson(deep)).toContain("[too deep]");
    const holes: unknown[] = [];
    holes.length = 1_000_000_000;
    expect(back({ holes })).toEqual({ holes: "[list of 1000000000, mostly empty]" });
  });

  test("ends at a value that would be a billion objects", () => {
    let value: unknown = {};
    for (let level = 0; level < 30; level++) value = [value, value];
    const json = toJson(value, 0, 10_000);
    expect(json).toContain("[too large]");
    expect(() => JSON.parse(json)).not.toThrow();
    expect(json.length).toBeLessThan(1_000_000);
  });

  test("keeps a key named __proto__ as a key", () => {
    expect(toJson(JSON.parse('{"__proto__":{"x":1}}'))).toBe('{"__proto__":{"x":1}}');
  });

  test("indents where asked to", () => {
    expect(toJson({ a: [1] }, 2)).toBe('{\n  "a": [\n    1\n  ]\n}');
  });
});

describe("JSON in a terminal", () => {
  test("holds nothing that a terminal acts on, and reads back as it was", () => {
    const unit = fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code));
    const hidden = fc.constantFrom(
      "\x1b",
      "\x07",
      "\x7f",
      "\x9b",
      "\u202e",
      "\u2066",
      "\u200b",
      "\u2028",
      "\ufeff",
      "\u{e0041}",
      "\ud800",
      "\n",
      "\r",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(unit, hidden)), (characters) => {
        const text = characters.join("");
        const json = toJson({ [text]: text });
        expect(escapeControls(json)).toBe(json);
        expect(JSON.parse(json)).toEqual({ [text]: text });
      }),
    );
  });
});
