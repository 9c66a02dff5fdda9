/**
 * What is recorded of an execution, arranged for a pass: completions in their order, and every row by its key.
 */
import { STEP_FLAGS, type StepRecord } from "../model/records.ts";
import { isLoose } from "./completion.ts";
import { keyOf } from "./identity.ts";

export class RecordedHistory {
  /** Completions, first to last. */
  readonly completions: readonly StepRecord[];
  readonly #unasked = new Map<string, StepRecord>();

  /** What undoes a step is not asked for by the code that a pass repeats. */
  constructor(recorded: readonly StepRecord[]) {
    const steps = recorded.some(isCompensation) ? recorded.filter((step) => !isCompensation(step)) : recorded;
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
    // It ended with its execution, or lost a race: asked for again, it begins anew.
    return found?.status === "cancelled" && found.order === null ? undefined : found;
  }

  /** Rows in progress that this pass has not asked for: a sleep that the code no longer has, say. */
  openAndUnasked(): readonly StepRecord[] {
    return this.isUsedUp ? [] : [...this.#unasked.values()].filter((step) => step.order === null);
  }

  /** One of them that keeps an execution waiting. */
  unaskedWait(): StepRecord | undefined {
    return this.openAndUnasked().find(isWait);
  }
}

const isCompensation = ({ kind }: StepRecord): boolean => kind === "compensation";

const completionsOf = (steps: readonly StepRecord[]): readonly StepRecord[] =>
  steps.length === 0 ? steps : steps.filter((step) => step.order !== null).sort((a, b) => (a.order ?? 0) - (b.order ?? 0));

/**
 * A row `running` may only have been shown to people, one `cancelled` has lost a race, and a loose result waits for nothing. A step that a
 * person has told to try again may be one that the mended code has no more.
 */
const isWait = (step: StepRecord): boolean =>
  step.status !== "running" && step.status !== "cancelled" && !isLoose(step) && (step.flags & STEP_FLAGS.settled) === 0;
