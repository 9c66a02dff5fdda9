/**
 * Keeping an event, and waking the execution that waits for it.
 *
 * An owner that is about to park says what it waits for in the same transaction, so an event comes either before, and the owner is told, or
 * after, and finds the execution parked.
 */
import type { EventRecord } from "../model/records.ts";
import { isTerminal } from "../model/status.ts";
import type { Queries } from "./query.ts";
import { insertEvent } from "./tables/events.ts";
import { saveExecution } from "./tables/executions.ts";
import { isWaitingFor } from "./tables/steps.ts";
import { soundExecution } from "./transition.ts";
import { isParked } from "./parked.ts";

export type Delivery = "created" | "existing" | "no-execution" | "over";

export function deliverEvent(db: Queries, executionId: string, event: EventRecord, now: number): Delivery {
  const stored = soundExecution(db, executionId);
  if (stored === undefined) return "no-execution";
  if (isTerminal(stored.record.status)) return "over";
  if (!insertEvent(db, executionId, event)) return "existing";
  const { record } = stored;
  // What is blocked or paused waits for a person first, a restart after a panic for its time, and one in a line for its place.
  const canGoOn =
    isParked(stored) &&
    record.status !== "blocked" &&
    record.status !== "paused" &&
    record.reason !== "restart" &&
    record.reason !== "concurrency";
  if (canGoOn && isWaitingFor(db, executionId, { name: event.name, kind: event.kind ?? "event" })) {
    saveExecution(db, { ...stored, record: { ...record, wakeAt: Math.min(record.wakeAt ?? now, now) } });
  }
  return "created";
}
