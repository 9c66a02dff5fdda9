/** The SQLite half of `LookingStore`. */
import type { ExecutionFigures, LookingStore, StepFigures, StoredHappenings, TimeSpan, WorkflowTotal } from "../engine/store/looking.ts";
import type { FamilyParts } from "./family.ts";
import { cursorBefore, happeningsAfter, newestCursor } from "./feed.ts";
import { endListening, isListening, listen } from "./feed-begin.ts";
import { createdWithin, newestOf, oldestCreatedAt, retriedAmong, stepsOf, type TotalsQuery, workflowTotals } from "./statistics.ts";

export class SqliteLooking implements LookingStore {
  readonly #parts: FamilyParts;

  constructor(parts: FamilyParts) {
    this.#parts = parts;
  }

  isListening(): Promise<boolean> {
    const { db, read } = this.#parts;
    return read(() => isListening(db));
  }

  listen(): Promise<void> {
    const { db, change, host } = this.#parts;
    return change(
      undefined,
      () => listen(db, host.now()),
      () => isListening(db),
    );
  }

  endListening(): Promise<void> {
    const { db, change } = this.#parts;
    return change(
      undefined,
      () => endListening(db),
      () => !isListening(db),
    );
  }

  happenings(after: number, limit: number): Promise<StoredHappenings> {
    const { db, read } = this.#parts;
    return read(() => happeningsAfter(db, after, limit));
  }

  cursor(before: number | undefined): Promise<number> {
    const { db, read } = this.#parts;
    return read(() => (before === undefined ? newestCursor(db) : cursorBefore(db, before)));
  }

  totals(query: TotalsQuery): Promise<readonly WorkflowTotal[]> {
    const { db, read } = this.#parts;
    return read(() => workflowTotals(db, query));
  }

  executionFigures(workflow: string, since: number | undefined, limit: number): Promise<readonly ExecutionFigures[]> {
    const { db, read } = this.#parts;
    return read(() => newestOf(db, workflow, since, limit));
  }

  stepFigures(executionIds: readonly string[], limit: number): Promise<readonly StepFigures[]> {
    const { db, read } = this.#parts;
    return read(() => stepsOf(db, executionIds, limit));
  }

  retriedAmong(executionIds: readonly string[]): Promise<ReadonlySet<string>> {
    const { db, read } = this.#parts;
    return read(() => retriedAmong(db, executionIds));
  }

  oldestCreatedAt(workflow: string | undefined): Promise<number | null> {
    const { db, read } = this.#parts;
    return read(() => oldestCreatedAt(db, workflow));
  }

  throughput(workflow: string | undefined, span: TimeSpan): Promise<readonly number[]> {
    const { db, read } = this.#parts;
    return read(() => createdWithin(db, workflow, span));
  }
}
