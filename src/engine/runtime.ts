/** What all executions of this process share while they are carried. */
import type { Chance, Clock, LoadedWorkflow, StrayContext, Timers } from "./host.ts";
import type { ProgressListener } from "../model/progress.ts";
import type { ExecutionRecord } from "../model/records.ts";
import type { ExecutionStatus, Reason } from "../model/status.ts";
import type { RunningSteps } from "./running-steps.ts";
import type { Store } from "./store.ts";

export interface Runtime {
  readonly store: Store;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly timers: Timers;
  /** The next turn of the event loop, shared by all executions. */
  readonly turn: (fn: () => void) => void;
  /** Largest stored value, in bytes of its text. */
  readonly maxValueBytes: number;
  /** How long code may stay away from the next recorded completion before it counts as changed. */
  readonly graceMs: number;
  /** How long a running step may go on after its process was told to stop, where its carrier does not say otherwise. */
  readonly drainGraceMs: number;
  /** How long a function that waits on nothing known may do so while other work keeps the process alive. */
  readonly stallMs: number;
  readonly runningSteps: RunningSteps;
  /** The definition as it is now, or why there is none. */
  definition(name: string): Promise<LoadedWorkflow | { readonly missing: string }>;
  openStrayContext(listener: (error: unknown) => void): StrayContext;
}

export interface CarrySettings {
  /** Stay in memory for waits up to this long. */
  readonly holdMs: number;
  readonly drainGraceMs?: number | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** How an execution left this process. */
export interface Left {
  readonly id: string;
  readonly workflow: string;
  readonly status: ExecutionStatus;
  readonly reason: Reason | null;
  readonly wakeAt: number | null;
  /** Another process owns it now; what is said above is then only what was known here. */
  readonly lost: boolean;
  /** What is stored now, where that is certain: a terminal state is final. */
  readonly final: ExecutionRecord | undefined;
  /** Without a finished step since; for one that could not be written any more. */
  readonly panics: number;
  /** Why it could not be written any more. */
  readonly error: Error | undefined;
}
