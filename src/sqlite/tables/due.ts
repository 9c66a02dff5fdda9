/**
 * `executions` that are due: by priority, then by when they became due.
 *
 *     priority 100 … 1   by `executions_priority`, a seek for each level that there is
 *     priority 0         by `executions_due`, which holds nothing else: nearly all executions
 *     priority -1 … -100 as above
 *
 * What callers may rely on:
 *   1. Where every priority is 0, the levels cost one look into an empty index.
 *   2. Whatever is due at one level is not read to find what is due at another.
 */
import type { Queries } from "../query.ts";

export interface DueExecution {
  readonly id: string;
  readonly priority: number;
  /** When it became due. */
  readonly at: number;
}

const UNOWNED = `wake_at IS NOT NULL AND lease_owner IS NULL AND damaged_at IS NULL`;

const dueWhere = (priority: string, panics: string): string => `
  SELECT id, priority, wake_at AS at FROM executions
   WHERE ${priority} AND wake_at <= $dueAt AND ${UNOWNED} AND ${panics}
   ORDER BY wake_at, id
   LIMIT $limit`;

const AT_LEVEL = `priority = $priority AND priority <> 0`;

const DUE = dueWhere("priority = 0", "panics = 0");

const DUE_AT_LEVEL = dueWhere(AT_LEVEL, "panics = 0");

/**
 * Created in what is the future now: the clock has been put back since. One that was to start at once starts at once, since whoever made it
 * does not wait for the hours that are gone through twice. Of what was made since a sweep began it says nothing.
 */
const DUE_SINCE_CLOCK_WAS_PUT_BACK = `
  SELECT id, priority, wake_at AS at FROM executions
   WHERE status = 'pending' AND created_at > $now AND reason = 'queued' AND wake_at <= created_at
     AND lease_owner IS NULL AND damaged_at IS NULL AND panics = 0
   ORDER BY created_at, id
   LIMIT $limit`;

/** Those that may be what kills their process. */
const DUE_SUSPECTS = dueWhere("priority = 0", "panics > 0");

const DUE_SUSPECTS_AT_LEVEL = dueWhere(AT_LEVEL, "panics > 0");

/** The highest first: from one to the next lower by a seek, whatever lies between. */
export const LEVELS = `
  WITH RECURSIVE level (priority) AS (
    SELECT max(priority) FROM executions WHERE priority <> 0 AND ${UNOWNED}
    UNION ALL
    SELECT (SELECT max(priority) FROM executions WHERE priority < level.priority AND priority <> 0 AND ${UNOWNED})
      FROM level WHERE level.priority IS NOT NULL)
  SELECT priority FROM level WHERE priority IS NOT NULL`;

const firstWhere = (priority: string): string => `
  SELECT wake_at AS wakeAt FROM executions
   WHERE ${priority} AND ${UNOWNED}
   ORDER BY wake_at
   LIMIT 1`;

const NEXT_WAKE = firstWhere("priority = 0");

const NEXT_WAKE_AT_LEVEL = firstWhere(AT_LEVEL);

const levelsOf = (db: Queries): readonly number[] =>
  db
    .query<{ readonly priority: number }>(LEVELS)
    .all()
    .map(({ priority }) => priority);

/** What is damaged can have bytes for an id. By a text a claim can tell that it has met it, and goes on to the others. */
export const named = <Row extends { readonly id: string }>(row: Row): Row =>
  typeof row.id === "string" ? row : { ...row, id: String(row.id) };

/** Highest priority first, then oldest wake, ties by id, so that a simulation can be repeated. */
export function dueExecutions(
  db: Queries,
  { now, dueAt, limit, areSuspects }: { readonly [name in "now" | "dueAt" | "limit"]: number } & { readonly areSuspects: boolean },
): readonly DueExecution[] {
  const found: DueExecution[] = [];
  const take = (sql: string, more: Readonly<Record<string, number>>): void => {
    const left = limit - found.length;
    const rows = left > 0 ? db.query<DueExecution>(sql).all({ limit: left, ...more }) : [];
    found.push(...rows.map(named));
  };
  const takeLevel = (priority: number): void => take(areSuspects ? DUE_SUSPECTS_AT_LEVEL : DUE_AT_LEVEL, { dueAt, priority });
  const levels = levelsOf(db);
  for (const priority of levels) if (priority > 0) takeLevel(priority);
  take(areSuspects ? DUE_SUSPECTS : DUE, { dueAt });
  const { length } = found;
  if (!areSuspects) take(DUE_SINCE_CLOCK_WAS_PUT_BACK, { now });
  const isPutBack = found.length > length;
  for (const priority of levels) if (priority < 0) takeLevel(priority);
  return isPutBack ? withoutRepeats(found) : found;
}

/** Some are due by both rules. */
const withoutRepeats = (found: readonly DueExecution[]): readonly DueExecution[] => {
  const ids = new Set<string>();
  return found.filter(({ id }) => !ids.has(id) && ids.add(id));
};

export function nextWakeAt(db: Queries): number | null {
  let first = db.query<{ readonly wakeAt: number }>(NEXT_WAKE).get()?.wakeAt ?? null;
  for (const priority of levelsOf(db)) {
    const at = db.query<{ readonly wakeAt: number }>(NEXT_WAKE_AT_LEVEL).get({ priority })?.wakeAt;
    if (at !== undefined) first = Math.min(first ?? at, at);
  }
  return first;
}

/** For the tests of their plans. */
export const DUE_STATEMENTS = {
  due: DUE,
  dueAtLevel: DUE_AT_LEVEL,
  dueSuspects: DUE_SUSPECTS,
  dueSuspectsAtLevel: DUE_SUSPECTS_AT_LEVEL,
  dueSinceClockWasPutBack: DUE_SINCE_CLOCK_WAS_PUT_BACK,
  levels: LEVELS,
  nextWake: NEXT_WAKE,
  nextWakeAtLevel: NEXT_WAKE_AT_LEVEL,
} as const;
