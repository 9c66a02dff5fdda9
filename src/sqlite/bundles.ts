/** The SQLite half of `BundleStore`. */
import { REMOVED } from "./removed.ts";
import type { BundleStore, StoredBundle } from "../engine/store/bundles.ts";
import { fail } from "../model/errors.ts";
import type { DecisionRecord, StepRecord } from "../model/records.ts";
import { isTerminal } from "../model/status.ts";
import type { FamilyParts } from "./family.ts";
import { historyOf } from "./history.ts";
import type { Queries } from "./query.ts";
import { saveAttempt } from "./tables/attempts.ts";
import { addDecision } from "./tables/decisions.ts";
import { allEvents, damagedEvents, keepEvent } from "./tables/events.ts";
import { findExecution, insertExecution, saveExecution, type StoredExecution, unowned } from "./tables/executions.ts";
import { addLog, listLogs } from "./tables/logs.ts";
import { saveMark } from "./tables/marks.ts";
import { addPanic } from "./tables/panics.ts";
import { executionOfSlot } from "./tables/slots.ts";
import { saveStep } from "./tables/steps.ts";
import { corrupt } from "./corrupt.ts";

const CHILDREN = `
  SELECT id FROM executions
   WHERE parent_id = $id AND removed IS NOT ${REMOVED}
   ORDER BY created_at, seq`;

export class SqliteBundles implements BundleStore {
  readonly #parts: FamilyParts;

  constructor(parts: FamilyParts) {
    this.#parts = parts;
  }

  read(id: string): Promise<StoredBundle | undefined> {
    return this.#parts.read(() => bundleOf(this.#parts.db, id));
  }

  children(id: string): Promise<readonly string[]> {
    const { db, read } = this.#parts;
    return read(() =>
      db
        .query<{ readonly id: string }>(CHILDREN)
        .all({ id })
        .map((row) => row.id),
    );
  }

  keep(bundle: StoredBundle, decision: DecisionRecord): Promise<void> {
    const { db, change } = this.#parts;
    const { id, createdAt } = bundle.execution;
    const isStored = (): boolean => findExecution(db, id)?.record.createdAt === createdAt;
    return change(id, () => keepBundle(db, bundle, decision), isStored);
  }
}

function bundleOf(db: Queries, id: string): StoredBundle | undefined {
  const history = historyOf(db, id);
  const stored = findExecution(db, id);
  if (history === undefined || stored === undefined) return undefined;
  const [damaged] = damagedEvents(db, id);
  if (damaged !== undefined) throw corrupt(`event ${JSON.stringify(damaged)} of execution "${id}"`, "its row does not match its checksum");
  const { execution, steps, attempts, panics, marks, decisions } = history;
  return {
    ...{ execution: { ...execution, tags: { ...execution.tags } }, pass: stored.pass, cancel: stored.cancel },
    ...{ steps: [...steps], attempts: [...attempts], events: [...allEvents(db, id)] },
    logs: listLogs(db, id, { after: 0, limit: Number.MAX_SAFE_INTEGER }).map(({ cursor: _, ...entry }) => entry),
    ...{ panics: [...panics], marks: [...marks], decisions: [...decisions] },
  };
}

function keepBundle(db: Queries, bundle: StoredBundle, decision: DecisionRecord): void {
  const { steps, cancel, pass } = bundle;
  const record = withoutSlot(db, bundle.execution);
  const { id } = record;
  // Only a later pass than the first reads what is recorded.
  const stored: StoredExecution = { ...unowned(record), pass: steps.length > 0 ? Math.max(1, pass) : pass, stepCount: steps.length };
  if (!insertExecution(db, stored)) throw fail("ID_TAKEN", { id });
  // Of what was just inserted, a wish to cancel alone is not.
  saveExecution(db, { ...stored, cancel });
  for (const step of steps) saveStep(db, id, step satisfies StepRecord);
  for (const attempt of bundle.attempts) saveAttempt(db, id, attempt);
  for (const event of bundle.events) keepEvent(db, id, event);
  for (const entry of bundle.logs) addLog(db, id, entry);
  for (const panic of bundle.panics) addPanic(db, id, panic);
  for (const mark of bundle.marks) saveMark(db, id, mark);
  for (const earlier of bundle.decisions) addDecision(db, id, earlier);
  addDecision(db, id, decision);
}

/** Of a schedule here one that is not over would hold up the next, and a taken slot is taken. `scheduledFor` is a fact, and stays. */
function withoutSlot(db: Queries, record: StoredBundle["execution"]): StoredBundle["execution"] {
  const { schedule, scheduledFor, status } = record;
  if (schedule === null) return record;
  const isFree = scheduledFor !== null && executionOfSlot(db, schedule, scheduledFor) === undefined;
  return isTerminal(status) && isFree ? record : { ...record, schedule: null };
}

/** For the tests of their plans. */
export const BUNDLE_STATEMENTS = { children: CHILDREN } as const;
