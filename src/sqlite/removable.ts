/**
 * Which executions may go: what is over, and for how long.
 *
 *     ranges      one for each workflow and status: what ended before an instant, without the newest that are to stay
 *     pages       of a range, the one that ended first first, without what its parent keeps
 *
 * All of it is only read, so it holds up nobody who writes.
 */
import { REMOVED } from "./removed.ts";
import type { EndedAt, Removable, RemovablePage, RemovableRange } from "../engine/store/retention.ts";
import { TERMINAL_STATUSES, type TerminalStatus } from "../model/status.ts";
import type { Queries } from "./query.ts";

/** Those that `executions_finished` holds. */
const ENDED = `finished_at IS NOT NULL AND removed IS NOT ${REMOVED} AND damaged_at IS NULL`;

const IS_OVER = (table: string): string => `(${TERMINAL_STATUSES.map((status) => `${table}.status = '${status}'`).join(" OR ")})`;

const WORKFLOWS = `SELECT DISTINCT workflow FROM counts ORDER BY workflow`;

/** The newest so many of a status: the last of them is where the others begin. */
const NEWEST = `
  SELECT finished_at AS at, seq FROM executions
   WHERE workflow = $workflow AND status = $status AND ${ENDED}
   ORDER BY finished_at DESC, seq DESC
   LIMIT $limit`;

/** A parent keeps its child as long as it is there itself; a detached one as long as it is not over. */
const PAGE = `
  SELECT seq, id, finished_at AS at FROM executions
   WHERE workflow = $workflow AND status = $status AND ${ENDED}
     AND finished_at >= $afterAt AND finished_at <= $beforeAt
     AND (finished_at, seq) > ($afterAt, $afterSeq) AND (finished_at, seq) < ($beforeAt, $beforeSeq)
     AND NOT EXISTS (
       SELECT 1 FROM executions AS parent
        WHERE parent.id = executions.parent_id AND parent.removed IS NOT ${REMOVED}
          AND (executions.detached = 0 OR parent.damaged_at IS NOT NULL OR NOT ${IS_OVER("parent")}))
   ORDER BY finished_at, seq
   LIMIT $limit`;

/** With the children that go along, and theirs. A union, so that a circle, which only damage can make, comes to an end. */
const TALLY = `
  WITH RECURSIVE gone (id, status) AS (
    SELECT id, status FROM executions WHERE id IN (SELECT value FROM json_each($ids))
     UNION
    SELECT child.id, child.status FROM gone JOIN executions AS child ON child.parent_id = gone.id
     WHERE child.detached = 0 AND child.removed IS NOT ${REMOVED} AND child.damaged_at IS NULL AND ${IS_OVER("child")})
  SELECT status, count(*) AS n FROM gone GROUP BY status`;

export function removableRanges(db: Queries, { endedBefore, keep, workflow }: Removable): readonly RemovableRange[] {
  const statuses = TERMINAL_STATUSES.filter((status) => endedBefore[status] !== null);
  const workflows =
    workflow === undefined
      ? db
          .query<{ workflow: string }>(WORKFLOWS)
          .all()
          .map((row) => row.workflow)
      : [workflow];
  return workflows.flatMap((name) => {
    const kept = keep > 0 ? oldestKept(db, name, { statuses, keep }) : undefined;
    if (keep > 0 && kept === undefined) return [];
    return statuses.map((status) => ({ workflow: name, status, before: earlier({ at: endedBefore[status] ?? 0, seq: 0 }, kept) }));
  });
}

/** Undefined where there are no more than are to stay. */
function oldestKept(
  db: Queries,
  workflow: string,
  { statuses, keep }: { readonly statuses: readonly TerminalStatus[]; readonly keep: number },
): EndedAt | undefined {
  const newest = statuses.flatMap((status) => db.query<EndedAt>(NEWEST).all({ workflow, status, limit: keep }));
  return newest.sort((a, b) => b.at - a.at || b.seq - a.seq)[keep - 1];
}

const earlier = (a: EndedAt, b: EndedAt | undefined): EndedAt =>
  b === undefined || a.at < b.at || (a.at === b.at && a.seq < b.seq) ? a : b;

export function removablePage(db: Queries, range: RemovableRange, after: EndedAt, limit: number): RemovablePage {
  const { workflow, status, before } = range;
  const rows = db
    .query<EndedAt & { readonly id: string }>(PAGE)
    .all({ workflow, status, afterAt: after.at, afterSeq: after.seq, beforeAt: before.at, beforeSeq: before.seq, limit });
  const last = rows.at(-1);
  return { ids: rows.map(({ id }) => id), next: last === undefined || rows.length < limit ? undefined : { at: last.at, seq: last.seq } };
}

export function tallyRemovable(db: Queries, ids: readonly string[]): Readonly<Record<TerminalStatus, number>> {
  const rows = db.query<{ readonly status: TerminalStatus; readonly n: number }>(TALLY).all({ ids: JSON.stringify(ids) });
  return { ...NOTHING_GONE, ...Object.fromEntries(rows.map(({ status, n }) => [status, n])) };
}

export const NOTHING_GONE: Readonly<Record<TerminalStatus, number>> = { completed: 0, failed: 0, cancelled: 0 };

/** For the tests of their plans. */
export const REMOVABLE_STATEMENTS = { newest: NEWEST, page: PAGE, tally: TALLY } as const;
