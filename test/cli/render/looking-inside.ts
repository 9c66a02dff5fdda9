/** What renders the stream, figures, graphs and rows, for the tests with hostile texts. */
import { graphOfExecution, graphOfWorkflow } from "../../../src/cli/graph/graph.ts";
import { toDot } from "../../../src/cli/graph/dot.ts";
import { toMermaid } from "../../../src/cli/graph/mermaid.ts";
import { renderEventLine } from "../../../src/cli/render/event-line.ts";
import { renderGraph } from "../../../src/cli/render/graph.ts";
import type { Look } from "../../../src/cli/render/look.ts";
import { renderCsv, renderRows } from "../../../src/cli/render/rows.ts";
import { renderStatistics } from "../../../src/cli/render/statistics.ts";
import { loadTables } from "../../../src/cli/render/table.ts";
import type { HappeningView, StatisticsView } from "../../../src/model/clients/looking.ts";
import { iso, stepOf } from "../harness.ts";
import { failed } from "./views.ts";

const draw = await loadTables();

const durations = { count: 1, p50Ms: 1, p95Ms: 1, maxMs: 1 };

const statistics: StatisticsView = {
  ...{ since: iso(), stepsRead: 1, throughput: { from: iso(), to: iso(1), bucketMs: 1, counts: [1, 0] } },
  workflows: [{ workflow: "w", executions: 2, read: 1, counts: { failed: 1 }, durations, failureRate: 0.5, retryRate: 0 }],
  steps: [{ kind: "step", name: "s", count: 1, failed: 1, retried: 1, durations }],
  slowest: [{ id: "i", workflow: "w", status: "failed", durationMs: 1, startedAt: iso() }],
};

const happening: HappeningView = {
  ...{ cursor: 1, at: iso(), type: "log", executionId: "i", workflow: "w", reason: "event", wakeAt: iso(1) },
  step: { scope: "a/b", kind: "step", name: "s", n: 2, attempt: 2 },
  event: { id: "e", kind: "event", name: "n" },
  log: { level: "warn", source: "user", message: "m", data: { a: "b" }, step: "s" },
  decision: { action: "cancel", by: "ada", detail: "d", reason: "r" },
  error: { name: "Error", message: "m", code: "C" },
};

const steps = (["step", "child", "approval", "compensation", "sleep"] as const).map((kind, n) =>
  stepOf({
    kind,
    scope: n % 2 === 0 ? "" : "items=1",
    detail: "detail",
    status: "failed",
    startedAt: iso(n),
    finishedAt: iso(n + 1),
    order: n,
  }),
);
const history = { ...failed, steps };
const rows = { columns: ["a", "b"], rows: [["text", "more"]], isCut: false };

type Render = (poison: <T>(value: T) => T, look: Look) => string;

export const LOOKING_INSIDE: Readonly<Record<string, Render>> = {
  "event line": (poison, look) => renderEventLine(poison(happening), look),
  statistics: (poison, look) => renderStatistics(poison(statistics), look, draw),
  "graph as text": (poison, look) => renderGraph(graphOfExecution(poison(history)), look, draw),
  "graph as Mermaid": (poison) => toMermaid(graphOfExecution(poison(history))) + toMermaid(graphOfWorkflow([poison(history)])),
  "graph for Graphviz": (poison) => toDot(graphOfExecution(poison(history))),
  "rows as a table": (poison, look) => renderRows(poison(rows), look, draw),
  // A tab moves the cursor, but is data.
  "rows as CSV": (poison) => renderCsv(poison(rows)).replaceAll("\t", ""),
};
