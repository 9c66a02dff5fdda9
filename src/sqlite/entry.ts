/**
 * Whether an execution that is about to be taken may be: its lane has a place for it, and its rate limit lets it begin.
 *
 * Asked in the transaction that takes it. One that may not is given the state in which it waits; what nothing limits costs a look into an
 * index that is empty where there are no rate limits.
 */
import { fail } from "../model/errors.ts";
import { RATE_LIMITED } from "../model/lane.ts";
import type { ExecutionRecord } from "../model/records.ts";
import { type CancelHost, requestCancel } from "./cancel.ts";
import { afterEnd } from "./ended.ts";
import { type Asking, hasPlace, inLine } from "./places.ts";
import type { Queries } from "./query.ts";
import { beginOrPutOff } from "./rates.ts";
import { saveExecution, type StoredExecution } from "./tables/executions.ts";
import { released } from "./transition.ts";

export type Entry = { readonly may: true } | { readonly may: false; readonly waits: ExecutionRecord };

const MAY: Entry = { may: true };

export function mayEnter(db: Queries, { record }: StoredExecution, { now, ...asking }: Asking & { readonly now: number }): Entry {
  if (record.lane !== null && !hasPlace(db, record, asking)) return { may: false, waits: inLine(record, now) };
  if (record.startedAt !== null) return MAY;
  const at = beginOrPutOff(db, record.id, now);
  return at === undefined ? MAY : { may: false, waits: delayed(record, at) };
}

export const delayed = (record: ExecutionRecord, at: number): ExecutionRecord => ({
  ...record,
  status: "pending",
  reason: "queued",
  reasonDetail: RATE_LIMITED,
  wakeAt: record.deadlineAt === null ? at : Math.min(at, record.deadlineAt),
});

/** One that has not begun in time never will: it fails here, since no code of it has anything to undo. */
export function keepWaiting(db: Queries, stored: StoredExecution, waits: ExecutionRecord, host: CancelHost): void {
  const { record } = stored;
  if (record.startedAt === null && record.deadlineAt !== null && record.deadlineAt <= host.now()) return expire(db, stored, host);
  const { status, reason, reasonDetail, wakeAt } = waits;
  const isAsItWas =
    record.status === status && record.reason === reason && record.reasonDetail === reasonDetail && record.wakeAt === wakeAt;
  if (!isAsItWas) saveExecution(db, { ...stored, record: waits });
}

function expire(db: Queries, stored: StoredExecution, host: CancelHost): void {
  const { record } = stored;
  const now = host.now();
  const error = fail("DEADLINE_PASSED", { workflow: record.workflow, afterMs: (record.deadlineAt ?? now) - record.createdAt });
  const next = released(stored, { ...record, status: "failed", errorText: host.encodeError(error), finishedAt: now }, now);
  saveExecution(db, next);
  afterEnd(db, next, { now, host, cancel: (id, request) => void requestCancel(db, { id, request }, host) });
}
