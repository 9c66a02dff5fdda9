/** Escaping: no character that moves the cursor, reorders a line or hides itself reaches a terminal. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { escapeControls, quoted } from "../../src/model/escape.ts";

/** Any sequence of UTF-16 code units, broken pairs included; half of them from the ranges that matter here. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 0xff }), fc.integer({ min: 0x2000, max: 0x206f })))
  .map((units) => String.fromCharCode(...units));

/** The classes that are promised, each written on its own and not as the module writes them. */
const isDangerous = (code: number): boolean =>
  (code < 0x20 && code !== 0x09 && code !== 0x0a) ||
  (code >= 0x7f && code <= 0x9f) ||
  (code >= 0x202a && code <= 0x202e) ||
  (code >= 0x2066 && code <= 0x2069) ||
  (code >= 0x200b && code <= 0x200f) ||
  (code >= 0xd800 && code <= 0xdfff) ||
  (code >= 0xe0000 && code <= 0xe007f) ||
  [0x061c, 0x2028, 0x2029, 0x2060, 0xfeff, 0x180e].includes(code);

describe("escapeControls", () => {
  test("every dangerous character of Unicode is shown, and no common one is", () => {
    for (let code = 0; code <= 0xe0100; code++) {
      const character = String.fromCodePoint(code);
      const shown = escapeControls(character);
      if (isDangerous(code)) expect(shown).toMatch(/^\\(?:r|x[0-9a-f]{2}|u[0-9a-f]{4}|u\{[0-9a-f]{5}\})$/);
      else if (/[\p{L}\p{N}\p{P}\p{S}\p{M}\p{Zs}]/u.test(character)) expect(shown).toBe(character);
    }
  });

  test.each([
    ["\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"],
    ["\x9b2J", "\\x9b2J"],
    ["\x1b]8;;javascript:alert(1)\x07link", "\\x1b]8;;javascript:alert(1)\\x07link"],
    ["safe\rrm -rf", "safe\\rrm -rf"],
    ["a\b\bb", "a\\x08\\x08b"],
    ["\0", "\\x00"],
    ["\x7f", "\\x7f"],
    ["\u202egpj.exe", "\\u202egpj.exe"],
    ["\u2066x\u2069", "\\u2066x\\u2069"],
    ["\u061c\u200e\u200f", "\\u061c\\u200e\\u200f"],
    ["\u2028\u2029", "\\u2028\\u2029"],
    ["pass\u200bword\ufeff", "pass\\u200bword\\ufeff"],
    ["\ud800", "\\ud800"],
    ["\udfffa", "\\udfffa"],
    ["\udc00\ud800", "\\udc00\\ud800"],
    ["\u{e0041}", "\\u{e0041}"],
  ])("%j is shown as %j", (text, shown) => {
    expect(escapeControls(text)).toBe(shown);
  });

  test.each(["", "plain", "a\tb", "line\nline", "Grüße, 日本語, العربية, עברית", "👍🏽", "C:\\temp \\x1b", "\u00a0 \u3000"])(
    "%j stays as it is",
    (text) => {
      expect(escapeControls(text)).toBe(text);
    },
  );

  test("newlines stay by default and are shown on demand; tabs always stay", () => {
    expect(escapeControls("a\r\nb\tc")).toBe("a\\r\nb\tc");
    expect(escapeControls("a\r\nb\tc", { newlines: "keep" })).toBe("a\\r\nb\tc");
    expect(escapeControls("a\r\nb\tc", { newlines: "escape" })).toBe("a\\r\\nb\tc");
  });

  test("whatever the text, the result is well formed and holds nothing dangerous", () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom("keep" as const, "escape" as const), (text, newlines) => {
        const shown = escapeControls(text, { newlines });
        expect(shown.isWellFormed()).toBe(true);
        expect([...shown].filter((character) => isDangerous(character.codePointAt(0) ?? 0))).toEqual([]);
        if (newlines === "escape") expect(shown).not.toContain("\n");
      }),
    );
  });

  test("escaping twice is escaping once", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = escapeControls(text, { newlines: "escape" });
        expect(escapeControls(once, { newlines: "escape" })).toBe(once);
      }),
    );
  });
});

describe("quoted", () => {
  test("a text is put in quotes, on one line, escaped", () => {
    expect(quoted("3d")).toBe('"3d"');
    expect(quoted("")).toBe('""');
    expect(quoted("a\nb\x1b")).toBe('"a\\nb\\x1b"');
  });

  test("only a text past the limit is cut", () => {
    expect(quoted("x".repeat(60))).toBe(`"${"x".repeat(60)}"`);
    expect(quoted("x".repeat(61))).toBe(`"${"x".repeat(60)}…"`);
    expect(quoted("abc", 2)).toBe('"ab…"');
  });

  test("no pair is cut in half, and emoji count as one", () => {
    expect(quoted("👍".repeat(60))).toBe(`"${"👍".repeat(60)}"`);
    expect(quoted("👍".repeat(61))).toBe(`"${"👍".repeat(60)}…"`);
    expect(quoted(`x${"👍".repeat(1_000)}`)).toBe(`"x${"👍".repeat(59)}…"`);
  });

  test("whatever the text, the result is one short line", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = quoted(text, 10);
        expect(shown).not.toMatch(/[\r\n]/);
        expect(shown.length).toBeLessThanOrEqual(10 * "\\u{e0041}".length + '"…"'.length);
      }),
    );
  });
});
