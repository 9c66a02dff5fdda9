/** `wf graph` as a whole command: of an execution, of a workflow, in each format. */
import { describe, expect, test } from "bun:test";
import { fail } from "../../../src/model/errors.ts";
import type { ExecutionView, HistoryView } from "../../../src/model/views.ts";
import { executionOf, iso, stepOf, wf } from "../harness.ts";

const historyOf = (id: string, ...names: readonly string[]): HistoryView => ({
  execution: executionOf({ id }),
  steps: names.map((name, n) => stepOf({ name, startedAt: iso(n * 2), finishedAt: iso(n * 2 + 1), order: n })),
  panics: [],
  decisions: [],
});

const clientOf = (...histories: readonly HistoryView[]) => {
  const limits: number[] = [];
  const client = {
    list: ({ workflow, limit = 20 }: { workflow?: string; limit?: number }): Promise<readonly ExecutionView[]> => {
      limits.push(limit);
      return Promise.resolve(histories.map(({ execution }) => execution).filter((one) => one.workflow === workflow));
    },
    resolveId: (reference: string) => {
      const found = histories.find(({ execution }) => execution.id.startsWith(reference) || reference === "@last");
      return found === undefined ? Promise.reject(fail("EXECUTION_NOT_FOUND", { id: reference })) : Promise.resolve(found.execution.id);
    },
    history: (id: string) => {
      const found = histories.find(({ execution }) => execution.id === id);
      if (id === "signup-bad") return Promise.reject(fail("CORRUPT", { what: "a row", problem: "is damaged" }));
      return found === undefined ? Promise.reject(fail("EXECUTION_NOT_FOUND", { id })) : Promise.resolve(found);
    },
  };
  return { limits, client };
};

const rows = (stdout: string): readonly string[] => stdout.split("\n").map((row) => row.replace(/ {2,}/g, "  ").trimEnd());

describe("wf graph", () => {
  test("of an execution says what each step came after", async () => {
    const { client } = clientOf(historyOf("signup-1", "create", "mail"));
    for (const reference of ["signup-1", "@last", "signup-"]) {
      const { code, stdout } = await wf(`graph ${reference}`, { client });
      expect(code).toBe(0);
      expect(rows(stdout)).toEqual([
        "STEP  KIND  STATUS  TOOK  AFTER",
        "create  step  completed  1ms",
        "mail  step  completed  1ms  create",
        "",
      ]);
    }
  });

  test("of a workflow puts its executions together, damaged ones left out", async () => {
    const bad = { ...historyOf("signup-bad"), execution: executionOf({ id: "signup-bad" }) };
    const { client, limits } = clientOf(historyOf("signup-1", "create", "mail"), bad, historyOf("signup-2", "create", "call"));
    const { code, stdout } = await wf("graph signup --sample 7", { client });
    expect([code, limits]).toEqual([0, [7]]);
    const parallel = ["mail  step  1ms  create ×2", "call  step  1ms  create ×2"];
    expect(rows(stdout)).toEqual(["STEP  KIND  TOOK  AFTER", "create ×2  step  2ms", ...parallel, ""]);
  });

  test.each([
    ["mermaid", "flowchart TD"],
    ["dot", 'digraph "signup-1" {'],
  ])("--format %s begins with %s", async (format, first) => {
    const { client } = clientOf(historyOf("signup-1", "create"));
    expect((await wf(`graph signup-1 --format ${format}`, { client })).stdout.split("\n")[0]).toBe(first);
  });

  test("as JSON is nodes and edges, whatever format is asked for", async () => {
    const { client } = clientOf(historyOf("signup-1", "create", "mail"));
    expect(JSON.parse((await wf("graph signup-1 --json --format dot", { client })).stdout)).toMatchObject({
      ...{ workflow: "signup", executionId: "signup-1", executions: 1 },
      nodes: [
        { id: "n1", name: "create", kind: "step", status: "completed", count: 1 },
        { id: "n2", name: "mail" },
      ],
      edges: [{ from: "n1", to: "n2", count: 1 }],
    });
    expect((await wf("graph signup-1 -o ids", { client })).stdout).toBe("signup-1\n");
  });

  test("of what is not there is 4, of an unknown format 2", async () => {
    const { client } = clientOf(historyOf("signup-1", "create"));
    expect((await wf("graph order", { client })).code).toBe(4);
    expect((await wf("graph signup-1 --format svg", { client })).code).toBe(2);
  });
});
