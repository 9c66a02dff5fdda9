/** In which terminals a text may lead somewhere. */
import { describe, expect, test } from "bun:test";
import { wantsLinks } from "../../src/cli/out-links.ts";
import { createOut } from "../../src/cli/out-streams.ts";
import { sinkOf } from "./harness.ts";

describe("links", () => {
  test.each([
    [{ TERM_PROGRAM: "iTerm.app" }],
    [{ TERM_PROGRAM: "vscode" }],
    [{ TERM: "xterm-kitty" }],
    [{ VTE_VERSION: "7200" }],
    [{ KONSOLE_VERSION: "220400" }],
    [{ WT_SESSION: "a" }],
    [{ FORCE_HYPERLINK: "1" }],
    [{ FORCE_HYPERLINK: "1", TMUX: "/tmp/x" }],
  ])("are known in %j", (env) => {
    expect(wantsLinks({ env, isTerminal: true })).toBe(true);
    expect(wantsLinks({ env, isTerminal: false })).toBe(false);
  });

  test.each([
    [{}],
    [{ TERM: "xterm-256color" }],
    [{ TERM: "dumb", TERM_PROGRAM: "vscode" }],
    [{ TERM_PROGRAM: "Apple_Terminal" }],
    [{ VTE_VERSION: "4600" }],
    [{ VTE_VERSION: "5000" }],
    [{ VTE_VERSION: "" }],
    [{ TERM_PROGRAM: "vscode", CI: "true" }],
    [{ TERM_PROGRAM: "vscode", TMUX: "/tmp/x" }],
    [{ TERM_PROGRAM: "vscode", STY: "1" }],
    [{ TERM_PROGRAM: "vscode", FORCE_HYPERLINK: "0" }],
  ])("are not known in %j", (env) => {
    expect(wantsLinks({ env, isTerminal: true })).toBe(false);
  });
});

describe("a link that is written", () => {
  const LINK = "\x1b]8;;file:///a.ts\x1b\\a\x1b]8;;\x1b\\";
  const written = async (text: string, env: Record<string, string>, isTerminal = true): Promise<string> => {
    const stdout = sinkOf({ isTerminal });
    const out = await createOut({ format: "text", quiet: false, noColour: false, env, stdout, stderr: sinkOf() });
    out.result(null, () => text);
    return stdout.text;
  };

  test("reaches the terminal only where links are known and there is colour", async () => {
    expect(await written(LINK, { FORCE_HYPERLINK: "1" })).toBe(`${LINK}\n`);
    for (const env of [{}, { FORCE_HYPERLINK: "1", NO_COLOR: "1" }]) expect(await written(LINK, env)).not.toContain("\x1b]");
    expect(await written(LINK, { FORCE_HYPERLINK: "1" }, false)).not.toContain("\x1b]");
  });

  test("is of ours: one of another form is shown, and so is what only begins like one", async () => {
    for (const foreign of [
      "\x1b]8;;https://evil.example\x1b\\a",
      "\x1b]8;;file:///\x07",
      "\x1b]0;title\x1b\\",
      "\x1b]8;id=1;file:///a\x1b\\",
    ])
      expect(await written(foreign, { FORCE_HYPERLINK: "1" })).toStartWith("\\x1b]");
  });
});
