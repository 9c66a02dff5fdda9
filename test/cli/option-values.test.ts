import { describe, expect, test } from "bun:test";
import {
  choiceOption,
  choicesOption,
  countOption,
  durationOption,
  forbidTogether,
  instantOption,
  pairsOption,
} from "../../src/cli/option-values.ts";
import { NOW } from "./harness.ts";

describe("a duration", () => {
  test("is milliseconds", () => {
    expect(durationOption({ hold: "1m" }, "hold")).toBe(60_000);
    expect(durationOption({ hold: "0s" }, "hold")).toBe(0);
    expect(durationOption({}, "hold")).toBeUndefined();
  });

  test("that is none is refused by the flag's name", () => {
    expect(() => durationOption({ maxTime: "soon" }, "maxTime")).toThrow(/^--max-time: /);
    expect(() => durationOption({ hold: "" }, "hold")).toThrow(/^--hold: /);
    expect(() => durationOption({ hold: "-1s" }, "hold")).toThrow(/negative/);
  });
});

describe("a time", () => {
  test("is milliseconds since the epoch", () => {
    expect(instantOption({ at: "2026-03-01T09:00:00Z" }, "at", NOW)).toBe(NOW);
  });

  test("that does not exist is refused by the flag's name", () => {
    expect(() => instantOption({ at: "2026-02-30" }, "at", NOW)).toThrow(/^--at: .*does not exist/);
  });
});

describe("a count", () => {
  test("goes from 1 to its limit", () => {
    expect(countOption({ limit: "1" }, "limit", 100)).toBe(1);
    expect(countOption({ limit: "100" }, "limit", 100)).toBe(100);
  });

  test("outside of it, or no whole number, is refused", () => {
    for (const limit of ["0", "101", "-1", "1.5", "1e2", "ten", "", " 1", "99999999999999999999"]) {
      expect(() => countOption({ limit }, "limit", 100)).toThrow(`--limit takes a whole number from 1 to 100, not "${limit}"`);
    }
  });
});

describe("a choice", () => {
  test("is one of those there are", () => {
    expect(choiceOption({ ifExists: "fail" }, "ifExists", ["return", "fail"])).toBe("fail");
    expect(() => choiceOption({ ifExists: "Fail" }, "ifExists", ["return", "fail"])).toThrow('--if-exists takes return, fail, not "Fail"');
  });

  test("may be several with commas between", () => {
    expect(choicesOption({ until: "parked, blocked" }, "until", ["completed", "parked", "blocked"])).toEqual(["parked", "blocked"]);
    expect(() => choicesOption({ until: "parked,,blocked" }, "until", ["parked", "blocked"])).toThrow("--until takes");
    expect(() => choicesOption({ until: "" }, "until", ["parked"])).toThrow("--until takes");
  });
});

describe("pairs", () => {
  test("are split at the first =", () => {
    expect(pairsOption({ tag: ["a=1", "b=x=y", "c="] }, "tag")).toEqual({ a: "1", b: "x=y", c: "" });
  });

  test("hold a key of any name without touching a prototype", () => {
    const pairs = pairsOption({ tag: ["__proto__=x"] }, "tag");
    expect(Object.getOwnPropertyNames(pairs)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(pairs)).toBe(Object.prototype);
  });

  test("without = or key, or given twice, are refused", () => {
    expect(() => pairsOption({ tag: ["a"] }, "tag")).toThrow('--tag takes key=value, not "a"');
    expect(() => pairsOption({ tag: ["=a"] }, "tag")).toThrow("--tag takes key=value");
    expect(() => pairsOption({ set: ["a"] }, "set", "step=json")).toThrow('--set takes step=json, not "a"');
    expect(() => pairsOption({ tag: ["a=1", "a=2"] }, "tag")).toThrow('--tag is given twice for "a"');
  });
});

test("options that exclude each other are named; one alone, and a flag that is off, are fine", () => {
  expect(() => forbidTogether({ wait: true, ifExists: "x" }, ["wait", "ifExists"])).toThrow("--wait and --if-exists exclude each other");
  expect(() => forbidTogether({ wait: true, detach: false }, ["wait", "detach"])).not.toThrow();
});
