/** Panics of child processes: killed from outside is one, in every shape it is told; failed or ended on purpose is none. */
import { describe, expect, test } from "bun:test";
import { exec, execFileSync, execSync } from "node:child_process";
import { isPanicError, panicCode } from "../../src/model/panic.ts";

const shaped = (fields: Record<string, unknown>, message = "failed"): Error => Object.assign(new Error(message), fields);
const named = (name: string, fields: Record<string, unknown> = {}): Error => shaped({ name, ...fields });

/** What a function throws. */
const thrownBy = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
};

describe("child processes", () => {
  const SIGNALS = [
    ["SIGKILL", 137],
    ["SIGSEGV", 139],
    ["SIGABRT", 134],
    ["SIGBUS", 135],
  ] as const;

  test.each(SIGNALS)("%s and exit code %d are a panic, in every shape they come in", (signal, exitCode) => {
    for (const fields of [
      { exitCode: null, signalCode: signal },
      { exitCode, signalCode: signal },
      { exitCode },
      { signal },
      { exitCode: undefined, signal },
      { status: null, signal, pid: 7 },
      { status: exitCode, signal: null, pid: 7 },
      { code: null, signal, killed: false, cmd: "x" },
      { code: exitCode, signal: null, killed: false, cmd: "x" },
      // Bun's process object, where `killed` only says that it has ended.
      { exitCode: null, signalCode: signal, killed: true, pid: 7 },
    ]) {
      expect(panicCode(shaped(fields))).toBe(signal);
    }
  });

  test.each([
    { exitCode: 0 },
    { exitCode: 1 },
    { exitCode: 133 },
    { exitCode: 136 },
    { exitCode: 138 },
    { exitCode: 143 },
    { exitCode: "137" },
    { signal: "SIGTERM" },
    { signalCode: "SIGINT" },
    { signal: "KILL" },
    { signal: 9 },
    { signal: new AbortController().signal },
    { exitCode: 143, signalCode: "SIGTERM" },
    // Names that mean other things on other errors.
    { status: 137 },
    { code: 137 },
    { status: 137, signal: null },
  ])("%j is an ordinary failure", (fields) => {
    expect(isPanicError(shaped(fields))).toBe(false);
  });

  test.each([
    named("TimeoutError", { signal: "SIGKILL" }),
    named("AbortError", { signal: "SIGKILL" }),
    named("CancelledError", { exitCode: 137 }),
    shaped({ code: "ETIMEDOUT", signal: "SIGKILL", pid: 7, status: null }),
    shaped({ code: "ABORT_ERR", signal: "SIGKILL" }),
    shaped({ timedOut: true, signal: "SIGKILL" }),
    shaped({ isCanceled: true, signal: "SIGKILL" }),
    shaped({ killed: true, signal: "SIGKILL", code: null, cmd: "x" }),
  ])("ended on purpose is an ordinary failure, alone and as a cause: %#", (error) => {
    expect(isPanicError(error)).toBe(false);
    expect(isPanicError(new Error("outer", { cause: error }))).toBe(false);
  });

  test("a child killed for a timeout is the timeout's doing, a full disk is not", () => {
    const timeout = (cause: unknown): Error => Object.assign(new Error("too slow", { cause }), { name: "TimeoutError" });
    expect(isPanicError(timeout(shaped({ signal: "SIGKILL" })))).toBe(false);
    expect(isPanicError(timeout(new Error("between", { cause: shaped({ exitCode: 137 }) })))).toBe(false);
    expect(panicCode(timeout(shaped({ code: "ENOSPC" })))).toBe("ENOSPC");
  });

  test("the errors of Bun's shell and of node:child_process are known", async () => {
    const shell = await Bun.$`sh -c ${"kill -9 $$"}`.quiet().then(String, (error: unknown) => error);
    expect(panicCode(shell)).toBe("SIGKILL");
    const failed = await Bun.$`sh -c ${"exit 3"}`.quiet().then(String, (error: unknown) => error);
    expect(isPanicError(failed)).toBe(false);
    expect(panicCode(thrownBy(() => execSync("kill -9 $$", { stdio: "ignore" })))).toBe("SIGKILL");
    expect(panicCode(thrownBy(() => execSync("exit 139", { stdio: "ignore" })))).toBe("SIGSEGV");
    expect(isPanicError(thrownBy(() => execSync("exit 1", { stdio: "ignore" })))).toBe(false);
    expect(isPanicError(thrownBy(() => execFileSync("sleep", ["60"], { timeout: 1, killSignal: "SIGKILL" })))).toBe(false);
  });

  test("exec's callback gets a panic for a kill from outside, none for its own timeout", async () => {
    const errorOf = (command: string, options: { timeout?: number; killSignal?: NodeJS.Signals }): Promise<unknown> =>
      new Promise((resolve) => exec(command, options, resolve));
    expect(panicCode(await errorOf("kill -9 $$", {}))).toBe("SIGKILL");
    expect(panicCode(await errorOf("exit 134", {}))).toBe("SIGABRT");
    expect(isPanicError(await errorOf("exit 2", {}))).toBe(false);
    expect(isPanicError(await errorOf("sleep 60", { timeout: 1, killSignal: "SIGKILL" }))).toBe(false);
  });

  test("a process object of Bun as the cause is known", async () => {
    const child = Bun.spawn(["sh", "-c", "kill -9 $$"]);
    await child.exited;
    expect(panicCode(new Error("build failed", { cause: child }))).toBe("SIGKILL");
  });
});
