/**
 * What the limits of a workflow make of an execution that is being created, in the same transaction.
 *
 *     queue           it is due, or waits for a place
 *     skip            it is over at once: cancelled, with the reason, while `limit` of its lane are not over
 *     cancel-oldest   the oldest of its lane are cancelled, so that with it `limit` are left; it waits until their places are free
 *     rateLimit       it is due when it may begin
 *
 * The limits of the newest start hold for all of its lane.
 */
import { fail, invariant } from "../model/errors.ts";
import type { FlowLimits } from "../model/flow.ts";
import { describeLane } from "../model/lane.ts";
import type { ExecutionRecord } from "../model/records.ts";
import { type CancelHost, requestCancel } from "./cancel.ts";
import { delayed } from "./entry.ts";
import type { OwnershipHost } from "./ownership.ts";
import { hasPlace, inLine, openToWaiting } from "./places.ts";
import type { Queries } from "./query.ts";
import { planFor, recordPlan } from "./rates.ts";
import { findExecution } from "./tables/executions.ts";
import { limitRunning, olderUnfinished, oldestUnfinished } from "./tables/lanes.ts";

/** The codec is there where something may have to be cancelled. */
export type LimitHost = OwnershipHost & Partial<Pick<CancelHost, "encodeError">>;

export interface Limited {
  readonly record: ExecutionRecord;
  /** Whoever creates it may take it. */
  readonly mayBegin: boolean;
  /** When its rate limit lets it begin, as planned. */
  readonly startAt: number;
  /** Others were cancelled, or asked to be. */
  readonly hasCancelled: boolean;
}

type Concurrency = NonNullable<FlowLimits["concurrency"]>;

export function limited(db: Queries, record: ExecutionRecord, { concurrency, rate }: FlowLimits, host: LimitHost): Limited {
  const now = host.now();
  let hasCancelled = false;
  if (concurrency !== null) {
    const { lane, limit, onLimit } = concurrency;
    if (limitRunning(db, lane, limit)) openToWaiting(db, lane);
    const inTheWay = onLimit === "skip" ? oldestUnfinished(db, lane, limit) : [];
    if (inTheWay.length >= limit && onLimit === "skip") return skipped(record, concurrency, inTheWay, { now, host });
    if (onLimit === "cancel-oldest") hasCancelled = makeRoom(db, record, concurrency, { now, host });
  }
  const wantedAt = record.wakeAt ?? now;
  const at = rate === null ? wantedAt : planFor(db, rate, { wantedAt, now });
  const timely = at > wantedAt ? delayed(record, at) : record;
  // Without a time it waits for something else first.
  if (record.wakeAt === null) return { record, mayBegin: false, startAt: at, hasCancelled };
  const isDue = at <= Math.max(now, record.createdAt);
  if (!isDue) return { record: timely, mayBegin: false, startAt: at, hasCancelled };
  const mayBegin = hasPlace(db, timely);
  return { record: mayBegin ? timely : inLine(timely, now), mayBegin, startAt: at, hasCancelled };
}

/** Once it is there: what it counts for. */
export function countStart(
  db: Queries,
  created: ExecutionRecord,
  rate: FlowLimits["rate"],
  { wantedAt, startAt }: { readonly wantedAt: number; readonly startAt: number },
): void {
  if (rate === null || created.status === "cancelled") return;
  recordPlan(db, rate, { id: created.id, wantedAt, at: created.startedAt ?? startAt, hasBegun: created.startedAt !== null });
}

interface Means {
  readonly now: number;
  readonly host: LimitHost;
}

const NAMED = 3;

function skipped(record: ExecutionRecord, { lane, limit }: Concurrency, inTheWay: readonly string[], { now, host }: Means): Limited {
  const named = inTheWay.slice(0, NAMED).join(", ");
  const which = inTheWay.length > NAMED ? `${named} and ${inTheWay.length - NAMED} more` : named;
  const reason = `${describeLane(lane)} has a limit of ${limit} and skips what comes while so many are not over: ${which}`;
  const errorText = codecOf(host)(fail("CANCELLED", { id: record.id, reason }));
  const over = { ...record, status: "cancelled", reason: null, reasonDetail: null, wakeAt: null, errorText, finishedAt: now } as const;
  return { record: over, mayBegin: false, startAt: now, hasCancelled: false };
}

function makeRoom(db: Queries, record: ExecutionRecord, { lane, limit }: Concurrency, { now, host }: Means): boolean {
  const ids = olderUnfinished(db, lane, limit - 1);
  const request = { at: now, reason: `"${record.id}" takes its place: ${describeLane(lane)} has a limit of ${limit}` };
  for (const id of ids) {
    // Nothing is done to one whose row is damaged.
    if (findExecution(db, id)?.isDamaged === false) requestCancel(db, { id, request }, { ...host, encodeError: codecOf(host) });
  }
  return ids.length > 0;
}

export function codecOf({ encodeError }: LimitHost): CancelHost["encodeError"] {
  invariant(encodeError !== undefined, "what cancels others came without the codec of errors");
  return encodeError;
}
