/**
 * Between a row of `executions` and the record of one.
 *
 * A row may be damaged in any way: turning it into a record never throws, and gives something that everybody can show.
 */
import { type ExecutionRecord, ORDINARY } from "../../model/records.ts";
import { checksum } from "../checksum.ts";
import type { SqlValue } from "../query.ts";

export interface ExecutionRow extends Omit<ExecutionRecord, "panic" | "tags" | "isPinned" | "isDetached"> {
  readonly maxRestarts: number;
  readonly delayMs: number;
  readonly factor: number;
  readonly maxDelayMs: number;
  readonly tagsText: string;
  readonly pinned: number;
  readonly detached: number;
  readonly owner: string | null;
  readonly term: number;
  readonly pass: number;
  readonly cancelAt: number | null;
  readonly cancelReason: string | null;
  readonly stepCount: number;
  readonly damagedAt: number | null;
  readonly stateVersion: number;
  readonly checksum: number;
}

export const EXECUTION_COLUMNS = `
  id, workflow, version, source_hash AS sourceHash, status, reason, reason_detail AS reasonDetail, wake_at AS wakeAt,
  input AS inputText, output AS outputText, error AS errorText,
  created_at AS createdAt, started_at AS startedAt, finished_at AS finishedAt, deadline_at AS deadlineAt,
  restarts, panics, panic_max_restarts AS maxRestarts, panic_delay_ms AS delayMs, panic_factor AS factor, panic_max_delay_ms AS maxDelayMs,
  parent_id AS parentId, tags AS tagsText,
  priority, lane, schedule, scheduled_for AS scheduledFor, origin, generation, start_source AS startSource, pinned, detached,
  lease_owner AS owner, lease_term AS term, pass, cancel_requested_at AS cancelAt, cancel_reason AS cancelReason,
  steps AS stepCount, damaged_at AS damagedAt, state_version AS stateVersion, checksum`;

type Fields = Omit<ExecutionRow, "damagedAt" | "stateVersion" | "checksum">;

const fieldsOf = (row: Fields): readonly unknown[] => [
  row.id,
  row.workflow,
  row.version,
  row.sourceHash,
  row.status,
  row.reason,
  row.reasonDetail,
  row.wakeAt,
  row.inputText,
  row.outputText,
  row.errorText,
  row.createdAt,
  row.startedAt,
  row.finishedAt,
  row.deadlineAt,
  row.restarts,
  row.panics,
  row.maxRestarts,
  row.delayMs,
  row.factor,
  row.maxDelayMs,
  row.parentId,
  row.tagsText,
  row.stepCount,
  row.owner,
  row.term,
  row.pass,
  row.cancelAt,
  row.cancelReason,
  ...further(row),
];

/** Columns of a later schema: they count only where they say anything, so that older rows keep their checksum. */
const further = (row: Fields): readonly SqlValue[] => {
  const { priority, lane, schedule, scheduledFor, origin, generation, startSource, pinned, detached } = row;
  const values = [priority, lane, schedule, scheduledFor, origin, generation, startSource, pinned, detached];
  return values.every((value, at) => value === ORDINARY_VALUES[at]) ? [] : values;
};

/** Exactly these: a damaged row can hold 0 where null belongs. */
const ORDINARY_VALUES: readonly SqlValue[] = [0, null, null, null, null, 0, null, 0, 0];

/** The same of a record. Most have none of it, and are made and saved often. */
export const furtherValues = (record: ExecutionRecord): readonly SqlValue[] => {
  const { priority, lane, schedule, scheduledFor, origin, generation, startSource } = record;
  return [priority, lane, schedule, scheduledFor, origin, generation, startSource, Number(record.isPinned), Number(record.isDetached)];
};

export const isOrdinary = (record: ExecutionRecord): boolean =>
  record.startSource === null &&
  record.lane === null &&
  record.schedule === null &&
  record.origin === null &&
  record.priority === 0 &&
  record.generation === 0 &&
  record.scheduledFor === null &&
  !record.isPinned &&
  !record.isDetached;

/** Who holds it counts as well: the number of its pass alone decides whether a history is read at all. */
/**
 * Whether its numbers can be written again: counts are not below 0, and no whole number is larger than JavaScript keeps, though SQLite
 * does.
 */
export const areWhole = (row: Fields): boolean => {
  if (Math.min(row.restarts, row.panics, row.stepCount, row.term, row.pass) < 0) return false;
  for (const field of fieldsOf(row)) if (typeof field === "number" && field !== row.factor && !Number.isSafeInteger(field)) return false;
  return true;
};

export const executionChecksum = (row: Fields): number => checksum(fieldsOf(row));

/** The state in the order in which the checksum covers it. */
export const stateValues = (record: ExecutionRecord, stepCount: number): SqlValue[] => [
  record.id,
  record.workflow,
  record.version,
  record.sourceHash,
  record.status,
  record.reason,
  record.reasonDetail,
  record.wakeAt,
  record.inputText,
  record.outputText,
  record.errorText,
  record.createdAt,
  record.startedAt,
  record.finishedAt,
  record.deadlineAt,
  record.restarts,
  record.panics,
  record.panic.maxRestarts,
  record.panic.delayMs,
  record.panic.factor,
  record.panic.maxDelayMs,
  record.parentId,
  JSON.stringify(record.tags),
  stepCount,
];

export function recordOf(row: ExecutionRow, isDamaged: boolean): ExecutionRecord {
  return isDamaged ? damagedRecord(row) : { ...sound(row), tags: tagsOf(row.tagsText) };
}

/** Tags that somebody has made by hand may be anything. */
const tagsOf = (text: string): ExecutionRecord["tags"] => {
  try {
    return JSON.parse(text) as ExecutionRecord["tags"];
  } catch {
    return {};
  }
};

const sound = (row: ExecutionRow): Omit<ExecutionRecord, "tags"> => ({
  id: row.id,
  workflow: row.workflow,
  version: row.version,
  sourceHash: row.sourceHash,
  status: row.status,
  reason: row.reason,
  reasonDetail: row.reasonDetail,
  wakeAt: row.wakeAt,
  inputText: row.inputText,
  outputText: row.outputText,
  errorText: row.errorText,
  createdAt: row.createdAt,
  startedAt: row.startedAt,
  finishedAt: row.finishedAt,
  deadlineAt: row.deadlineAt,
  restarts: row.restarts,
  panics: row.panics,
  panic: { maxRestarts: row.maxRestarts, delayMs: row.delayMs, factor: row.factor, maxDelayMs: row.maxDelayMs },
  parentId: row.parentId,
  priority: row.priority,
  lane: row.lane,
  schedule: row.schedule,
  scheduledFor: row.scheduledFor,
  origin: row.origin,
  generation: row.generation,
  startSource: row.startSource,
  isPinned: row.pinned === 1,
  isDetached: row.detached === 1,
});

/** For lists: who it is, as far as that can be told, and that it is blocked. Its values are left out, since nobody could decode them. */
const damagedRecord = (row: ExecutionRow): ExecutionRecord => ({
  id: String(row.id),
  workflow: String(row.workflow),
  version: whole(row.version) ?? 1,
  sourceHash: null,
  status: "blocked",
  reason: "corrupt",
  reasonDetail: "its row does not match its checksum",
  wakeAt: null,
  inputText: "null",
  outputText: null,
  errorText: null,
  createdAt: whole(row.createdAt) ?? 0,
  startedAt: whole(row.startedAt),
  finishedAt: whole(row.finishedAt),
  deadlineAt: null,
  restarts: whole(row.restarts) ?? 0,
  panics: whole(row.panics) ?? 0,
  panic: { maxRestarts: 0, delayMs: 0, factor: 1, maxDelayMs: 0 },
  parentId: null,
  tags: {},
  ...ORDINARY,
});

/** The range of dates, beyond which nothing can be shown as one. */
const LIMIT = 8.64e15;

const whole = (value: unknown): number | null => (typeof value === "number" && Math.abs(value) <= LIMIT ? Math.trunc(value) : null);
