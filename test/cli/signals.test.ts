import { describe, expect, test } from "bun:test";
import { DEFAULT_POLICY, ignoredFromStart, listenToSignals, SIGNAL_NAMES } from "../../src/cli/signals.ts";
import { ManualSignals } from "./harness.ts";

const listen = (policy = DEFAULT_POLICY) => {
  const source = new ManualSignals();
  const exits: number[] = [];
  return { source, exits, signals: listenToSignals(source, policy, (code) => exits.push(code)) };
};

describe("the first signal", () => {
  test("aborts with its name, and the process goes on", () => {
    for (const name of SIGNAL_NAMES) {
      const { source, exits, signals } = listen();
      expect(signals.signal.aborted).toBe(false);
      source.send(name);
      expect([signals.signal.aborted, signals.signal.reason, exits]).toEqual([true, name, []]);
    }
  });
});

describe("the second signal", () => {
  test("exits at once with the code of that signal", () => {
    const { source, exits } = listen();
    source.send("SIGINT");
    source.send("SIGTERM");
    expect(exits).toEqual([143]);
  });

  test("does nothing where the policy says so", () => {
    const { source, exits, signals } = listen({ ignored: [], repeated: "nothing" });
    source.send("SIGTERM");
    source.send("SIGTERM");
    source.send("SIGINT");
    expect([exits, signals.signal.reason]).toEqual([[], "SIGTERM"]);
  });
});

describe("an ignored signal", () => {
  test("neither aborts nor counts as the first, but is listened to, since it would end the process otherwise", () => {
    const { source, exits, signals } = listen({ ignored: ["SIGHUP"], repeated: "exit" });
    source.send("SIGHUP");
    source.send("SIGHUP");
    expect([signals.signal.aborted, source.listening]).toEqual([false, 3]);
    source.send("SIGTERM");
    source.send("SIGHUP");
    expect([signals.signal.reason, exits]).toEqual(["SIGTERM", []]);
  });
});

test("a release leaves no listener behind", () => {
  const { source, signals } = listen();
  signals.release();
  expect(source.listening).toBe(0);
});

describe("signals that were ignored from the start", () => {
  const status = (mask: string): string => `Name:\tbun\nSigBlk:\t0000000000000007\nSigIgn:\t${mask}\nSigCgt:\t0000000000000007\n`;

  test("are read from the mask of the process", () => {
    expect(ignoredFromStart(status("0000000001001000"))).toEqual([]);
    expect(ignoredFromStart(status("0000000001001001"))).toEqual(["SIGHUP"]);
    expect(ignoredFromStart(status("0000000000000002"))).toEqual(["SIGINT"]);
    expect(ignoredFromStart(status("0000000000004003"))).toEqual(["SIGHUP", "SIGINT", "SIGTERM"]);
  });

  test("are none where the system does not say", () => {
    expect(ignoredFromStart("")).toEqual([]);
    expect(ignoredFromStart(status("what"))).toEqual([]);
  });
});
