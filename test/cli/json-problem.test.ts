/** Where a text stops being JSON: by hand-made mistakes, and by damage to JSON of all kinds. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { jsonProblem } from "../../src/cli/json-problem.ts";

describe("where a text stops being JSON", () => {
  test.each([
    ["foo", 'line 1, column 1: a value is expected, not "foo"'],
    ["{stars: 5}", 'line 1, column 2: a key in double quotes or "}" is expected, not "stars"'],
    ["{'stars': 5}", 'line 1, column 2: a key in double quotes or "}" is expected, not "\'"'],
    ['{"a": 1,}', 'line 1, column 9: a key in double quotes is expected, not "}"'],
    ["[1, 2,]", 'line 1, column 7: a value is expected, not "]"'],
    ["[1 2]", 'line 1, column 4: "," or "]" is expected, not "2"'],
    ['{"a" 1}', 'line 1, column 6: ":" is expected, not "1"'],
    ['{"a": 1 "b": 2}', 'line 1, column 9: "," or "}" is expected, not "\\""'],
    ['{\n  "a": 1,\n  "b": nope\n}', 'line 3, column 8: a value is expected, not "nope"'],
    ["truex", 'line 1, column 1: a value is expected, not "truex"'],
    ["01", 'line 1, column 1: a value is expected, not "01"'],
    ["1.", 'line 1, column 1: a value is expected, not "1."'],
    ["+1", 'line 1, column 1: a value is expected, not "+1"'],
    ["NaN", 'line 1, column 1: a value is expected, not "NaN"'],
    ["{} {}", "line 1, column 4: the value ends here, and more follows"],
    ["[}", 'line 1, column 2: a value or "]" is expected, not "}"'],
    ['"abc', "line 1, column 1: a string begins here and does not end"],
    ['["a\nb"]', "line 1, column 2: a string holds a line break or control character; write it as \\n or \\u…"],
    ['"\\x41"', 'line 1, column 1: a string holds "\\\\x", which is no escape'],
    ['"\\u12g4"', 'line 1, column 1: a string holds "\\\\u", which is no escape'],
    ["", "it ends too early: a value is expected"],
    ["[1,", "it ends too early: a value is expected"],
    ['{"a":', "it ends too early: a value is expected"],
    ["[[]", 'it ends too early: "," or "]" is expected'],
    ["\u00a01", 'line 1, column 1: a value is expected, not "\u00a0"'],
  ])("%j: %s", (text, problem) => {
    expect(jsonProblem(text)).toBe(problem);
  });
});

test("any JSON has no problem", () => {
  fc.assert(fc.property(fc.json(), (text) => expect(jsonProblem(text)).toBeUndefined()));
});

test("any damage to JSON is found where it is, or the text is still JSON", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.string({ unit: "binary", maxLength: 2 }), (json, seed, damage) => {
      const at = seed % (json.length + 1);
      const text = json.slice(0, at) + damage + json.slice(at + 1);
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      const problem = jsonProblem(text);
      if (isJson) return expect(problem).toBeUndefined();
      return expect(problem).toMatch(/^(line \d+, column \d+: |it ends too early: )/);
    }),
  );
});

test("a large text is looked at once", () => {
  const text = `[${"0,".repeat(500_000)}x]`;
  expect(jsonProblem(text)).toBe('line 1, column 1000002: a value is expected, not "x"');
});
