/** Only text that was stored is read, and no text changes a prototype. */

import { describe, expect, test } from "bun:test";

import { decodeValue } from "../../../src/model/codec/decode.ts";
import { encodeValue } from "../../../src/model/codec/encode.ts";

const roundTrip = (value: unknown): unknown => {
  const encoded = encodeValue(value);
  return encoded.ok ? decodeValue(encoded.text) : encoded;
};

describe("text that was not stored by encodeValue", () => {
  test.each([
    ["", "Not a stored value"],
    ["{", "Not a stored value"],
    ["undefined", "Not a stored value"],
    ['{"a":1} x', "Not a stored value"],
    ["devalue:", 'format "devalue:" is not known'],
    ["devalue:2:[1]", 'format "devalue:2:" is not known'],
    ["devalue:1:", "Not a stored value"],
    ["devalue:1:[", "Not a stored value"],
    ["devalue:1:[]", "Invalid input"],
    ["devalue:1:7", "Invalid input"],
    ['devalue:1:[["Planet",1],"x"]', "Unknown type Planet"],
    ['devalue:1:[["Error",1],"x"]', "Not a stored value"],
    ['devalue:1:[["Error",1],{"base":2},"NoSuchError"]', "Not a stored value"],
    ['devalue:1:[["Error",0]]', "Not a stored value"],
    ['devalue:1:[["Duration",1],[2],1.5]', "Not a stored value"],
    ['devalue:1:[{"__proto__":1},{"polluted":2},true]', "__proto__"],
  ])("%j is refused", (text, message) => {
    expect(() => decodeValue(text)).toThrow(message);
  });

  test("keeps the reason as cause, in a plain Error", () => {
    try {
      decodeValue("{");
      expect.unreachable();
    } catch (error) {
      expect(Object.getPrototypeOf(error)).toBe(Error.prototype);
      expect((error as Error).cause).toBeInstanceOf(SyntaxError);
    }
  });

  test("something that is no text is refused too", () => {
    expect(() => decodeValue(null as unknown as string)).toThrow("Not a stored value");
  });
});

describe("prototypes stay as they are", () => {
  const hostile = [
    '{"__proto__":{"polluted":1}}',
    '{"a":{"__proto__":{"polluted":1}},"b":[{"__proto__":null}]}',
    '{"constructor":{"prototype":{"polluted":1}}}',
  ];

  test.each(hostile)("%s comes back with its own keys only", (json) => {
    const value: unknown = roundTrip(JSON.parse(json));
    expect(JSON.stringify(value)).toBe(json);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect("polluted" in {}).toBe(false);
    expect((value as { readonly polluted?: unknown }).polluted).toBeUndefined();
  });

  test("an own __proto__ survives beside values that JSON cannot hold, with and without a prototype", () => {
    const value = Object.defineProperty(Object.create(null) as object, "__proto__", { value: new Date(0), enumerable: true });
    const decoded = roundTrip([JSON.parse('{"__proto__":1}'), value]) as [object, object];
    expect(Object.entries(decoded[0])).toEqual([["__proto__", 1]]);
    expect(Object.entries(decoded[1])).toEqual([["__proto__", new Date(0)]]);
    expect(Object.getPrototypeOf(decoded[1])).toBeNull();
  });

  test("keys named as methods of Object become own keys, even where Object.prototype is frozen", () => {
    const script = `
      import { encodeValue } from "./src/model/codec/encode.ts";
      import { decodeValue } from "./src/model/codec/decode.ts";
      Object.freeze(Object.prototype);
      const { text } = encodeValue({ toString: 1n, constructor: "c", valueOf: [new Error("kept")] });
      const { toString, constructor, valueOf } = decodeValue(text);
      console.log(String([toString, constructor, valueOf[0].message]));
    `;
    const { stdout } = Bun.spawnSync([process.execPath, "-e", script], { cwd: `${import.meta.dir}/../../..` });
    expect(stdout.toString()).toBe("1,c,kept\n");
  });
});
