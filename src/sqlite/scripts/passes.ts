/**
 * Whether a call may do anything: the fence of scripts.
 *
 *     the execution is not there, or over            refused
 *     owned under the term of the call               goes on; with a cancellation asked for, or parked, nothing begins
 *     let go of by that very term, since it parked   parked
 *     anything else                                  LEASE_LOST: a call of an earlier pass, which has no business here any more
 */
import type { NothingBegins, PassKey, PassNow } from "../../engine/store/scripts.ts";
import { fail } from "../../model/fail-late.ts";
import { isOwnScript } from "../../model/scripts/origin.ts";
import { isTerminal } from "../../model/status.ts";
import { liveOwner } from "../live-owner.ts";
import type { OwnershipHost } from "../ownership.ts";
import type { Queries } from "../query.ts";
import type { StoredExecution } from "../tables/executions.ts";
import { findPass, type PassRow, savePass } from "../tables/script-passes.ts";
import { findWorker, markWorkerSeen } from "../tables/workers.ts";
import { soundExecution } from "../transition.ts";

/** With what a call is carried out. */
export interface CallParts {
  readonly db: Queries;
  readonly host: OwnershipHost;
}

export type Admission = { readonly kind: "goes-on"; readonly stored: StoredExecution; readonly mark: PassRow } | NothingBegins;

/** @throws EXECUTION_NOT_FOUND, EXECUTION_OVER, LEASE_LOST */
export function admit({ db, host }: CallParts, pass: PassKey): Admission {
  const stored = unfinished(db, pass.executionId);
  const mark = markOf(db, pass);
  if (hasParked(stored, pass, mark)) return { kind: "parked" };
  if (stored.owner === null || stored.term !== pass.term || liveOwner(db, stored.owner, host) === undefined) {
    throw fail("LEASE_LOST", { executionId: pass.executionId, heldTerm: pass.term, currentTerm: stored.term });
  }
  if (isBegun(stored)) markWorkerSeen(db, stored.owner, host.now(), host.boot());
  if (stored.cancel !== null) return { kind: "cancelled", reason: stored.cancel.reason };
  return mark.parks === 1 ? { kind: "parked" } : { kind: "goes-on", stored, mark };
}

/** Begun by `wf begin`: its owner is the script's own process, which renews no lease but by its calls. */
export const isBegun = ({ record }: StoredExecution): boolean => isOwnScript(record);

/** What its calls have left so far. */
export function markOf(db: Queries, { executionId, term }: PassKey): PassRow {
  const found = findPass(db, executionId);
  return found?.term === term ? found : { term, parks: 0, ended: null, output: null };
}

export const park = (db: Queries, pass: PassKey): void => savePass(db, pass.executionId, { ...markOf(db, pass), parks: 1 });

/** Nothing of it begins any more. One that somebody else has taken up since has left its own mark, which stays. */
export function stopPass(db: Queries, pass: PassKey): void {
  if (isOwned(db, pass)) park(db, pass);
}

/** Whether somebody moves the execution under that very term. */
export function isOwned(db: Queries, { executionId, term }: PassKey): boolean {
  const stored = soundExecution(db, executionId);
  return stored !== undefined && stored.owner !== null && stored.term === term;
}

/** Letting go of an execution raises its term by one. */
const hasParked = ({ owner, term }: StoredExecution, pass: PassKey, { parks }: PassRow): boolean =>
  parks === 1 && owner === null && term === pass.term + 1;

function unfinished(db: Queries, id: string): StoredExecution {
  const stored = soundExecution(db, id);
  if (stored === undefined) throw fail("EXECUTION_NOT_FOUND", { id });
  const { status } = stored.record;
  if (isTerminal(status)) throw fail("EXECUTION_OVER", { id, status, action: "go on with" });
  return stored;
}

export function passNow(db: Queries, executionId: string): PassNow {
  const stored = unfinished(db, executionId);
  const { owner, term, record } = stored;
  const { origin } = record;
  if (owner !== null) return { pass: { executionId, term }, owner: findWorker(db, owner) ?? null, origin };
  const parked = { executionId, term: term - 1 };
  return { pass: hasParked(stored, parked, markOf(db, parked)) ? parked : { executionId, term }, owner: null, origin };
}
