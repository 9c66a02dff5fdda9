/** What "why" is told of an execution, and what follows from it. */
import { usualReason } from "../model/next-command.ts";
import type { DecisionRecord, ExecutionRecord, StepRecord, WorkerRecord } from "../model/records.ts";
import type { Place } from "./store/places.ts";
import { isTerminal, type Reason } from "../model/status.ts";

export interface WhyFacts {
  readonly execution: ExecutionRecord;
  /** Those that are not completed. */
  readonly openSteps: readonly StepRecord[];
  /** The worker that has it, if any. */
  readonly owner: WorkerRecord | undefined;
  readonly ownerLiveness: "alive" | "dead" | "unknown" | undefined;
  readonly lastTickAt: number | null;
  readonly now: number;
  readonly cancelRequested: boolean;
  readonly lastError: { readonly message: string } | null;
  /** Where it stands that waits for a place. */
  readonly place?: Place | undefined;
  /** Its finished steps were undone when it ended. */
  readonly isUndone?: boolean;
  /** What was last done to it by hand. */
  readonly decision?: DecisionRecord | undefined;
  /** What the file holds that cannot be right, where that has not blocked it yet. */
  readonly damage?: string | undefined;
  /** When something last came of it: a step ended, its process died. */
  readonly movedAt?: number | null;
}

export const isFull = ({ running, limit }: Place): boolean => running >= limit;

/** Null while it runs or when it is over. */
export const reasonOf = ({ status, reason }: ExecutionRecord): Reason | null =>
  status === "running" || isTerminal(status) ? null : (reason ?? usualReason(status));

/** It has ended with an error, and its compensations run. */
export const isUndoing = ({ status, errorText }: ExecutionRecord): boolean => errorText !== null && !isTerminal(status);

export const needsPerson = (reason: Reason | null): boolean =>
  reason === "paused" ||
  reason === "diverged" ||
  reason === "in-doubt" ||
  reason === "definition-missing" ||
  reason === "crash-loop" ||
  reason === "corrupt";

export const isDue = ({ execution: { status, wakeAt }, now }: WhyFacts): boolean =>
  wakeAt === null ? status === "pending" : wakeAt <= now;
