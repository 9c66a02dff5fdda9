/** CSV as RFC 4180 has it. */
import { expect, test } from "bun:test";
import { parseCsv } from "../../workflows/csv.ts";

test.each([
  ["a,b\n1,2\n", [{ a: "1", b: "2" }]],
  ["a,b\r\n1,2", [{ a: "1", b: "2" }]],
  ["\ufeffa\n1", [{ a: "1" }]],
  ['a,b\n"x, y","say ""hi"""', [{ a: "x, y", b: 'say "hi"' }]],
  ['a,b\n"two\nlines",2', [{ a: "two\nlines", b: "2" }]],
  ['a,b\n"",2\n', [{ a: "", b: "2" }]],
  ["a,b\n,\n", [{ a: "", b: "" }]],
  ["a,b\n1,", [{ a: "1", b: "" }]],
  ["a,b\n1\n", [{ a: "1", b: "" }]],
  ["a\n1,2\n", [{ a: "1" }]],
  [
    "a,b\n1,2\n\n\n3,4\n\n",
    [
      { a: "1", b: "2" },
      { a: "3", b: "4" },
    ],
  ],
  ["a,b\n", []],
  ["", []],
])("%j", (text, rows) => {
  expect(parseCsv(text)).toEqual(rows);
});

test.each(['a\n"x', 'a\n"x"y', 'a\nx"y'])("%j is refused, with the place", (text) => {
  expect(() => parseCsv(text)).toThrow(/from character \d+/);
});
