/**
 * Completions in the order in which a pass tells them: those that are recorded, then those of the pass itself.
 *
 *     recorded   1 2 3 4 5            completed   6 7
 *                    ▲ told up to here             (only after 5)
 */
import type { StepRecord } from "../model/records.ts";
import type { Call } from "./call.ts";

export class Queue {
  #recorded: readonly StepRecord[];
  #delivered = 0;
  /** Calls that have completed on this pass, and how many of them have been told. */
  #completed: Call[] = [];
  #told = 0;

  constructor(recorded: readonly StepRecord[]) {
    this.#recorded = recorded;
  }

  get recorded(): readonly StepRecord[] {
    return this.#recorded;
  }

  /** How many of the recorded ones have been told. */
  get delivered(): number {
    return this.#delivered;
  }

  /** The next of the recorded ones; undefined when all have been told. */
  get nextRecorded(): StepRecord | undefined {
    return this.#recorded[this.#delivered];
  }

  tellRecorded(): void {
    this.#delivered++;
  }

  add(call: Call): void {
    this.#completed.push(call);
  }

  /** The next of those that completed on this pass. Once there is none, nothing of them is kept. */
  takeCompleted(): Call | undefined {
    const call = this.#completed[this.#told];
    if (call !== undefined) this.#told++;
    else if (this.#told > 0) {
      this.#completed.length = 0;
      this.#told = 0;
    }
    return call;
  }

  clear(): void {
    this.#recorded = [];
    this.#delivered = 0;
    this.#completed = [];
    this.#told = 0;
  }
}
