/** Measuring, cutting, padding and wrapping by the columns of a terminal. */
import { describe, expect, test } from "bun:test";
import { cutTo, indentBy, padTo, widthOf, wrapTo } from "../../../src/cli/render/fit.ts";
import { lookOf, terminal } from "./looks.ts";

describe("cutting", () => {
  test.each([
    ["hello", 5, "hello"],
    ["hello", 4, "hel…"],
    ["hello you", 7, "hello…"],
    ["日本語日本語", 6, "日本…"],
    ["日本語", 6, "日本語"],
    ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
    ["❤️❤️❤️", 4, "❤️…"],
    ["", 0, ""],
    ["ab", 1, "…"],
  ])("%p to %i columns gives %p", (text, columns, cut) => {
    expect(cutTo(text, columns, {})).toBe(cut);
    expect(widthOf(cutTo(text, columns, {}))).toBeLessThanOrEqual(columns);
  });

  test("is marked with dots where there is only ASCII", () => {
    expect(cutTo("hello you", 7, { isUnicode: false })).toBe("hell...");
  });

  test("a text of a million characters costs no more than its first few", () => {
    expect(cutTo("x".repeat(1_000_000), 5, {})).toBe("xxxx…");
  });
});

test("padding counts columns, not characters", () => {
  expect(padTo("日", 4)).toBe("日  ");
  expect(padTo("\x1b[31mred\x1b[39m", 4)).toBe("\x1b[31mred\x1b[39m ");
  expect(padTo("long", 2)).toBe("long");
});

describe("wrapping", () => {
  test("is between words, and a long word stays whole", () => {
    expect(wrapTo("wait for signup-7f3k9q2m4d now", terminal(10))).toBe("wait for\nsignup-7f3k9q2m4d\nnow");
  });
  test("indents what follows, and counts the indentation", () => {
    expect(wrapTo("one two three", terminal(10), "  ")).toBe("one two\n  three");
  });
  test("happens on a terminal only", () => {
    expect(wrapTo("one two three", lookOf({ columns: 5 }))).toBe("one two three");
  });
});

test("indenting leaves empty lines empty", () => {
  expect(indentBy(2, "a\n\nb")).toBe("  a\n\n  b");
});
