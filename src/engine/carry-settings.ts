/** How executions are carried, and how they leave: what a carrier says, and what it is told. */
import type { ProgressListener } from "../model/progress.ts";
import type { ExecutionRecord } from "../model/records.ts";
import type { ExecutionStatus, Reason } from "../model/status.ts";
import type { Claimed } from "./store.ts";

export interface CarrySettings {
  /** Stay in memory for waits up to this long. */
  readonly holdMs: number;
  /** One that takes up a place gives it back for all but short waits: whom it waits for may need it, a child above all. */
  readonly givesPlaceBack?: boolean | undefined;
  readonly drainGraceMs?: number | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Aborting it drains the execution, and its children. */
  readonly signal?: AbortSignal | undefined;
  /** A child of it is carried in this process, too. */
  readonly onAdopted?: ((child: Claimed, left: Promise<Left>) => void) | undefined;
  /** A child of it is waited for in this process: until it is carried, too, or not worth it any more. */
  readonly onWaiting?: ((until: Promise<void>) => void) | undefined;
}

/** A wait that is not worth giving back a place for. */
const KEEP_PLACE_MS = 1_000;

/** How long it waits in memory. */
export const keepsMs = (
  { lane }: Pick<ExecutionRecord, "lane">,
  { holdMs, givesPlaceBack = false }: Pick<CarrySettings, "holdMs" | "givesPlaceBack">,
): number => (lane === null || !givesPlaceBack ? holdMs : Math.min(holdMs, KEEP_PLACE_MS));

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
