/**
 * Lists and counts of executions.
 *
 * What callers may rely on:
 *   1. Newest first; of the same millisecond, the one that came later.
 *   2. A damaged row never stops a list: it is shown as blocked, reason corrupt. It is counted so once it has been marked.
 *   3. What a filter says is bound, never part of the SQL.
 *   4. Counts of all, or of a workflow, are read from `counts`, which triggers keep. Those since an instant, or of tags, are counted.
 *   5. A page of a list costs what the page holds, however many executions there are: each status is read by its own index, newest first,
 *      and the statuses are merged here. Rows that are then left out are looked at for a filter on tags, and for one on a workflow and
 *      statuses: of both the fewer.
 */
import { REMOVED } from "./removed.ts";
import type { ListFilter } from "../model/client.ts";
import type { ExecutionRecord } from "../model/records.ts";
import { EXECUTION_STATUSES, type ExecutionStatus } from "../model/status.ts";
import type { Parameters, Queries } from "./query.ts";
import { EXECUTION_COLUMNS, type ExecutionRow } from "./tables/execution-row.ts";
import { storedOf } from "./tables/executions.ts";

/** What belongs to a status: its own rows, and to "blocked" the marked ones, whatever they say themselves. */
type Lane = "any" | "status" | "damaged";

const LANES: Readonly<Record<Lane, string | undefined>> = {
  any: undefined,
  status: `status = $status AND damaged_at IS NULL`,
  damaged: `damaged_at IS NOT NULL`,
};

/** Every wanted tag is there. A damaged row may hold what is no JSON. */
const HAS_TAGS = `
  NOT EXISTS (
    SELECT 1 FROM json_each($tags) AS wanted
     WHERE NOT EXISTS (
       SELECT 1 FROM json_each(iif(json_valid(executions.tags), executions.tags, '{}')) AS own
        WHERE own.key = wanted.key AND own.value = wanted.value))`;

export const listSql = (filter: ListFilter, lane: Lane = "any", index = INDEX[lane]): string => `
  SELECT seq, ${EXECUTION_COLUMNS} FROM ${tableBy(index)}
   ${where(filter, lane)}
   ORDER BY created_at DESC, seq DESC
   LIMIT $limit`;

/** Of what `counts` does not know. */
export const countSql = (filter: ListFilter): string => `
  SELECT status, count(*) AS n FROM executions
   ${where(filter, "any")}
   GROUP BY +status`; // by no index: it would be chosen for its order, and all executions gone through

export const keptCountSql = ({ workflow }: ListFilter): string => `
  SELECT status, sum(n) AS n FROM counts
   ${workflow === undefined ? "" : "WHERE workflow = $workflow"}
   GROUP BY status`;

/** Row by row: they are few, and grouped by status SQLite would go through all executions for them. */
export const damagedSql = (filter: ListFilter): string => `
  SELECT status FROM ${tableBy(INDEX.damaged)}
   ${where(filter, "damaged")}`;

type Index = "executions_damaged" | "executions_workflow" | "executions_status";

/** For the damaged ones of a workflow SQLite would rather go through all of that workflow. */
const INDEX: Readonly<Record<Lane, Index | undefined>> = { any: undefined, status: undefined, damaged: "executions_damaged" };

const tableBy = (index: Index | undefined): string => (index === undefined ? "executions" : `executions INDEXED BY ${index}`);

const FEWER = `
  SELECT (SELECT coalesce(sum(n), 0) FROM counts WHERE workflow = $workflow)
       < (SELECT coalesce(sum(n), 0) FROM counts WHERE status = $status) AS isWorkflow`;

/** Of a workflow and a status the fewer are gone through: nobody but the counts knows which these are. */
const indexFor = (db: Queries, workflow: string | undefined, status: string): Index | undefined => {
  if (workflow === undefined) return undefined;
  return db.query<{ readonly isWorkflow: number }>(FEWER).get({ workflow, status })?.isWorkflow === 1
    ? "executions_workflow"
    : "executions_status";
};

type ListedRow = ExecutionRow & { readonly seq: number };

export function listExecutions(db: Queries, filter: ListFilter & { readonly limit: number }): readonly ExecutionRecord[] {
  const rows = (lane: Lane, more: Parameters = {}, index: Index | undefined = INDEX[lane]): readonly ListedRow[] =>
    db.query<ListedRow>(listSql(filter, lane, index)).all({ ...bound(filter), limit: filter.limit, ...more });
  if (filter.statuses === undefined) return rows("any").map(recordOf);
  const found = [...new Set(filter.statuses)].flatMap((status) => rows("status", { status }, indexFor(db, filter.workflow, status)));
  const damaged = filter.statuses.includes("blocked") ? rows("damaged") : [];
  return [...found, ...damaged].sort(newestFirst).slice(0, filter.limit).map(recordOf);
}

export function countExecutions(db: Queries, filter: ListFilter): Readonly<Record<ExecutionStatus, number>> {
  const counts = Object.fromEntries(EXECUTION_STATUSES.map((status) => [status, 0])) as Record<ExecutionStatus, number>;
  const sql = filter.since === undefined && filter.tags === undefined ? keptCountSql(filter) : countSql(filter);
  const groups = db.query<{ readonly status: string; readonly n: number }>(sql).all(bound(filter));
  for (const { status, n } of groups) counts[isStatus(status) ? status : "blocked"] += n;
  for (const { status } of db.query<{ readonly status: string }>(damagedSql(filter)).all(bound(filter))) {
    if (!isStatus(status)) continue;
    counts[status]--;
    counts.blocked++;
  }
  const { statuses } = filter;
  if (statuses !== undefined) for (const status of EXECUTION_STATUSES) if (!statuses.includes(status)) counts[status] = 0;
  return counts;
}

const recordOf = (row: ListedRow): ExecutionRecord => storedOf(row).record;

const newestFirst = (a: ListedRow, b: ListedRow): number => b.createdAt - a.createdAt || b.seq - a.seq;

const isStatus = (text: string): text is ExecutionStatus => (EXECUTION_STATUSES as readonly string[]).includes(text);

function where({ workflow, since, tags }: ListFilter, lane: Lane): string {
  const conditions = [
    `removed IS NOT ${REMOVED}`,
    LANES[lane],
    workflow === undefined ? undefined : `workflow = $workflow`,
    since === undefined ? undefined : `created_at >= $since`,
    tags === undefined ? undefined : HAS_TAGS,
  ].filter((condition) => condition !== undefined);
  return `WHERE ${conditions.join(" AND ")}`;
}

const bound = ({ workflow, since, tags }: ListFilter): Parameters => ({
  ...(workflow === undefined ? {} : { workflow }),
  ...(since === undefined ? {} : { since }),
  ...(tags === undefined ? {} : { tags: JSON.stringify(tags) }),
});
