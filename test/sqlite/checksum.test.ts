/** The checksum of rows. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { checksum } from "../../src/sqlite/checksum.ts";

const field = fc.oneof(fc.constant(null), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string({ unit: "binary" }));

describe("a checksum", () => {
  test("is a whole number that a double keeps exactly, and the same for the same fields", () => {
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        const sum = checksum(fields);
        expect(Number.isSafeInteger(sum) && sum >= 0).toBe(true);
        expect(checksum([...fields])).toBe(sum);
      }),
    );
  });

  test("differs when a field is changed, left out, or cut in two elsewhere", () => {
    const pairs: readonly (readonly [readonly unknown[], readonly unknown[]])[] = [
      [
        ["ab", "c"],
        ["a", "bc"],
      ],
      [
        ["a", ""],
        ["", "a"],
      ],
      [["a"], ["a", null]],
      [[null], [""]],
      [[null], ["null"]],
      [[1], ["1"]],
      [[1], [1.5]],
      [['a","b'], ["a", "b"]],
      [["a\u0000"], ["a"]],
      [
        [5, null],
        [null, 5],
      ],
      [["x".repeat(600)], ["x".repeat(601)]],
      [
        ["x".repeat(600), ""],
        ["", "x".repeat(600)],
      ],
      [["x".repeat(599) + "y"], ["x".repeat(599) + "z"]],
    ];
    for (const [a, b] of pairs) expect(checksum(a)).not.toBe(checksum(b));
  });

  test("differs for any two lists of fields that differ", () => {
    fc.assert(
      fc.property(fc.array(field, { maxLength: 4 }), fc.array(field, { maxLength: 4 }), (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        expect(checksum(a)).not.toBe(checksum(b));
      }),
    );
  });

  test("takes a text longer than any limit of its own by what it says, not by its length", () => {
    const text = "long ".repeat(10_000);
    expect(checksum([text])).toBe(checksum(["long ".repeat(10_000)]));
    for (const at of [0, 511, 512, 513, text.length - 1])
      expect(checksum([text.slice(0, at) + "#" + text.slice(at + 1)])).not.toBe(checksum([text]));
  });

  test("counts half a surrogate pair as what SQLite keeps of it, in short texts and long ones", () => {
    for (const text of ["\ud800", "a\udfffb", `${"x".repeat(600)}\ud800`, "\\ud800", "😀"]) {
      expect(checksum([text])).toBe(checksum([text.toWellFormed()]));
    }
    expect(checksum(["😀"])).not.toBe(checksum(["\ufffd\ufffd"]));
  });

  test("takes anything a damaged row can hold", () => {
    expect(checksum([new Uint8Array([1, 2])])).not.toBe(checksum([new Uint8Array([1, 3])]));
    expect(checksum([undefined, Number.NaN, {}])).toBeNumber();
  });
});
