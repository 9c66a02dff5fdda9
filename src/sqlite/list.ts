/**
 * Lists and counts of executions.
 *
 * What callers may rely on:
 *   1. Newest first; of the same millisecond, the one that came later.
 *   2. A damaged row never stops a list: it is shown as blocked, reason corrupt.
 *   3. What a filter says is bound, never part of the SQL.
 */
import type { ListFilter } from "../model/client.ts";
import type { ExecutionRecord } from "../model/records.ts";
import { EXECUTION_STATUSES, type ExecutionStatus } from "../model/status.ts";
import type { Parameters, Queries } from "./query.ts";
import { EXECUTION_COLUMNS, type ExecutionRow } from "./tables/execution-row.ts";
import { storedOf } from "./tables/executions.ts";

/** A mark makes it blocked, whatever the damaged row says. */
const STATUS = `iif(damaged_at IS NULL, status, 'blocked')`;

const IS_STATUS = `${STATUS} IN (SELECT value FROM json_each($statuses))`;
const IS_WORKFLOW = `workflow = $workflow`;
const IS_SINCE = `created_at >= $since`;
/** Every wanted tag is there. A damaged row may hold what is no JSON. */
const HAS_TAGS = `
  NOT EXISTS (
    SELECT 1 FROM json_each($tags) AS wanted
     WHERE NOT EXISTS (
       SELECT 1 FROM json_each(iif(json_valid(executions.tags), executions.tags, '{}')) AS own
        WHERE own.key = wanted.key AND own.value = wanted.value))`;

export const listSql = (filter: ListFilter): string => `
  SELECT ${EXECUTION_COLUMNS} FROM executions
   ${where(filter)}
   ORDER BY created_at DESC, seq DESC
   LIMIT $limit`;

export const countSql = (filter: ListFilter): string => `
  SELECT status, damaged_at IS NOT NULL AS isDamaged, count(*) AS n FROM executions
   ${where(filter)}
   GROUP BY workflow, status, damaged_at`;

export function listExecutions(db: Queries, filter: ListFilter & { readonly limit: number }): readonly ExecutionRecord[] {
  const rows = db.query<ExecutionRow>(listSql(filter)).all({ ...bound(filter), limit: filter.limit });
  return rows.map((row) => storedOf(row).record);
}

export function countExecutions(db: Queries, filter: ListFilter): Readonly<Record<ExecutionStatus, number>> {
  const counts = Object.fromEntries(EXECUTION_STATUSES.map((status) => [status, 0])) as Record<ExecutionStatus, number>;
  const rows = db.query<{ status: string; isDamaged: number; n: number }>(countSql(filter)).all(bound(filter));
  for (const { status, isDamaged, n } of rows) counts[isDamaged === 0 && isStatus(status) ? status : "blocked"] += n;
  return counts;
}

const isStatus = (text: string): text is ExecutionStatus => (EXECUTION_STATUSES as readonly string[]).includes(text);

function where({ statuses, workflow, since, tags }: ListFilter): string {
  const conditions = [
    statuses === undefined ? undefined : IS_STATUS,
    workflow === undefined ? undefined : IS_WORKFLOW,
    since === undefined ? undefined : IS_SINCE,
    tags === undefined ? undefined : HAS_TAGS,
  ].filter((condition) => condition !== undefined);
  return conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
}

const bound = ({ statuses, workflow, since, tags }: ListFilter): Parameters => ({
  ...(statuses === undefined ? {} : { statuses: JSON.stringify(statuses) }),
  ...(workflow === undefined ? {} : { workflow }),
  ...(since === undefined ? {} : { since }),
  ...(tags === undefined ? {} : { tags: JSON.stringify(tags) }),
});
