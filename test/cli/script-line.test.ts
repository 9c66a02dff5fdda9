import { describe, expect, test } from "bun:test";
import { scriptCall } from "../../src/cli/script-call.ts";
import { isPlain, readScriptLine } from "../../src/cli/script-line.ts";

const line = (...argv: readonly string[]) => {
  const read = readScriptLine(argv);
  return read !== undefined && isPlain(read) ? read : undefined;
};

const call = (argv: readonly string[], env: Record<string, string> = {}) => {
  const read = line(...argv);
  return read === undefined ? "the long way" : scriptCall(read, env);
};

const refusal = (...argv: readonly string[]): unknown => {
  try {
    return call(argv);
  } catch (error) {
    return (error as { readonly code?: unknown }).code;
  }
};

describe("the short way of the calls of a script", () => {
  test("reads a step with its options, and leaves the command as it is", () => {
    expect(
      call(["step", "up", "--retry", "5", "--timeout=10m", "--once", "--delay", "2s", "--key", "k", "--", "a", "--retry", "-x", "--"]),
    ).toEqual({
      command: "step",
      call: {
        ...{ name: "up", key: "k", once: true, retries: 5, delayMs: 2_000, timeoutMs: 600_000 },
        command: ["a", "--retry", "-x", "--"],
      },
    });
    expect(call(["step", "up", "--", "a"], { WF_RETRY: "2" })).toMatchObject({
      call: { retries: 2, key: null, timeoutMs: null, once: false },
    });
  });

  test("reads waits, beginnings and ends", () => {
    expect(call(["sleep", "3d"])).toEqual({ command: "wait", call: { kind: "sleep", name: "sleep", key: null, durationMs: 259_200_000 } });
    expect(call(["sleep", "trial", "1s"])).toMatchObject({ call: { name: "trial", durationMs: 1_000 } });
    expect(call(["wait-event", "go"])).toMatchObject({ call: { kind: "event", name: "go", durationMs: null } });
    expect(call(["begin", "deploy", "--id", "x"])).toMatchObject({ command: "begin", call: { name: "deploy", id: "x", inputText: "{}" } });
    expect(call(["end", "--failed"])).toMatchObject({ command: "end", call: { failed: true } });
    expect(line("step", "x", "--dir", "/a", "--db=/b", "--", "c")?.options).toEqual({ dir: "/a", db: "/b" });
  });

  test("leaves to the long way what has to be explained, or has a form of its own", () => {
    const long = [
      ["step", "--help"],
      ["step", "x", "--retri", "1", "--", "a"],
      ["step", "x", "--once=1", "--", "a"],
      ["step", "x", "--key", "--once", "--", "a"],
      ["step", "x", "--key"],
      ["step", "x", "--key", "a", "--key", "b", "--", "c"],
      ["step", "-q", "x", "--", "a"],
      ["begin", "deploy", "a=1"],
      ["begin", "deploy", "-i", "{}"],
      ["end", "--output", "1"],
      ["end", "now"],
      ["run", "x"],
      ["constructor"],
      [],
    ];
    for (const argv of long) expect([argv, call(argv)]).toEqual([argv, "the long way"]);
  });

  test("refuses what cannot be meant", () => {
    const wrong: readonly (readonly [string, readonly string[]])[] = [
      ["USAGE", ["step"]],
      ["USAGE", ["step", "x"]],
      ["USAGE", ["step", "x", "--"]],
      ["USAGE", ["step", "x", "--", ""]],
      ["USAGE", ["step", "x", "y", "--", "a"]],
      ["USAGE", ["step", "x", "--retry", "two", "--", "a"]],
      ["USAGE", ["step", "x", "--retry", "10000", "--", "a"]],
      ["USAGE", ["step", "x", "--key", "", "--", "a"]],
      ["NAME_INVALID", ["step", " x", "--", "a"]],
      ["DURATION_INVALID", ["step", "x", "--timeout", "0", "--", "a"]],
      ["DURATION_INVALID", ["sleep", "3"]],
      ["USAGE", ["sleep"]],
      ["USAGE", ["sleep", "a", "1s", "2s"]],
      ["USAGE", ["wait-event"]],
      ["NAME_INVALID", ["wait-event", "a\nb"]],
    ];
    for (const [code, argv] of wrong) expect([argv, refusal(...argv)]).toEqual([argv, code]);
  });
});
