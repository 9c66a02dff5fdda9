/** Schedules, as callers see and steer them. They are named by their workflow. */
import type { Disposition, ExecutionView } from "../views.ts";

export interface ScheduleView {
  readonly workflow: string;
  readonly cron: string;
  readonly timezone: string;
  readonly overlap: "skip" | "queue" | "allow" | "cancel-previous";
  readonly catchUp: "skip" | "latest" | "all";
  readonly catchUpWindowMs: number;
  readonly jitterMs: number;
  /** Null when none is given, and for a sensitive workflow. */
  readonly input: unknown;
  readonly file: string;
  /** Null while it is paused, and when no slot is left. */
  readonly nextAt: string | null;
  /** The last slot that was looked at, started or not. */
  readonly lastSlotAt: string | null;
  /** Executions of it that are not over. */
  readonly unfinished: number;
  /** Slots left out since an earlier execution was not over. */
  readonly skipped: number;
  /** Slots left out since nothing looked in time. */
  readonly missed: number;
  readonly paused: { readonly at: string; readonly by: string; readonly reason: string | null } | null;
  /** The last time somebody let it go on. */
  readonly resumed: { readonly at: string; readonly by: string } | null;
  /** Why its slots cannot be started; they wait until it is mended. */
  readonly problem: string | null;
}

/** A slot in the future, or one that can be made up for. */
export interface SlotView {
  readonly at: string;
  /** In the zone of the schedule, with its offset: `2026-03-29T03:00:00+02:00`. */
  readonly local: string;
  /** What a change of the clock does to it; null on all other days. */
  readonly note: string | null;
}

export interface PreviewView {
  readonly workflow: string;
  readonly cron: string;
  readonly timezone: string;
  readonly slots: readonly SlotView[];
}

export interface BackfillView {
  readonly workflow: string;
  readonly dryRun: boolean;
  readonly slots: readonly { readonly at: string; readonly local: string; readonly id: string; readonly disposition: Disposition }[];
}

export interface ScheduleClient {
  /** All that are found in the files, by name. */
  list(): Promise<readonly ScheduleView[]>;
  /** Its slots pass by until it is resumed; none of them is made up for. The reason is for the others. */
  pause(workflow: string, options?: { readonly reason?: string }): Promise<ScheduleView>;
  /** Goes on with the next slot from now. */
  resume(workflow: string): Promise<ScheduleView>;
  /** One execution now, with the schedule's input, whatever else of it is not over. The reason comes into its history. */
  trigger(workflow: string, options?: { readonly reason?: string }): Promise<ExecutionView>;
  /** The slots to come. `count` 1 to 1,000, default 10; `from` in epoch ms, default now. */
  preview(workflow: string, options?: { readonly count?: number; readonly from?: number }): Promise<PreviewView>;
  /**
   * Executions for all slots from one instant to another, both included and in epoch ms, none in the future; slots that have one keep it.
   * They run one after another, unless the schedule allows overlap.
   *
   * @throws SCHEDULE_WINDOW when there are none, or more than 1,000
   */
  backfill(
    workflow: string,
    options: { readonly from: number; readonly to: number; readonly dryRun?: boolean; readonly reason?: string },
  ): Promise<BackfillView>;
}
