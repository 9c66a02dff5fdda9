import { describe, expect, test } from "bun:test";
import { buildInput, hintAtJson, parseJsonInput } from "../../src/cli/input.ts";
import { fail } from "../../src/model/errors.ts";

describe("key=value pairs", () => {
  test("are text as it is, also where it looks like something else", () => {
    expect(buildInput(["email=a@b.c", "n=5", "on=true", "empty=", "eq=a=b", "url=http://x:1/?a:=b"], undefined)).toEqual({
      email: "a@b.c",
      n: "5",
      on: "true",
      empty: "",
      eq: "a=b",
      url: "http://x:1/?a:=b",
    });
  });

  test("with := are JSON", () => {
    expect(buildInput(["n:=5", "on:=true", "none:=null", 'list:=[1,"a"]', 'text:="5"'], undefined)).toEqual({
      n: 5,
      on: true,
      none: null,
      list: [1, "a"],
      text: "5",
    });
  });

  test("with dots are objects in objects", () => {
    expect(buildInput(["a.b=1", "a.c.d:=2", "e=3"], undefined)).toEqual({ a: { b: "1", c: { d: 2 } }, e: "3" });
  });

  test("none at all, and no --input, are an empty object", () => {
    expect(buildInput([], undefined)).toEqual({});
  });

  test("are refused without = or key, and where a key has an empty part", () => {
    for (const pair of ["signup", "=1", ""]) expect(() => buildInput([pair], undefined)).toThrow("is not key=value");
    for (const pair of ["a..b=1", ".a=1", "a.=1", ":=1"]) expect(() => buildInput([pair], undefined)).toThrow("has an empty key");
  });

  test("are refused when one is given twice, or both a value and fields", () => {
    expect(() => buildInput(["a=1", "a:=1"], undefined)).toThrow('"a" is given twice');
    expect(() => buildInput(["a=1", "a.b=1"], undefined)).toThrow('"a" is given both a value and fields of its own');
    expect(() => buildInput(["a.b.c=1", "a.b=1"], undefined)).toThrow('"a.b" is given both');
    expect(() => buildInput(["a.b=1", "a.c=1"], undefined)).not.toThrow();
  });

  test("with broken JSON name the key", () => {
    expect(() => buildInput(["seats:=three"], undefined)).toThrow(/^"seats" is not JSON/);
    expect(() => buildInput(["seats:="], undefined)).toThrow(/^"seats" is not JSON/);
  });
});

describe("keys that would reach a prototype", () => {
  test("are refused in pairs", () => {
    for (const pair of ["__proto__=1", "__proto__.x=1", "a.__proto__.x=1", "constructor.prototype.x=1", "a.constructor.prototype=1"]) {
      expect(() => buildInput([pair], undefined)).toThrow("is refused");
    }
  });

  test("are refused in JSON, however deep", () => {
    expect(() => parseJsonInput('{"a":[{"__proto__":{"x":1}}]}', "--input")).toThrow('--input has a key "__proto__", which is refused');
    expect(() => buildInput(['a:={"__proto__":1}'], undefined)).toThrow("which is refused");
  });

  test("leave the prototype of objects as it is", () => {
    expect(buildInput(["constructor=1", "toString=2", "a.prototype=3"], undefined)).toEqual({
      constructor: "1",
      toString: "2",
      a: { prototype: "3" },
    });
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });
});

describe("pairs over --input", () => {
  test("replace and add, and keep what they do not name", () => {
    expect(buildInput(["a.b=2", "c=3"], { a: { b: 1, keep: true }, c: { d: 1 }, e: 5 })).toEqual({
      a: { b: "2", keep: true },
      c: "3",
      e: 5,
    });
  });

  test("leave the given object unchanged", () => {
    const given = Object.freeze({ a: Object.freeze({ b: 1 }) });
    expect(buildInput(["a.b=2"], given)).toEqual({ a: { b: "2" } });
    expect(given).toEqual({ a: { b: 1 } });
  });

  test("need an object to go into", () => {
    expect(() => buildInput(["a=1"], [1])).toThrow("--input is a list");
    expect(() => buildInput(["a=1"], "x")).toThrow("--input is a string");
    expect(() => buildInput(["a=1"], null)).toThrow("--input is null");
    expect(() => buildInput(["a.b=1"], { a: 5 })).toThrow('"a" is a number in --input, and "a.b" needs an object');
  });

  test("are not needed: --input alone is the input, whatever it is", () => {
    for (const given of [5, "x", null, [1], { a: 1 }]) expect(buildInput([], given)).toEqual(given as never);
  });
});

describe("the hint at :=", () => {
  const refused = (problem: string): Error => fail("INPUT_INVALID", { workflow: "signup", problem });

  test("comes where a schema refused text that would have been right as JSON", () => {
    const hinted = hintAtJson(refused("seats: Invalid input: expected number, received string"), ["seats=3", "plan=pro"]);
    expect(hinted).toMatchObject({ code: "INPUT_INVALID", hint: "= gives text. For a number, true, false or JSON write seats:=3" });
    expect((hinted as Error).message).toContain("expected number");
  });

  test("comes for every field that is named, nested ones too", () => {
    const hinted = hintAtJson(refused("a.b: expected number; on: expected boolean"), ["a.b=1", "on=true", "c=2"]);
    expect(hinted).toMatchObject({ hint: expect.stringContaining("a.b:=1 on:=true") });
  });

  test("does not come for text that is no JSON, for := itself, for fields that were fine, and for other errors", () => {
    const error = refused("seats: expected number");
    expect(hintAtJson(error, ["seats=three"])).toBe(error);
    expect(hintAtJson(error, ['seats:="3"'])).toBe(error);
    expect(hintAtJson(error, ["seat=3"])).toBe(error);
    const other = fail("USAGE", { problem: "seats: no" });
    expect(hintAtJson(other, ["seats=3"])).toBe(other);
    expect(hintAtJson("x", [])).toBe("x");
  });
});
