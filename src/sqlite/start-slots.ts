/**
 * Starting slots: the schedule moves on and its executions come to be, in one transaction.
 *
 *     an execution of the schedule     skip        queue              cancel-previous                 allow
 *     nothing unfinished               due         due                due                             due
 *     one is not over                  left out    waits behind it    cancels it, waits behind it     due
 *
 * Several of one order follow each other, unless they may run side by side. What callers may rely on:
 *   1. A schedule that is not as it was planned from is left alone, and nothing is started.
 *   2. A slot that has started an execution is never started again, whatever its id was.
 */
import type { SlotExecution, SlotOrder, SlotsStarted } from "../engine/store/schedules.ts";
import { invariant } from "../model/errors.ts";
import type { ExecutionRecord } from "../model/records.ts";
import { BEHIND } from "../model/schedule/record.ts";
import { isTerminal } from "../model/status.ts";
import { type CancelHost, requestCancel } from "./cancel.ts";
import { createExecution } from "./create.ts";
import type { Fences } from "./fences.ts";
import type { Queries } from "./query.ts";
import { addDecision } from "./tables/decisions.ts";
import { findExecution } from "./tables/executions.ts";
import { advanceSchedule, countSkipped } from "./tables/schedules.ts";
import { executionOfSlot, unfinishedOf } from "./tables/slots.ts";

export interface SlotParts {
  readonly db: Queries;
  readonly host: CancelHost;
  readonly fences: Fences;
}

export function startSlots(parts: SlotParts, order: SlotOrder): SlotsStarted | undefined {
  const { db, host } = parts;
  const { schedule, advance, overlap, now } = order;
  if (advance !== undefined && !advanceSchedule(db, schedule, advance)) return undefined;
  const existing = order.executions.flatMap(({ record }) => existingOf(db, schedule, record) ?? []);
  const wanted = order.executions.filter(({ record }) => existingOf(db, schedule, record) === undefined);
  if (wanted.length === 0) return { created: [], existing, skipped: 0, cancelling: [] };
  const before = overlap === "allow" ? [] : unfinishedOf(db, schedule);
  if (overlap === "skip" && before.length > 0) {
    countSkipped(db, schedule, wanted.length);
    return { created: [], existing, skipped: wanted.length, cancelling: [] };
  }
  const cancelling = overlap === "cancel-previous" ? cancelAll(db, before, { schedule, now, host }) : [];
  let isFree = overlap === "allow" || (overlap === "cancel-previous" ? cancelling : before).length === 0;
  const created = wanted.map((one) => {
    const record = create(parts, one, isFree);
    // One that a limit has left out is over already: nobody would come after its end.
    isFree = overlap === "allow" || (isFree && isTerminal(record.status));
    return record;
  });
  return { created, existing, skipped: 0, cancelling };
}

const existingOf = (db: Queries, schedule: string, { scheduledFor }: ExecutionRecord): string | undefined =>
  scheduledFor === null ? undefined : executionOfSlot(db, schedule, scheduledFor);

/** Those that wait behind others first, so that no end lets one of them in. Gives those that are not over yet. */
function cancelAll(
  db: Queries,
  ids: readonly string[],
  { schedule, now, host }: { readonly schedule: string; readonly now: number; readonly host: CancelHost },
): readonly string[] {
  const request = { at: now, reason: `the next slot of schedule "${schedule}" has come` };
  return [...ids].reverse().filter((id) => {
    // Nothing is done to one whose row is damaged: it stays in the way until it has been seen to.
    if (findExecution(db, id)?.isDamaged === true) return true;
    const record = requestCancel(db, { id, request }, host);
    return record !== undefined && !isTerminal(record.status);
  });
}

/** One that has to wait behind another asks for a place when it gets its turn; its start counts against a rate limit as any other. */
function create({ db, ...parts }: SlotParts, slot: SlotExecution, isFree: boolean): ExecutionRecord {
  const { record, spareId, limits: given, decision } = slot;
  const first = isFree ? record : { ...record, reason: "concurrency" as const, reasonDetail: BEHIND, wakeAt: null };
  const limits = isFree || given === null ? given : { ...given, concurrency: null };
  const options = { limits };
  for (const id of [first.id, spareId]) {
    if (!createExecution(db, { ...first, id }, options, parts).created) continue;
    const stored = findExecution(db, id);
    invariant(stored !== undefined, "an execution that was just made is gone");
    if (decision !== undefined) addDecision(db, id, decision);
    return stored.record;
  }
  invariant(false, "a random id is taken");
}
