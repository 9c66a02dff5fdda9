/** What the end of a script means, for every combination that matters. */
import { describe, expect, test } from "bun:test";
import { isAskedToEnd, type ScriptFacts, verdictOf } from "../../../src/engine/scripts/verdict.ts";
import type { ScriptPass } from "../../../src/engine/store/scripts.ts";
import { decodeErrorRecord } from "../../../src/model/codec/error.ts";
import type { ExecutionRecord } from "../../../src/model/records.ts";

const NOW = 1_000_000;
const DONE = { exitCode: 0, signal: null, stderr: "" } as const;
const NOTHING: ScriptPass = { parks: false, wakeAt: null, waitsFor: null, events: [], running: [], ended: null, inDoubt: null };
const PAY = { scope: "", kind: "shell", name: "pay", n: 1 } as const;

interface Given {
  readonly end?: Partial<ScriptFacts["end"]>;
  readonly pass?: Partial<ScriptPass>;
  readonly deadlineAt?: number;
}

const judge = ({ end, pass, deadlineAt }: Given): ReturnType<typeof verdictOf> =>
  verdictOf({
    execution: { id: "x", deadlineAt: deadlineAt ?? null } as ExecutionRecord,
    ...{ file: "workflows/x.sh", end: { ...DONE, ...end }, pass: { ...NOTHING, ...pass }, now: NOW },
  });

const change = (given: Given): Record<string, unknown> => {
  const verdict = judge(given);
  if ("panic" in verdict) throw verdict.panic;
  return verdict.change as Record<string, unknown>;
};

const errorOf = (given: Given): ReturnType<typeof decodeErrorRecord> => decodeErrorRecord(String(change(given)["errorText"]));

describe("a script that ends by itself", () => {
  test("with 0 has completed: with nothing, or with what `wf end` said", () => {
    expect(change({})).toMatchObject({ status: "completed", outputText: "null", finishedAt: NOW });
    expect(change({ pass: { ended: { outputText: '{"a":1}', failed: false } } })).toMatchObject({
      status: "completed",
      outputText: '{"a":1}',
    });
    expect(change({ pass: { ended: { outputText: null, failed: false } } })).toMatchObject({ outputText: "null" });
  });

  test("with another code has failed, whatever `wf end` said, and the end of its standard error is told", () => {
    const stderr = ["one", "two", "three", "four", "five", "six", ""].join("\n");
    const given = { end: { exitCode: 3, stderr }, pass: { ended: { outputText: "1", failed: false } } };
    expect(change(given)).toMatchObject({ status: "failed" });
    expect(errorOf(given)).toMatchObject({
      ...{ name: "ShellError", code: "SCRIPT_FAILED" },
      message: 'Script "workflows/x.sh" ended with exit code 3: two\nthree\nfour\nfive\nsix',
    });
    expect(errorOf({ end: { exitCode: 1 } }).message).toBe('Script "workflows/x.sh" ended with exit code 1');
  });

  test("with 0 after `wf end --failed` has failed", () => {
    const given = { pass: { ended: { outputText: null, failed: true } } };
    expect(change(given)).toMatchObject({ status: "failed" });
    expect(errorOf(given).code).toBe("SCRIPT_ENDED_FAILED");
  });

  test.each([137, 139, 134, 135])("with %d was killed from outside: a panic", (exitCode) => {
    expect(judge({ end: { exitCode } })).toHaveProperty("panic.code", "SCRIPT_FAILED");
  });

  test("by a signal that asks a process to end has failed, and that can be told from others", () => {
    expect(errorOf({ end: { exitCode: 143, signal: "SIGTERM" } }).message).toContain("was ended by SIGTERM (exit code 143)");
    expect([129, 130, 143].map((exitCode) => isAskedToEnd({ ...DONE, exitCode }))).toEqual([true, true, true]);
    expect([0, 1, 137, 128].map((exitCode) => isAskedToEnd({ ...DONE, exitCode }))).toEqual([false, false, false, false]);
  });
});

describe("a pass that parks", () => {
  const sleep = { parks: true, wakeAt: NOW + 500, waitsFor: { kind: "sleep", detail: 'sleep "night"' } } as const;

  test.each([0, 5, 1, 137])("parks, whatever code the script gave (%d)", (exitCode) => {
    expect(change({ end: { exitCode }, pass: sleep })).toEqual({
      ...{ status: "sleeping", reason: "sleep", reasonDetail: 'sleep "night"', wakeAt: NOW + 500 },
    });
  });

  test("wakes for its own deadline, if that comes first", () => {
    expect(change({ pass: sleep, deadlineAt: NOW + 100 })).toMatchObject({ wakeAt: NOW + 100 });
    expect(change({ pass: sleep, deadlineAt: NOW + 900 })).toMatchObject({ wakeAt: NOW + 500 });
  });

  test("waits for an event without a limit, or with one", () => {
    const event = { parks: true, waitsFor: { kind: "event", detail: 'event "go"' } } as const;
    expect(change({ pass: event })).toMatchObject({ status: "waiting", reason: "event", wakeAt: null });
    expect(change({ pass: { ...event, wakeAt: NOW + 5 } })).toMatchObject({ status: "waiting", reason: "event", wakeAt: NOW + 5 });
    expect(change({ pass: { ...event, waitsFor: { kind: "retry", detail: "x" } } })).toMatchObject({ status: "sleeping", reason: "retry" });
  });

  test("with nothing to wait for was stopped, and is due at once", () => {
    expect(change({ pass: { parks: true } })).toMatchObject({ status: "pending", reason: "queued", wakeAt: NOW });
  });
});

test("a step in doubt blocks, whatever else there is", () => {
  const given = { end: { exitCode: 7 }, pass: { parks: true, inDoubt: PAY, ended: { outputText: null, failed: false } } };
  expect(change(given)).toMatchObject({ status: "blocked", reason: "in-doubt", wakeAt: null });
  expect(String(change(given)["reasonDetail"])).toContain('"pay"');
});
