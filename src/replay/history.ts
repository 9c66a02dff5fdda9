/**
 * What is recorded of an execution, arranged for a pass: completions in their order, and every row by its key.
 */
import type { StepRecord } from "../model/records.ts";
import { keyOf } from "./identity.ts";

export class RecordedHistory {
  /** Completions, first to last. */
  readonly completions: readonly StepRecord[];
  readonly #unasked = new Map<string, StepRecord>();

  constructor(steps: readonly StepRecord[]) {
    for (const step of steps) this.#unasked.set(keyOf(step), step);
    this.completions = completionsOf(steps);
  }

  /** Nothing is recorded that has not been asked for. */
  get isUsedUp(): boolean {
    return this.#unasked.size === 0;
  }

  /** The row of a call. A row is given once, so the map shrinks as the replay goes on. */
  take(key: string): StepRecord | undefined {
    const found = this.#unasked.get(key);
    if (found !== undefined) this.#unasked.delete(key);
    return found;
  }

  /** Rows in progress that this pass has not asked for: a sleep that the code no longer has, say. */
  openAndUnasked(): readonly StepRecord[] {
    return this.isUsedUp ? [] : [...this.#unasked.values()].filter((step) => step.order === null);
  }
}

const completionsOf = (steps: readonly StepRecord[]): readonly StepRecord[] =>
  steps.length === 0 ? steps : steps.filter((step) => step.order !== null).sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
