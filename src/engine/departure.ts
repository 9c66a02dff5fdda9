/**
 * How an execution leaves this process: its last write, the end of its timers and of its signal, and the word to whoever carried it.
 *
 * What callers may rely on:
 *   1. It leaves once; whatever asks for it later changes nothing.
 *   2. `left` is told after the last write is on disk, or once nothing can be written any more.
 */
import { fail } from "../model/errors.ts";
import { isTerminal } from "../model/status.ts";
import type { Pass } from "../replay/pass.ts";
import type { Desk } from "./desk.ts";
import type { Cancel } from "./host.ts";
import { leftBehind, leftWith } from "./left.ts";
import type { LastWrite, Ledger } from "./ledger.ts";
import type { CarrySettings, Left } from "./carry-settings.ts";
import type { Runtime } from "./runtime.ts";
import type { ScriptRun } from "./scripts/run.ts";
import type { Claimed, ExecutionChange } from "./store.ts";
import type { WriterEnd } from "./writer.ts";

export interface DepartureParts {
  readonly runtime: Runtime;
  readonly claimed: Claimed;
  readonly settings: CarrySettings;
  readonly ledger: Ledger;
  readonly desk: Desk;
  /** Its code, once it runs. */
  readonly pass: () => Pass | undefined;
  /** Or the script that runs instead: nothing of it may be left when the execution leaves. */
  readonly script: () => ScriptRun | undefined;
}

export class Departure {
  readonly #parts: DepartureParts;
  readonly #timers: Cancel[] = [];
  #controller: AbortController | undefined;
  #hurry: Cancel | undefined;
  #isOver = false;
  #resolve: (left: Left) => void = () => {};

  constructor(parts: DepartureParts) {
    this.#parts = parts;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Somebody has asked for its signal. */
  get isHeard(): boolean {
    return this.#controller !== undefined;
  }

  /** Settles when it has left. */
  left(): Promise<Left> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** A timer that ends with its stay here. */
  own(cancel: Cancel): void {
    this.#timers.push(cancel);
  }

  /** After so long what cannot be written is left to the next owner, also when only its last write waits for a disk that is full. */
  hurryAfter(ms: number): void {
    const { runtime, ledger } = this.#parts;
    this.#hurry ??= runtime.timers.after(ms, () => ledger.hurry(), { background: true });
  }

  readonly signal = (): AbortSignal => (this.#controller ??= new AbortController()).signal;

  finish(change: ExecutionChange, abortReason: Error | undefined, more: Partial<LastWrite> = {}): void {
    if (this.#isOver) return;
    const { claimed, desk, ledger, runtime } = this.#parts;
    const isEnd = change.status !== undefined && isTerminal(change.status);
    const script = this.#parts.script();
    if (script?.isRunning === true) return script.stop(isEnd, (open) => this.finish(change, abortReason, { ...more, steps: open }));
    const running = desk.runningSteps().map((step) => step.runningRow());
    const ending = this.#tearDown(abortReason);
    const steps = (): LastWrite["steps"] => (isEnd ? ledger.cancelledRows(running, runtime.clock.now()) : []);
    // One that was taken up to be cancelled, and could not be, stays as it is: taken up again at once it would come to the same.
    const last = (): LastWrite => ({ change, steps: steps(), ...(claimed.cancel === null ? {} : { isUndoing: true }), ...more });
    const close = (): void => ledger.close(last, () => this.#left(change));
    // Who takes it up next must not meet its processes.
    if (ending.length === 0) close();
    else void Promise.all(ending).then(close);
  }

  #left(change: ExecutionChange): void {
    const { claimed, settings } = this.#parts;
    const left = leftWith(claimed.execution, change);
    this.#hurry?.();
    const { id: executionId, status, reason, wakeAt } = left;
    settings.onProgress?.({ type: "left", executionId, status, reason, wakeAt });
    this.#resolve(left);
  }

  abandon(end: WriterEnd): void {
    const { claimed, ledger, script } = this.#parts;
    script()?.abandon();
    this.#tearDown(end.error);
    this.#hurry?.();
    this.#resolve(leftBehind({ ...claimed.execution, panics: ledger.panics }, end));
  }

  #tearDown(abortReason: Error | undefined): readonly Promise<void>[] {
    const { claimed, desk, pass } = this.#parts;
    this.#isOver = true;
    pass()?.park();
    const ending = desk.shut(abortReason);
    for (const cancel of this.#timers.splice(0)) cancel();
    // An error is made only where there is somebody to tell: its stack costs more than the rest of leaving.
    this.#controller?.abort(abortReason ?? fail("CANCELLED", { id: claimed.execution.id, reason: "the execution has left this process" }));
    return ending;
  }
}
