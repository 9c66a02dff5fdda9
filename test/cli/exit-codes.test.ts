import { describe, expect, test } from "bun:test";
import { EXIT, EXIT_CODES, exitOfSignal, worstExit } from "../../src/cli/exit-codes.ts";
import { exitOfExecution } from "../../src/cli/out.ts";
import { CATALOGUE } from "../../src/model/catalogue.ts";
import { EXECUTION_STATUSES } from "../../src/model/status.ts";
import { executionOf, iso } from "./harness.ts";

const documented = EXIT_CODES.map(({ code }) => code);

describe("the table of exit codes", () => {
  test("has the codes that were promised, each once, in ascending order", () => {
    expect(documented).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 75, 124, 126, 127, 129, 130, 143]);
  });

  test("documents every code that is used by name", () => {
    expect(Object.values<number>(EXIT).toSorted((one, other) => one - other)).toEqual([...documented]);
  });

  test("documents the code of every error", () => {
    for (const [code, { exit }] of Object.entries(CATALOGUE)) expect([code, documented.includes(exit)]).toEqual([code, true]);
  });

  test("documents the code of every state of an execution, with and without a time to wake", () => {
    for (const status of EXECUTION_STATUSES) {
      for (const wakeAt of [null, iso(1)]) expect(documented).toContain(exitOfExecution(executionOf({ status, wakeAt })));
    }
  });
});

describe("the worst of several exit codes", () => {
  test("is the same whatever their order", () => {
    expect(worstExit([0, 5, 1, 3])).toBe(1);
    expect(worstExit([1, 3, 5, 0])).toBe(1);
  });

  test("goes from an interruption over failed, blocked, cancelled, time-out, waiting and parked to completed", () => {
    const order = [130, 143, 129, 1, 7, 6, 124, 3, 5, 0];
    for (let index = 0; index < order.length - 1; index++) expect(worstExit(order.slice(index).toReversed())).toBe(order[index] ?? -1);
  });

  test("takes a code outside of the order for the worst", () => {
    expect(worstExit([1, 4, 0])).toBe(4);
  });

  test("of none is 0", () => {
    expect(worstExit([])).toBe(0);
  });
});

test("a signal's exit code is 128 and its number, and an unknown reason counts as an interruption", () => {
  expect([exitOfSignal("SIGHUP"), exitOfSignal("SIGINT"), exitOfSignal("SIGTERM")]).toEqual([129, 130, 143]);
  expect(exitOfSignal(undefined)).toBe(130);
});
