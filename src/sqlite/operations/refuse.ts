/** What all that people do by hand has in common: the execution it is about, and the ways in which it is refused. */
import type { Act } from "../../engine/store/operations.ts";
import { fail } from "../../model/errors.ts";
import type { ExecutionRecord, StepRecord, WorkerRecord } from "../../model/records.ts";
import { namesOf, refersTo } from "../../model/step-reference.ts";
import { suggest } from "../../model/suggest.ts";
import { liveOwner } from "../live-owner.ts";
import type { OwnershipHost } from "../ownership.ts";
import type { Queries } from "../query.ts";
import { addDecision } from "../tables/decisions.ts";
import type { StoredExecution } from "../tables/executions.ts";
import { soundExecution } from "../transition.ts";

/** With what a verb is carried out. */
export interface Deed {
  readonly db: Queries;
  readonly host: OwnershipHost;
  readonly act: Act;
}

/** @throws EXECUTION_NOT_FOUND, CORRUPT */
export function found(db: Queries, id: string): StoredExecution {
  const stored = soundExecution(db, id);
  if (stored === undefined) throw fail("EXECUTION_NOT_FOUND", { id });
  return stored;
}

export const refused = ({ id }: ExecutionRecord, action: string, problem: string, next: string): Error =>
  fail("ACTION_REFUSED", { id, action, problem, next });

export const over = ({ id, status }: ExecutionRecord, action: string): Error => fail("EXECUTION_OVER", { id, status, action });

export const ownerOf = ({ db, host }: Deed, stored: StoredExecution): WorkerRecord | undefined => liveOwner(db, stored.owner, host);

/** @throws EXECUTION_OWNED when a live process has it in memory */
export function unownedOrThrow(deed: Deed, stored: StoredExecution, action: string): void {
  const live = ownerOf(deed, stored);
  if (live !== undefined) throw fail("EXECUTION_OWNED", { id: stored.record.id, action, pid: live.pid, host: live.host });
}

export const decided = ({ db, act }: Deed, id: string, action: string, detail: string | null = null): void =>
  addDecision(db, id, { at: act.at, by: act.by, action, detail, reason: act.reason });

/**
 * The one step that a person means.
 *
 * @param isMeant which of those of that name can be meant at all
 * @throws STEP_NOT_FOUND, STEP_AMBIGUOUS; `unfit` where none of them can be meant
 */
export function stepNamed(
  { id }: ExecutionRecord,
  { steps, reference, isMeant }: StepsAndName,
  unfit: (step: StepRecord) => Error,
): StepRecord {
  const named = steps.filter((step) => refersTo(reference, step));
  const [first] = named;
  if (first === undefined) throw fail("STEP_NOT_FOUND", { id, step: reference, suggestion: suggest(reference, namesOf(steps)) });
  const meant = named.filter(isMeant);
  const [only, ...others] = meant;
  if (only === undefined) throw unfit(first);
  if (others.length > 0) throw fail("STEP_AMBIGUOUS", { id, step: reference, matches: namesOf(meant, steps) });
  return only;
}

interface StepsAndName {
  readonly steps: readonly StepRecord[];
  readonly reference: string;
  isMeant(step: StepRecord): boolean;
}
