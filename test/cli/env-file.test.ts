import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyEnvFiles, parseEnv } from "../../src/cli/env-file.ts";

const folder = mkdtempSync(join(tmpdir(), "wf-env-"));
afterAll(() => rmSync(folder, { recursive: true }));
const fileOf = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

const parsed = (text: string): Record<string, string> => Object.fromEntries(parseEnv(text, "x.env"));

describe("a file of variables", () => {
  test("is lines of KEY=value, with comments, blank lines, export and blanks around =", () => {
    expect(parsed("# all\n\nA=1\nexport B=two words\n  C = 3  \r\nD=\n")).toEqual({ A: "1", B: "two words", C: "3", D: "" });
  });

  test("keeps what stands in quotes, and reads escapes in double ones only", () => {
    expect(parsed(`A='a # b \\n'\nB="a # b \\n\\"c\\" \\\\"\nC="" # empty`)).toEqual({ A: "a # b \\n", B: 'a # b \n"c" \\', C: "" });
  });

  test("ends an unquoted value at a blank and #, not at a # inside of a word", () => {
    expect(parsed("A=x # note\nB=x#y\nC=#z")).toEqual({ A: "x", B: "x#y", C: "" });
  });

  test("expands nothing", () => {
    expect(parsed("A=$HOME/`id`")).toEqual({ A: "$HOME/`id`" });
  });

  test("with a line that is none is refused by place, and its text is not shown", () => {
    for (const line of ["secret", "1A=secret", "A-B=secret", "A='secret", 'A="secret" more']) {
      expect(() => parsed(`OK=1\n${line}`)).toThrow("x.env:2 is not KEY=value");
      expect(() => parsed(`OK=1\n${line}`)).not.toThrow("secret");
    }
  });
});

describe("several files", () => {
  test("a later one wins over an earlier one, and the environment over all", () => {
    const env: Record<string, string | undefined> = { KEPT: "mine", EMPTY: "" };
    applyEnvFiles([fileOf("a.env", "A=1\nB=1\nKEPT=file\nEMPTY=file"), fileOf("b.env", "B=2")], env);
    expect(env).toEqual({ KEPT: "mine", EMPTY: "", A: "1", B: "2" });
  });

  test("one that is missing or not right changes nothing", () => {
    const env: Record<string, string | undefined> = {};
    expect(() => applyEnvFiles([fileOf("a.env", "A=1"), join(folder, "none.env")], env)).toThrow("cannot be read");
    expect(() => applyEnvFiles([fileOf("a.env", "A=1"), fileOf("bad.env", "?")], env)).toThrow("bad.env:1");
    expect(env).toEqual({});
  });
});
