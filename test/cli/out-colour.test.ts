import { describe, expect, test } from "bun:test";
import { loadStyle, wantsColour } from "../../src/cli/out-colour.ts";

const wants = (env: Record<string, string>, facts: { refused?: boolean; isTerminal?: boolean } = {}): boolean =>
  wantsColour({ refused: facts.refused ?? false, env, isTerminal: facts.isTerminal ?? false });

describe("colour", () => {
  test("follows whether the stream is a terminal", () => {
    expect(wants({}, { isTerminal: true })).toBe(true);
    expect(wants({}, { isTerminal: false })).toBe(false);
  });

  test("is off with --no-color, whatever else is said", () => {
    expect(wants({ FORCE_COLOR: "1", CLICOLOR_FORCE: "1" }, { refused: true, isTerminal: true })).toBe(false);
  });

  test("is off with NO_COLOR, also beside FORCE_COLOR, but not with an empty one", () => {
    expect(wants({ NO_COLOR: "1", FORCE_COLOR: "1" }, { isTerminal: true })).toBe(false);
    expect(wants({ NO_COLOR: "0" }, { isTerminal: true })).toBe(false);
    expect(wants({ NO_COLOR: "" }, { isTerminal: true })).toBe(true);
  });

  test("is on in a pipe with FORCE_COLOR or CLICOLOR_FORCE", () => {
    expect(wants({ FORCE_COLOR: "1" })).toBe(true);
    expect(wants({ FORCE_COLOR: "true" })).toBe(true);
    expect(wants({ CLICOLOR_FORCE: "1" })).toBe(true);
  });

  test("is off on a terminal with FORCE_COLOR=0, and unmoved by an empty one or CLICOLOR_FORCE=0", () => {
    expect(wants({ FORCE_COLOR: "0" }, { isTerminal: true })).toBe(false);
    expect(wants({ FORCE_COLOR: "false" }, { isTerminal: true })).toBe(false);
    expect(wants({ FORCE_COLOR: "" })).toBe(false);
    expect(wants({ CLICOLOR_FORCE: "0" })).toBe(false);
    expect(wants({ CLICOLOR_FORCE: "0" }, { isTerminal: true })).toBe(true);
  });

  test("is off on a dumb terminal, unless it is forced", () => {
    expect(wants({ TERM: "dumb" }, { isTerminal: true })).toBe(false);
    expect(wants({ TERM: "dumb", FORCE_COLOR: "1" }, { isTerminal: true })).toBe(true);
  });
});

test("styles without colour give the text itself, with colour they put codes around it", async () => {
  const [plain, coloured] = [await loadStyle(false), await loadStyle(true)];
  for (const name of ["bold", "dim", "red", "green", "yellow", "cyan", "magenta"] as const) {
    expect(plain[name]("x")).toBe("x");
    expect(coloured[name]("x")).toMatch(/^\x1b\[\d+mx\x1b\[\d+m$/);
  }
});
