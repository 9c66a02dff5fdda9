/**
 * Goal: what is stored comes back the same, and its text is safe in a TEXT column.
 *
 * Method: values of every class that can be stored, nested, shared and cyclic, are stored and read back; fast-check prints the seed of a
 * failure.
 */

import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";

import { decodeValue } from "../../../src/model/codec/decode.ts";
import { encodeValue } from "../../../src/model/codec/encode.ts";
import { anyValue } from "./any-value.ts";
import { difference } from "./same.ts";

const RUNS = Number(process.env["WF_TEST_RUNS"] ?? 2_000);

const textOf = (value: unknown): string => {
  const encoded = encodeValue(value);
  if (!encoded.ok) throw new Error(`${encoded.path} ${encoded.problem}`);
  return encoded.text;
};

const roundTrip = (value: unknown): unknown => decodeValue(textOf(value));

const expectSame = (value: unknown): void => expect(difference(value, roundTrip(value))).toBeUndefined();

describe("any value that can be stored", () => {
  test("comes back the same, and is stored again as the same well-formed text", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const text = textOf(value);
        const decoded = decodeValue(text);
        expect(difference(value, decoded)).toBeUndefined();
        expect(textOf(decoded)).toBe(text);
        expect(text.isWellFormed() && !text.includes("\0")).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  test("comes back unchanged from a TEXT column", () => {
    using db = new Database(":memory:");
    db.run("CREATE TABLE stored (text TEXT) STRICT");
    fc.assert(
      fc.property(anyValue, (value) => {
        const text = textOf(value);
        const row = db.query<{ text: string }, [string]>("INSERT INTO stored VALUES (?) RETURNING text").get(text);
        expect(row?.text).toBe(text);
      }),
      { numRuns: RUNS / 10 },
    );
  });
});

describe("plain JSON", () => {
  test("is stored byte for byte as JSON.stringify writes it", () => {
    const isPlain = (value: unknown): boolean => difference(value, JSON.parse(JSON.stringify(value))) === undefined;
    const plain = fc.jsonValue().filter((value) => isPlain(value) && !JSON.stringify(value).includes("__proto__"));
    fc.assert(
      fc.property(plain, (value) => {
        expect(textOf(value)).toBe(JSON.stringify(value));
      }),
      { numRuns: RUNS / 2 },
    );
  });

  test.each([
    [null],
    [true],
    [0],
    [1e21],
    [""],
    ["devalue:1:-1"],
    ["\0\u2028</script>😀"],
    ["\\ud800"],
    ["\\\\ud800 is no surrogate"],
    [[]],
    [{}],
    [{ id: 7, tags: ["a", "b"], owner: null, nested: { "odd key": 1.5 } }],
    [{ constructor: 1, toString: "x", toJSON: false, length: 3 }],
    [{ first: "same", second: "same" }],
  ])("leaves %j readable", (value) => {
    expect(textOf(value)).toBe(JSON.stringify(value));
    expectSame(value);
  });

  test("can be queried with the JSON functions of SQLite", () => {
    using db = new Database(":memory:");
    const row = db.query<{ city: string }, [string]>("SELECT ?1 ->> '$.address.city' AS city").get(textOf({ address: { city: "Łódź" } }));
    expect(row?.city).toBe("Łódź");
  });
});

describe("what JSON would change is stored behind a prefix", () => {
  const shared = { id: 1 };
  const withHiddenToJson = Object.defineProperty({ id: 1 }, "toJSON", { value: () => "changed" });
  test.each<[string, unknown]>([
    ["undefined", undefined],
    ["undefined in an object", { a: undefined }],
    ["undefined in an array", [undefined]],
    ["NaN", Number.NaN],
    ["Infinity", [Infinity, -Infinity]],
    ["-0", { a: -0 }],
    ["a lone surrogate", "\ud83d"],
    ["a lone surrogate in a key", { "a\udc00": 1 }],
    ["a lone surrogate after backslashes", "\\\\\ud800"],
    ["a hole", [1, , 3]],
    ["an object twice", [shared, shared]],
    ["an own __proto__", JSON.parse('{"__proto__":{"isAdmin":true},"a":1}')],
    ["an object without a prototype", Object.create(null)],
    ["an array with keys", "key=value".match(/(?<name>\w+)=/)],
    ["an array with a key and a hole at its end", Object.assign([1, ,], { total: 7 })],
    ["an array with a key that is just no index", Object.assign([1], { 4294967295: "x", "01": "y" })],
    ["a long array with one key", Object.assign(Array.from({ length: 1_000 }, Number), { total: 7 })],
  ])("%s comes back the same", (_, value) => {
    expect(textOf(value)).toStartWith("devalue:1:");
    expectSame(value);
  });

  test("a toJSON that is not enumerable is not called", () => {
    expect(roundTrip(withHiddenToJson)).toEqual({ id: 1 });
  });
});

test("a Buffer is stored by the bytes it shows, not by the pool they lie in", () => {
  const shown = Buffer.from("secret shown").subarray(7);
  const decoded = roundTrip(shown) as Buffer;
  expect([decoded.toString(), decoded.buffer.byteLength]).toEqual(["shown", 5]);
  expect(Buffer.isBuffer(decoded)).toBe(true);
});

test("views of one ArrayBuffer share it when they come back", () => {
  const { buffer } = new Uint8Array([1, 2, 3, 4]);
  const [bytes, view] = roundTrip([new Uint8Array(buffer, 1, 2), new DataView(buffer)]) as [Uint8Array, DataView];
  bytes[0] = 9;
  expect(view.getUint8(1)).toBe(9);
});
