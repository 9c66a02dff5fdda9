import { describe, expect, test } from "bun:test";
import type { Machine } from "../../src/cli/machine.ts";
import { runProgram } from "../../src/cli/program.ts";
import type { CommandEntry } from "../../src/cli/registry.ts";
import { type Act, acting, entryOf } from "./acting.ts";
import { type Given, ManualSignals, ManualTimers, sinkOf } from "./harness.ts";

describe("signals", () => {
  const waiting: Act = ({ signal }) =>
    new Promise((resolve) => {
      signal.addEventListener("abort", () => resolve(7));
    });

  const interrupted = async (
    act: Act,
    names: readonly ("SIGINT" | "SIGTERM" | "SIGHUP")[],
    entry: Partial<CommandEntry> = {},
    given: Given = {},
  ) => {
    const signals = new ManualSignals();
    const exits: number[] = [];
    const running = acting(
      "act",
      (context, invocation) => {
        const result = act(context, invocation);
        queueMicrotask(() => names.forEach((name) => signals.send(name)));
        return result;
      },
      { ...given, signals, onExit: (code) => exits.push(code) },
      entry,
    );
    const ran = await running;
    return { ...ran, exits, listening: signals.listening };
  };

  test("abort the command, which still gives its own code; then nothing listens any more", async () => {
    expect(await interrupted(waiting, ["SIGTERM"])).toMatchObject({ code: 7, exits: [], listening: 0 });
  });

  test("a second one ends the process", async () => {
    expect(await interrupted(waiting, ["SIGINT", "SIGINT"])).toMatchObject({ exits: [130] });
  });

  test("a wait that throws the signal's name ends quietly with its code", async () => {
    const act: Act = ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    expect(await interrupted(act, ["SIGTERM"])).toMatchObject({ code: 143, stderr: "" });
    expect(await interrupted(act, ["SIGHUP"])).toMatchObject({ code: 129, stderr: "" });
  });

  test("an error after a signal is told all the same", async () => {
    const act: Act = ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("boom"))));
    expect(await interrupted(act, ["SIGTERM"])).toMatchObject({ code: 1, stderr: expect.stringContaining("boom") });
  });

  test("ignored by the command, or from the start, do not abort", async () => {
    const act: Act = async ({ signal }) => {
      await new Promise((resolve) => setImmediate(resolve));
      return signal.aborted ? 1 : 0;
    };
    expect(await interrupted(act, ["SIGHUP"], { signals: { ignored: ["SIGHUP"], repeated: "exit" } })).toMatchObject({ code: 0 });
    expect(await interrupted(act, ["SIGHUP"], {}, { ignoredSignals: ["SIGHUP"] })).toMatchObject({ code: 0 });
    expect(await interrupted(act, ["SIGHUP"])).toMatchObject({ code: 1 });
  });
});

describe("a reader that has gone", () => {
  const withClosedReader = async (act: Act, isReading: boolean): Promise<number> => {
    let close = (): void => {};
    const stdout = sinkOf();
    const machine: Machine = {
      argv: ["act"],
      env: {},
      cwd: "/",
      openStdout(onClosed) {
        close = onClosed;
        return { ...stdout, write: () => close() };
      },
      stderr: sinkOf(),
      lookForReader: () => Promise.resolve(undefined),
      readInput: () => Promise.resolve(""),
      canAsk: false,
      ask: () => Promise.resolve(undefined),
      signalSource: new ManualSignals(),
      ignoredSignals: [],
      exit: () => {},
      takeOverPrints: () => () => {},
      tellBy: () => {},
      version: () => Promise.resolve(""),
      opener: () => Promise.resolve({ systemClock: { now: () => 0 }, systemTimers: new ManualTimers() } as never),
      commands: [entryOf(act, { isReading })],
    };
    return runProgram(machine);
  };

  const following: Act = ({ out, signal }) => {
    out.line({}, () => "a line");
    return signal.aborted ? 130 : 3;
  };

  test("ends a command that only reads, without a failure", async () => {
    expect(await withClosedReader(following, true)).toBe(0);
    const throwing: Act = (context) => {
      context.out.line({}, () => "a line");
      context.signal.throwIfAborted();
      return 3;
    };
    expect(await withClosedReader(throwing, true)).toBe(0);
  });

  test("does not stop a command that carries executions", async () => {
    expect(await withClosedReader(following, false)).toBe(3);
  });
});
