/**
 * Rows that nobody waits for: the deadlines of sleeps, log lines.
 *
 * They ride along with the next write of their execution. Without one they go out on their own, two turns later: the pass decides after one
 * turn whether it parks, and then they share the transaction of the parking, which saves a commit for every sleep.
 */
import type { LogRecord, StepRecord } from "../model/records.ts";

export interface Riders {
  readonly steps: readonly StepRecord[];
  readonly logs: readonly LogRecord[];
}

const NONE: Riders = { steps: [], logs: [] };

export class Outbox {
  readonly #turn: (fn: () => void) => void;
  readonly #send: () => void;
  #steps: StepRecord[] = [];
  #logs: LogRecord[] = [];
  #planned = false;

  constructor(turn: (fn: () => void) => void, send: () => void) {
    this.#turn = turn;
    this.#send = send;
  }

  addStep(step: StepRecord): void {
    this.#steps.push(step);
    this.#plan();
  }

  addLog(log: LogRecord): void {
    this.#logs.push(log);
    this.#plan();
  }

  get isEmpty(): boolean {
    return this.#steps.length === 0 && this.#logs.length === 0;
  }

  /** Everything there is; the caller is now answerable for it. */
  take(): Riders {
    if (this.isEmpty) return NONE;
    const riders = { steps: this.#steps, logs: this.#logs };
    this.#steps = [];
    this.#logs = [];
    return riders;
  }

  /** What was taken and could not be written: before what has come since. */
  giveBack({ steps, logs }: Riders): void {
    this.#steps.unshift(...steps);
    this.#logs.unshift(...logs);
    this.#plan();
  }

  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    this.#turn(() =>
      this.#turn(() => {
        this.#planned = false;
        if (!this.isEmpty) this.#send();
      }),
    );
  }
}
