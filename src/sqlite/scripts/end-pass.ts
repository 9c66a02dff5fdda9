/**
 * The ends of a pass that its own calls bring about: `wf end`, a wait that is not held, a cancellation that is met.
 *
 * Within a workflow file they are only noted, and the carrier acts when the script has ended. What `wf begin` has begun nobody carries:
 * there the call itself lets go of the execution.
 */
import type { PassKey, ScriptEnd } from "../../engine/store/scripts.ts";
import type { ExecutionRecord } from "../../model/records.ts";
import { type CancelHost, cancelNow, requestCancel } from "../cancel.ts";
import { afterEnd } from "../ended.ts";
import type { Queries } from "../query.ts";
import { saveExecution, type StoredExecution } from "../tables/executions.ts";
import { savePass } from "../tables/script-passes.ts";
import { countSteps, openSteps, saveStep } from "../tables/steps.ts";
import { forgetWorker } from "../tables/workers.ts";
import { released, soundExecution } from "../transition.ts";
import { admit, type CallParts, isBegun, markOf, park } from "./passes.ts";
import { passOf } from "./pass-of.ts";

export function endPass(
  parts: { readonly db: Queries; readonly host: CancelHost },
  pass: PassKey,
  { outputText, failed, errorText }: ScriptEnd & { readonly errorText: string | null },
): "noted" | "over" | "still-runs" | "parked" {
  const { db, host } = parts;
  const { executionId } = pass;
  const admitted = admit(parts, pass);
  // A pass that parks does not end.
  if (admitted.kind === "parked") return "parked";
  const stored = admitted.kind === "goes-on" ? admitted.stored : soundExecution(db, executionId);
  if (stored === undefined) return "over";
  if (!isBegun(stored)) {
    savePass(db, executionId, { ...markOf(db, pass), ended: failed ? "failed" : "completed", output: outputText });
    return "noted";
  }
  if (passOf(parts, executionId, pass.term).running.length > 0) return "still-runs";
  const now = host.now();
  for (const step of openSteps(db, executionId)) saveStep(db, executionId, { ...step, status: "cancelled", finishedAt: now });
  const status = failed ? "failed" : "completed";
  const next = released(withCount(db, stored), { ...stored.record, status, outputText, errorText, finishedAt: now }, now);
  saveExecution(db, next);
  if (stored.owner !== null) forgetWorker(db, stored.owner);
  afterEnd(db, next, { now, host, cancel: (id, request) => void requestCancel(db, { id, request }, host) });
  return "over";
}

/** The execution of a script that nobody carries waits for its script to be run again; no `wakeAt`, or a tick would take it up. */
export function parkPass({ db, host }: CallParts, pass: PassKey): void {
  const admitted = admit({ db, host }, pass);
  if (admitted.kind !== "goes-on") return;
  park(db, pass);
  const { stored } = admitted;
  if (!isBegun(stored)) return;
  const { waitsFor } = passOf({ db, host }, pass.executionId, pass.term);
  const record: ExecutionRecord = {
    ...{ ...stored.record, status: "waiting", wakeAt: null },
    ...{ reason: waitsFor?.kind ?? "restart", reasonDetail: waitsFor?.detail ?? null },
  };
  saveExecution(db, released(withCount(db, stored), record, host.now()));
  if (stored.owner !== null) forgetWorker(db, stored.owner);
}

/** Nobody else would cancel what a script of nobody's has begun. */
export function meetCancellation(parts: { readonly db: Queries; readonly host: CancelHost }, { executionId }: PassKey): void {
  const { db, host } = parts;
  const stored = soundExecution(db, executionId);
  if (stored !== undefined && stored.cancel !== null && isBegun(stored)) cancelNow(db, withCount(db, stored), stored.cancel, host);
}

const withCount = (db: Queries, stored: StoredExecution): StoredExecution => ({ ...stored, stepCount: countSteps(db, stored.record.id) });
