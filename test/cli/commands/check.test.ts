/** `wf check` as a whole command, and the code that `wf resume` goes on with. */
import { describe, expect, test } from "bun:test";
import type { CheckOptions, CheckReport, CheckView } from "../../../src/model/clients/sources.ts";
import { fail } from "../../../src/model/errors.ts";
import { executionOf, ManualSignals, wf } from "../harness.ts";

const checked = (id: string, given: Partial<CheckView> = {}): CheckView => ({
  ...{ id, workflow: "signup", verdict: "ok", detail: null, recorded: 2, ends: null, pinned: false, script: false },
  next: [{ scope: "", kind: "step", name: "ship", n: 1, begun: false }],
  ...given,
});

const diverged = checked("b-2", {
  verdict: "diverged",
  detail:
    'number 2 was step "pack", and the code asks for step "wrap"\n' +
    '  1 step "charge"          ok\n' +
    '  2 recorded: step "pack"  code asks: step "wrap"',
  next: [],
});

const clientOf = (...views: readonly CheckView[]) => {
  const asked: CheckOptions[] = [];
  const check = async (options: CheckOptions = {}): Promise<CheckReport> => {
    asked.push(options);
    const shown = views.filter(({ id }) => options.ids === undefined || options.ids.includes(id));
    for (const view of shown) options.onChecked?.(view);
    return { checked: shown.length, problems: shown.filter(({ verdict }) => verdict !== "ok") };
  };
  return { asked, client: { sources: { check }, resolveId: async (reference: string) => reference.replace("@last", "a-1") } };
};

describe("wf check", () => {
  test("tells of each, with the comparison, and is 1 when any would diverge", async () => {
    const { client } = clientOf(checked("a-1"), diverged);
    const { code, stdout, stderr } = await wf("check", { client });
    expect(code).toBe(1);
    expect(stdout.split("\n")).toEqual([
      '✓ a-1  next: step "ship"',
      "✗ b-2  diverged",
      '    number 2 was step "pack", and the code asks for step "wrap"',
      '      1 step "charge"          ok',
      '      2 recorded: step "pack"  code asks: step "wrap"',
      "",
    ]);
    expect(stderr).toBe("2 executions checked: 1 fits the code, 1 would diverge\n");
  });

  test.each([
    ["all fit", [checked("a-1")], 0],
    ["a workflow is missing", [checked("a-1", { verdict: "definition-missing", detail: "No workflow" })], 1],
    ["one is damaged, which is no matter of its code", [checked("a-1", { verdict: "damaged", detail: "a row" })], 0],
    ["there is none", [], 0],
  ] as const)("when %s, the exit code says so", async (_, views, code) => {
    expect((await wf("check", { client: clientOf(...views).client })).code).toBe(code);
  });

  test("a workflow that is in no file and has no execution is 4, with the nearest name; one that has nothing unfinished is 0", async () => {
    const { client } = clientOf();
    const listed = (name: string | null) => ({ name, file: "workflows/a.ts", error: name === null ? { message: "no" } : null });
    const known = (executions: readonly unknown[], ...names: readonly (string | null)[]) => ({
      client: { ...client, workflows: async () => names.map(listed), list: async () => executions },
    });
    const typo = await wf("check --workflow singup --json", known([], "signup", null));
    expect(typo).toMatchObject({ code: 4, stderr: expect.stringContaining("workflows/a.ts does not load") });
    expect(JSON.parse(typo.stdout)).toMatchObject({ error: { code: "WORKFLOW_NOT_FOUND", hint: expect.stringContaining('"signup"') } });
    expect((await wf("check --workflow signup", known([], "signup"))).code).toBe(0);
    expect((await wf("check --workflow gone", known([executionOf()], "signup"))).code).toBe(0);
  });

  test("with -q only what would not go on, for a hook", async () => {
    const { client } = clientOf(checked("a-1"), diverged);
    const { stdout, stderr } = await wf("check -q", { client });
    expect(stdout).toStartWith("✗ b-2  diverged\n");
    expect(stderr).toBe("");
    expect(await wf("check -q", { client: clientOf(checked("a-1")).client })).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  test("as one document, as lines, and as ids of those that would diverge", async () => {
    const missing = checked("c-3", { verdict: "definition-missing", detail: "No workflow" });
    const { client } = clientOf(checked("a-1"), diverged, missing);
    const document = JSON.parse((await wf("check --json", { client })).stdout) as unknown;
    expect(document).toEqual({ checked: 3, diverged: 1, problems: 2, executions: [checked("a-1"), diverged, missing] });
    const rows = (await wf("check -o jsonl", { client })).stdout.trimEnd().split("\n");
    expect(rows.map((row) => (JSON.parse(row) as CheckView).id)).toEqual(["a-1", "b-2", "c-3"]);
    expect((await wf("check -o ids", { client })).stdout).toBe("b-2\n");
  });

  test("takes ids, also from standard input, a workflow and a grace; what is over is said", async () => {
    const { client, asked } = clientOf(checked("a-1"));
    const { stderr } = await wf("check @last - --workflow signup --grace 2s", { client, stdin: "over-1\n" });
    expect(asked).toMatchObject([{ ids: ["a-1", "over-1"], workflow: "signup", graceMs: 2_000 }]);
    expect(stderr).toContain("nothing to check: over-1\n");
    const none = await wf("check -", { client: {}, stdin: "", stderrIsTerminal: true });
    expect(none).toMatchObject({ code: 0, stderr: "there is nothing unfinished to check\n" });
  });

  test("a grace that is none, and an id that is not there, are told", async () => {
    expect(await wf("check --grace soon", { client: clientOf().client })).toMatchObject({ code: 2 });
    const resolveId = (id: string): Promise<string> => Promise.reject(fail("EXECUTION_NOT_FOUND", { id }));
    expect(await wf("check nobody", { client: { ...clientOf().client, resolveId } })).toMatchObject({ code: 4 });
  });

  test("where nothing was ever run there is nothing to check, and no database is made", async () => {
    const openProject = () => Promise.reject(fail("DB_UNUSABLE", { file: "/project/.wf.db", problem: "there is none", next: "" }));
    expect(await wf("check", { opener: { openProject } })).toMatchObject({ code: 0, stderr: "" });
    expect(await wf("check a-1", { opener: { openProject } })).toMatchObject({ code: 4 });
  });

  test("a signal ends it with the code of the signal", async () => {
    const signals = new ManualSignals();
    const { client } = clientOf(checked("a-1"));
    const check = async (options: CheckOptions = {}): Promise<CheckReport> => {
      signals.send("SIGINT");
      expect(options.signal?.aborted).toBe(true);
      return { checked: 0, problems: [] };
    };
    expect(await wf("check", { client: { ...client, sources: { check } }, signals })).toMatchObject({ code: 130 });
  });

  test.each([
    [{ next: [], ends: "returns" }, "next: it ends"],
    [{ next: [], ends: "throws", detail: "It fails: no" }, "next: it fails\n    It fails: no"],
    [{ next: [] }, "next: it waits for something that is no step"],
    [{ next: [], pinned: true }, "runs on the code of its start"],
    [{ next: [{ scope: "", kind: "sleep", name: "trial", n: 1, begun: true }] }, 'goes on with sleep "trial"'],
    [
      { next: ["a", "b", "c", "d"].map((name, at) => ({ scope: "in", kind: "step", name, n: at + 1, begun: false }) as const) },
      'next: step "a" in scope "in", step "b" (number 2 of that name) in scope "in", step "c" (number 3 of that name) in scope "in" ' +
        "and 1 more",
    ],
  ] as const)("what comes next: %j", async (given, text) => {
    expect((await wf("check", { client: clientOf(checked("a-1", given)).client })).stdout).toBe(`✓ a-1  ${text}\n`);
  });

  test("names that rewrite the screen do not", async () => {
    const evil = checked("a-1", { next: [{ scope: "", kind: "step", name: "\u001b[2Jx", n: 1, begun: false }], detail: "\u001b[2Jy" });
    const { stdout } = await wf("check", { client: clientOf(evil).client });
    expect(stdout).not.toContain("\u001b");
  });
});

describe("wf resume --code", () => {
  const clientWith = (calls: string[]) => ({
    resolveId: async (id: string) => id,
    sources: {
      pin: async (id: string, how: { isDry?: boolean }) => void calls.push(`pin ${id}${how.isDry === true ? " dry" : ""}`),
      unpin: async (id: string) => void calls.push(`unpin ${id}`),
    },
    operations: { resume: async (id: string) => (calls.push(`resume ${id}`), executionOf({ id })) },
    carry: async (id: string) => executionOf({ id }),
    history: async (id: string) => ({ execution: executionOf({ id }), steps: [], panics: [], decisions: [] }),
  });

  test.each([
    ["resume a --code original", ["pin a", "resume a"]],
    ["resume a --code current", ["unpin a", "resume a"]],
    ["resume a --code original --dry-run", ["pin a dry", "resume a"]],
    ["resume a", ["resume a"]],
  ])("%s", async (line, expected) => {
    const calls: string[] = [];
    expect((await wf(line, { client: clientWith(calls) })).code).toBe(0);
    expect(calls).toEqual(expected);
  });

  test("takes nothing else, and then nothing is done", async () => {
    const calls: string[] = [];
    const { code, stderr } = await wf("resume a --code old", { client: clientWith(calls) });
    expect([code, calls]).toEqual([2, []]);
    expect(stderr).toContain('--code takes original, current, not "old"');
  });
});
