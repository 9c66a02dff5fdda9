/** The schedule of a workflow: as users write it, and as the engine follows it. */
import type { Duration } from "../config.ts";

/** What happens to a slot that comes while an earlier execution of the schedule is not over. */
export const OVERLAPS = ["skip", "queue", "allow", "cancel-previous"] as const;
export type Overlap = (typeof OVERLAPS)[number];

/** Which slots are made up for that came while nothing looked. */
export const CATCH_UPS = ["skip", "latest", "all"] as const;
export type CatchUp = (typeof CATCH_UPS)[number];

export interface ScheduleConfig<Input = unknown> {
  /**
   * `minute hour day month weekday`, as in `"0 9 * * MON"`; six fields begin with the second. Also `@hourly`, `@daily`, `@weekly`,
   * `@monthly`, `@yearly`.
   */
  readonly cron: string;
  /** IANA name, as in `"Europe/Paris"`. Default: the zone of the machine that first sees the schedule, which is kept. */
  readonly timezone?: string | undefined;
  /**
   * While the execution of an earlier slot is not over: `skip` leaves the slot out, `queue` starts it afterwards, `allow` starts it at
   * once, `cancel-previous` cancels the earlier one and starts it then. Default `skip`.
   */
  readonly overlap?: Overlap | undefined;
  /**
   * After a stop: `skip` makes up for nothing, `latest` for the last slot, `all` for each, 1,000 at most. Default `latest`.
   */
  readonly catchUp?: CatchUp | undefined;
  /** Slots that are older are never made up for. 1 minute to 100 years. Default `"24h"`. */
  readonly catchUpWindow?: Duration | undefined;
  /** Each start is put off by a random part of this, so that not all schedules begin at once. At most a day. Default 0. */
  readonly jitter?: Duration | undefined;
  /** Input of every execution. Default: `{}`, or nothing where the workflow's schema wants that. */
  readonly input?: Input | undefined;
}

/** With its defaults filled in. */
export interface SchedulePolicy {
  readonly cron: string;
  /** Null: the zone of the machine that first sees the schedule. */
  readonly timezone: string | null;
  readonly overlap: Overlap;
  readonly catchUp: CatchUp;
  readonly windowMs: number;
  readonly jitterMs: number;
  readonly input: unknown;
}

export const DEFAULT_WINDOW_MS = 86_400_000;
/** Cron ticks once a minute: with less, slots would be lost while nothing is wrong. */
export const SHORTEST_WINDOW_MS = 60_000;
export const LONGEST_JITTER_MS = 86_400_000;
