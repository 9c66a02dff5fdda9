/** Acting on many executions: which they are, who is asked, what one failure does to the others, and what a dry run does. */
import { describe, expect, test } from "bun:test";
import { fail } from "../../../src/model/errors.ts";
import type { ActOptions } from "../../../src/model/clients/operations.ts";
import type { ListFilter } from "../../../src/model/client.ts";
import type { ExecutionView } from "../../../src/model/views.ts";
import { executionOf, wf } from "../harness.ts";

const paused = (id: string): ExecutionView =>
  executionOf({ id, status: "paused", reason: "paused", reasonDetail: "by ada@box", output: null, finishedAt: null });

/** Remembers what it was asked; ids that start with x are not there, those with o are over, those with u are undone. */
const clientOf = (found: readonly string[] = []) => {
  const calls: unknown[][] = [];
  const filters: (ListFilter | undefined)[] = [];
  const act =
    (verb: string, gives: (id: string) => ExecutionView) =>
    (id: string, options: ActOptions): Promise<ExecutionView> => {
      calls.push([verb, id, options]);
      if (id.startsWith("u"))
        return Promise.reject(fail("ACTION_REFUSED", { id, action: verb, problem: "its steps were undone", next: "" }));
      if (id.startsWith("o")) return Promise.reject(fail("EXECUTION_OVER", { id, status: "completed", action: verb }));
      return Promise.resolve(gives(id));
    };
  return {
    calls,
    filters,
    client: {
      resolveId: (id: string) => (id.startsWith("x") ? Promise.reject(fail("EXECUTION_NOT_FOUND", { id })) : Promise.resolve(id)),
      list: (filter?: ListFilter) => {
        filters.push(filter);
        return Promise.resolve(found.map((id) => executionOf({ id })));
      },
      getStatus: (id: string) => Promise.resolve(executionOf({ id })),
      carry: (id: string) => {
        calls.push(["carry", id]);
        return Promise.resolve(executionOf({ id }));
      },
      history: (id: string) => Promise.resolve({ execution: executionOf({ id }), steps: [], panics: [], decisions: [] }),
      operations: {
        pause: act("pause", paused),
        retry: act("retry", (id) => executionOf({ id, status: "pending" })),
        rerun: act("rerun", (id) => executionOf({ id: `${id}-again`, status: "pending" })),
        fork: (id: string) => Promise.resolve(executionOf({ id })),
        resolve: (id: string) => Promise.resolve(executionOf({ id })),
      },
    },
  };
};

const ids = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `a-${n}`);

describe("which", () => {
  test("are those that were named, each once, also from standard input", async () => {
    const { client, calls } = clientOf();
    const { code, stdout } = await wf(["pause", "-", "a-1", "--reason", "look"], { client, stdin: "a-1\na-2\n" });
    expect(code).toBe(0);
    expect(calls).toEqual([
      ["pause", "a-1", { isDry: false, reason: "look" }],
      ["pause", "a-2", { isDry: false, reason: "look" }],
    ]);
    expect(stdout).toContain("a-2  signup    paused");
  });

  test("are those that a filter finds, of what the verb can be done to", async () => {
    const { client, calls, filters } = clientOf(["a-1", "a-2"]);
    const { code } = await wf("retry --workflow signup --tag team=red --detach", { client });
    expect(code).toBe(0);
    expect(filters).toEqual([{ statuses: ["failed"], workflow: "signup", tags: { team: "red" }, limit: 10_000 }]);
    expect(calls.map(([verb, id]) => [verb, id])).toEqual([
      ["retry", "a-1"],
      ["retry", "a-2"],
    ]);
    await wf("retry --status blocked --limit 5 --detach", { client });
    expect(filters[1]).toEqual({ statuses: ["blocked"], limit: 5 });
  });

  test("without ids and filter must be said to be all; a limit alone is no filter", async () => {
    for (const line of ["pause", "retry --limit 5", "cancel"]) {
      const { code, stderr } = await wf(line, { client: {} });
      expect(code).toBe(2);
      expect(stderr).toContain("--all");
    }
    const { client, filters } = clientOf();
    const { code, stderr } = await wf("pause --all", { client, stderrIsTerminal: true });
    expect([code, stderr]).toEqual([0, "nothing was paused\n"]);
    expect(filters[0]?.statuses).toEqual(["pending", "running", "sleeping", "waiting", "blocked"]);
  });

  test("are none where standard input or the filter has none, which is no mistake", async () => {
    for (const [line, note] of [
      ["pause -", "nothing was paused\n"],
      ["retry -", "nothing was retried\n"],
      ["rerun - --id again", "nothing was started\n"],
      ["retry --workflow signup", "nothing was retried\n"],
    ] as const) {
      const { client, calls } = clientOf();
      const seen = await wf(line, { client, stdin: "\n", stderrIsTerminal: true });
      expect([seen, calls]).toMatchObject([{ code: 0, stdout: "", stderr: note }, []]);
      // Nor is there a byte for cron to send.
      expect(await wf(line, { client, stdin: "\n" })).toMatchObject({ code: 0, stdout: "", stderr: "" });
    }
  });

  test("of a filter are not those that the verb cannot be done to: they are left out, counted, and no failure", async () => {
    const { client, calls } = clientOf(["u-1", "a-1", "o-2"]);
    const all = await wf("retry --all --json", { client });
    expect([all.code, all.stderr]).toEqual([
      0,
      expect.stringContaining('2 left out that cannot be retried: Cannot retry execution "u-1": its steps were undone, and 1 more'),
    ]);
    expect(JSON.parse(all.stdout)).toMatchObject([{ id: "a-1", status: "completed" }]);
    expect(calls).toContainEqual(["carry", "a-1"]);
    expect(await wf("pause --all", { client: clientOf(["o-1"]).client })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("1 left out that cannot be paused"),
    });
    expect((await wf("pause --all", { client: clientOf(["x-1", "a-1"]).client })).code).toBe(4);
    expect((await wf("retry u-1 a-1", { client: clientOf().client })).code).toBe(2);
  });

  test("are not both named and filtered for", async () => {
    for (const line of ["pause a-1 --workflow signup", "pause a-1 --all"]) expect((await wf(line, { client: {} })).code).toBe(2);
  });
});

describe("more than 20 by a filter", () => {
  const run = (line: string, answer?: string, count = 21) => {
    const { client, calls } = clientOf(ids(count));
    const asked: string[] = [];
    const given = answer === undefined ? {} : { answer: (question: string) => (asked.push(question), answer) };
    return wf(line, { client, ...given }).then((ran) => ({ ...ran, calls, asked }));
  };

  test("are asked for on a terminal, and nothing is done without a yes", async () => {
    const no = await run("pause --all", "n\n");
    expect([no.code, no.calls, no.asked]).toEqual([2, [], ["pause 21 executions? [y/N] "]]);
    expect(no.stderr).toContain("nothing was done");
    expect((await run("pause --all", "\n")).calls).toEqual([]);
    expect((await run("pause --all", "yes\n")).calls).toHaveLength(21);
  });

  test("are not asked for with --yes, in a dry run, of fewer, or where there is no terminal", async () => {
    for (const line of ["pause --all --yes", "pause --all --dry-run"]) {
      const ran = await run(line, "n\n");
      expect([ran.asked, ran.calls.length]).toEqual([[], 21]);
    }
    const fewer = await run("pause --all", "n\n", 20);
    expect([fewer.asked, fewer.calls.length]).toEqual([[], 20]);
    expect((await run("pause --all")).calls).toHaveLength(21);
  });
});

describe("one that cannot be acted on", () => {
  test("does not stop the others; the code is the worst", async () => {
    const { client, calls } = clientOf();
    const { code, stdout, stderr } = await wf("pause x-1 a-1 o-1 a-2 --json", { client });
    expect(code).toBe(4);
    expect(calls.map(([, id]) => id)).toEqual(["a-1", "o-1", "a-2"]);
    expect(JSON.parse(stdout)).toMatchObject([
      { id: "x-1", error: { code: "EXECUTION_NOT_FOUND" } },
      { id: "a-1", status: "paused" },
      { id: "o-1", error: { code: "EXECUTION_OVER" } },
      { id: "a-2", status: "paused" },
    ]);
    expect(stderr).toContain("x-1: No execution");
  });

  test("of several that are carried on is told after them; the others are carried", async () => {
    const { client, calls } = clientOf();
    const { code, stdout, stderr } = await wf("retry o-1 a-1 --json", { client });
    expect(code).toBe(2);
    expect(calls).toContainEqual(["carry", "a-1"]);
    expect(JSON.parse(stdout)).toMatchObject([
      { id: "a-1", status: "completed" },
      { id: "o-1", error: { code: "EXECUTION_OVER" } },
    ]);
    expect(stderr).toContain("o-1: Cannot retry");
  });

  test("alone is the error of the command", async () => {
    const { code, stdout } = await wf("retry o-1 --json", { client: clientOf().client });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "EXECUTION_OVER" } });
  });
});

describe("a dry run", () => {
  test("prints what the command would: one document of one, a list of several, in their order", async () => {
    const one = await wf("retry a-1 --dry-run --json", { client: clientOf().client });
    expect([one.code, JSON.parse(one.stdout)]).toMatchObject([0, { id: "a-1", status: "pending" }]);
    const several = await wf("retry a-1 o-1 --dry-run --json", { client: clientOf().client });
    expect([several.code, JSON.parse(several.stdout)]).toMatchObject([2, [{ id: "a-1" }, { id: "o-1", error: {} }]]);
    const single = await wf("pause a-1 --dry-run --json", { client: clientOf().client });
    expect(JSON.parse(single.stdout)).toMatchObject([{ id: "a-1" }]);
  });

  test("of fork and resolve prints one document", async () => {
    for (const line of ["fork a-1 --from s --dry-run --json", "resolve a-1 s --skip --dry-run --json"]) {
      const { code, stdout } = await wf(line, { client: clientOf().client });
      expect([code, JSON.parse(stdout)]).toMatchObject([0, { id: "a-1" }]);
    }
  });
});

describe("an answer to an approval", () => {
  test("says who takes it up, and of one that is held that it is kept", async () => {
    const decided = { executionId: "a-1", name: "ok", approved: true, note: null, by: "ada@box", isAwaited: true };
    for (const [status, note] of [
      ["waiting", "due now"],
      ["paused", "kept: it is paused, and takes it once it goes on: `wf resume a-1`"],
      ["blocked", "kept: it is blocked"],
    ] as const) {
      const { client } = clientOf();
      const operations = { ...client.operations, decide: () => Promise.resolve(decided) };
      const getStatus = (id: string) => Promise.resolve(executionOf({ id, status }));
      const { code, stderr } = await wf("approve a-1", { client: { ...client, operations, getStatus } });
      expect([code, stderr]).toEqual([0, expect.stringContaining(note)]);
    }
  });
});

describe("one id for the new execution", () => {
  test("is refused before anything is started where there are several", async () => {
    const { client, calls } = clientOf();
    const { code, stderr } = await wf("rerun a-1 a-2 --id again", { client });
    expect([code, calls]).toEqual([2, []]);
    expect(stderr).toContain("--id is for one execution, and 2 are to be started");
  });

  test("is taken where there is one", async () => {
    const { client, calls } = clientOf();
    await wf("rerun a-1 --id again --detach", { client });
    expect(calls).toEqual([["rerun", "a-1", { isDry: false, id: "again" }]]);
  });
});

describe("carrying on", () => {
  test("gives the one document of one, and carries what was made, not what it was made of", async () => {
    const { client, calls } = clientOf();
    const { code, stdout } = await wf("rerun a-1 --json", { client });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id: "a-1-again", status: "completed" });
    expect(calls.map(([verb, id]) => [verb, id])).toEqual([
      ["rerun", "a-1"],
      ["carry", "a-1-again"],
    ]);
  });

  test("is left to others with --detach, and does not happen in a dry run", async () => {
    const { client, calls } = clientOf();
    await wf("retry a-1 --detach", { client });
    const { code, stderr } = await wf("retry a-1 --dry-run", { client });
    expect([code, stderr]).toEqual([0, "dry run: nothing was retried\n"]);
    expect(calls).toEqual([
      ["retry", "a-1", { isDry: false }],
      ["retry", "a-1", { isDry: true }],
    ]);
  });
});
