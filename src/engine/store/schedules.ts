/**
 * The part of the port to what is durable that keeps schedules.
 *
 * What the engine may rely on:
 *   1. A slot starts one execution at most, however many processes start it at the same time, and also when the clock is put back.
 *   2. What an order decides (the next slot, what is started, skipped, missed) is on disk whole or not at all.
 *   3. An execution that waits behind an earlier one is made due by the same transaction that ends the last of these.
 */
import type { FlowLimits } from "../../model/flow.ts";
import type { DecisionRecord, ExecutionRecord } from "../../model/records.ts";
import type { Overlap } from "../../model/schedule/config.ts";
import type { ScheduleRecord } from "../../model/schedule/record.ts";

export interface ScheduleChange {
  /** Inserted, or replaced as a whole. */
  readonly put?: readonly ScheduleRecord[];
  readonly forget?: readonly string[];
  /** What the workflow files were when this was decided. */
  readonly filesMark?: string;
}

/** An execution to be, with another id in case its own is taken by something else. */
export interface SlotExecution {
  readonly record: ExecutionRecord;
  readonly spareId: string;
  /** What its creation has to obey, once nothing of its schedule is in its way. */
  readonly limits: FlowLimits | null;
  /** Who started it by hand; it comes into its history with it. */
  readonly decision?: DecisionRecord;
}

export interface SlotOrder {
  readonly schedule: string;
  /** Without it the schedule itself stays as it is: what a person starts by hand. */
  readonly advance?: {
    /** Refused when the schedule is not as it was planned from, or paused. */
    readonly from: Pick<ScheduleRecord, "nextAt" | "cron" | "timezone">;
    readonly nextAt: number | null;
    readonly lastSlotAt: number | null;
    readonly missed: number;
  };
  /** What to do while another execution of the schedule is not over. Those of one order come one after another, unless `allow`. */
  readonly overlap: Overlap;
  /** The earliest slot first. */
  readonly executions: readonly SlotExecution[];
  readonly now: number;
}

export interface SlotsStarted {
  readonly created: readonly ExecutionRecord[];
  /** Ids of those that were there already. */
  readonly existing: readonly string[];
  readonly skipped: number;
  /** Executions that a live process has been asked to cancel. */
  readonly cancelling: readonly string[];
}

export interface ScheduleStore {
  /** By name. */
  all(): Promise<readonly ScheduleRecord[]>;
  find(name: string): Promise<ScheduleRecord | undefined>;
  /**
   * Those with a slot to start now, the longest due first, and those whose last slot lies more than a day ahead: the clock was wrong
   * then. Paused ones are not among them.
   */
  due(now: number): Promise<readonly ScheduleRecord[]>;
  /** One transaction. `decide` may be asked more than once, each time with what is there. */
  change(decide: (schedules: readonly ScheduleRecord[]) => ScheduleChange): Promise<void>;
  filesMark(): Promise<string | undefined>;
  /** `undefined` when the schedule was not as it was planned from: nothing has happened then. */
  start(order: SlotOrder): Promise<SlotsStarted | undefined>;
  /** Those of the slots that have an execution. */
  ofSlots(schedule: string, slots: readonly number[]): Promise<readonly { readonly slot: number; readonly id: string }[]>;
  /** Of each schedule, how many executions are not over. */
  unfinished(): Promise<ReadonlyMap<string, number>>;
  /** Makes those due that wait behind nothing any more, which only a deletion by hand can leave behind. */
  admit(now: number): Promise<void>;
}
