/**
 * Goal: a value is the same wherever in its script it stands, and nobody but the script has it.
 *
 * Method: the real shells. What would be another value if it were "${1}": in functions, and after the script has changed its arguments.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { readText, shellFolder, SHELLS } from "./shell-scripts.ts";

const folder = shellFolder();
afterAll(() => folder[Symbol.dispose]());

const BASH = SHELLS[0][1];

describe.each(SHELLS)("in %s a value", (_, shell) => {
  const printed = (script: string, ...values: Parameters<typeof readText>[1][]): string => {
    const { stdout, stderr, exitCode } = folder.run(shell, readText(script, ...values));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    return stdout;
  };

  test.each(["a b", "$(touch pwned)", "", "two\nlines  ", "'\"\\"])(
    "is itself inside of a function, whose own arguments stay: %j",
    (value) => {
      expect(printed('f() { printf "<%s>" "$1" @@ "x @@" \'y @@\'; }; f own', value)).toBe(`<own><${value}><x ${value}><y ${value}>`);
      expect(printed('f() { g() { printf "<%s>" "$#" @@; }; g; }; printf "%s" "$(f 1 2)"', value)).toBe(`<0><${value}>`);
    },
  );

  test("is itself after `set --` and `shift`", () => {
    expect(printed('set -- p q; printf "<%s>" @@ "$1" @@', "a", "b")).toBe("<a><p><b>");
    expect(printed('shift; printf "<%s>" @@ @@ "$1"', "a", "b")).toBe("<a><b><b>");
    expect(printed('f() { shift; printf "<%s>" @@ $(( @@ + 1 )); }; f x', ["a", "b"], 2)).toBe("<a><b><3>");
  });

  test("is itself when a trap runs", () => {
    expect(printed("bye() { printf '<%s>' @@; }; trap bye EXIT; set --; echo on", "a b")).toBe("on\n<a b>");
  });

  test("is no variable of the programs that the script starts, whatever is exported and was there before", () => {
    const { stdout } = folder.run(shell, readText("set -a; x=@@; env; echo @@", "kept"), { _wf1: "outer", _wf: "1" });
    expect(stdout.split("\n").filter((line) => line.includes("_wf") && !line.startsWith("_="))).toEqual([]);
    expect(stdout).toEndWith("\nkept\n");
  });

  test("cannot be replaced by a script that happens to use its name", () => {
    const { stdout, stderr, exitCode } = folder.run(shell, readText("_wf1=other; echo @@", "a"));
    expect({ stdout, isRefused: /read.?only/.test(stderr), isFailed: exitCode !== 0 }).toEqual({
      stdout: "",
      isRefused: true,
      isFailed: true,
    });
  });

  test("may be one of ten thousand", () => {
    const many = Array.from({ length: 10_000 }, (_, index) => index);
    expect(printed("f() { printf '%s,' @@; }; f", many)).toBe(`${many.join(",")},`);
  });

  test("leaves the lines of messages as they are, and nothing beside it", () => {
    const messageOf = (script: string): string => folder.run(shell, readText(script, "a")).stderr;
    expect(messageOf("echo @@\n\nno-such-program @@")).toBe(messageOf("echo a\n\nno-such-program a"));
    expect(messageOf("no-such-program")).toContain("no-such-program");
    expect(printed('echo @@ "${_wf-gone}"', "a")).toBe("a gone\n");
  });
});

test("a value in a function that another bash is given ends it, and is not empty there", () => {
  const { stdout, stderr, exitCode } = folder.run(BASH, readText('f() { echo "<"@@">"; }; export -f f; bash -c f', ["a", "b"]));
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 127 });
  expect(stderr).toContain("_wf1: parameter");
  const own = folder.run(BASH, readText('f() { echo "<$1>"; }; export -f f; printf "%s\\0" @@ | xargs -0 bash -c \'f "$1"\' bash', "a b"));
  expect(own.stdout).toBe("<a b>\n");
});

test("a script without values is as it was written", () => {
  expect(readText("echo a")).toEqual({ script: "echo a", args: [] });
  expect(readText("echo @@", [])).toEqual({ script: "echo ", args: [] });
});
