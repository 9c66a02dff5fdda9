/** The size of a stored value is counted in bytes of UTF-8, to the byte, and large values are refused before any text is made of them. */

import { describe, expect, test } from "bun:test";

import { encodeValue, MAX_VALUE_BYTES } from "../../../src/model/codec/encode.ts";

const sizeOf = (value: unknown, maxBytes = MAX_VALUE_BYTES): number => {
  const encoded = encodeValue(value, { maxBytes });
  return encoded.ok ? Buffer.byteLength(encoded.text) : Number.NaN;
};

describe("the limit of a value", () => {
  test("is one MiB unless told otherwise", () => {
    expect(MAX_VALUE_BYTES).toBe(1_048_576);
    expect(encodeValue("x".repeat(MAX_VALUE_BYTES - 2)).ok).toBe(true);
    expect(encodeValue("x".repeat(MAX_VALUE_BYTES - 1))).toEqual({
      ok: false,
      kind: "too-large",
      path: "$",
      problem: expect.stringContaining("limit of 1,048,576 bytes") as unknown as string,
    });
  });

  test.each<[string, unknown]>([
    ["ASCII", { text: "abc", list: [1, 2, 3] }],
    ["two-byte characters", "é".repeat(10)],
    ["three-byte characters", ["€", "€€"]],
    ["four-byte characters", { "😀": "😀😀" }],
    ["escaped characters", '\0\n"\\'],
    ["a Date", new Date(0)],
    ["multi-byte characters behind the prefix", new Map([["é", "😀"]])],
    ["bytes", new Uint8Array(30)],
    ["a lone surrogate", "\ud800"],
    ["undefined", undefined],
  ])("is exact for %s: one byte less is refused, one more is not needed", (_, value) => {
    const sizeBytes = sizeOf(value);
    expect(encodeValue(value, { maxBytes: sizeBytes + 1 }).ok).toBe(true);
    expect(encodeValue(value, { maxBytes: sizeBytes }).ok).toBe(true);
    expect(encodeValue(value, { maxBytes: sizeBytes - 1 })).toMatchObject({ ok: false, kind: "too-large", path: "$" });
  });

  test("names the size when it is known", () => {
    expect(encodeValue("é€", { maxBytes: 6 })).toMatchObject({ problem: "takes 7 bytes, more than the limit of 6 bytes" });
  });

  test.each<[string, () => unknown]>([
    ["a string of 1 GB", () => oneGigabyte()],
    ["a string of 1 GB beside a Date", () => [new Date(0), oneGigabyte()]],
    ["300 MB of bytes", () => new Uint8Array(3e8)],
    ["a long array", () => new Array(2_000_000).fill(0)],
    ["a long array of undefined", () => new Array(2_000_000).fill(undefined)],
    ["many large strings", () => Array.from({ length: 100 }, (_, at) => [String(at).repeat(100_000), undefined])],
    ["a Map that grows while it is read", () => growing()],
  ])("stops early at %s", (_, make) => {
    expect(encodeValue(make())).toEqual({
      ok: false,
      kind: "too-large",
      path: "$",
      problem: "is larger than the limit of 1,048,576 bytes",
    });
  });

  test("counts a string that stands twice behind the prefix once, as it is written once", () => {
    expect(encodeValue([undefined, ...Array.from({ length: 50 }, () => "long ".repeat(10_000))]).ok).toBe(true);
  });

  test("counts what is there of a sparse array, not its length", () => {
    const sparse: unknown[] = [];
    sparse[4_000_000_000] = 1;
    expect(sizeOf(sparse)).toBeLessThan(60);
  });

  test("allows more where more is asked for", () => {
    expect(sizeOf("x".repeat(2_000_000), 4_000_000)).toBe(2_000_002);
  });
});

/** A concatenation that takes no memory until someone reads it. */
const oneGigabyte = (): string => {
  let text = "x";
  while (text.length < 2 ** 30) text += text;
  return text;
};

const growing = (): Map<unknown, unknown> => {
  const map = new Map<unknown, unknown>();
  const entry = (): object => ({
    get next() {
      map.set({}, entry());
      return 1;
    },
  });
  return map.set(undefined, entry());
};
