/** What renderers are told of the terminal, and when ASCII has to do. */
import { describe, expect, test } from "bun:test";
import { isUtf8, lookOf } from "../../../src/cli/render/look.ts";
import { contextOf, NOW } from "../harness.ts";

describe("a locale", () => {
  test.each([
    [{ LANG: "en_GB.UTF-8" }, true],
    [{ LANG: "C.utf8" }, true],
    [{ LANG: "C" }, false],
    [{ LANG: "en_US.ISO-8859-1" }, false],
    [{}, false],
    [{ LC_ALL: "C", LANG: "en_GB.UTF-8" }, false],
    [{ LC_ALL: "C", LC_CTYPE: "C.UTF-8" }, false],
    [{ LC_ALL: "", LC_CTYPE: "C.UTF-8", LANG: "C" }, true],
  ])("%j is UTF-8: %p", (environment, expected) => {
    expect(isUtf8(environment)).toBe(expected);
  });
});

test("the look of a command is that of its standard output", async () => {
  const context = await contextOf();
  const { style, sourceLine, ...look } = lookOf(context, { LANG: "C.UTF-8" });
  expect(look).toEqual({ columns: 80, now: NOW, isTerminal: false, isUnicode: true, isUtc: false, root: "/project", hasLinks: false });
  expect(sourceLine?.("/project/none.ts", 1, undefined)).toBeUndefined();
  expect(style.red("a")).toBe("a");
});
