/**
 * `executions`: their state, who has the right to move them, and what was asked of them.
 *
 * What callers may rely on:
 *   1. A row is read whole, changed as a value and written whole: `saveExecution` computes the checksum anew, so no path can forget it.
 *   2. `isDamaged` says that a row did not match its checksum, now or at an earlier reading. Such a row is never written again, but for the
 *      mark.
 */
import { REMOVED } from "../removed.ts";
import type { CancelRequest } from "../../engine/store.ts";
import { invariant } from "../../model/invariant.ts";
import { assertWhole } from "../../model/for-looking.ts";
import type { ExecutionRecord } from "../../model/records.ts";
import { forItsScript } from "../../model/scripts/origin.ts";
import { isTerminal } from "../../model/status.ts";
import { isConstraint } from "../sqlite-errors.ts";
import { STATE_VERSION } from "../../model/state-version.ts";
import { checksum } from "../checksum.ts";
import type { Queries } from "../query.ts";
import { counted } from "./counts.ts";
import {
  areWhole,
  EXECUTION_COLUMNS,
  type ExecutionRow,
  executionChecksum,
  furtherValues,
  isOrdinary,
  recordOf,
  stateValues,
} from "./execution-row.ts";

export interface StoredExecution {
  readonly record: ExecutionRecord;
  readonly owner: string | null;
  /** Grows with every change of ownership; what was written under an older one is refused. */
  readonly term: number;
  /** How often it has been taken up. */
  readonly pass: number;
  readonly cancel: CancelRequest | null;
  /** Rows of steps it had when its state last changed; there may be more by now, never fewer. */
  readonly stepCount: number;
  readonly isDamaged: boolean;
}

/**
 * One that is being removed is gone, though its rows are not yet. All is read from the row itself: a look by id takes that from the index,
 * where it can be sound while the row, which nobody could write to then, is not.
 */
const FIND = `
  SELECT ${EXECUTION_COLUMNS}, id IS $id AND removed IS NULL AS isItself
    FROM executions NOT INDEXED
   WHERE seq = (SELECT seq FROM executions WHERE id = $id) AND removed IS NOT ${REMOVED}`;

/** The columns of the state first, in the order of `stateValues`. */
const INSERT = `
  INSERT INTO executions (
    id, workflow, version, source_hash, status, reason, reason_detail, wake_at, input, output, error, created_at, started_at, finished_at,
    deadline_at, restarts, panics, panic_max_restarts, panic_delay_ms, panic_factor, panic_max_delay_ms, parent_id, tags, steps,
    checksum, lease_owner, lease_term, pass, priority, lane, schedule, scheduled_for, origin, generation, start_source, pinned, detached,
    state_version)
  VALUES (
    $id, $workflow, $version, $sourceHash, $status, $reason, $reasonDetail, $wakeAt, $inputText, $outputText, $errorText, $createdAt,
    $startedAt, $finishedAt, $deadlineAt, $restarts, $panics, $maxRestarts, $delayMs, $factor, $maxDelayMs, $parentId, $tagsText,
    $stepCount, $checksum, $owner, $term, $pass, $priority, $lane, $schedule, $scheduledFor, $origin, $generation, $startSource, $pinned,
    $detached, ${STATE_VERSION})
  ON CONFLICT (id) DO NOTHING`;

/** What never changes is not written again: an input can be large. */
const UPDATE = `
  UPDATE executions
     SET version = $version, source_hash = $sourceHash, start_source = $startSource, pinned = $pinned, deadline_at = $deadlineAt,
         status = $status, reason = $reason, reason_detail = $reasonDetail, wake_at = $wakeAt,
         output = $outputText, error = $errorText, started_at = $startedAt, finished_at = $finishedAt,
         restarts = $restarts, panics = $panics,
         lease_owner = $owner, lease_term = $term, pass = $pass, cancel_requested_at = $cancelAt, cancel_reason = $cancelReason,
         steps = $stepCount, checksum = $checksum
   WHERE id = $id`;

const LEASE = `SELECT lease_owner AS owner, lease_term AS term FROM executions WHERE id = $id`;

const OWNED_BY = `SELECT id FROM executions WHERE lease_owner = $owner ORDER BY id LIMIT $limit`;

const CANCEL_REQUESTS = `
  SELECT id, cancel_requested_at AS at, cancel_reason AS reason
    FROM executions
   WHERE lease_owner = $owner AND cancel_requested_at IS NOT NULL`;

const IS_CANCEL_REQUESTED = `SELECT 1 FROM executions WHERE id = $id AND cancel_requested_at IS NOT NULL`;

const MARK_DAMAGED = `
  UPDATE executions SET damaged_at = coalesce(damaged_at, $now), lease_owner = NULL
   WHERE id = $id AND (damaged_at IS NULL OR lease_owner IS NOT NULL)`;

/** The id in the table itself: a look by id takes it from the index. */
const ID_IN_ROW = `SELECT id FROM executions NOT INDEXED WHERE rowid = (SELECT rowid FROM executions WHERE id = $id)`;

const DELETE = `DELETE FROM executions WHERE id = $id`;

type IdRow = { readonly id: string };

type FoundRow = ExecutionRow & { readonly isItself: number };

export function findExecution(db: Queries, id: string): StoredExecution | undefined {
  const row = db.query<FoundRow>(FIND).get({ id });
  if (row === undefined) {
    findLease(db, id); // through the index: SQLite refuses one that leads to no row
    return undefined;
  }
  // Damaged, and under the name that it was asked for.
  return storedOf(row.isItself === 1 ? row : { ...row, id, checksum: Number.NaN });
}

export function storedOf(row: ExecutionRow): StoredExecution {
  const isSound = row.stateVersion === STATE_VERSION && row.checksum === executionChecksum(row) && areWhole(row);
  const isDamaged = row.damagedAt !== null || !isSound;
  return {
    record: recordOf(row, isDamaged),
    owner: row.owner,
    term: row.term,
    pass: row.pass,
    cancel: row.cancelAt === null ? null : { at: row.cancelAt, reason: row.cancelReason },
    stepCount: row.stepCount,
    isDamaged,
  };
}

/** Whatever its version; `undefined` when it is damaged or not there. */
export function intactExecution(db: Queries, id: string): StoredExecution | undefined {
  const row = db.query<FoundRow>(FIND).get({ id });
  if (row?.isItself !== 1 || row.damagedAt !== null || row.checksum !== executionChecksum(row)) return undefined;
  return storedOf({ ...row, stateVersion: STATE_VERSION });
}

/** @returns false when an execution of that id is there already */
export function insertExecution(db: Queries, stored: StoredExecution): boolean {
  const values = stateValues(stored.record, stored.stepCount);
  values.push(checksumOf(stored), stored.owner, stored.term, stored.pass, ...furtherValues(stored.record));
  return counted(db, () => db.query(INSERT).runValues(values)) > 0;
}

export const checksumOf = ({ record, stepCount, owner, term, pass, cancel }: StoredExecution): number => {
  const values = stateValues(record, stepCount);
  values.push(owner, term, pass, cancel === null ? null : cancel.at, cancel === null ? null : cancel.reason);
  if (!isOrdinary(record)) values.push(...furtherValues(record));
  return checksum(values);
};

export function saveExecution(db: Queries, given: StoredExecution): void {
  const record = forItsScript(given.record);
  const stored = record === given.record ? given : { ...given, record };
  const { stepCount, owner, cancel } = stored;
  invariant(!stored.isDamaged, "a damaged row was about to be overwritten");
  invariant(owner === null || !isTerminal(record.status), "an execution that is over was about to have an owner");
  if (record.origin !== null && record.status !== "paused" && !isTerminal(record.status)) assertWhole(record);
  const values = [
    record.version,
    record.sourceHash,
    record.startSource,
    Number(record.isPinned),
    record.deadlineAt,
    record.status,
    record.reason,
    record.reasonDetail,
    record.wakeAt,
    record.outputText,
    record.errorText,
    record.startedAt,
    record.finishedAt,
    record.restarts,
    record.panics,
    owner,
    stored.term,
    stored.pass,
    cancel === null ? null : cancel.at,
    cancel === null ? null : cancel.reason,
    stepCount,
    checksumOf(stored),
    record.id,
  ];
  const changed = counted(db, () => db.query(UPDATE).runValues(values));
  invariant(changed === 1, "the execution that was read in this transaction is gone");
}

const NEW_GENERATION = `UPDATE executions SET input = $inputText, generation = $generation WHERE id = $id`;

/** With the input that everything else leaves alone. */
export function saveNewGeneration(db: Queries, stored: StoredExecution): void {
  const { id, inputText, generation } = stored.record;
  db.query(NEW_GENERATION).run({ id, inputText, generation });
  saveExecution(db, stored);
}

/** One that nobody has owned yet. */
export const unowned = (record: ExecutionRecord, term = 0): StoredExecution => ({
  ...{ record, owner: null, term, pass: 0, cancel: null, stepCount: 0, isDamaged: false },
});

/**
 * The one thing that is written to a damaged row. Nobody owns it then, and nothing takes it up.
 *
 * @returns false when not even that can be, or when it was marked before: an index that leads to it still would lead to it again
 */
export function markDamaged(db: Queries, id: string, now: number): boolean {
  try {
    // A damaged index leads to the row of another, which is not to be struck for it.
    if (db.query<IdRow>(ID_IN_ROW).get({ id })?.id !== id) return false;
    return db.query(MARK_DAMAGED).run({ id, now }) > 0;
  } catch (error) {
    // What stands in the row may break the rules of its table, and then SQLite writes nothing of it any more.
    if (isConstraint(error)) return false;
    throw error;
  }
}

export const deleteExecution = (db: Queries, id: string): boolean => counted(db, () => db.query(DELETE).run({ id })) > 0;

export const findLease = (db: Queries, id: string): { readonly owner: string | null; readonly term: number } | undefined =>
  db.query<{ readonly owner: string | null; readonly term: number }>(LEASE).get({ id });

export const ownedBy = (db: Queries, owner: string, limit: number): readonly string[] =>
  db
    .query<IdRow>(OWNED_BY)
    .all({ owner, limit })
    .map(({ id }) => id);

const UNKNOWN_OWNERS = `
  SELECT DISTINCT lease_owner AS id FROM executions
   WHERE lease_owner IS NOT NULL AND NOT EXISTS (SELECT 1 FROM workers WHERE id = lease_owner)
   LIMIT 100`;

export const unknownOwners = (db: Queries): readonly string[] =>
  db
    .query<IdRow>(UNKNOWN_OWNERS)
    .all()
    .map(({ id }) => id);

export const cancelRequests = (db: Queries, owner: string): ReadonlyMap<string, CancelRequest> =>
  new Map(
    db
      .query<IdRow & CancelRequest>(CANCEL_REQUESTS)
      .all({ owner })
      .map(({ id, at, reason }) => [id, { at, reason }]),
  );

export const isCancelRequested = (db: Queries, id: string): boolean => db.query(IS_CANCEL_REQUESTED).get({ id }) !== undefined;

const UNFINISHED_CHILDREN = `
  SELECT id FROM executions
   WHERE parent_id = $parentId AND NOT (status = 'completed' OR status = 'failed' OR status = 'cancelled')
     AND detached = 0 AND damaged_at IS NULL
   ORDER BY id`;

export const unfinishedChildren = (db: Queries, parentId: string): readonly string[] =>
  db
    .query<IdRow>(UNFINISHED_CHILDREN)
    .all({ parentId })
    .map(({ id }) => id);

const BLOCKED = `
  SELECT (SELECT count(*) FROM executions WHERE status = 'blocked' AND damaged_at IS NULL)
       + (SELECT count(*) FROM executions WHERE damaged_at IS NOT NULL) AS n`;

export const countBlocked = (db: Queries): number => db.query<{ readonly n: number }>(BLOCKED).get()?.n ?? 0;

/** For the tests of their plans. */
export const EXECUTION_STATEMENTS = {
  find: FIND,
  lease: LEASE,
  cancelRequests: CANCEL_REQUESTS,
  unknownOwners: UNKNOWN_OWNERS,
  unfinishedChildren: UNFINISHED_CHILDREN,
} as const;
