/**
 * Trying again in place.
 *
 *     failed                        from the step whose error ended it, see `reopen.ts`
 *     paused, out of attempts       another round of attempts
 *     blocked                       another look, with the count of crashes begun anew; but what is in doubt is for `resolve`
 *     between two attempts          the next one now
 *     after a crash, or queued      now
 *     anything else                 refused, with what would help
 */
import type { ExecutionRecord, StepRecord } from "../../model/records.ts";
import { namesOf } from "../../model/step-reference.ts";
import { saveExecution, type StoredExecution } from "../tables/executions.ts";
import { stepHistory } from "../tables/steps.ts";
import { due, released } from "../transition.ts";
import { decided, type Deed, found, over, refused, unownedOrThrow } from "./refuse.ts";
import { reopen, tryAgain } from "./reopen.ts";

export function retry(deed: Deed, id: string): ExecutionRecord {
  const { db, act } = deed;
  const stored = found(db, id);
  unownedOrThrow(deed, stored, "retry");
  const { status } = stored.record;
  switch (status) {
    case "failed": {
      const { record, again } = reopen(db, stored, { now: act.at });
      decided(deed, id, "retry", again.length === 0 ? null : namesOf(again).join(", "));
      return record;
    }
    case "completed":
    case "cancelled":
      throw over(stored.record, "retry");
    case "paused":
    case "blocked":
    case "sleeping":
    case "waiting":
    case "pending":
    case "running":
      return goOn(deed, stored);
    default:
      return status satisfies never;
  }
}

function goOn(deed: Deed, stored: StoredExecution): ExecutionRecord {
  const { db, act } = deed;
  const { record } = stored;
  const steps = stepHistory(db, record.id, stored.stepCount);
  const again = roundOf(record, steps);
  for (const step of again) {
    if (step.status === "retrying") tryAgain(db, record.id, { ...step, attempt: step.attempt - 1 }, act.at);
    else tryAgain(db, record.id, step, act.at);
  }
  const panics = record.status === "blocked" ? 0 : record.panics;
  const next = released(stored, { ...record, ...due(act.at), panics }, act.at);
  saveExecution(db, next);
  decided(deed, record.id, "retry", again.length === 0 ? null : namesOf(again).join(", "));
  return next.record;
}

/** The steps that get another attempt now. @throws ACTION_REFUSED where there is nothing to try again */
function roundOf(record: ExecutionRecord, steps: readonly StepRecord[]): readonly StepRecord[] {
  const { id, status, reason } = record;
  const spent = steps.filter(isSpent);
  switch (status) {
    case "paused":
      if (spent.length > 0) return spent;
      throw refused(record, "retry", "it is paused, and no step of it has failed", `\`wf resume ${id}\` lets it go on.`);
    case "blocked":
      if (reason !== "in-doubt") return [];
      throw refused(
        record,
        "retry",
        "a step of it may have taken effect, or not",
        `\`wf why ${id}\` says which; settle it with \`wf resolve\`.`,
      );
    case "sleeping":
    case "waiting": {
      const between = steps.filter((step) => step.status === "retrying");
      if (between.length > 0) return between;
      throw refused(
        record,
        "retry",
        "no step of it has failed",
        `\`wf why ${id}\` says what it waits for; \`wf wake ${id}\` ends a sleep.`,
      );
    }
    default:
      if (reason !== "concurrency") return [];
      throw refused(record, "retry", "it waits for its turn, and no step of it has failed", `\`wf why ${id}\` says where it stands.`);
  }
}

/** Out of attempts, and not thrown into the code: it waits for a person. */
export const isSpent = ({ status, order }: StepRecord): boolean => status === "failed" && order === null;
