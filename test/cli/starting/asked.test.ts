/** What a half-typed line asks for. */
import { describe, expect, test } from "bun:test";
import { askedBy } from "../../../src/cli/completion/asked.ts";
import { placeWord, unquoted } from "../../../src/cli/completion/words.ts";

const FORM = {
  usage: "cancel <id> [names...]",
  options: { "-r, --reason <text>": "", "--tag <k=v...>": "", "--dry-run": "", "--set <step=json...>": "" },
};
const asked = (...words: readonly string[]) => askedBy(FORM, words);

describe("a value", () => {
  test.each<[words: readonly string[], placeholder: string, args: readonly string[]]>([
    [[""], "id", []],
    [["a", ""], "names", ["a"]],
    [["a", "b", "c"], "names", ["a", "b"]],
    [["--dry-run", ""], "id", []],
    [["--reason", "x", ""], "id", []],
    [["--reason=x", ""], "id", []],
    [["-", ""], "names", ["-"]],
    [["--", "-a", "x"], "names", ["-a"]],
    [["--unknown", ""], "id", []],
  ])("after %j is one of <%s>", (words, placeholder, args) => {
    const text = words.at(-1) ?? "";
    expect(askedBy(FORM, words)).toEqual({ kind: "value", placeholder, args: [...args], flag: undefined, lead: "", text });
  });

  test("of an option is the option's, also behind an equals sign", () => {
    const value = { kind: "value", placeholder: "text", flag: "--reason", args: ["a"] } as const;
    expect(asked("a", "--reason", "ti")).toEqual({ ...value, text: "ti", lead: "" });
    expect(asked("a", "-r", "")).toEqual({ ...value, text: "", lead: "" });
    expect(asked("a", "--reason=ti=")).toEqual({ ...value, text: "ti=", lead: "--reason=" });
    // A flag of the value's form is the value.
    expect(asked("a", "--reason", "--dry-run")).toEqual({ ...value, text: "--dry-run", lead: "" });
  });

  test("is none where nothing more is taken", () => {
    expect(askedBy({ usage: "tick", options: {} }, [""])).toEqual({ kind: "nothing" });
    expect(askedBy({ usage: "why <id>", options: {} }, ["a", "b"])).toEqual({ kind: "nothing" });
    expect(asked("--dry-run=x")).toEqual({ kind: "nothing" });
  });
});

test("a flag is asked for by a dash, and those that stand there already are known, but for repeatable ones", () => {
  expect(asked("-")).toEqual({ kind: "flag", text: "-", given: new Set() });
  expect(asked("--dry-run", "-r", "x", "--tag", "a=b", "--")).toEqual({
    kind: "flag",
    text: "--",
    given: new Set(["--dry-run", "--reason"]),
  });
});

test.each([
  ["create\\ customer", "create customer"],
  ["'create cu", "create cu"],
  ['"a \\"b\\" $c', 'a "b" $c'],
  ["'it'\\''s'", "it's"],
  ["a'b'c", "abc"],
  ["'\\n'", "\\n"],
  ["ends\\", "ends\\"],
])("%s is what the shell makes %s of", (word, meant) => expect(unquoted(word)).toBe(meant));

describe("the place of a project", () => {
  const meant = (word: string, before?: string, isTyped = true) => placeWord(word, { before, isTyped, home: "/home/it's me" });

  test("is in the home directory where the shell would say so", () => {
    expect([meant("~/a\\ b", "--dir"), meant("~", "--dir"), meant("--db=~/a.db"), meant("~/a\\b", "--db", false)]).toEqual([
      "/home/it's me/a b",
      "/home/it's me",
      "--db=/home/it's me/a.db",
      "/home/it's me/a\\b",
    ]);
  });

  test("is as it was written where that is in quotes, names another user, or is no place", () => {
    expect(meant("'~/a'", "--dir")).toBe("~/a");
    expect(meant("~root/a", "--dir")).toBe("~root/a");
    expect(meant("a/~", "--dir")).toBe("a/~");
    expect(meant("~/a", "--reason")).toBe("~/a");
    expect(meant("--id=~/a")).toBe("--id=~/a");
  });
});
