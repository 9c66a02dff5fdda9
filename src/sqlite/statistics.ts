/**
 * Figures over many executions, at a bounded cost.
 *
 *     totals        counts, which triggers keep; since an instant, entries of an index
 *     executions    the newest so many of a workflow, by an index
 *     steps         those of the executions that were read, by their key, up to a limit
 *     throughput    entries of an index, in each part of the time
 *
 * Executions that are being removed are counted until they are gone: to leave them out every row would have to be read.
 */
import type { ExecutionFigures, StepFigures, TimeSpan, WorkflowTotal } from "../engine/store/looking.ts";
import { EXECUTION_STATUSES, type ExecutionStatus } from "../model/status.ts";
import type { Queries } from "./query.ts";
import { REMOVED } from "./removed.ts";

const KEPT = `SELECT workflow, status, n FROM counts WHERE n > 0`;
const KEPT_OF = `${KEPT} AND workflow = $workflow`;

const CREATED_SINCE = `
  SELECT count(*) AS n FROM executions INDEXED BY executions_workflow
   WHERE workflow = $workflow AND created_at >= $since`;

const NEWEST = (since: string): string => `
  SELECT id, status, restarts, started_at AS startedAt, finished_at AS finishedAt
    FROM executions INDEXED BY executions_workflow
   WHERE workflow = $workflow ${since} AND removed IS NOT ${REMOVED} AND damaged_at IS NULL
   ORDER BY created_at DESC, seq DESC
   LIMIT $limit`;
const NEWEST_OF_ALL = NEWEST("");
const NEWEST_SINCE = NEWEST("AND created_at >= $since");

const STEPS = `
  SELECT execution_id AS executionId, kind, name, status, attempt, started_at AS startedAt, finished_at AS finishedAt
    FROM steps
   WHERE execution_id = $id
   LIMIT $limit`;

/** By way of the failures, which are the rarer table: a step that succeeded at once has no row there. */
const RETRIED = `
  SELECT EXISTS (
    SELECT 1 FROM attempts AS a
      JOIN steps AS s ON s.execution_id = a.execution_id AND s.scope = a.scope AND s.kind = a.kind AND s.name = a.name AND s.n = a.n
     WHERE a.execution_id = $id AND s.attempt > 1) AS is_retried`;

const CREATED_WITHIN = `SELECT count(*) AS n FROM executions WHERE created_at >= $from AND created_at < $to`;
const CREATED_WITHIN_OF = `
  SELECT count(*) AS n FROM executions INDEXED BY executions_workflow
   WHERE workflow = $workflow AND created_at >= $from AND created_at < $to`;

const OLDEST = `SELECT min(created_at) AS at FROM executions`;
const OLDEST_OF = `SELECT min(created_at) AS at FROM executions INDEXED BY executions_workflow WHERE workflow = $workflow`;

type Count = { readonly n: number };

export interface TotalsQuery {
  readonly workflow?: string;
  readonly since?: number;
  readonly limit: number;
}

/** The most numerous first. */
export function workflowTotals(db: Queries, { workflow, since, limit }: TotalsQuery): readonly WorkflowTotal[] {
  const all = keptTotals(db, workflow);
  const found = since === undefined ? all : all.map(({ workflow: name }) => ({ ...createdSince(db, name, since), counts: undefined }));
  return found
    .filter(({ executions }) => executions > 0)
    .sort((a, b) => b.executions - a.executions || (a.workflow < b.workflow ? -1 : 1))
    .slice(0, limit);
}

function keptTotals(db: Queries, workflow: string | undefined): readonly WorkflowTotal[] {
  type Row = { readonly workflow: string; readonly status: string; readonly n: number };
  const rows = workflow === undefined ? db.query<Row>(KEPT).all() : db.query<Row>(KEPT_OF).all({ workflow });
  return [...Map.groupBy(rows, (row) => row.workflow)].map(([name, group]) => {
    const counts: Partial<Record<ExecutionStatus, number>> = {};
    for (const { status, n } of group) {
      const known = isStatus(status) ? status : "blocked";
      counts[known] = (counts[known] ?? 0) + n;
    }
    return { workflow: name, executions: group.reduce((sum, { n }) => sum + n, 0), counts };
  });
}

const createdSince = (db: Queries, workflow: string, since: number): { workflow: string; executions: number } => ({
  workflow,
  executions: db.query<Count>(CREATED_SINCE).get({ workflow, since })?.n ?? 0,
});

export const newestOf = (db: Queries, workflow: string, since: number | undefined, limit: number): readonly ExecutionFigures[] =>
  since === undefined
    ? db.query<ExecutionFigures>(NEWEST_OF_ALL).all({ workflow, limit })
    : db.query<ExecutionFigures>(NEWEST_SINCE).all({ workflow, since, limit });

export function stepsOf(db: Queries, executionIds: readonly string[], limit: number): readonly StepFigures[] {
  const found: StepFigures[] = [];
  for (const id of executionIds) {
    if (found.length >= limit) break;
    found.push(...db.query<StepFigures>(STEPS).all({ id, limit: limit - found.length }));
  }
  return found;
}

export const retriedAmong = (db: Queries, executionIds: readonly string[]): ReadonlySet<string> =>
  new Set(executionIds.filter((id) => db.query<{ readonly is_retried: number }>(RETRIED).get({ id })?.is_retried === 1));

export const oldestCreatedAt = (db: Queries, workflow: string | undefined): number | null => {
  type Row = { readonly at: number | null };
  const row = workflow === undefined ? db.query<Row>(OLDEST).get() : db.query<Row>(OLDEST_OF).get({ workflow });
  return row?.at ?? null;
};

export const createdWithin = (db: Queries, workflow: string | undefined, { from, to, buckets }: TimeSpan): readonly number[] =>
  Array.from({ length: buckets }, (_, at) => {
    const border = (n: number): number => Math.round(from + ((to - from) * n) / buckets);
    const part = { from: border(at), to: border(at + 1) };
    const found =
      workflow === undefined ? db.query<Count>(CREATED_WITHIN).get(part) : db.query<Count>(CREATED_WITHIN_OF).get({ workflow, ...part });
    return found?.n ?? 0;
  });

const isStatus = (text: string): text is ExecutionStatus => (EXECUTION_STATUSES as readonly string[]).includes(text);

/** For the tests of their plans. */
export const STATISTICS_STATEMENTS = {
  ...{ createdSince: CREATED_SINCE, newest: NEWEST_OF_ALL, newestSince: NEWEST_SINCE, steps: STEPS, retried: RETRIED },
  ...{ createdWithin: CREATED_WITHIN, createdWithinOf: CREATED_WITHIN_OF, oldest: OLDEST, oldestOf: OLDEST_OF },
} as const;
