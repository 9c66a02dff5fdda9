/**
 * Figures over many executions.
 *
 * What callers may rely on:
 *   1. Of each workflow the newest so many are read, and it is said how many; counts of executions are exact.
 *   2. A percentile is a duration that was measured: the smallest that so many of a hundred do not exceed (nearest rank).
 */
import type {
  DurationsView,
  StatisticsOptions,
  StatisticsView,
  StepStatisticsView,
  WorkflowStatisticsView,
} from "../../model/clients/looking.ts";
import { fail } from "../../model/errors.ts";
import { toIsoOfStored as toIso } from "../../model/instant.ts";
import type { ExecutionStatus } from "../../model/status.ts";
import type { ExecutionFigures, LookingStore, StepFigures, WorkflowTotal } from "../store/looking.ts";

/** A second for the largest of files. */
const SAMPLE = 2_000;
const SAMPLE_OF_ONE = 10_000;
const MAX_SAMPLE = 100_000;
const MAX_WORKFLOWS = 100;
const MAX_STEPS = 200_000;
const SLOWEST = 5;

const BUCKETS = 24;
const DAY_MS = 86_400_000;

/** Executions in one read, so that no reader holds a snapshot for long. */
const PAGE = 500;

interface ReadWorkflow {
  readonly total: WorkflowTotal;
  readonly executions: readonly ExecutionFigures[];
  readonly retried: ReadonlySet<string>;
}

export async function statisticsOf(store: LookingStore, now: number, options: StatisticsOptions = {}): Promise<StatisticsView> {
  const { workflow, since } = options;
  const sample = sampleOf(options);
  const scope = { ...(workflow === undefined ? {} : { workflow }), ...(since === undefined ? {} : { since }) };
  const totals = await store.totals({ ...scope, limit: MAX_WORKFLOWS });
  const read: ReadWorkflow[] = [];
  for (const total of totals) {
    const executions = await store.executionFigures(total.workflow, since, sample);
    read.push({ total, executions, retried: await retriedOf(store, executions) });
  }
  const ids = workflow === undefined ? [] : read.flatMap(({ executions }) => executions.map(({ id }) => id));
  const steps = await stepsOf(store, ids);
  return {
    since: since === undefined ? null : toIso(since),
    workflows: read.map(workflowStatistics),
    steps: stepStatistics(steps),
    stepsRead: steps.length,
    slowest: slowestOf(read),
    throughput: await throughputOf(store, workflow, since ?? now - DAY_MS, now),
  };
}

const sampleOf = ({ workflow, sample = workflow === undefined ? SAMPLE : SAMPLE_OF_ONE }: StatisticsOptions): number => {
  if (Number.isInteger(sample) && sample >= 1 && sample <= MAX_SAMPLE) return sample;
  throw fail("USAGE", { problem: `sample takes a whole number from 1 to ${MAX_SAMPLE}, not ${sample}` });
};

async function retriedOf(store: LookingStore, executions: readonly ExecutionFigures[]): Promise<ReadonlySet<string>> {
  const retried = new Set(executions.filter(({ restarts }) => restarts > 0).map(({ id }) => id));
  for (const page of pagesOf(executions)) for (const id of await store.retriedAmong(page.map((execution) => execution.id))) retried.add(id);
  return retried;
}

async function stepsOf(store: LookingStore, ids: readonly string[]): Promise<readonly StepFigures[]> {
  const steps: StepFigures[] = [];
  for (const page of pagesOf(ids)) {
    if (steps.length >= MAX_STEPS) break;
    for (const step of await store.stepFigures(page, MAX_STEPS - steps.length)) steps.push(step);
  }
  return steps;
}

function* pagesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += PAGE) yield items.slice(at, at + PAGE);
}

/** Without counts that are kept, those that were read are counted. */
function workflowStatistics({ total, executions, retried }: ReadWorkflow): WorkflowStatisticsView {
  const counts = total.counts ?? countsOf(executions);
  const failed = executions.filter(({ status }) => status === "failed").length;
  const ended = failed + executions.filter(({ status }) => status === "completed").length;
  return {
    workflow: total.workflow,
    executions: total.executions,
    read: executions.length,
    counts,
    durations: durationsView(executions.filter(hasRun).map(durationOf)),
    failureRate: ended === 0 ? null : failed / ended,
    retryRate: executions.length === 0 ? null : retried.size / executions.length,
  };
}

function countsOf(executions: readonly ExecutionFigures[]): Readonly<Partial<Record<ExecutionStatus, number>>> {
  const counts: Partial<Record<ExecutionStatus, number>> = {};
  for (const { status } of executions) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

const hasRun = ({ status, startedAt, finishedAt }: ExecutionFigures): boolean =>
  (status === "completed" || status === "failed") && startedAt !== null && finishedAt !== null;

/** A clock that was set back makes no negative time. */
const durationOf = ({ startedAt, finishedAt }: { readonly startedAt: number | null; readonly finishedAt: number | null }): number =>
  Math.max(0, (finishedAt ?? 0) - (startedAt ?? 0));

function stepStatistics(steps: readonly StepFigures[]): readonly StepStatisticsView[] {
  const groups = Map.groupBy(steps, ({ kind, name }) => `${kind}\0${name}`);
  const figures = [...groups.values()].map((group) => {
    const [{ kind, name }] = group as [StepFigures];
    const ended = group.filter(({ status, finishedAt }) => finishedAt !== null && (status === "completed" || status === "failed"));
    return {
      ...{ kind, name, count: group.length },
      failed: group.filter(({ status }) => status === "failed").length,
      retried: group.filter(({ attempt }) => attempt > 1).length,
      durations: durationsView(ended.map(durationOf)),
    };
  });
  return figures.sort((a, b) => slowness(b) - slowness(a) || (a.name < b.name ? -1 : 1));
}

const slowness = ({ durations }: StepStatisticsView): number => durations.p95Ms ?? -1;

export function durationsView(durations: readonly number[]): DurationsView {
  const sorted = Float64Array.from(durations).sort();
  const rank = (share: number): number | null => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
  return { count: sorted.length, p50Ms: rank(0.5), p95Ms: rank(0.95), maxMs: sorted.at(-1) ?? null };
}

const slowestOf = (read: readonly ReadWorkflow[]): StatisticsView["slowest"] =>
  read
    .flatMap(({ total: { workflow }, executions }) =>
      executions
        .filter(hasRun)
        .sort((a, b) => durationOf(b) - durationOf(a))
        .slice(0, SLOWEST)
        .map((execution) => ({ workflow, execution, durationMs: durationOf(execution) })),
    )
    .sort((a, b) => b.durationMs - a.durationMs)
    .slice(0, SLOWEST)
    .map(({ workflow, execution: { id, status, startedAt }, durationMs }) => ({
      ...{ id, workflow, status, durationMs },
      startedAt: toIso(startedAt ?? 0),
    }));

/** A span of whole buckets that ends after now, so that what was created in this millisecond is in it. */
async function throughputOf(
  store: LookingStore,
  workflow: string | undefined,
  since: number,
  now: number,
): Promise<StatisticsView["throughput"]> {
  const to = now + 1;
  const bucketMs = Math.ceil((to - Math.min(since, now)) / BUCKETS);
  const from = to - bucketMs * BUCKETS;
  const counts = await store.throughput(workflow, { from, to, buckets: BUCKETS });
  return { from: toIso(from), to: toIso(to), bucketMs, counts };
}
