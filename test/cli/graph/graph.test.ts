/** Which steps came before which: told by times, by the order of completions, and never by more than was seen. */
import { describe, expect, test } from "bun:test";
import { toDot } from "../../../src/cli/graph/dot.ts";
import { graphOfExecution, graphOfWorkflow, type GraphView } from "../../../src/cli/graph/graph.ts";
import { toMermaid } from "../../../src/cli/graph/mermaid.ts";
import type { HistoryView, StepView } from "../../../src/model/views.ts";
import { executionOf, iso, stepOf } from "../harness.ts";

let order = 0;
/** `to` null: it goes on. */
const step = (name: string, from: number, to: number | null, given: Partial<StepView> = {}): StepView =>
  stepOf({
    ...{ name, startedAt: iso(from), finishedAt: to === null ? null : iso(to), attempts: [], order: to === null ? null : ++order },
    ...(to === null ? { status: "running" } : {}),
    ...given,
  });
const historyOf = (...steps: readonly StepView[]): HistoryView => ({ execution: executionOf(), steps, panics: [], decisions: [] });

/** "a>b" for each arrow. */
const arrowsOf = ({ nodes, edges }: GraphView): readonly string[] => {
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  return edges.map(({ from, to }) => `${names.get(from)}>${names.get(to)}`).sort();
};
const arrows = (...steps: readonly StepView[]): readonly string[] => arrowsOf(graphOfExecution(historyOf(...steps)));

describe("arrows of one execution", () => {
  test("go from each step to the next, and over none between", () => {
    expect(arrows(step("a", 0, 5), step("b", 6, 8), step("c", 8, 9))).toEqual(["a>b", "b>c"]);
  });

  test("part before steps side by side, and meet behind them", () => {
    const steps = [step("a", 0, 1), step("b", 2, 9), step("c", 2, 4), step("d", 10, 11)];
    expect(arrows(...steps)).toEqual(["a>b", "a>c", "b>d", "c>d"]);
  });

  test("follow each branch of its own", () => {
    expect(arrows(step("a", 0, 3), step("x", 0, 9), step("b", 4, 6), step("y", 10, 12))).toEqual(["a>b", "b>y", "x>y"]);
  });

  test("of steps that take no time go by the order of their completions", () => {
    expect(arrows(step("a", 5, 5), step("b", 5, 5), step("c", 5, 5))).toEqual(["a>b", "b>c"]);
  });

  test("lead to a step that goes on, and from none", () => {
    expect(arrows(step("a", 0, 1), step("b", 2, null), step("c", 9, 10))).toEqual(["a>b", "a>c"]);
  });

  test("do not join the items of a map, whatever their times; inside of each they do", () => {
    const item = (key: string, name: string, from: number, to: number): StepView =>
      step(`${name}${key}`, from, to, { scope: `files=${key}` });
    const steps = [step("list", 0, 1), item("1", "get", 2, 3), item("1", "put", 4, 5), item("2", "get", 6, 7), step("end", 8, 9)];
    expect(arrows(...steps)).toEqual(["get1>put1", "get2>end", "list>get1", "list>get2", "put1>end"]);
  });

  test("join the calls of a step with keys, which are no items", () => {
    expect(arrows(step("row", 0, 1, { scope: "row=1" }), step("row", 2, 3, { scope: "row=2" }))).toEqual(["row>row"]);
  });

  test("of times that cannot be read, or that a clock has set back, go by the order", () => {
    expect(arrows(step("a", 5, 3), step("b", 6, 7))).toEqual(["a>b"]);
    expect(arrows(step("a", 0, 0, { startedAt: "?", finishedAt: "?" }), step("b", 6, 7))).toEqual(["a>b"]);
  });
});

describe("one node", () => {
  test("stands for all items of a map and all turns of a loop where they are merged, and counts them", () => {
    const items = [1, 2, 3].flatMap((key) => [
      step("get", key, key + 10, { scope: `files=${key}` }),
      step("put", key + 20, key + 21, { scope: `files=${key}`, status: key === 3 ? "failed" : "completed" }),
    ]);
    const turns = [1, 2].map((n) => step("poll", 100 + n, 100 + n, { n }));
    const graph = graphOfExecution(historyOf(step("list", 0, 0), ...items, ...turns), true);
    expect(graph.nodes.map(({ scope, name, count, failed, durationMs }) => [scope, name, count, failed, durationMs])).toEqual([
      ["", "list", 1, 0, 0],
      ["files", "get", 3, 0, 30],
      ["files", "put", 3, 1, 3],
      ["", "poll", 2, 0, 0],
    ]);
    expect(arrowsOf(graph)).toEqual(["get>put", "list>get", "put>poll"]);
  });

  test("is a step of its own where they are not, and there are no more than 200", () => {
    const many = (count: number): HistoryView => historyOf(...Array.from({ length: count }, (_, n) => step("s", n, n, { n: n + 1 })));
    expect(graphOfExecution(many(200)).nodes).toHaveLength(200);
    expect(graphOfExecution(many(201)).nodes).toMatchObject([{ count: 201, status: null }]);
    expect(graphOfExecution(many(300), false).nodes).toHaveLength(200);
  });
});

describe("the graph of a workflow", () => {
  test("has the branches of all its executions, and says how often each arrow was seen", () => {
    const paid = historyOf(step("ask", 0, 1), step("pay", 2, 3));
    const free = historyOf(step("ask", 0, 1), step("thank", 2, 3));
    const graph = graphOfWorkflow([paid, paid, free]);
    expect(graph).toMatchObject({ workflow: "signup", executionId: null, executions: 3 });
    expect(arrowsOf(graph)).toEqual(["ask>pay", "ask>thank"]);
    expect(graph.edges.map(({ count }) => count)).toEqual([2, 1]);
  });

  test("has no circle, whatever orders were seen: the rarest arrow goes", () => {
    const inOrder = (...names: readonly string[]): HistoryView => historyOf(...names.map((name, n) => step(name, n * 2, n * 2 + 1)));
    const histories = [inOrder("a", "b"), inOrder("a", "b"), inOrder("b", "c"), inOrder("b", "c"), inOrder("c", "a")];
    expect(arrowsOf(graphOfWorkflow(histories))).toEqual(["a>b", "b>c"]);
    expect(arrowsOf(graphOfWorkflow([inOrder("a", "b"), inOrder("b", "a")]))).toEqual(["a>b"]);
  });
});

describe("formats", () => {
  const graph = graphOfExecution(
    historyOf(
      step('say "hi" <b> #1; \\n `x`', 0, 1),
      step("nap", 2, 60_002, { kind: "sleep", scope: "deep/er#2" }),
      step("go", 60_003, null, { kind: "approval" }),
    ),
  );

  test("Mermaid: each kind has its form, and no text of others means anything", () => {
    expect(toMermaid(graph).split("\n")).toEqual([
      "flowchart TD",
      '  n1["say #34;hi#34; #60;b#62; #35;1#59; #92;n #96;x#96;<br/>1ms"]',
      '  n3{"go<br/>approval, running"}',
      '  subgraph s1["deep / er #35;2"]',
      '    n2(["nap<br/>sleep, 1m"])',
      "  end",
      "  n1 --> n2",
      "  n2 --> n3",
      "  classDef open stroke-dasharray:4 3",
      "  class n3 open",
    ]);
  });

  test("DOT: quotes and backslashes are those of the text", () => {
    expect(toDot(graph).split("\n")).toEqual([
      'digraph "signup-7f3k9q2m4d" {',
      '  n1 [label="say \\"hi\\" <b> #1; \\\\n `x`\\n1ms", shape=box];',
      '  n3 [label="go\\napproval, running", shape=diamond, style=dashed];',
      "  subgraph cluster_1 {",
      '    label="deep / er #2";',
      '    n2 [label="nap\\nsleep, 1m", shape=oval];',
      "  }",
      "  n1 -> n2;",
      "  n2 -> n3;",
      "}",
    ]);
  });
});
