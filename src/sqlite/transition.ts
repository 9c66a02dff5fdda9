/**
 * What every change of an execution's state obeys.
 *
 *     running, or over     no reason, no deadline to be taken up at
 *     over                 nobody owns it, for good
 *     parked               a reason, and a `wakeAt` unless only a person or an event can move it
 *     nobody owns it       not running: whoever lets go of a running one leaves it due
 */
import type { ExecutionRecord } from "../model/records.ts";
import { isTerminal } from "../model/status.ts";
import { corruptExecution } from "./corrupt.ts";
import type { Queries } from "./query.ts";
import { findExecution, type StoredExecution } from "./tables/executions.ts";

const NOT_PARKED = { reason: null, reasonDetail: null, wakeAt: null } as const;

export const due = (now: number): Pick<ExecutionRecord, "status" | "reason" | "reasonDetail" | "wakeAt"> => ({
  status: "pending",
  reason: "queued",
  reasonDetail: null,
  wakeAt: now,
});

export const normalised = (record: ExecutionRecord): ExecutionRecord =>
  isParkable(record) || isNotParked(record) ? record : { ...record, ...NOT_PARKED };

const isParkable = ({ status }: ExecutionRecord): boolean => status !== "running" && !isTerminal(status);

const isNotParked = ({ reason, reasonDetail, wakeAt }: ExecutionRecord): boolean =>
  reason === null && reasonDetail === null && wakeAt === null;

/** Nobody owns it from now on; the next owner's term is another. */
export const released = (stored: StoredExecution, record: ExecutionRecord, now: number): StoredExecution => ({
  ...stored,
  record: normalised(record.status === "running" ? { ...record, ...due(now) } : record),
  owner: null,
  term: stored.term + 1,
});

/** @throws CORRUPT when its row is damaged */
export function soundExecution(db: Queries, id: string): StoredExecution | undefined {
  const stored = findExecution(db, id);
  if (stored?.isDamaged === true) throw corruptExecution(id);
  return stored;
}
