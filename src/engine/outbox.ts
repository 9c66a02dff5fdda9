/**
 * Rows that nobody waits for: the deadlines of sleeps, log lines, what `patched` has answered.
 *
 * They ride along with the next write of their execution. Without one they go out on their own, two turns later: the pass decides after one
 * turn whether it parks, and then they share the transaction of the parking, which saves a commit for every sleep.
 */
import type { LogRecord, MarkRecord, StepRecord } from "../model/records.ts";

export interface Riders {
  readonly steps: readonly StepRecord[];
  readonly logs: readonly LogRecord[];
  readonly marks: readonly MarkRecord[];
}

const NONE: Riders = { steps: [], logs: [], marks: [] };

export class Outbox {
  readonly #turn: (fn: () => void) => void;
  readonly #send: () => void;
  readonly #soon: (fn: () => void) => void;
  #isSoon = false;
  #steps: StepRecord[] = [];
  #logs: LogRecord[] = [];
  #marks: MarkRecord[] = [];
  #planned = false;

  /** @param soon a few times a second, for what has more time than a turn */
  constructor(turn: (fn: () => void) => void, send: () => void, soon: (fn: () => void) => void) {
    this.#turn = turn;
    this.#send = send;
    this.#soon = soon;
  }

  addStep(step: StepRecord): void {
    this.#steps.push(step);
    this.#plan();
  }

  addLog(log: LogRecord): void {
    this.#logs.push(log);
    this.#plan();
  }

  /** One that need not go out on its own at once: a step may print a thousand times a second, and a commit is a sync of the disk. */
  addLater(log: LogRecord): void {
    this.#logs.push(log);
    if (this.#isSoon) return;
    this.#isSoon = true;
    this.#soon(() => {
      this.#isSoon = false;
      if (!this.isEmpty) this.#send();
    });
  }

  addMark(mark: MarkRecord): void {
    this.#marks = [...this.#marks, mark];
    this.#plan();
  }

  get isEmpty(): boolean {
    return this.#steps.length === 0 && this.#logs.length === 0 && this.#marks.length === 0;
  }

  /** Everything there is; the caller is now answerable for it. */
  take(): Riders {
    if (this.isEmpty) return NONE;
    const riders = { steps: this.#steps, logs: this.#logs, marks: this.#marks };
    this.#steps = [];
    this.#logs = [];
    return riders;
  }

  /** They have arrived. What follows from a mark must not be on disk without it, so until then each write takes the marks along. */
  stored({ marks }: Riders): void {
    if (marks.length > 0) this.#marks = this.#marks.filter((mark) => !marks.includes(mark));
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
