/**
 * One turn of the event loop for all executions of the process.
 *
 * A pass needs a turn after each completion it delivers. Executions do not see each other, so those that want a turn at the same time share
 * one callback; each still gets one completion a turn. With a thousand executions that is one timer of the machine instead of a thousand.
 */
export class Turns {
  readonly #turn: (fn: () => void) => void;
  #planned: (() => void)[] = [];

  constructor(turn: (fn: () => void) => void) {
    this.#turn = turn;
  }

  /** Runs `fn` in the next turn, after all promise reactions of this one; what is planned meanwhile runs in the turn after. */
  readonly plan = (fn: () => void): void => {
    this.#planned.push(fn);
    if (this.#planned.length === 1) this.#turn(this.#run);
  };

  readonly #run = (): void => {
    const planned = this.#planned;
    this.#planned = [];
    for (const fn of planned) {
      try {
        fn();
      } catch (error) {
        // Thrown where it is seen, and where it does not keep the others from their turn.
        this.#turn(() => {
          throw error;
        });
      }
    }
  };
}
