/** The rows of a step: its own, which is replaced as a whole whenever its state changes, and one for each attempt that has failed. */
import type { StepOptions } from "../model/context.ts";
import { type AttemptRecord, STEP_FLAGS, type StepIdentity, type StepRecord } from "../model/records.ts";

type Facts = Pick<StepRecord, "status" | "attempt" | "startedAt"> & Partial<StepRecord>;

export const stepRow = ({ scope, kind, name, n }: StepIdentity, facts: Facts): StepRecord => ({
  ...{ scope, kind, name, n, order: null, outputText: null, errorText: null, finishedAt: null, wakeAt: null, flags: 0, detail: null },
  ...facts,
});

export const attemptRow = (
  { scope, kind, name, n }: StepIdentity,
  facts: Pick<AttemptRecord, "attempt" | "startedAt" | "finishedAt" | "errorText">,
): AttemptRecord => ({ scope, kind, name, n, ...facts });

/** What its options say that must outlive its process. */
export const flagsOf = ({ once, compensate, sensitive }: StepOptions): number =>
  (once === true ? STEP_FLAGS.once : 0) |
  (compensate === undefined ? 0 : STEP_FLAGS.compensates) |
  (sensitive === true ? STEP_FLAGS.sensitive : 0);

export const isOnce = ({ flags }: StepRecord): boolean => (flags & STEP_FLAGS.once) !== 0;
