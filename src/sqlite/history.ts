/** Everything a replay needs of one execution, read in one go and checked. */
import type { StoredHistory } from "../engine/store.ts";
import type { Queries } from "./query.ts";
import { listAttempts } from "./tables/attempts.ts";
import { listDecisions } from "./tables/decisions.ts";
import { listMarks } from "./tables/marks.ts";
import { listPanics } from "./tables/panics.ts";
import { stepHistory } from "./tables/steps.ts";
import { soundExecution } from "./transition.ts";

/** @throws CORRUPT when any of it is damaged */
export function historyOf(db: Queries, id: string): StoredHistory | undefined {
  const stored = soundExecution(db, id);
  if (stored === undefined) return undefined;
  return {
    execution: stored.record,
    steps: stepHistory(db, id, stored.stepCount),
    attempts: listAttempts(db, id),
    panics: listPanics(db, id),
    marks: listMarks(db, id),
    decisions: listDecisions(db, id),
  };
}
