/**
 * The steps of a script for whoever watches: read from what its processes have stored, and told as the same progress as that of any other
 * workflow.
 *
 * Nothing depends on it. Where nobody watches nothing is read, and a look is not taken sooner than four times as long after the last as
 * that one took, so that a long history costs no more than a fifth of the time.
 */
import type { ProgressListener } from "../../model/progress.ts";
import type { StepRecord } from "../../model/records.ts";
import { identityText } from "../../model/step-reference.ts";
import type { Clock, Timers } from "../host.ts";
import type { Store } from "../store.ts";
import { decodeStoredError } from "../stored-error.ts";

export interface StepWatchParts {
  readonly id: string;
  readonly store: Pick<Store, "history">;
  readonly clock: Pick<Clock, "monotonic">;
  readonly timers: Pick<Timers, "after">;
  readonly onProgress: ProgressListener | undefined;
}

const REST = 4;

export class StepWatch {
  readonly #parts: StepWatchParts;
  /** What was last told of each step. */
  readonly #told = new Map<string, string>();
  #state: "idle" | "looking" | "resting" | "over" = "idle";
  /** Something has been written since the last look began. */
  #isAsked = false;

  constructor(parts: StepWatchParts) {
    this.#parts = parts;
  }

  /** Of earlier passes: they are not told again. */
  knows(steps: readonly StepRecord[]): void {
    for (const step of steps) this.#told.set(identityText(step), stateOf(step));
  }

  look(): void {
    const { onProgress, clock } = this.#parts;
    if (onProgress === undefined) return;
    this.#isAsked = this.#state !== "idle";
    if (this.#isAsked) return;
    this.#state = "looking";
    const from = clock.monotonic();
    void this.#read(onProgress).then(() => this.#rest(REST * (clock.monotonic() - from)));
  }

  /** Once more, whenever the last look was; none comes after it. */
  async end(): Promise<void> {
    const { onProgress } = this.#parts;
    if (onProgress === undefined || this.#state === "over") return;
    this.#state = "over";
    await this.#read(onProgress);
  }

  async #read(onProgress: ProgressListener): Promise<void> {
    try {
      const history = await this.#parts.store.history(this.#parts.id);
      for (const step of history?.steps ?? []) this.#tell(step, onProgress);
    } catch {
      // The next look is as good; what is wrong with the file the carrier will find.
    }
  }

  #rest(ms: number): void {
    if (this.#state === "over") return;
    this.#state = "resting";
    const rested = (): void => {
      if (this.#state === "over") return;
      this.#state = "idle";
      if (this.#isAsked) this.look();
    };
    this.#parts.timers.after(ms, rested, { background: true });
  }

  #tell(step: StepRecord, onProgress: ProgressListener): void {
    const key = identityText(step);
    const state = stateOf(step);
    if (this.#told.get(key) === state) return;
    this.#told.set(key, state);
    const executionId = this.#parts.id;
    switch (step.status) {
      case "running":
        return onProgress({ type: "step-started", executionId, step, attempt: step.attempt, at: step.startedAt });
      case "completed":
        return onProgress({ type: "step-completed", executionId, step, durationMs: (step.finishedAt ?? step.startedAt) - step.startedAt });
      case "sleeping":
      case "waiting":
        return onProgress({ type: "holding", executionId, step, until: step.wakeAt });
      case "failed":
      case "retrying":
        if (step.errorText === null) return;
        return onProgress({ type: "step-failed", executionId, step, ...failureOf(step), error: decodeStoredError(step.errorText) });
      case "in-doubt":
      case "cancelled":
      case "skipped":
        return;
      default:
        return step.status satisfies never;
    }
  }
}

const stateOf = ({ status, attempt, wakeAt }: StepRecord): string => `${status} ${attempt} ${wakeAt ?? ""}`;

/** The row of a step that rests has the number of its next attempt. */
const failureOf = ({
  status,
  attempt,
  wakeAt,
}: StepRecord): { readonly attempt: number; readonly attempts: number; readonly retryAt: number | null } =>
  status === "retrying" ? { attempt: attempt - 1, attempts: attempt, retryAt: wakeAt } : { attempt, attempts: attempt, retryAt: null };
