/**
 * `steps`: one row a step, replaced as a whole whenever its state changes.
 *
 * What callers may rely on:
 *   1. A row is returned only if it matches its checksum.
 *   2. The history comes in the order of completions, then what is open in the order of its start.
 */
import { type EventKind, STEP_FLAGS, type StepIdentity, type StepRecord } from "../../model/records.ts";
import { STATE_VERSION } from "../../model/state-version.ts";
import { checksum } from "../checksum.ts";
import { corrupt } from "../corrupt.ts";
import type { Queries, SqlValue } from "../query.ts";

const COLUMNS = `
  scope, kind, name, n, status, ord AS "order", attempt, output AS outputText, error AS errorText,
  started_at AS startedAt, finished_at AS finishedAt, wake_at AS wakeAt, flags, detail,
  state_version AS stateVersion, checksum`;

const SAVE = `
  INSERT INTO steps (execution_id, scope, kind, name, n, status, ord, attempt, output, error, started_at, finished_at, wake_at, flags,
                     detail, checksum, state_version)
  VALUES ($executionId, $scope, $kind, $name, $n, $status, $order, $attempt, $outputText, $errorText, $startedAt, $finishedAt, $wakeAt,
          $flags, $detail, $checksum, ${STATE_VERSION})
  ON CONFLICT (execution_id, scope, kind, name, n) DO UPDATE
     SET status = excluded.status, ord = excluded.ord, attempt = excluded.attempt, output = excluded.output, error = excluded.error,
         started_at = excluded.started_at, finished_at = excluded.finished_at, wake_at = excluded.wake_at, flags = excluded.flags,
         detail = excluded.detail, checksum = excluded.checksum, state_version = excluded.state_version`;

/** Not sorted here: by its completions it would need a temporary tree, and sorting numbers in memory is cheaper. */
const LIST = `SELECT ${COLUMNS} FROM steps WHERE execution_id = $executionId`;

const FIND = `
  SELECT ${COLUMNS} FROM steps
   WHERE execution_id = $executionId AND scope = $scope AND kind = $kind AND name = $name AND n = $n`;

const IS_WAITING_FOR = `
  SELECT 1 FROM steps
   WHERE execution_id = $executionId AND name = $name AND status = 'waiting' AND kind = $kind
   LIMIT 1`;

const DELETE = `
  DELETE FROM steps WHERE execution_id = $executionId AND scope = $scope AND kind = $kind AND name = $name AND n = $n`;

const COUNT = `SELECT count(*) AS n FROM steps WHERE execution_id = $executionId`;

type Row = StepRecord & { readonly stateVersion: number; readonly checksum: number };

export function saveStep(db: Queries, executionId: string, step: StepRecord): void {
  const values = columnsOf(executionId, step);
  const sum = isPlain(step) ? checksum(values) : checksum(fieldsOf(executionId, step));
  values.push(step.flags, step.detail, sum);
  db.query(SAVE).runValues(values);
}

/** Whether exactly this is stored. */
export function isStepStored(db: Queries, executionId: string, step: StepRecord): boolean {
  const { scope, kind, name, n } = step;
  const row = db.query<Row>(FIND).get({ executionId, scope, kind, name, n });
  return row !== undefined && row.checksum === stepChecksum(executionId, step);
}

/** @throws CORRUPT when the row is damaged */
export function findStep(db: Queries, executionId: string, { scope, kind, name, n }: StepIdentity): StepRecord | undefined {
  const row = db.query<Row>(FIND).get({ executionId, scope, kind, name, n });
  return row === undefined ? undefined : verified(executionId, row);
}

/**
 * @param atLeast how many rows there must be, as the execution knows
 * @throws CORRUPT when a row is damaged or missing, or two claim the same place in the order
 */
export function stepHistory(db: Queries, executionId: string, atLeast: number): readonly StepRecord[] {
  const steps = db
    .query<Row>(LIST)
    .all({ executionId })
    .map((row) => verified(executionId, row));
  const completed = steps.filter(isOrdered).sort((a, b) => a.order - b.order);
  if (steps.length < atLeast) throw corrupt(`execution "${executionId}"`, `of its ${atLeast} steps only ${steps.length} are found`);
  const last = completed.at(-1)?.order ?? 0;
  if (!Number.isSafeInteger(last + completed.length)) throw corrupt(`execution "${executionId}"`, `no step can be number ${last}`);
  const repeated = completed.find((step, at) => step.order === completed[at - 1]?.order);
  if (repeated !== undefined) throw corrupt(`execution "${executionId}"`, `two of its steps are number ${repeated.order}`);
  const open = steps.filter((step) => step.order === null).sort((a, b) => a.startedAt - b.startedAt);
  return [...completed, ...open];
}

/** What `stepHistory` would refuse, as a list. A problem without a name is one of all of them together. */
export function stepDamage(
  db: Queries,
  executionId: string,
  atLeast: number,
): { readonly count: number; readonly problems: readonly { readonly name: string | null; readonly problem: string }[] } {
  const rows = db.query<Row>(LIST).all({ executionId });
  const problems = rows
    .filter((row) => !isSound(executionId, row))
    .map((row): { name: string | null; problem: string } => ({ name: String(row.name), problem: "its row does not match its checksum" }));
  if (rows.length < atLeast) problems.push({ name: null, problem: `of its ${atLeast} steps only ${rows.length} are found` });
  const orders = rows.filter(isOrdered).map(({ order }) => order);
  const repeated = orders.find((order, at) => orders.indexOf(order) !== at);
  if (repeated !== undefined) problems.push({ name: null, problem: `two of its steps are number ${repeated}` });
  return { count: rows.length, problems };
}

export interface DoubtfulStep extends StepIdentity {
  readonly isDamaged: boolean;
}

/**
 * Damaged rows, and those that completed after the first of them. A damaged row that had not completed takes nothing with it.
 *
 * @param atLeast how many rows there must be. Where some are missing, the first place in the order that no row has is theirs; elsewhere
 *   such a gap says nothing, since a write that was tried again took a new place.
 */
export function doubtfulSteps(db: Queries, executionId: string, atLeast: number): readonly DoubtfulStep[] {
  const rows = db.query<Row>(LIST).all({ executionId });
  const sound = new Set(rows.filter((row) => isSound(executionId, row)));
  const firstDoubtful = Math.min(
    ...rows.flatMap((row) => (sound.has(row) ? [] : placesOf(executionId, row, rows.length))),
    rows.length < atLeast ? firstGap(rows) : Number.POSITIVE_INFINITY,
  );
  return rows
    .map((row) => ({ row, isDamaged: !sound.has(row) }))
    .filter(({ row, isDamaged }) => isDamaged || (row.order ?? 0) > firstDoubtful)
    .sort((a, b) => (a.row.order ?? Number.POSITIVE_INFINITY) - (b.row.order ?? Number.POSITIVE_INFINITY))
    .map(({ row: { scope, kind, name, n }, isDamaged }) => ({ scope, kind, name, n, isDamaged }));
}

/** Where a damaged row stood in the order: where it says, unless its place itself is what was struck and another fits its checksum. */
const placesOf = (executionId: string, row: Row, count: number): readonly number[] => {
  for (let order = 1; order <= 2 * count; order++) if (row.checksum === stepChecksum(executionId, { ...row, order })) return [order];
  return row.order === null ? [] : [row.order];
};

const firstGap = (rows: readonly Row[]): number => {
  const orders = new Set(rows.map(({ order }) => order));
  let gap = 1;
  while (orders.has(gap)) gap++;
  return gap;
};

export function deleteSteps(db: Queries, executionId: string, steps: readonly StepIdentity[]): void {
  for (const { scope, kind, name, n } of steps) db.query(DELETE).run({ executionId, scope, kind, name, n });
}

/** Gives every row the checksum of what it holds. @param check throws for a value that cannot be read */
export function acceptSteps(db: Queries, executionId: string, check: (text: string) => void): { readonly areOrdered: boolean } {
  const rows = db.query<Row>(LIST).all({ executionId });
  for (const row of rows) {
    if (isSound(executionId, row)) continue;
    if (row.outputText !== null) check(row.outputText);
    saveStep(db, executionId, recordOf(row));
  }
  const orders = rows.filter(isOrdered).map(({ order }) => order);
  return { areOrdered: new Set(orders).size === orders.length };
}

export const countSteps = (db: Queries, executionId: string): number =>
  db.query<{ readonly n: number }>(COUNT).get({ executionId })?.n ?? 0;

/** Those a cancellation ends. Damaged rows are left out: they stay as they are. */
export const openSteps = (db: Queries, executionId: string): readonly StepRecord[] =>
  db
    .query<Row>(LIST)
    .all({ executionId })
    .filter((row) => OPEN.has(row.status) && isSound(executionId, row))
    .map(recordOf);

/** Of any version; what is damaged is left out. */
export const soundSteps = (db: Queries, executionId: string): readonly StepRecord[] =>
  db
    .query<Row>(LIST)
    .all({ executionId })
    .filter((row) => row.checksum === stepChecksum(executionId, row))
    .map(recordOf);

export const isWaitingFor = (db: Queries, executionId: string, wait: { readonly name: string; readonly kind: EventKind }): boolean =>
  db.query(IS_WAITING_FOR).get({ executionId, ...wait }) !== undefined;

const LAST_PLACE = `SELECT max(ord) AS place FROM steps WHERE execution_id = $executionId`;

/** The highest place in the order of completions; 0 before the first. */
export const lastPlace = (db: Queries, executionId: string): number =>
  db.query<{ readonly place: number | null }>(LAST_PLACE).get({ executionId })?.place ?? 0;

const WAITING_FOR_CHILD = `
  SELECT execution_id AS id FROM steps WHERE kind = 'child' AND status = 'waiting' AND detail = $childId ORDER BY execution_id`;

/** Executions that wait for its end: its parent, and others that have met its id. */
export const waitingForChild = (db: Queries, childId: string): readonly string[] =>
  db
    .query<{ readonly id: string }>(WAITING_FOR_CHILD)
    .all({ childId })
    .map(({ id }) => id);

const AWAITED_CHILDREN = `
  SELECT detail AS id FROM steps
   WHERE execution_id = $executionId AND kind = 'child' AND ord IS NULL AND detail IS NOT NULL`;

/** Those that it began to wait for, and whose end it has not seen. */
export const awaitedChildren = (db: Queries, executionId: string): readonly string[] =>
  db
    .query<{ readonly id: string }>(AWAITED_CHILDREN)
    .all({ executionId })
    .map(({ id }) => id);

const HAS_COMPENSATIONS = `
  SELECT 1 FROM steps WHERE execution_id = $executionId AND status = 'completed' AND flags & ${STEP_FLAGS.compensates} LIMIT 1`;

/** Whether something was done that its cancellation has to undo. */
export const hasCompensations = (db: Queries, executionId: string): boolean =>
  db.query(HAS_COMPENSATIONS).get({ executionId }) !== undefined;

const DELETE_ALL = `DELETE FROM steps WHERE execution_id = $executionId`;

export const deleteAllSteps = (db: Queries, executionId: string): void => void db.query(DELETE_ALL).run({ executionId });

/** In doubt is none of them: that it is unknown whether a step has happened stays true. */
const OPEN: ReadonlySet<string> = new Set(["running", "retrying", "sleeping", "waiting"] satisfies StepRecord["status"][]);

const isOrdered = (step: StepRecord): step is StepRecord & { readonly order: number } => step.order !== null;

function verified(executionId: string, row: Row): StepRecord {
  if (isSound(executionId, row)) return recordOf(row);
  throw corrupt(`step ${JSON.stringify(row.name)} of execution "${executionId}"`, "its row does not match its checksum");
}

/** A row of another version than the present one was not written by wf: a new version reaches all rows at once. */
const isSound = (executionId: string, row: Row): boolean =>
  row.stateVersion === STATE_VERSION && row.checksum === stepChecksum(executionId, row) && fieldsOf(executionId, row).every(isExact);

/** SQLite keeps larger whole numbers than JavaScript does. */
const isExact = (field: SqlValue): boolean => typeof field !== "number" || Number.isSafeInteger(field);

const recordOf = ({ checksum: _, stateVersion: __, ...step }: Row): StepRecord => step;

export const stepChecksum = (executionId: string, step: StepRecord): number => checksum(fieldsOf(executionId, step));

/** What the checksum covers: columns of a later schema only where they say anything, so that older rows keep theirs. */
const fieldsOf = (executionId: string, step: StepRecord): SqlValue[] => {
  const values = columnsOf(executionId, step);
  if (!isPlain(step)) values.push(step.flags, step.detail);
  return values;
};

const isPlain = (step: StepRecord): boolean => step.flags === 0 && step.detail === null;

/** In the order of the columns. */
const columnsOf = (executionId: string, step: StepRecord): SqlValue[] => [
  executionId,
  step.scope,
  step.kind,
  step.name,
  step.n,
  step.status,
  step.order,
  step.attempt,
  step.outputText,
  step.errorText,
  step.startedAt,
  step.finishedAt,
  step.wakeAt,
];

/** For the tests of their plans. */
export const STEP_STATEMENTS = {
  lastPlace: LAST_PLACE,
  list: LIST,
  isWaitingFor: IS_WAITING_FOR,
  waitingForChild: WAITING_FOR_CHILD,
} as const;
