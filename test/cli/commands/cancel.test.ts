/** `wf cancel` as a whole command: of one, of many, and where some cannot be. */
import { describe, expect, test } from "bun:test";
import { fail } from "../../../src/model/errors.ts";
import type { ExecutionView } from "../../../src/model/views.ts";
import { executionOf, ManualSignals, wf } from "../harness.ts";

const cancelled = (id: string): ExecutionView => executionOf({ id, status: "cancelled", output: null });
const waiting = (id: string): ExecutionView => executionOf({ id, status: "waiting", reason: "event", finishedAt: null, output: null });
const notFound = (id: string): Error => fail("EXECUTION_NOT_FOUND", { id });

const clientOf = () => {
  const calls: unknown[][] = [];
  const over = (id: string): Error => fail("EXECUTION_OVER", { id, status: "completed", action: "cancel" });
  return {
    calls,
    client: {
      resolveId: (reference: string) =>
        reference.startsWith("x") ? Promise.reject(notFound(reference)) : Promise.resolve(reference.replace("@last", "a-1")),
      cancel: (id: string, reason?: string) => {
        calls.push([id, reason]);
        return id.startsWith("over") ? Promise.reject(over(id)) : Promise.resolve(cancelled(id));
      },
      getStatus: (id: string) => Promise.resolve(waiting(id)),
    },
  };
};

describe("several that a filter finds", () => {
  const run = async (answer: string | undefined, found: readonly string[]) => {
    const { client, calls } = clientOf();
    const list = () => Promise.resolve(found.map(waiting));
    const questions: string[] = [];
    const given = answer === undefined ? {} : { answer: (question: string) => (questions.push(question), answer) };
    const { code } = await wf("cancel --all", { client: { ...client, list }, ...given });
    return { code, cancelled: calls.length, questions };
  };

  test("are asked for on a terminal, since it cannot be undone; one is not, and nobody is asked in a script", async () => {
    expect(await run("n", ["a-1", "b-2"])).toEqual({ code: 2, cancelled: 0, questions: ["cancel 2 executions? [y/N] "] });
    expect(await run("y", ["a-1", "b-2"])).toMatchObject({ code: 0, cancelled: 2 });
    expect(await run("n", ["a-1"])).toEqual({ code: 0, cancelled: 1, questions: [] });
    expect(await run(undefined, ["a-1", "b-2"])).toEqual({ code: 0, cancelled: 2, questions: [] });
  });
});

describe("wf cancel", () => {
  test("cancels each, with the reason, and prints them", async () => {
    const { client, calls } = clientOf();
    const { code, stdout } = await wf(["cancel", "a-1", "b-2", "--reason", "wrong customer"], { client });
    expect(code).toBe(0);
    expect(calls).toEqual([
      ["a-1", "wrong customer"],
      ["b-2", "wrong customer"],
    ]);
    expect(stdout.split("\n")).toEqual([
      "ID   WORKFLOW  STATUS     WHEN",
      "a-1  signup    cancelled  2026-03-01T09:00:00.000Z",
      "b-2  signup    cancelled  2026-03-01T09:00:00.000Z",
      "",
    ]);
  });

  test("as JSON is a list, also of one", async () => {
    const { stdout } = await wf("cancel @last --json", { client: clientOf().client });
    expect(JSON.parse(stdout)).toEqual([cancelled("a-1")]);
    expect((await wf("cancel a-1 b-2 -o ids", { client: clientOf().client })).stdout).toBe("a-1\nb-2\n");
  });

  test("takes ids from standard input, and each once", async () => {
    const { client, calls } = clientOf();
    await wf("cancel - a-1", { client, stdin: "a-1\nb-2\n@last\n" });
    expect(calls).toEqual([
      ["a-1", undefined],
      ["b-2", undefined],
    ]);
  });

  test("with nothing on standard input has nothing to do, which is 0; without any argument it is a mistake", async () => {
    expect(await wf("cancel -", { client: {}, stdin: "\n" })).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(await wf("cancel - --json", { client: {}, stdin: "" })).toMatchObject({ code: 0, stdout: "[]\n" });
    expect((await wf("cancel", { client: {}, stdin: "" })).code).toBe(2);
  });
});

describe("where some cannot be cancelled", () => {
  test("the others are, each failure is told, and the code is the worst", async () => {
    const { client, calls } = clientOf();
    const { code, stdout, stderr } = await wf("cancel x-1 a-1 b-2", { client });
    expect(code).toBe(4);
    expect(calls.map(([id]) => id)).toEqual(["a-1", "b-2"]);
    expect(stdout).toContain("a-1  signup    cancelled");
    expect(stderr).toBe('warning: x-1: No execution "x-1"\n');
    expect((await wf("cancel a-1 over-1", { client })).code).toBe(2);
  });

  test("as JSON each failure stands in the place of its execution", async () => {
    const { stdout } = await wf("cancel a-1 x-1 --json", { client: clientOf().client });
    expect(JSON.parse(stdout)).toMatchObject([
      cancelled("a-1"),
      { id: "x-1", error: { code: "EXECUTION_NOT_FOUND", message: 'No execution "x-1"' } },
    ]);
  });

  test("one alone that cannot is the error of the command", async () => {
    const { code, stdout, stderr } = await wf("cancel x-1 --json", { client: clientOf().client });
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "EXECUTION_NOT_FOUND" } });
    expect(stderr).toStartWith('error: No execution "x-1"\n');
  });
});

describe("one that is over", () => {
  const ended = (status: ExecutionView["status"]) => {
    const give = (id: string): Promise<ExecutionView> => Promise.resolve(executionOf({ id, status }));
    return { resolveId: (id: string) => Promise.resolve(id), cancel: give, getStatus: give };
  };

  test.each(["completed", "failed"] as const)("and %s cannot be cancelled, which is told with 2", async (status) => {
    for (const line of ["cancel a-1", "cancel a-1 --dry-run"]) {
      const { code, stdout, stderr } = await wf(line, { client: ended(status) });
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toStartWith(`error: Cannot cancel execution "a-1": it is ${status}\n`);
    }
  });

  test("and cancelled already is as it was asked to be", async () => {
    expect((await wf("cancel a-1", { client: ended("cancelled") })).code).toBe(0);
  });
});

test.each([
  ["running", "that a process still has is asked for", "the process that has it is told, and stops it"],
  ["pending", "that has something to undo is asked for", "what it has done is undone first, by a daemon or `wf tick`"],
] as const)("one that is %s, %s, which is said", async (status, _, text) => {
  const client = {
    ...clientOf().client,
    cancel: (id: string) => Promise.resolve(executionOf({ id, status, finishedAt: null })),
  };
  const { code, stderr } = await wf("cancel a-1", { client });
  expect([code, stderr]).toEqual([0, `asked for: ${text}\n`]);
});

test("--dry-run shows what would be cancelled and changes nothing", async () => {
  const { client, calls } = clientOf();
  const { code, stdout, stderr } = await wf("cancel a-1 b-2 --dry-run", { client });
  expect(code).toBe(0);
  expect(calls).toEqual([]);
  expect(stdout).toContain("a-1  signup    waiting");
  expect(stderr).toBe("dry run: nothing was cancelled\n");
  expect(JSON.parse((await wf("cancel a-1 --dry-run --json", { client })).stdout)).toEqual([waiting("a-1")]);
});

test("a signal ends it between two executions, and what was done is shown", async () => {
  const signals = new ManualSignals();
  const { client, calls } = clientOf();
  const cancel = (id: string): Promise<ExecutionView> => {
    signals.send("SIGINT");
    return client.cancel(id);
  };
  const { code, stdout } = await wf("cancel a-1 b-2", { client: { ...client, cancel }, signals });
  expect(code).toBe(130);
  expect(calls).toHaveLength(1);
  expect(stdout).toContain("a-1");
  expect(stdout).not.toContain("b-2");
});
