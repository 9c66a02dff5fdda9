/**
 * The end of an execution that is not its function's return: all that it has done is undone first.
 *
 * Once it has begun nothing changes it any more: another failure, a cancellation, the deadline.
 */
import type { Call } from "../replay/call.ts";
import type { Pass } from "../replay/pass.ts";
import type { Desk } from "./desk.ts";
import type { Final } from "./finals.ts";
import { isUndoable, type Ledger } from "./ledger.ts";
import type { Runtime } from "./runtime.ts";
import { Undo } from "./undo.ts";

export interface FinaleParts {
  readonly runtime: Runtime;
  readonly desk: Desk;
  readonly ledger: Ledger;
  readonly pass: () => Pass | undefined;
  readonly isOver: () => boolean;
  /** Its process is not stopping. */
  readonly mayGoOn: () => boolean;
  readonly leave: (final: Final) => void;
  /** Its process is stopping, and nothing of it runs: the next owner goes on. */
  readonly release: () => void;
}

export class Finale {
  readonly #parts: FinaleParts;
  /** It was asked for before anybody knew what is to be undone. */
  #early: Final | undefined;
  #final: Final | undefined;
  #undo: Undo | undefined;

  constructor(parts: FinaleParts) {
    this.#parts = parts;
  }

  /** It has been decided how the execution ends. */
  get isDecided(): boolean {
    return this.#final !== undefined;
  }

  get isUndoing(): boolean {
    return this.#undo !== undefined;
  }

  /** @returns false when nothing has to be undone, and it has left */
  decide(final: Final): boolean {
    if (this.#parts.isOver() || this.#final !== undefined) return true;
    const { ledger, desk } = this.#parts;
    const mustUndo = ledger.toUndo().length > 0 || ledger.mayHaveMoreToUndo || desk.runningSteps().some(({ call }) => isUndoable(call));
    if (mustUndo) this.#final = final;
    else this.#parts.leave(final);
    return mustUndo;
  }

  end(final: Final): void {
    if (!this.#parts.ledger.isLoaded) this.#early ??= final;
    else if (this.decide(final) && this.#isRepeated()) this.undo();
  }

  /** Its code has said of all that it has done how that is undone. Until then it goes on: nothing new runs, and that leads to `undo`. */
  #isRepeated(): boolean {
    return this.#parts.pass()?.isReplaying === false;
  }

  /** The record has been read. @returns false when the execution has left */
  loaded(): boolean {
    return this.#early === undefined || this.decide(this.#early);
  }

  /** The code has been repeated as far as it goes, or is of no interest any more. */
  undo(): void {
    const { runtime, desk, ledger, pass, mayGoOn, leave, release, isOver } = this.#parts;
    const final = this.#final;
    if (this.#undo !== undefined || final === undefined || isOver()) return;
    pass()?.park();
    desk.barNew();
    const compensations = pass()?.compensations ?? new Map<string, never>();
    this.#undo = new Undo({ runtime, desk, ledger, compensations, mayGoOn, release, done: () => leave(final) });
    // What comes of it is on disk before anything of it is undone.
    ledger.write({ change: { errorText: final.change.errorText ?? null } }, () => {
      if (!isOver()) this.#undo?.begin(final.reason);
    });
  }

  settled(call?: Call): void {
    this.#undo?.settled(call);
  }
}
