/**
 * `executions`: their state, who has the right to move them, and what was asked of them.
 *
 * What callers may rely on:
 *   1. A row is read whole, changed as a value and written whole: `saveExecution` computes the checksum anew, so no path can forget it.
 *   2. `isDamaged` says that a row did not match its checksum, now or at an earlier reading. Such a row is never written again, but for the
 *      mark.
 */
import type { CancelRequest } from "../../engine/store.ts";
import { invariant } from "../../model/errors.ts";
import type { ExecutionRecord } from "../../model/records.ts";
import { isTerminal } from "../../model/status.ts";
import { isConstraint } from "../sqlite-errors.ts";
import { STATE_VERSION } from "../../model/state-version.ts";
import { checksum } from "../checksum.ts";
import type { Queries } from "../query.ts";
import { areWhole, EXECUTION_COLUMNS, type ExecutionRow, executionChecksum, recordOf, stateValues } from "./execution-row.ts";

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

const FIND = `SELECT ${EXECUTION_COLUMNS} FROM executions WHERE id = $id`;

/** The columns of the state first, in the order of `stateValues`. */
const INSERT = `
  INSERT INTO executions (
    id, workflow, version, source_hash, status, reason, reason_detail, wake_at, input, output, error, created_at, started_at, finished_at,
    deadline_at, restarts, panics, panic_max_restarts, panic_delay_ms, panic_factor, panic_max_delay_ms, parent_id, tags, steps,
    checksum, lease_owner, lease_term, pass, state_version)
  VALUES (
    $id, $workflow, $version, $sourceHash, $status, $reason, $reasonDetail, $wakeAt, $inputText, $outputText, $errorText, $createdAt,
    $startedAt, $finishedAt, $deadlineAt, $restarts, $panics, $maxRestarts, $delayMs, $factor, $maxDelayMs, $parentId, $tagsText,
    $stepCount, $checksum, $owner, $term, $pass, ${STATE_VERSION})
  ON CONFLICT (id) DO NOTHING`;

/** What never changes is not written again: an input can be large. */
const UPDATE = `
  UPDATE executions
     SET version = $version, source_hash = $sourceHash,
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

const MARK_DAMAGED = `UPDATE executions SET damaged_at = coalesce(damaged_at, $now), lease_owner = NULL WHERE id = $id`;

const DELETE = `DELETE FROM executions WHERE id = $id`;

const dueWhere = (panics: string): string => `
  SELECT id FROM executions
   WHERE wake_at <= $dueAt AND wake_at IS NOT NULL AND lease_owner IS NULL AND damaged_at IS NULL AND ${panics}
   ORDER BY wake_at, id
   LIMIT $limit`;

const DUE = dueWhere("panics = 0");

/**
 * Created in what is the future now: the clock has been put back since. One that was to start at once starts at once, since whoever made it
 * does not wait for the hours that are gone through twice.
 */
const DUE_SINCE_CLOCK_WAS_PUT_BACK = `
  SELECT id FROM executions
   WHERE status = 'pending' AND created_at > $dueAt AND reason = 'queued' AND wake_at <= created_at
     AND lease_owner IS NULL AND damaged_at IS NULL AND panics = 0
   ORDER BY created_at, id
   LIMIT $limit`;

/** Those that may be what kills their process. */
const DUE_SUSPECTS = dueWhere("panics > 0");

const NEXT_WAKE = `
  SELECT wake_at AS wakeAt FROM executions
   WHERE wake_at IS NOT NULL AND lease_owner IS NULL AND damaged_at IS NULL
   ORDER BY wake_at
   LIMIT 1`;

/** As text the end of a range: no id holds a character after it. */
const ID_END = "\u{10ffff}";

const IDS = `SELECT id FROM executions WHERE id >= $prefix AND id < $end ORDER BY id LIMIT $limit`;

const LATEST = `SELECT id FROM executions ORDER BY created_at DESC, seq DESC LIMIT 1`;

type IdRow = { readonly id: string };

export function findExecution(db: Queries, id: string): StoredExecution | undefined {
  const row = db.query<ExecutionRow>(FIND).get({ id });
  return row === undefined ? undefined : storedOf(row);
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
  const row = db.query<ExecutionRow>(FIND).get({ id });
  if (row === undefined || row.damagedAt !== null || row.checksum !== executionChecksum(row)) return undefined;
  return storedOf({ ...row, stateVersion: STATE_VERSION });
}

/** @returns false when an execution of that id is there already */
export function insertExecution(db: Queries, stored: StoredExecution): boolean {
  const values = stateValues(stored.record, stored.stepCount);
  values.push(checksumOf(stored), stored.owner, stored.term, stored.pass);
  return db.query(INSERT).runValues(values) > 0;
}

export const checksumOf = ({ record, stepCount, owner, term, pass, cancel }: StoredExecution): number => {
  const values = stateValues(record, stepCount);
  values.push(owner, term, pass, cancel === null ? null : cancel.at, cancel === null ? null : cancel.reason);
  return checksum(values);
};

export function saveExecution(db: Queries, stored: StoredExecution): void {
  const { record, stepCount, owner, cancel } = stored;
  invariant(!stored.isDamaged, "a damaged row was about to be overwritten");
  invariant(owner === null || !isTerminal(record.status), "an execution that is over was about to have an owner");
  const changed = db
    .query(UPDATE)
    .runValues([
      record.version,
      record.sourceHash,
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
    ]);
  invariant(changed === 1, "the execution that was read in this transaction is gone");
}

/** One that nobody has owned yet. */
export const unowned = (record: ExecutionRecord, term = 0): StoredExecution => ({
  ...{ record, owner: null, term, pass: 0, cancel: null, stepCount: 0, isDamaged: false },
});

/**
 * The one thing that is written to a damaged row. Nobody owns it then, and nothing takes it up.
 *
 * @returns false when not even that can be
 */
export function markDamaged(db: Queries, id: string, now: number): boolean {
  try {
    db.query(MARK_DAMAGED).run({ id, now });
    return true;
  } catch (error) {
    // What stands in the row may break the rules of its table, and then SQLite writes nothing of it any more.
    if (isConstraint(error)) return false;
    throw error;
  }
}

const ACCEPT = `
  UPDATE executions SET steps = $stepCount, state_version = $version, checksum = $checksum, damaged_at = NULL WHERE id = $id`;

export interface Acceptance {
  readonly stepCount: number;
  readonly version: number;
  /** Throws for a value that cannot be read. */
  readonly check: (text: string) => void;
}

/** Gives its row the checksum of what it holds, and takes the mark away. @returns false when there is no such row */
export function acceptExecution(db: Queries, id: string, { stepCount, version, check }: Acceptance): boolean {
  const row = db.query<ExecutionRow>(FIND).get({ id });
  if (row === undefined) return false;
  check(row.inputText);
  if (row.outputText !== null) check(row.outputText);
  check(row.tagsText);
  db.query(ACCEPT).run({ id, stepCount, version, checksum: executionChecksum({ ...row, stepCount }) });
  return true;
}

export const deleteExecution = (db: Queries, id: string): boolean => db.query(DELETE).run({ id }) > 0;

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

/** Oldest wake first, ties by id, so that a simulation can be repeated. */
export const dueIds = (
  db: Queries,
  { dueAt, limit, areSuspects }: { readonly dueAt: number; readonly limit: number; readonly areSuspects: boolean },
): readonly string[] => {
  const of = (sql: string, count: number): readonly string[] =>
    count <= 0
      ? []
      : db
          .query<IdRow>(sql)
          .all({ dueAt, limit: count })
          .map(({ id }) => id);
  if (areSuspects) return of(DUE_SUSPECTS, limit);
  const due = of(DUE, limit);
  return [...new Set([...due, ...of(DUE_SINCE_CLOCK_WAS_PUT_BACK, limit - due.length)])];
};

export const nextWakeAt = (db: Queries): number | null => db.query<{ wakeAt: number }>(NEXT_WAKE).get()?.wakeAt ?? null;

const BLOCKED = `
  SELECT (SELECT count(*) FROM executions WHERE status = 'blocked' AND damaged_at IS NULL)
       + (SELECT count(*) FROM executions WHERE damaged_at IS NOT NULL) AS n`;

export const countBlocked = (db: Queries): number => db.query<{ readonly n: number }>(BLOCKED).get()?.n ?? 0;

export const idsStartingWith = (db: Queries, prefix: string, limit: number): readonly string[] =>
  db
    .query<IdRow>(IDS)
    .all({ prefix, end: prefix + ID_END, limit })
    .map(({ id }) => id);

export const latestId = (db: Queries): string | undefined => db.query<IdRow>(LATEST).get()?.id;

/** For the tests of their plans. */
export const EXECUTION_STATEMENTS = {
  due: DUE,
  dueSuspects: DUE_SUSPECTS,
  dueSinceClockWasPutBack: DUE_SINCE_CLOCK_WAS_PUT_BACK,
  nextWake: NEXT_WAKE,
  find: FIND,
  lease: LEASE,
  ids: IDS,
  latest: LATEST,
  cancelRequests: CANCEL_REQUESTS,
  unknownOwners: UNKNOWN_OWNERS,
} as const;
