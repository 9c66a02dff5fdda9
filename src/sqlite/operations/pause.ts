/**
 * Pausing, and letting go on.
 *
 *     in nobody's memory      paused at once; its waits keep their times, events that come are kept
 *     a live process has it   a request; it parks at its next commit
 *     over                    refused
 */
import type { ExecutionRecord } from "../../model/records.ts";
import { isTerminal } from "../../model/status.ts";
import { dropPauses, addRequest, requestsOf } from "../tables/requests.ts";
import { saveExecution } from "../tables/executions.ts";
import { due, released } from "../transition.ts";
import { decided, type Deed, found, over, ownerOf } from "./refuse.ts";
import { honourRequests, paused } from "./requests.ts";

export function pause(deed: Deed, id: string): ExecutionRecord {
  const { db, act } = deed;
  const stored = found(db, id);
  const { record } = stored;
  if (isTerminal(record.status)) throw over(record, "pause");
  const detail = `by ${act.by}${act.reason === null ? "" : `: ${act.reason}`}`;
  if (ownerOf(deed, stored) === undefined) {
    // Of a dead owner's the steps that ran are begun again, as after any parking.
    // Why it stands already is not wiped out by somebody who gives no reason.
    const kept = record.status === "paused" && act.reason === null ? record.reasonDetail : null;
    const next = released(stored, { ...record, ...paused(kept ?? detail) }, act.at);
    honourRequests(db, next.record, act.at);
    saveExecution(db, next);
    decided(deed, id, "pause");
    return next.record;
  }
  if (requestsOf(db, id).some(({ action }) => action === "pause")) return record;
  addRequest(db, id, { action: "pause", detail, at: act.at, by: act.by });
  decided(deed, id, "pause");
  return record;
}

/** @param verb `restart` begins the count of crashes anew as well */
export function resume(deed: Deed, id: string, verb: "resume" | "restart"): ExecutionRecord {
  const { db, act } = deed;
  const stored = found(db, id);
  const { record } = stored;
  if (isTerminal(record.status)) throw over(record, verb);
  if (stored.owner !== null) {
    // Its owner goes on with it anyway, if nobody asks it to stop.
    if (dropPauses(db, id)) decided(deed, id, verb);
    return record;
  }
  // It has its turn when there is a place for it.
  if (record.reason === "concurrency") return record;
  const next = { ...record, ...due(act.at), panics: verb === "restart" ? 0 : record.panics };
  saveExecution(db, { ...stored, record: next });
  decided(deed, id, verb);
  return next;
}
