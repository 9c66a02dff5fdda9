/**
 * Undoing what an execution has done, when it fails, passes its deadline or is cancelled.
 *
 *     its code is stopped ──► steps that run and could be undone come to their end, or a grace is over
 *        ──► compensation of the last completion ──► of the one before it ──► … ──► the execution ends as it was to end
 *
 * Compensations are durable steps of kind `compensation`: recorded, retried, parked while a retry is far away. What comes of it is in the
 * row of the execution from the beginning, so a crash in the middle, or a cancellation, changes nothing. One that fails for good pauses
 * the execution: half of it is undone, and a person has to know.
 */
import { decodeValue } from "../model/codec/decode.ts";
import type { StepContext, StepOptions } from "../model/context.ts";
import type { StepRecord } from "../model/records.ts";
import { Call, type StepRequest } from "../replay/call.ts";
import { describeStep, keyOf } from "../replay/identity.ts";
import type { Desk } from "./desk.ts";
import type { Cancel } from "./host.ts";
import { isUndoable, type Ledger } from "./ledger.ts";
import type { RunningStep } from "./owner.ts";
import type { Runtime } from "./runtime.ts";

/** How long steps that are told to stop may take to come to an end that can be undone. */
const GRACE_MS = 5_000;
/** The same where there are processes, which are killed after 5 s: nothing is undone beside them. */
const PROCESS_GRACE_MS = 10_000;

export type Compensate = NonNullable<StepOptions["compensate"]>;

export interface UndoParts {
  readonly runtime: Runtime;
  readonly desk: Desk;
  readonly ledger: Ledger;
  /** By the key of the step, as the code has given them on this pass. */
  readonly compensations: ReadonlyMap<string, Compensate>;
  /** False once its process is stopping: nothing new begins then. */
  readonly mayGoOn: () => boolean;
  /** Then nobody comes back here. */
  readonly release: () => void;
  readonly done: () => void;
}

export class Undo {
  readonly #parts: UndoParts;
  #hasBegun = false;
  /** Runs while steps that could be undone come to their end. */
  #waiting: Cancel | undefined;
  #current: Call | undefined;

  constructor(parts: UndoParts) {
    this.#parts = parts;
  }

  begin(reason: Error): void {
    const { desk, runtime } = this.#parts;
    const running = desk.stopCode(reason);
    this.#hasBegun = true;
    this.#waiting = runtime.timers.after(running.some(hasProcesses) ? PROCESS_GRACE_MS : GRACE_MS, () => this.#giveUpWaiting());
    this.settled();
  }

  /** A step has come to an end, or rests. */
  settled(call?: Call): void {
    if (call !== undefined && call === this.#current) this.#current = undefined;
    const { ledger, mayGoOn, release } = this.#parts;
    if (!this.#hasBegun || ledger.mayHaveMoreToUndo || (this.#waiting !== undefined && this.#awaited().length > 0)) return;
    this.#waiting?.();
    this.#waiting = undefined;
    if (this.#current !== undefined) return;
    if (mayGoOn()) this.#next();
    else release();
  }

  #giveUpWaiting(): void {
    for (const { call } of this.#awaited()) {
      this.#parts.desk.warn(`${describeStep(call.identity)} did not stop; whether it has happened is unknown, and it is not undone`);
    }
    this.#waiting = undefined;
    this.settled();
  }

  #awaited(): readonly RunningStep[] {
    return this.#parts.desk.runningSteps().filter((step) => isUndoable(step.call) || hasProcesses(step));
  }

  #next(): void {
    const { ledger, desk, compensations, done } = this.#parts;
    for (const step of ledger.toUndo()) {
      const compensate = compensations.get(keyOf(step));
      if (compensate !== undefined) return this.#undo(step, compensate);
      desk.warn(`${describeStep(step)} is not undone: the code does not say any more how to`);
      ledger.leaveUndone(step);
    }
    done();
  }

  #undo(step: StepRecord, compensate: Compensate): void {
    const { desk, ledger, runtime } = this.#parts;
    const fn = async (context: StepContext): Promise<void> => {
      const result = step.outputText === null ? undefined : decodeValue(step.outputText, runtime.cipher);
      await compensate(result, context);
    };
    const asks: StepRequest = { type: "step", kind: "compensation", fn, options: { onExhausted: "pause" } };
    const identity = { scope: step.scope, kind: "compensation", name: step.name, n: step.n } as const;
    const call = new Call(identity, asks, { recorded: ledger.openRow(keyOf(identity)), isInline: false });
    this.#current = call;
    desk.begin(call);
  }
}

const hasProcesses = ({ call }: RunningStep): boolean => call.identity.kind === "shell";
