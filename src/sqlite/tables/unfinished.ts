/**
 * Executions that are not over, for those who look after their code: page by page, those pinned to a source, those whose workflow is
 * missing.
 *
 * They are read by the index of a status each: however many are over, they cost nothing.
 */
import type { UnfinishedCursor, UnfinishedPage } from "../../engine/store/sources.ts";
import { EXECUTION_STATUSES, isTerminal } from "../../model/status.ts";
import type { Queries } from "../query.ts";

/** Those that a process has come last: one that is taken up or parked meanwhile is rather met twice than not at all. */
const STATUSES = EXECUTION_STATUSES.filter((status) => !isTerminal(status)).toSorted((a) => (a === "running" ? 1 : -1));

const page = (filter: string): string => `
  SELECT seq, id, workflow, created_at AS createdAt FROM executions
   WHERE status = $status AND (created_at, seq) > ($createdAt, $seq) AND damaged_at IS NULL ${filter}
   ORDER BY created_at, seq
   LIMIT $limit`;

const PAGE = page("");

/** Not by the index of the workflow, in which those that are over stand too. */
const PAGE_OF_WORKFLOW = page("AND +workflow = $workflow");

const PINNED = `
  SELECT DISTINCT coalesce(start_source, source_hash) AS hash FROM executions
   WHERE pinned = 1 AND NOT (status = 'completed' OR status = 'failed' OR status = 'cancelled')`;

const MISSING = `
  SELECT id FROM executions
   WHERE status = 'blocked' AND reason = 'definition-missing' AND wake_at > $now AND lease_owner IS NULL AND damaged_at IS NULL
   LIMIT $limit`;

interface PageRow {
  readonly seq: number;
  readonly id: string;
  readonly workflow: string;
  readonly createdAt: number;
}

interface Wanted {
  readonly after?: UnfinishedCursor | undefined;
  readonly workflow?: string | undefined;
  readonly limit: number;
}

/** A page holds executions of one status, and may be empty. */
export const unfinishedPage = (db: Queries, { after, workflow, limit }: Wanted): UnfinishedPage => {
  const at = after ?? { status: 0, createdAt: Number.MIN_SAFE_INTEGER, seq: 0 };
  const status = STATUSES[at.status];
  if (status === undefined) return { executions: [], next: undefined };
  const bound = { status, createdAt: at.createdAt, seq: at.seq, limit };
  const rows =
    workflow === undefined ? db.query<PageRow>(PAGE).all(bound) : db.query<PageRow>(PAGE_OF_WORKFLOW).all({ ...bound, workflow });
  const last = rows.length < limit ? undefined : rows.at(-1);
  return {
    executions: rows.map((row) => ({ id: row.id, workflow: row.workflow })),
    next: last === undefined ? firstOf(at.status + 1) : { status: at.status, createdAt: last.createdAt, seq: last.seq },
  };
};

const firstOf = (status: number): UnfinishedCursor | undefined =>
  status < STATUSES.length ? { status, createdAt: Number.MIN_SAFE_INTEGER, seq: 0 } : undefined;

export const pinnedSources = (db: Queries): ReadonlySet<string> =>
  new Set(
    db
      .query<{ readonly hash: string | null }>(PINNED)
      .all()
      .flatMap(({ hash }) => hash ?? []),
  );

/** Blocked since their workflow was missing or broken, and looked at again later than `now`. */
export const missingIds = (db: Queries, now: number, limit: number): readonly string[] =>
  db
    .query<{ readonly id: string }>(MISSING)
    .all({ now, limit })
    .map(({ id }) => id);

/** For the tests of their plans. */
export const UNFINISHED_STATEMENTS = { page: PAGE, pageOfWorkflow: PAGE_OF_WORKFLOW, pinned: PINNED, missing: MISSING } as const;
