/** What `ctx.sh` may be told, and what its end means. */
import { describe, expect, test } from "bun:test";
import { ShellError, ValidationError } from "../../src/model/errors.ts";
import { isPanicError } from "../../src/model/panic.ts";
import type { ShellEnd, ShellOptions } from "../../src/model/shell.ts";
import { INHERITED, readShellOptions } from "../../src/model/shell-options.ts";
import { type Judged, resultOf } from "../../src/model/shell-verdict.ts";

const read = (options: unknown) => readShellOptions("build", options as ShellOptions);

describe("options", () => {
  test("of a script and of a command, with their defaults", () => {
    expect(read({ script: "make $1", args: ["all", 3] }).task).toEqual({
      request: {
        ...{ program: { script: "make $1", args: ["all", "3"] }, cwd: ".", env: {}, inherit: INHERITED, stdin: undefined },
        keptBytes: 65_536,
      },
      ...{ allow: [0], retryOn: null, hasFullLog: false, isSensitive: false, isStreamed: true },
    });
    expect(read({ command: ["make", "-j", 4, true] }).task.request.program).toEqual({ command: ["make", "-j", "4", "true"] });
  });

  test("of the step go to the step, and none else", () => {
    const compensate = () => {};
    const { step } = read({
      command: ["x"],
      retry: { attempts: 2 },
      timeout: "5s",
      key: 3,
      once: true,
      compensate,
      cwd: "sub",
      stream: false,
    });
    expect(step).toEqual({ retry: { attempts: 2 }, timeout: "5s", key: 3, once: true, compensate });
  });

  test("of a sensitive one: it is not shown while it runs", () => {
    expect(read({ command: ["x"], sensitive: true }).task).toMatchObject({ isSensitive: true, isStreamed: false });
  });

  test.each<[string, unknown, string]>([
    ["no options", undefined, "a command is a template"],
    ["a text", "ls", "a command is a template"],
    ["neither script nor command", {}, "neither a script nor a command"],
    ["both", { script: "x", command: ["x"] }, "give one of the two"],
    ["an empty script", { script: " " }, "it is empty"],
    ["an empty command", { command: [] }, "neither a script nor a command"],
    ["a command without a name", { command: [""] }, "neither a script nor a command"],
    ["a command that is a text", { command: "ls -l" }, "it is no array"],
    ["arguments beside a command", { command: ["x"], args: ["y"] }, "has its arguments beside it"],
    ["an object among the arguments", { command: ["x", JSON.parse('{"raw":"y"}')] }, "part 2: an object is no argument"],
    ["an object as a script", { script: JSON.parse('{"raw":"y"}') }, "it is not a text"],
    ["a script from an array", { script: ["x"] }, "it is not a text"],
    ["an object as a variable", { command: ["x"], env: { A: {} } }, '`env.A` of ctx.sh("build"): an object is no argument'],
    ["a variable that is none", { command: ["x"], env: { "A=B": "x" } }, "is not the name of a variable"],
    ["variables in a list", { command: ["x"], env: ["A"] }, "no object of names and values"],
    ["an inherited name that is none", { command: ["x"], inherit: ["A B"] }, "is not the name of a variable"],
    ["all variables", { command: ["x"], inherit: ["*"] }, "is not the name of a variable"],
    ["an object to read", { command: ["x"], stdin: {} }, "JSON.stringify"],
    ["an exit code that is none", { command: ["x"], allow: [256] }, "whole numbers from 0 to 255"],
    ["exit codes as a number", { command: ["x"], retryOn: 1 }, "it is no array"],
    ["too little to keep", { command: ["x"], keptBytes: 255 }, "from 256 to 16777216"],
    ["too much to keep", { command: ["x"], keptBytes: 16_777_217 }, "from 256 to 16777216"],
    ["a log of what is sensitive", { command: ["x"], fullLog: true, sensitive: true }, "not written to a log"],
    ["a switch that is none", { command: ["x"], stream: "no" }, "neither true nor false"],
    ["an option with a slip", { command: ["x"], timeOut: "5s" }, "did you mean `timeout`?"],
    ["an option that nobody knows", { command: ["x"], shell: "zsh" }, "there is no such option"],
    ["a folder with NUL", { command: ["x"], cwd: "a\0" }, "NUL"],
  ])("%s is refused", (_, options, problem) => {
    expect(() => read(options)).toThrow(problem);
    expect(() => read(options)).toThrow(ValidationError);
  });
});

describe("the end of a process", () => {
  const END: ShellEnd = { stdout: "out\n", stderr: "", exitCode: 0, signal: null, isTruncated: false, logFile: null };
  const rules = { step: "build", isSensitive: false, allow: [0], retryOn: null };
  const thrown = (end: Partial<ShellEnd>, more: Partial<Judged> = {}): ShellError => {
    try {
      resultOf({ ...END, ...end }, { ...rules, ...more });
    } catch (error) {
      return error as ShellError;
    }
    return expect.unreachable("it is allowed");
  };

  test("that is allowed is a result, without its last line break", () => {
    expect(resultOf(END, rules)).toEqual({ stdout: "out", stderr: "", exitCode: 0, signal: null, truncated: false });
    expect(resultOf({ ...END, stdout: "a\n\n", stderr: "b\r\n", exitCode: 1, logFile: "x.log" }, { ...rules, allow: [0, 1] })).toEqual({
      ...{ stdout: "a\n", stderr: "b", exitCode: 1, signal: null, truncated: false, logFile: "x.log" },
    });
  });

  test("that is not allowed is an error with the last lines of standard error", () => {
    const error = thrown({ exitCode: 4, stderr: "1\n2\n3\n4\n5\n6\n\n" });
    expect(error).toBeInstanceOf(ShellError);
    expect(error).toMatchObject({ code: "SHELL_FAILED", exitCode: 4, signal: null, isPermanent: false, stderr: "1\n2\n3\n4\n5\n6\n\n" });
    expect(error.message).toBe('Command "build" ended with exit code 4: 2\n3\n4\n5\n6');
    expect(thrown({ exitCode: 143, signal: "SIGTERM" }).message).toBe('Command "build" was ended by SIGTERM (exit code 143)');
    expect(thrown({ exitCode: 1, stderr: "x".repeat(5_000) }).message.length).toBeLessThan(1_100);
  });

  test("of a sensitive one tells nothing of what it has printed", () => {
    const error = thrown({ exitCode: 4, stderr: "token" }, { isSensitive: true });
    expect(JSON.stringify([error, error.message, error.stderr])).not.toContain("token");
  });

  test("0 can be a failure where other codes are expected", () => {
    expect(thrown({}, { allow: [1] }).exitCode).toBe(0);
  });

  test("with a code that is not worth another attempt is permanent", () => {
    expect(thrown({ exitCode: 2 }, { retryOn: [75] }).isPermanent).toBe(true);
    expect(thrown({ exitCode: 75 }, { retryOn: [75] }).isPermanent).toBe(false);
  });

  test.each([
    [137, "SIGKILL", true],
    [139, "SIGSEGV", true],
    [134, "SIGABRT", true],
    [135, "SIGBUS", true],
    [137, null, true],
    [143, "SIGTERM", false],
    [1, null, false],
  ])("%d, %s is a panic: %p", (exitCode, signal, isPanic) => {
    const error = thrown({ exitCode, signal }, { retryOn: [] });
    expect([isPanicError(error), error.isPermanent]).toEqual([isPanic, !isPanic]);
  });
});
