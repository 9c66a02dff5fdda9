/**
 * A call of a wait: a sleep, or an event. What is over is settled here and now; what is not stays open, and its caller decides whether to
 * stay for it.
 */
import type { WaitAnswer, WaitStart } from "../../engine/store/scripts.ts";
import type { PendingEvent } from "../../engine/store.ts";
import type { StepIdentity, StepRecord } from "../../model/records.ts";
import { identityText } from "../../model/step-reference.ts";
import { consumeEvent, pendingEvents } from "../tables/events.ts";
import { findStep, lastPlace, saveStep } from "../tables/steps.ts";
import { count, identityOf } from "./call-step.ts";
import { admit, type CallParts } from "./passes.ts";

export interface WaitParts extends CallParts {
  /** What a wait for an event gives, as text: the event with its payload. */
  eventText(event: PendingEvent): string;
}

export function callWait(parts: WaitParts, start: WaitStart): WaitAnswer {
  const { db, host } = parts;
  const { executionId } = start.pass;
  const admitted = admit(parts, start.pass);
  if (admitted.kind !== "goes-on") return admitted;
  const identity = identityOf(parts, start.pass, start.step);
  count(parts, start.pass, { step: start.step, n: identity.n });
  const found = findStep(db, executionId, identity);
  if (found !== undefined && isOver(found)) return { kind: "over", row: found };
  const row = found !== undefined && found.status !== "cancelled" ? found : opened(identity, start, host.now());
  const over = settled(parts, executionId, row);
  if (over === undefined && found === row) return { kind: "waits", row, until: row.wakeAt };
  saveStep(db, executionId, over ?? row);
  return over === undefined ? { kind: "waits", row, until: row.wakeAt } : { kind: "over", row: over };
}

const isOver = ({ status }: StepRecord): boolean => status === "completed" || status === "skipped" || status === "failed";

function opened({ scope, kind, name, n }: StepIdentity, { durationMs }: WaitStart, now: number): StepRecord {
  return {
    ...{ scope, kind, name, n, status: kind === "sleep" ? "sleeping" : "waiting", order: null, attempt: 1 },
    ...{ outputText: null, errorText: null, startedAt: now, finishedAt: null, flags: 0, detail: null },
    wakeAt: durationMs === null ? null : now + durationMs,
  };
}

/** An event that is there goes before a limit that has passed. */
function settled(parts: WaitParts, executionId: string, row: StepRecord): StepRecord | undefined {
  const { db, host } = parts;
  const now = host.now();
  const event = row.kind === "event" ? firstEvent(parts, executionId, row) : undefined;
  if (event === undefined && (row.wakeAt === null || row.wakeAt > now)) return undefined;
  if (event !== undefined) consumeEvent(db, executionId, { id: event.id, by: row, now });
  const order = lastPlace(db, executionId) + 1;
  const outputText = event !== undefined ? parts.eventText(event) : row.kind === "event" ? "null" : null;
  return { ...row, status: "completed", order, outputText, finishedAt: now };
}

const firstEvent = ({ db }: WaitParts, executionId: string, row: StepRecord): PendingEvent | undefined =>
  pendingEvents(db, executionId, { name: row.name, kind: "event" }).find(({ target }) => target == null || target === identityText(row));
