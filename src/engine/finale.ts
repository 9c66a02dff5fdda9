/**
 * The end of an execution that is not its function's return: all that it has done is undone first.
 *
 * Once it has begun nothing changes it any more: another failure, a cancellation, the deadline.
 */
import type { Call } from "../replay/call.ts";
import type { Pass } from "../replay/pass.ts";
import type { Desk } from "./desk.ts";
import type { Final } from "./finals.ts";
import type { Ledger } from "./ledger.ts";
import type { RunningStep } from "./owner.ts";
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
}

export class Finale {
  readonly #parts: FinaleParts;
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
    const mustUndo = ledger.toUndo().length > 0 || desk.runningSteps().some(isUndoable);
    if (mustUndo) this.#final = final;
    else this.#parts.leave(final);
    return mustUndo;
  }

  end(final: Final): void {
    if (this.decide(final)) this.undo();
  }

  /** The code has been repeated as far as it goes, or is of no interest any more. */
  undo(): void {
    const { runtime, desk, ledger, pass, mayGoOn, leave, isOver } = this.#parts;
    const final = this.#final;
    if (this.#undo !== undefined || final === undefined || isOver()) return;
    pass()?.park();
    const compensations = pass()?.compensations ?? new Map<string, never>();
    this.#undo = new Undo({ runtime, desk, ledger, compensations, mayGoOn, done: () => leave(final) });
    // What comes of it is on disk before anything of it is undone.
    ledger.write({ change: { errorText: final.change.errorText ?? null } }, () => {
      if (!isOver()) this.#undo?.begin(final.reason);
    });
  }

  settled(call?: Call): void {
    this.#undo?.settled(call);
  }
}

const isUndoable = ({ call: { asks } }: RunningStep): boolean => asks.type === "step" && asks.options.compensate !== undefined;
