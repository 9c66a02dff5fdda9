/**
 * Rows that belong to no execution and that no execution needs any more.
 *
 *     starts     begun longer ago than the period in which their lane counts them
 *     lanes      of which no execution is unfinished and no start counts
 *     sources    that no execution and no workflow refers to
 *
 * What callers may rely on: what has to be looked through is only read, page by page where it may be long; what is then deleted is looked
 * at once more in the transaction that deletes it.
 */
import type { FamilyParts } from "./family.ts";
import type { Queries } from "./query.ts";
import { deleteSource, unusedSources } from "./tables/sources.ts";

/** Rows of one transaction, and of one read. */
const PAGE = 500;

const OLD_STARTS = `
  SELECT starts.seq FROM lanes CROSS JOIN starts
   WHERE starts.lane = lanes.key AND starts.begun = 1 AND starts.at < $now - lanes.period_ms
   LIMIT ${PAGE}`;

/** Its row is never changed, and its time is over for good. */
const DELETE_START = `DELETE FROM starts WHERE seq = $seq`;

/** One that is damaged may be mended. */
const LANE_IS_NEEDED = `
  EXISTS (SELECT 1 FROM starts WHERE starts.lane = lanes.key)
  OR EXISTS (SELECT 1 FROM executions
              WHERE lane = lanes.key AND lane IS NOT NULL AND damaged_at IS NULL
                AND NOT (status = 'completed' OR status = 'failed' OR status = 'cancelled'))
  OR EXISTS (SELECT 1 FROM executions WHERE damaged_at IS NOT NULL AND lane = lanes.key)`;

const LANES = `SELECT key, ${LANE_IS_NEEDED} AS isNeeded FROM lanes WHERE key > $after ORDER BY key LIMIT ${PAGE}`;

const DELETE_LANE = `DELETE FROM lanes WHERE key = $key AND NOT (${LANE_IS_NEEDED})`;

const NEWEST = `SELECT max(seq) AS seq FROM executions`;

/** Whoever begins on a source has saved its workflow with that hash before. */
const IS_TAKEN_UP = `
  SELECT 1 FROM workflows WHERE source_hash = $hash
  UNION ALL
  SELECT 1 FROM executions WHERE seq > $after AND (source_hash = $hash OR start_source = $hash)`;

export async function removeOldStarts({ db, read, change }: FamilyParts, now: number): Promise<void> {
  for (;;) {
    const old = await read(() => db.query<{ readonly seq: number }>(OLD_STARTS).all({ now }));
    if (old.length > 0) await change(undefined, () => old.forEach(({ seq }) => db.query(DELETE_START).run({ seq })));
    if (old.length < PAGE) return;
  }
}

export async function removeUnusedLanes({ db, read, change }: FamilyParts): Promise<void> {
  for (let after: string | undefined = ""; after !== undefined;) {
    const from: string = after;
    const lanes = await read(() => db.query<{ readonly key: string; readonly isNeeded: number }>(LANES).all({ after: from }));
    const unused = lanes.filter(({ isNeeded }) => isNeeded === 0);
    if (unused.length > 0) await change(undefined, () => unused.forEach(({ key }) => db.query(DELETE_LANE).run({ key })));
    after = lanes.length < PAGE ? undefined : lanes.at(-1)?.key;
  }
}

/** Reads every execution once. */
export async function removeUnusedSources({ db, read, change }: FamilyParts): Promise<void> {
  const found = await read(() => ({ unused: unusedSources(db), after: newestOf(db) }));
  if (found.unused.length === 0) return;
  await change(undefined, () => {
    for (const hash of found.unused) if (db.query(IS_TAKEN_UP).get({ hash, after: found.after }) === undefined) deleteSource(db, hash);
  });
}

const newestOf = (db: Queries): number => db.query<{ readonly seq: number | null }>(NEWEST).get()?.seq ?? 0;

/** For the tests of their plans. */
export const LEFTOVER_STATEMENTS = { oldStarts: OLD_STARTS, lanes: LANES, deleteLane: DELETE_LANE, isTakenUp: IS_TAKEN_UP } as const;
