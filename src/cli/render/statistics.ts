/** Figures over many executions: the workflows, or one of them with its steps; the slowest; how many came when. */
import type { DurationsView, StatisticsView, StepStatisticsView, WorkflowStatisticsView } from "../../model/clients/looking.ts";
import { formatDuration } from "../../model/duration.ts";
import { EXECUTION_STATUSES } from "../../model/status.ts";
import { briefly, clock } from "./age.ts";
import type { Look } from "./look.ts";
import { paintOf } from "./marks.ts";
import { line } from "./safe.ts";
import { sparkline } from "./sparkline.ts";
import type { Cell, DrawTable } from "./table.ts";

export const renderStatistics = (view: StatisticsView, look: Look, draw: DrawTable): string =>
  [
    draw({ head: WORKFLOW_HEAD, rows: view.workflows.map((workflow) => workflowRow(workflow, look)) }, look),
    stepsText(view, look, draw),
    slowestText(view, look, draw),
    throughputText(view, look),
    sampleText(view, look),
  ]
    .filter((part) => part !== "")
    .join("\n\n");

const WORKFLOW_HEAD = ["WORKFLOW", "EXECUTIONS", "P50", "P95", "MAX", "FAILED", "RETRIED", "NOW"];

const workflowRow = (workflow: WorkflowStatisticsView, look: Look): readonly Cell[] => [
  workflow.workflow,
  String(workflow.executions),
  ...durationCells(workflow.durations),
  rateCell(workflow.failureRate, look.style.red),
  rateCell(workflow.retryRate, look.style.yellow),
  EXECUTION_STATUSES.flatMap((status) => {
    const n = workflow.counts[status] ?? 0;
    return n === 0 ? [] : [`${n} ${status}`];
  }).join(", "),
];

const STEP_HEAD = ["STEP", "KIND", "COUNT", "P50", "P95", "MAX", "FAILED", "RETRIED"];

const stepsText = ({ steps }: StatisticsView, look: Look, draw: DrawTable): string =>
  steps.length === 0 ? "" : draw({ head: STEP_HEAD, rows: steps.map((step) => stepRow(step, look)) }, look);

const stepRow = (step: StepStatisticsView, look: Look): readonly Cell[] => [
  step.name,
  step.kind,
  String(step.count),
  ...durationCells(step.durations),
  rateCell(step.failed / step.count, look.style.red),
  rateCell(step.retried / step.count, look.style.yellow),
];

const SLOWEST_HEAD = ["SLOWEST", "WORKFLOW", "TOOK", "STATUS", "STARTED"];

const slowestText = ({ slowest }: StatisticsView, look: Look, draw: DrawTable): string =>
  slowest.length === 0
    ? ""
    : draw(
        {
          head: SLOWEST_HEAD,
          rows: slowest.map(({ id, workflow, durationMs, status, startedAt }) => [
            id,
            workflow,
            formatDuration(durationMs),
            { text: status, paint: paintOf(status, look) },
            briefly(startedAt, look),
          ]),
        },
        look,
      );

const throughputText = ({ throughput: { counts, from, bucketMs } }: StatisticsView, look: Look): string =>
  `started ${sparkline(counts, look)} ${look.style.dim(
    `since ${clock(from, look)}, ${formatDuration(bucketMs)} each, at most ${Math.max(0, ...counts)}`,
  )}`;

/** Where not all were read, that is said. */
const sampleText = ({ workflows }: StatisticsView, { style }: Look): string => {
  const [first, ...others] = workflows.filter(({ executions, read }) => read < executions);
  if (first === undefined) return "";
  const whose = others.length === 0 ? `${line(first.workflow)}: from the newest ${first.read} of ${first.executions}` : undefined;
  return style.dim(`${whose ?? `from the newest ${first.read} of each workflow`} (--sample reads more)`);
};

const durationCells = ({ p50Ms, p95Ms, maxMs }: DurationsView): readonly Cell[] =>
  [p50Ms, p95Ms, maxMs].map((ms) => (ms === null ? "-" : formatDuration(ms)));

/** Less than a tenth of a percent is not nothing. */
const rateCell = (rate: number | null, paint: (text: string) => string): Cell => {
  if (rate === null) return "-";
  if (rate === 0) return "0%";
  return { text: rate < 0.001 ? "<0.1%" : `${Number((rate * 100).toFixed(1))}%`, paint };
};
