/**
 * All executions at a glance: how many there are of each status, the newest in a table, what comes next, and what is wrong.
 */
import { EXECUTION_STATUSES } from "../../model/status.ts";
import type { ExecutionView, OverviewView } from "../../model/views.ts";
import { briefly, instant } from "./age.ts";
import { errorLine } from "./error.ts";
import { renderFields } from "./fields.ts";
import { wrapTo } from "./fit.ts";
import type { Look } from "./look.ts";
import { paintOf } from "./marks.ts";
import { reasonLine } from "./reason.ts";
import { line } from "./safe.ts";
import type { Cell, DrawTable } from "./table.ts";

export const renderOverview = (overview: OverviewView, look: Look, drawTable: DrawTable): string => {
  const parts = [
    wrapTo(countsText(overview, look), look),
    overview.executions.length === 0
      ? ""
      : drawTable({ head: HEAD, rows: overview.executions.map((execution) => row(execution, look)) }, look),
    renderFields(
      [
        ["next wake", overview.nextWakeAt === null ? null : instant(overview.nextWakeAt, look)],
        ["last tick", overview.lastTickAt === null ? null : instant(overview.lastTickAt, look)],
      ],
      look,
    ),
    overview.warnings.map((warning) => look.style.yellow(wrapTo(`! ${line(warning)}`, look, "  "))).join("\n"),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
};

/** A table of executions, the newest first. */
export const renderExecutions = (executions: readonly ExecutionView[], look: Look, drawTable: DrawTable): string =>
  drawTable({ head: HEAD, rows: executions.map((execution) => row(execution, look)) }, look);

/** How many there are in all. */
export const totalOf = ({ counts }: Pick<OverviewView, "counts">): number =>
  EXECUTION_STATUSES.reduce((sum, status) => sum + (counts[status] ?? 0), 0);

const HEAD = ["ID", "WORKFLOW", "STATUS", "WHEN", "NOTE"];

const row = (execution: ExecutionView, look: Look): readonly Cell[] => [
  execution.id,
  execution.workflow,
  { text: execution.status, paint: paintOf(execution.status, look) },
  whenText(execution, look),
  noteText(execution),
];

/** When it wakes; else since when it is what it is. */
const whenText = ({ wakeAt, finishedAt, startedAt, createdAt }: ExecutionView, look: Look): string =>
  briefly(wakeAt ?? finishedAt ?? startedAt ?? createdAt, look);

/** What is worth knowing about it in a few words. */
export const noteText = (execution: ExecutionView): string => {
  const reason = reasonLine(execution); // of one that undoes what it has done, and has an error already: what holds that up
  return reason ?? (execution.error === null ? "" : errorLine(execution.error));
};

const countsText = ({ counts }: OverviewView, look: Look): string =>
  EXECUTION_STATUSES.filter((status) => (counts[status] ?? 0) > 0)
    .map((status) => `${look.style.bold(String(counts[status]))} ${paintOf(status, look)(status)}`)
    .join(", ");
