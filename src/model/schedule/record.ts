/** What a store keeps of a schedule, and what it is told when slots are started. */
import type { ExecutionRecord } from "../records.ts";
import type { CatchUp, Overlap } from "./config.ts";

export interface ScheduleRecord {
  /** That of its workflow: each has one at most. */
  readonly name: string;
  readonly workflow: string;
  readonly cron: string;
  /** IANA name. */
  readonly timezone: string;
  /** The workflow or its project names the zone; otherwise it is that of the machine which saw the schedule first. */
  readonly isOwnTimezone: boolean;
  readonly overlap: Overlap;
  readonly catchUp: CatchUp;
  readonly windowMs: number;
  readonly jitterMs: number;
  /** As it was written, for people; null for none. Executions get what the file says at their slot. */
  readonly inputText: string | null;
  /** Where it was found, relative to the project's root. */
  readonly file: string;
  /** The next slot; null when there is none any more. */
  readonly nextAt: number | null;
  /** The last slot that was looked at, started or not. */
  readonly lastSlotAt: number | null;
  /** Slots left out since the execution of an earlier one was not over. */
  readonly skipped: number;
  /** Slots left out since nothing looked in time. */
  readonly missed: number;
  readonly pausedAt: number | null;
  readonly pausedBy: string | null;
  readonly pausedReason: string | null;
  readonly resumedAt: number | null;
  readonly resumedBy: string | null;
  /** Why its slots cannot be started; they wait until it is mended. */
  readonly problem: string | null;
  readonly problemAt: number | null;
  /** When it was last found in its file. */
  readonly seenAt: number;
}

/** Stands as the detail of an execution that waits for those of earlier slots; only the end of these lets it go on. */
export const BEHIND = "the execution of an earlier slot is not over";

export const isBehind = ({ status, reason, reasonDetail, wakeAt }: ExecutionRecord): boolean =>
  status === "pending" && reason === "concurrency" && reasonDetail === BEHIND && wakeAt === null;
